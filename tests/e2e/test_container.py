"""What the container image adds to the binary: its settings, those of the Compose files, and how its health is asked."""

import os
import pathlib
import re
import subprocess

import pytest

from server import BINARY, Server

OPS = pathlib.Path(__file__).parents[2] / "ops"


def health(ready_file):
    asked = subprocess.run(
        [OPS / "container-health"],
        env={"PATH": os.environ["PATH"], "CALLBOARD_SERVER_READY_FILE": str(ready_file)},
        capture_output=True,
        timeout=20,
    )
    return asked.returncode == 0


def test_its_settings_are_valid():
    subprocess.run([BINARY, "config", "check", "--config", OPS / "container.toml"], check=True, timeout=20)


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_what_compose_files_set_are_valid_settings(tmp_path, name):
    given = dict(re.findall(r'^ +(CALLBOARD_\w+): "?(.*?)"?$', (OPS.parent / name).read_text(), re.MULTILINE))
    assert given
    checked = subprocess.run(
        [BINARY, "config", "check", "--config", OPS / "container.toml"],
        env={"PATH": os.environ["PATH"], **given}, cwd=tmp_path, capture_output=True, text=True, timeout=20,
    )
    assert checked.returncode == 0 and "warning" not in checked.stderr, checked.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_its_health_is_asked_wherever_it_serves(tmp_path, host):
    with Server(tmp_path, server__host=host) as server:
        ready = tmp_path / "ready.json"
        assert health(ready)
        assert server.base.startswith(f"http://[{host}]:" if ":" in host else f"http://{host}:")
        stale = tmp_path / "stale.json"
        stale.write_text(ready.read_text())
        assert server.stop() == 0
        assert not health(ready), "there is no ready file"
        assert not health(stale), "nobody answers"
