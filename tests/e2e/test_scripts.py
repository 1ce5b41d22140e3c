"""The scripts of ops/ in a copy of the tree, with every program that would install or build replaced by one that notes
how it was called: nothing is installed, removed or built."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
REAL = "bash sh env dirname sed awk sort comm grep mktemp tar mkdir mv rm id nproc cat chmod touch".split()
NOBODY = 65534
TESTS_ONLY, BENCH_ONLY = {"clang", "python3-websockets", "curl", "wrk", "postgresql", "libfaketime", "libeatmydata1"}, {"wrk", "postgresql"}

NOTE = '#!/bin/sh\necho "${0##*/} $*" >>"$CALLS"\n'
FAKES = {
    "apt-get": 'case "$*" in *update*) exit ${UPDATE_FAILS:-0} ;; *download*) touch prometheus_1_all.deb ;; esac\n'
    'case "$*" in *install*) exit ${INSTALL_FAILS:-0} ;; esac\n',
    "apt-cache": 'for name; do :; done\ncase " $UNKNOWN " in *" $name "*) exit 100 ;; esac\n',
    "dpkg-query": 'for name; do case " $INSTALLED " in *" $name "*) echo "installed $name" ;; esac; done\n'
    'case " $INSTALLED " in *" $name "*) ;; *) exit 1 ;; esac\n',
    "dpkg-deb": 'mkdir -p unpacked/usr/bin\necho found >unpacked/usr/bin/promtool\nchmod +x unpacked/usr/bin/promtool\n'
    'tar -c -C unpacked ./usr/bin/promtool\n',
    "node": 'echo "${NODE_VERSION:-v20.1.0}"\n',
    "npm": "mkdir -p node_modules\ntouch node_modules/.package-lock.json\nexit ${NPM_FAILS:-0}\n",
    "promtool": "",
    "sudo": "exit 1\n",
    "cmake": "exit 0\n",
    "ninja": "mkdir -p build/release && cd build/release\n"
    "printf '#!/bin/sh\\necho served with \"$*\"\\nexit 3\\n' >callboard\nchmod +x callboard\n",
}


class Tree:
    """A copy of what the scripts look at, open to every user, and the only programs that they find."""

    def __init__(self, folder):
        self.folder = folder
        folder.chmod(0o777)
        shutil.copytree(ROOT / "ops", folder / "ops")
        for place in ("http/docs_ui", "tests/e2e", "tests/bench"):
            (folder / place).mkdir(parents=True)
        for place in ("http/docs_ui", "tests/e2e"):
            for name in ("package.json", "package-lock.json"):
                shutil.copy(ROOT / place / name, folder / place)
        for file in ("run", "measurements.py", "servers.py"):
            shutil.copy(ROOT / "tests/bench" / file, folder / "tests/bench")
        shutil.copy(ROOT / "CMakePresets.json", folder)
        self.calls_file = folder / "calls"
        self.calls_file.touch()
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in REAL:
            (self.bin / name).symlink_to(shutil.which(name))
        (self.bin / "python3").symlink_to(sys.executable)
        for name, text in FAKES.items():
            (self.bin / name).write_text(NOTE + text)
            (self.bin / name).chmod(0o755)
        for each in (folder, *folder.rglob("*")):
            if not each.is_symlink():
                each.chmod(0o777)
        # Only root can become somebody else; whoever is not root is somebody else already.
        self.becomes = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        self.installed = " ".join(self.run("setup", "--list").stdout.split())
        self.forget()

    def without(self, *names):
        for name in names:
            (self.bin / name).unlink()

    def run(self, script, *words, as_nobody=False, installed=None, **environment):
        known = {} if installed is None else {"INSTALLED": installed}
        return subprocess.run(
            [self.folder / "ops" / script, *words], cwd="/", capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL, start_new_session=True, **(self.becomes if as_nobody else {}),
            env={"PATH": str(self.bin), "CALLS": str(self.calls_file), "CI": "1", **known, **environment},
        )

    def forget(self):
        self.calls_file.write_text("")

    def calls(self, *programs):
        return [line for line in self.calls_file.read_text().splitlines() if line.split()[0] in programs]

    def changes(self):
        """What may change a system, or take its time."""
        return self.calls("apt-get", "npm", "dpkg-deb", "sudo", "cmake", "ninja")


@pytest.fixture
def tree():
    with tempfile.TemporaryDirectory() as folder:
        yield Tree(pathlib.Path(folder))


def needs_root(test):
    return pytest.mark.skipif(os.geteuid() != 0, reason="apt-get is called without sudo by root alone")(test)


def packages_of(tree, names):
    """Everything installed but these."""
    return " ".join(name for name in tree.installed.split() if name not in names)


# --- how they are called --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["setup", "build", "run", "test", "bench", "format"])
def test_help_says_how_a_script_is_called_and_does_nothing(tree, script):
    for option in ("--help", "-h"):
        helped = tree.run(script, option)
        assert helped.returncode == 0 and not helped.stderr, helped.stderr
        assert f"  ops/{script}" in helped.stdout
    assert tree.changes() == []
    assert not (tree.folder / "build").exists()


@pytest.mark.parametrize("script", ["setup", "build", "test", "format"])
def test_an_unknown_option_is_named_with_the_usage_and_nothing_is_done(tree, script):
    wrong = tree.run(script, "--quik")
    assert wrong.returncode == 2 and wrong.stdout == ""
    first, _, usage = wrong.stderr.partition("\n")
    assert first == f"{script}: unknown option --quik"
    assert usage.strip() == tree.run(script, "--help").stdout.strip()
    assert tree.changes() == []


def test_the_measurement_names_its_own_options(tree):
    assert "--json" in tree.run("bench", "--help").stdout


def test_a_long_run_that_there_is_not_is_refused_with_those_that_there_are(tree):
    refused = tree.run("test", "--long", "P15", "P99", installed=tree.installed)
    assert refused.returncode == 1 and "no long run for P99; there is: P1 P1:postgres P2 P2:postgres P5" in refused.stderr
    assert tree.calls("cmake", "ninja") == []


def test_a_long_run_measures_a_binary_that_is_built_for_it(tree):
    tree.run("test", "--long", "P9", installed=tree.installed)
    assert tree.calls("cmake") == ["cmake --preset release"]
    (built,) = tree.calls("ninja")
    assert built.startswith("ninja -C build/release -j ") and built.endswith(" callboard")


def test_run_hands_its_arguments_and_the_status_of_the_server_on(tree):
    ran = tree.run("run", "--demo", "--set", "log.level=a b", installed=tree.installed)
    assert ran.returncode == 3, ran.stderr
    assert ran.stdout.endswith("served with serve --demo --set log.level=a b\n")
    assert tree.calls("cmake") == ["cmake --preset release"]
    (built,) = tree.calls("ninja")
    assert built.startswith("ninja -C build/release -j ") and built.endswith(" callboard")


# --- what setup does ------------------------------------------------------------------------------------------------


def test_the_list_names_what_is_needed_and_does_nothing(tree):
    names = set(tree.run("setup", "--list").stdout.splitlines())
    assert {"g++", "libcaf-dev", "libsqlite3-dev", "nodejs (>= 18)", "npm"} | TESTS_ONLY | BENCH_ONLY <= names
    assert tree.changes() == []


def test_trusted_it_does_nothing(tree):
    trusted = tree.run("setup", "--tests", "--bench", installed="", SKIP_SETUP="1")
    assert (trusted.returncode, trusted.stdout, trusted.stderr) == (0, "", "")
    assert tree.calls("apt-get", "npm", "dpkg-query") == []


def test_what_is_there_stays_as_it_is_and_the_second_time_is_silent(tree):
    first = tree.run("setup", "--tests", "--bench", installed=tree.installed, as_nobody=True)
    assert first.returncode == 0, first.stderr
    assert tree.calls("npm") == ["npm ci --no-audit --no-fund --loglevel=error"] * 2, "of the viewers and of the tests"
    assert tree.calls("apt-get", "sudo") == []
    tree.forget()
    again = tree.run("setup", "--tests", "--bench", installed=tree.installed, as_nobody=True)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert tree.changes() == []


@needs_root
@pytest.mark.parametrize("option, more", [(None, set()), ("--tests", TESTS_ONLY), ("--bench", BENCH_ONLY)])
def test_what_is_missing_is_named_and_nothing_else_installed(tree, option, more):
    missing = {"libcaf-dev", "ninja-build"} | TESTS_ONLY | BENCH_ONLY
    done = tree.run("setup", *filter(None, [option]), installed=packages_of(tree, missing))
    wanted = sorted({"libcaf-dev", "ninja-build"} | more)
    assert done.returncode == 0, done.stderr
    assert f"setup: installing {' '.join(wanted)}\n" in done.stdout
    update, install = tree.calls("apt-get")
    assert update.endswith(" update")
    assert " install -y " in install and " --no-remove " in install and install.endswith(" ".join(wanted))


@needs_root
def test_without_node_its_packages_are_installed(tree):
    tree.without("node", "npm")
    tree.run("setup", installed=packages_of(tree, {"nodejs", "npm"}))
    assert tree.calls("apt-get")[1].endswith(" nodejs npm")


@needs_root
def test_packages_that_are_not_offered_are_named(tree):
    failed = tree.run("setup", installed=packages_of(tree, {"libcaf-dev", "mold"}), UNKNOWN="libcaf-dev")
    assert failed.returncode == 1
    assert "these packages are not offered here: libcaf-dev (the names are Debian 12's)" in failed.stderr
    assert [call for call in tree.calls("apt-get") if " install " in call] == []


@needs_root
def test_old_package_lists_are_said_and_gone_on_with(tree):
    done = tree.run("setup", installed=packages_of(tree, {"mold"}), UPDATE_FAILS="100")
    assert done.returncode == 0 and "could not be updated; going on with those that are here" in done.stdout


@needs_root
def test_a_failed_installation_is_said(tree):
    failed = tree.run("setup", installed=packages_of(tree, {"mold", "cmake"}), INSTALL_FAILS="100")
    assert failed.returncode == 1 and "apt-get could not install: cmake mold" in failed.stderr
    assert tree.calls("npm") == [], "it ends there"


def test_who_may_not_install_is_told_what_an_administrator_must_run(tree):
    tree.without("sudo")
    failed = tree.run("setup", installed=packages_of(tree, {"mold", "cmake"}), as_nobody=True)
    assert failed.returncode == 1 and "run: apt-get install cmake mold" in failed.stderr
    assert tree.changes() == []


def test_a_password_that_nobody_can_type_is_said(tree):
    failed = tree.run("setup", installed=packages_of(tree, {"mold"}), as_nobody=True)
    assert failed.returncode == 1
    assert "failed as root without a terminal to ask for a password" in failed.stderr
    assert "setup: installing mold" in failed.stdout
    assert all(call.startswith("sudo -n ") for call in tree.calls("sudo")) and tree.calls("apt-get") == []


@pytest.mark.parametrize("script", ["setup", "build", "run", "test", "bench"])
def test_elsewhere_than_on_debian_all_that_is_needed_is_named(tree, script):
    names = tree.run("setup", "--list").stdout.splitlines()
    tree.without("apt-get")
    failed = tree.run(script)
    assert failed.returncode == 1
    assert {f"  {name}" for name in names} <= set(failed.stderr.splitlines())
    assert "install these by hand" in failed.stderr and "SKIP_SETUP=1" in failed.stderr
    assert tree.changes() == []


def test_a_node_that_is_too_old_is_not_replaced(tree):
    failed = tree.run("setup", installed=tree.installed, NODE_VERSION="v16.20.2")
    assert failed.returncode == 1 and "node 16.20.2 is too old: 18 or newer is needed" in failed.stderr
    assert tree.changes() == []


def test_a_node_of_ones_own_without_npm_is_said(tree):
    tree.without("npm")
    failed = tree.run("setup", installed=packages_of(tree, {"nodejs"}))
    assert failed.returncode == 1 and "install the npm that belongs to it" in failed.stderr
    assert tree.changes() == []


def test_a_failed_npm_is_said_with_its_folder(tree):
    failed = tree.run("setup", installed=tree.installed, NPM_FAILS="1")
    assert failed.returncode == 1 and "npm ci failed in http/docs_ui" in failed.stderr


def test_promtool_alone_is_taken_out_of_its_package(tree):
    tree.without("promtool")
    done = tree.run("setup", "--tests", installed=tree.installed, as_nobody=True)
    assert done.returncode == 0, done.stderr
    assert (tree.folder / "build/tools/bin/promtool").read_text() == "found\n"
    (download,) = tree.calls("apt-get")
    assert download.endswith("download prometheus")
    tree.forget()
    assert tree.run("setup", "--tests", installed=tree.installed, as_nobody=True).stdout == ""
    assert tree.calls("apt-get") == []
