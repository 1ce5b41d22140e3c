"""Starts what is measured: Callboard over either store, the limits, the peers, and the PostgreSQL that all share."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build" / "release"


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def wait_for(url, process, timeout=30):
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer within {timeout} s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(stack, command, **options):
    """A process that ends with the stack, and its children with it."""
    process = subprocess.Popen(command, start_new_session=True, **options)

    def end():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    stack.callback(end)
    return process


class Callboard:
    """A server with a store of its own: in its folder, or a new database of `cluster`."""

    program = [str(BUILD / "callboard")]
    patience_s = 30

    def __init__(self, stack, folder, *sets, cluster=None):
        self.port, self.operations_port = free_port(), free_port()
        folder.mkdir(exist_ok=True)
        (folder / "ready.json").unlink(missing_ok=True)
        flags = [f"server.port={self.port}", f"admin.port={self.operations_port}", "server.ready_file=ready.json", *sets]
        if cluster:
            flags.append(f"store.url={cluster.database(folder.name)}")
        command = [*self.program, "serve"] + [w for f in flags for w in ("--set", f)]
        log = folder / "log.jsonl"
        begun = time.monotonic()
        self.process = start(stack, command, cwd=folder, stdout=subprocess.DEVNULL, stderr=open(log, "wb"))
        while not (folder / "ready.json").exists():
            if self.process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.001)
        wait_for(f"{self.base}/healthz", self.process, self.patience_s)
        self.start_seconds = time.monotonic() - begun

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) * 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def metric(self, name):
        """The sum over its labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.operations_port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(rf"{name}[{{ ]", line))

    def switch_ai(self, on):
        body = json.dumps({"enabled": on}).encode()
        call = urllib.request.Request(f"{self.base}/api/v1/system/ai", body, {"Content-Type": "application/json"},
                                      method="PUT")
        urllib.request.urlopen(call).close()

    def fill(self, count):
        """Creates tickets until there are `count`, in the states of a desk at work."""
        while True:
            with urllib.request.urlopen(f"{self.base}/api/v1/tickets?limit=1") as answer:
                items = json.load(answer)["items"]
            have = items[0]["number"] if items else 0
            if have >= count:
                break
            wrk(f"{self.base}/api/v1/tickets", HERE / "fill.lua", 2)
        wrk(self.base, HERE / "moves.lua", 5, arguments=[count])


def wrk(url, script=None, seconds=5, connections=64, arguments=()):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        command += ["-s", str(script)]
    command += [url, *(["--", *map(str, arguments)] if arguments else [])]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    times = {}
    for percent in (50, 99):
        time_, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text).groups()
        times[f"p{percent}_ms"] = float(time_) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {"rate": rate, **times, "errors": int(errors.group(1)) if errors else 0}


class Cluster:
    """A private PostgreSQL. It refuses to run as root."""

    def __init__(self, stack, folder):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            raise RuntimeError("PostgreSQL is not installed (apt-get install postgresql)")
        folder.mkdir()
        self.programs, self.folder, self.port, self.prefix = programs[-1], folder, free_port(), []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            self.prefix = ["runuser", "-u", "postgres", "--"]
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        self.run("initdb", "-D", folder / "data", "-A", "trust", "-U", "bench")
        self.run("pg_ctl", "-D", folder / "data", "-o", options, "-w", "-l", folder / "log", "start")
        stack.callback(self.run, "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")

    def run(self, program, *words, **options):
        return subprocess.run([*self.prefix, str(self.programs / program), *map(str, words)], check=True, cwd="/",
                              **({"stdout": subprocess.DEVNULL} | options))

    def sql(self, database, text):
        self.run("psql", "-q", self.url(database), input=text, text=True, stderr=subprocess.DEVNULL)

    def url(self, database):
        return f"postgres://bench@127.0.0.1:{self.port}/{database}"

    def database(self, name):
        """Its URL; made when it is not there."""
        found = self.run("psql", "-Atc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'", self.url("postgres"),
                         stdout=subprocess.PIPE).stdout
        if not found:
            self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", name)
        return self.url(name)

    def pgbench(self, database, script, seconds, clients):
        """Transactions a second of one statement, prepared."""
        file = self.folder / "pgbench.sql"
        file.write_text(script)
        out = self.run("pgbench", "-n", "-M", "prepared", "-f", file, "-c", clients, "-T", seconds, self.url(database),
                       text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return float(re.search(r"tps = ([\d.]+)", out.stdout).group(1))


# Debian's Python: it is the one that has FastAPI.
PEERS = {
    "fastify": ["node", "fastify.js"],
    "express": ["node", "express.js"],
    "fastapi": ["/usr/bin/python3", "fastapi_app.py"],
}


def start_peers(stack, folder, wanted, cluster):
    """URLs of the peers by name, and what could not be started."""
    urls, missing = {}, {}
    if not wanted:
        return urls, missing
    database = cluster.database("peers")
    cluster.sql("peers", (HERE / "peers" / "schema.sql").read_text())
    here = shutil.copytree(HERE / "peers", folder / "peers")
    if {"fastify", "express"} & set(wanted):
        say("installing the Node peers")
        packages = ["express", "fastify", "pg"]
        installed = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], cwd=here)
    for name in wanted:
        if PEERS[name][0] == "node" and installed.returncode != 0:
            missing[name] = "npm install failed"
            continue
        port = free_port()
        environment = {**os.environ, "PG_URL": database, "PORT": str(port)}
        process = start(stack, PEERS[name], cwd=here, env=environment, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/tickets", process)
        except RuntimeError as why:
            missing[name] = str(why)
            continue
        urls[name] = f"http://127.0.0.1:{port}"
    return urls, missing
