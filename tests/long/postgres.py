"""A private PostgreSQL cluster in a folder, that can be stopped, killed and given less than it asks for."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time


def programs():
    """Where the newest installed version's programs are, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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

    def create(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "callboard", "--data-checksums")
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "callboard", "callboard")
        return self

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
