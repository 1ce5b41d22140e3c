"""The OpenAPI document before an independent linter: Redocly's, by its recommended rules. Needs Node, no network."""

import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "openapi.yaml"
LINTER = HERE / "node_modules" / ".bin" / "redocly"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def problems_of(document):
    """Pairs of a rule and the place that breaks it."""
    assert LINTER.exists(), "the linter is not installed: run ops/setup --tests"
    ended = subprocess.run(
        [LINTER, "lint", "--config", HERE / "redocly.yaml", "--format=json", "--max-problems=1000", document],
        cwd=HERE, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=300,
    )
    assert ended.returncode in (0, 1) and ended.stdout, ended.stderr
    report = json.loads(ended.stdout)
    assert report["totals"]["ignored"] == 0
    return {(p["ruleId"], p["location"][0]["pointer"]) for p in report["problems"]}


def test_the_document_has_no_problem():
    assert problems_of(DOCUMENT) == set()


def test_planted_faults_are_seen(tmp_path):
    text = DOCUMENT.read_text()
    for good, bad in [
        ("operationId: list_users\n", "operationId: list_tickets\n"),
        ('\n        "101":\n', '\n        "102":\n'),
        ('#/components/schemas/heartbeat_frame"', '#/components/schemas/heart_frame"'),
    ]:
        assert text.count(good) == 1, good
        text = text.replace(good, bad)
    planted = tmp_path / "openapi.yaml"
    planted.write_text(text)
    live = "#/paths/~1api~1v1~1live/get"
    assert problems_of(planted) == {
        ("operation-operationId-unique", "#/paths/~1api~1v1~1users/get/list_tickets"),
        ("rule/operation-success", f"{live}/responses"),
        ("no-unresolved-refs", f"{live}/x-server-frames/5"),
        ("no-unused-components", "#/components/schemas/heartbeat_frame"),
    }
