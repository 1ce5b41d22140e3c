"""The machine's clock jumps by a day: nothing of it is seen but in the metric that tells. The clock is the server's alone
(libfaketime); the time since boot goes on, as it would."""

import datetime
import os
import pathlib
import re

import pytest
from server import Client, Server, classified, eventually, new_ticket

DAY_S = 86_400
LIBRARIES = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def seconds_between(*times):
    first, second = (datetime.datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times)
    return (second - first).total_seconds()


def difference(admin):
    return float(re.search(r"^callboard_clock_difference_seconds (\S+)", admin.get("/metrics").body.decode(), re.M)[1])


@pytest.fixture(params=["+1d", "-1d"])
def jump(request, tmp_path):
    """Makes the clock jump once."""
    assert LIBRARIES, "libfaketime is missing: ops/setup --tests"
    file = tmp_path / "clock"
    file.write_text("+0")
    # A sanitizer wants to be loaded first, and is content to be told that it is not.
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    environment = {**os.environ, "LD_PRELOAD": str(LIBRARIES[-1]), "FAKETIME_TIMESTAMP_FILE": str(file),
                   "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": options}

    def work():
        new = file.with_suffix(".new")
        new.write_text(request.param)
        os.replace(new, file)

    work.environment, work.seconds = environment, DAY_S * int(request.param.removesuffix("d"))
    return work


def test_waiting_jobs_kept_replies_and_new_tickets_do_not_see_it(tmp_path, jump):
    server = Server(tmp_path, ai__retry_base="3s", ai__retry_max="3s", testing__failpoints="builtin.classify@later=throw*1")
    server.start(env=jump.environment)
    try:
        client, admin = server.client(), Client(server.admin)
        kept = client.post("/api/v1/tickets", {"title": "Kept", "description": "Under a key."}, idempotency_key="before")
        waiting = new_ticket(client, title="later", description="The first try fails.")
        eventually(lambda: [job for job in client.get("/api/v1/system/jobs").json["items"] if job["last_error"]])
        jump()
        eventually(lambda: abs(difference(admin) - jump.seconds) < 60)
        after = new_ticket(client, title="After", description="The jump.")
        assert abs(seconds_between(waiting["created_at"], after["created_at"])) < 60
        assert classified(client, waiting["id"])["ai"]["status"] == "done"
        again = client.post("/api/v1/tickets", {"title": "Kept", "description": "Under a key."}, idempotency_key="before")
        assert again.status == kept.status == 201 and again.body == kept.body
        assert server.stop() == 0
    finally:
        server.kill()
