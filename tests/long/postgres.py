"""A private PostgreSQL cluster in a folder, that can be stopped, killed and given less than it asks for."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time


def programs():
    """Where the newest installed version's programs are, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def url_of_either(one, other):
    """For whoever wants the one of two clusters that takes writes."""
    return (f"postgres://callboard@127.0.0.1:{one.port},127.0.0.1:{other.port}/callboard"
            "?target_session_attrs=read-write")


class Cluster:
    """`options` go to the server's command line. PostgreSQL refuses to run as root, so there it is user postgres."""

    def __init__(self, folder, options=()):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.port = free_port()
        self.options = options
        self.postmaster = None
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.url = f"postgres://callboard@127.0.0.1:{self.port}/callboard"

    def run(self, program, *words, check=True):
        return subprocess.run([*self.prefix, str(programs() / program), *map(str, words)], check=check, cwd="/",
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def ask(self, statement):
        """What psql says to it."""
        return subprocess.run([programs() / "psql", self.url, "-qAtc", statement], check=True, capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=60).stdout.strip()

    def make_folder(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.prefix:
            shutil.chown(self.folder, "postgres")

    def create(self):
        self.make_folder()
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "callboard", "--data-checksums")
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "callboard", "callboard")
        return self

    def follow(self, primary):
        """Becomes its standby. From here on the primary says that something is stored when it is stored in both."""
        self.make_folder()
        self.run("pg_basebackup", "-h", "127.0.0.1", "-p", primary.port, "-U", "callboard", "-D", self.data, "-R",
                 "-c", "fast")
        self.start()
        # After the copy was made: the standby does not know of it, and waits for nobody when it is promoted.
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.ask("SELECT pg_reload_conf()")
        until = time.monotonic() + 60
        while primary.ask("SELECT state, sync_state FROM pg_stat_replication") != "streaming|sync":
            assert time.monotonic() < until, "the standby does not follow"
            time.sleep(0.05)

    def promote(self):
        """It takes writes when this returns."""
        self.run("pg_ctl", "-D", self.data, "-w", "-t", 60, "promote")

    def start(self):
        settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}", "max_connections=100",
                    "max_prepared_transactions=0", "log_min_messages=warning", *self.options]
        words = " ".join([f"-p {self.port}", *(f"-c {each}" for each in settings)])
        self.run("pg_ctl", "-D", self.data, "-o", words, "-w", "-t", 60, "-l", self.folder / "log", "start")
        # Kept: its file cannot be read any more when its disk has lost power.
        self.postmaster = int((self.data / "postmaster.pid").read_text().split()[0])

    def stop(self, mode="fast"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def is_running(self):
        return self.run("pg_ctl", "-D", self.data, "status", check=False).returncode == 0

    def pids(self):
        """The postmaster and its children, the postmaster first."""
        children = []
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(status.read_text().rpartition(")")[2].split()[1]) == self.postmaster:
                    children.append(int(status.parent.name))
        return [self.postmaster, *children]

    def kill(self):
        """All of its processes at once, as a machine's end would."""
        pids = self.pids()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
            time.sleep(0.01)
        self.postmaster = None  # its number may be somebody else's from now on

    def kill_a_backend(self):
        """One process, after which the others begin anew from the log."""
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(self.pids()[-1], signal.SIGKILL)

    def freeze(self):
        """All stand still and keep their connections, as on a machine that swaps or a disk that hangs."""
        self.frozen = self.pids()
        for pid in self.frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    @contextlib.contextmanager
    def slowed(self, runs_s=0.02, stands_s=0.4):
        """It works for a twentieth of the time, as beside somebody else's load: all is answered, and late."""
        over = threading.Event()

        def limp():
            while not over.is_set():
                self.freeze()
                over.wait(stands_s)
                self.thaw()
                over.wait(runs_s)

        limping = threading.Thread(target=limp)
        limping.start()
        try:
            yield
        finally:
            over.set()
            limping.join()

    def hold(self, statement):
        """A session of somebody else's that has run this within a transaction. Its end undoes it."""
        session = subprocess.Popen([programs() / "psql", self.url, "-qAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True)
        session.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
        session.stdin.flush()
        assert session.stdout.readline().strip() == "held", statement
        return session

    def close(self):
        if self.postmaster is not None:
            self.kill()
