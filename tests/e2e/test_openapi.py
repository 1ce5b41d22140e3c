"""Every operation of the OpenAPI document is called, and every answer is checked against its schema."""

import concurrent.futures
import re
import urllib.parse

import pytest
from documented import Checked
from server import Server, classified


@pytest.fixture
def api(client):
    return Checked(client)


def test_every_operation_answers_as_documented(api):
    v1 = "/api/v1"
    user = api.ask("POST", f"{v1}/users", {"name": "Maya", "email": "maya@example.com"}, 201).json
    api.ask("GET", f"{v1}/users", status=200)
    api.ask("GET", f"{v1}/users/{{id}}", id=user["id"], status=200)
    api.ask("PATCH", f"{v1}/users/{{id}}", {"name": "Maya B."}, id=user["id"], status=200)
    department = api.ask("POST", f"{v1}/departments", {"name": "Billing"}, 201).json
    api.ask("GET", f"{v1}/departments", status=200)
    api.ask("GET", f"{v1}/departments/{{id}}", id=department["id"], status=200)
    api.ask("PATCH", f"{v1}/departments/{{id}}", {"name": "Accounts"}, id=department["id"], status=200)
    member = f"{v1}/departments/{{id}}/members/{{user}}"
    api.ask("PUT", member, id=department["id"], user=user["id"], status=200)

    ticket = api.ask(
        "POST", f"{v1}/tickets",
        {"title": "Charged twice", "description": "For March.", "department": department["id"], "tags": ["vip"]}, 201,
    ).json
    number = ticket["number"]
    classified(api.client, number)
    api.ask("GET", f"{v1}/tickets", query="?status=open&limit=5", status=200)
    api.ask("GET", f"{v1}/tickets/{{id}}", id=number, status=200)
    api.ask("PATCH", f"{v1}/tickets/{{id}}", {"priority": "high", "assignee_id": None}, id=number, status=200)
    api.ask("POST", f"{v1}/tickets/{{id}}/claim", {"user_id": user["id"]}, id=number, status=200)
    api.ask("POST", f"{v1}/tickets/{{id}}/messages", {"kind": "reply", "body": "We look."}, id=number, status=201)
    api.ask("POST", f"{v1}/tickets/{{id}}/release", id=number, status=200)
    api.ask("GET", f"{v1}/tickets/{{id}}/messages", id=number, status=200)
    api.ask("GET", f"{v1}/tickets/{{id}}/events", id=number, status=200)

    job = api.ask("GET", f"{v1}/system/jobs", status=200).json["items"][0]
    api.ask("POST", f"{v1}/system/jobs/{{id}}/replay", id=job["id"])
    for name in ("actors", "quarantine", "providers", "settings", "ai"):
        api.ask("GET", f"{v1}/system/{name}", status=200)
    api.ask("PUT", f"{v1}/system/ai", {"enabled": True}, status=200)
    api.ask("POST", f"{v1}/system/quarantine/{{id}}/release", id=ticket["id"])
    for path in ("/openapi.json", "/docs.json", "/docs", "/redoc", "/healthz"):
        api.ask("GET", path, status=200)
    api.ask("GET", f"{v1}/live", status=400)
    api.ask("GET", f"{v1}/events", query="?topic=nothing", status=400)

    api.ask("DELETE", f"{v1}/tickets/{{id}}", id=number, status=204)
    api.ask("DELETE", member, id=department["id"], user=user["id"], status=200)
    api.ask("DELETE", f"{v1}/departments/{{id}}", id=department["id"], status=204)
    api.ask("DELETE", f"{v1}/users/{{id}}", id=user["id"], status=204)

    documented = {o["operationId"] for path in api.document["paths"].values() for o in path.values() if "operationId" in o}
    assert api.seen == documented


def test_refusals_answer_as_documented(api):
    v1 = "/api/v1"
    missing = "0190b2c4-0000-7000-8000-000000000000"
    api.ask("POST", f"{v1}/tickets", {}, 400)
    api.ask("POST", f"{v1}/tickets", "{", 400)
    api.ask("GET", f"{v1}/tickets", query="?limit=0", status=400)
    api.ask("POST", f"{v1}/users", {"name": "A", "email": "a@example.com"}, 201)
    api.ask("POST", f"{v1}/users", {"name": "B", "email": "A@example.com"}, 409)
    for path in (f"{v1}/tickets/{{id}}", f"{v1}/users/{{id}}", f"{v1}/departments/{{id}}"):
        api.ask("GET", path, id=missing, status=404)
        api.ask("DELETE", path, id=missing, status=404)
    ticket = api.ask("POST", f"{v1}/tickets", {"title": "A", "description": "B"}, 201).json
    api.ask("PATCH", f"{v1}/tickets/{{id}}", {"status": "closed"}, id=ticket["id"], status=200)
    api.ask("PATCH", f"{v1}/tickets/{{id}}", {"status": "open"}, id=ticket["id"], status=409)
    api.ask("PATCH", f"{v1}/tickets/{{id}}", {"priority": "low"}, id=ticket["id"], status=412, headers={"If-Match": '"v1"'})
    api.ask("POST", f"{v1}/tickets/{{id}}/messages", {"kind": "shout", "body": ""}, id=ticket["id"], status=400)
    api.ask("POST", f"{v1}/tickets", {"title": "K", "description": "B"}, 201, headers={"Idempotency-Key": "k"})
    api.ask("POST", f"{v1}/tickets", {"title": "L", "description": "B"}, 422, headers={"Idempotency-Key": "k"})


def test_overload_answers_as_documented(tmp_path):
    settings = {"limits__permits_total": 1, "limits__permits_per_principal": 1}
    with Server(tmp_path, testing__failpoints="journal.before_commit=sleep:300ms", **settings) as server:
        apis = [Checked(server.client()) for _ in range(4)]
        create = lambda api: api.ask("POST", "/api/v1/tickets", {"title": "A", "description": "B"})
        with concurrent.futures.ThreadPoolExecutor(len(apis)) as pool:
            answers = list(pool.map(create, apis))
        statuses = [a.status for a in answers]
        assert 201 in statuses and set(statuses) & {429, 503}
        assert all("retry-after" in a.headers for a in answers if a.status != 201)


def test_the_examples_in_the_document_are_valid(api):
    def check(media):
        examples = [media["example"]] if "example" in media else []
        for shown in media.get("examples", {}).values():
            if "$ref" in shown:
                shown = api.document["components"]["examples"][shown["$ref"].rsplit("/", 1)[1]]
            examples.append(shown["value"])
        for example in examples:
            api.validator(media["schema"]).validate(example)
        return len(examples)

    count = 0
    for path in api.document["paths"].values():
        for operation in path.values():
            if "operationId" not in operation:
                continue
            for media in operation.get("requestBody", {}).get("content", {}).values():
                count += check(media)
            for response in operation["responses"].values():
                for media in response.get("content", {}).values():
                    if media.get("schema"):
                        count += check(media)
    for response in api.document["components"].get("responses", {}).values():
        for media in response.get("content", {}).values():
            count += check(media)
    assert count > 30


def test_the_viewers_and_all_they_load_are_served_from_here(server, client):
    for page, bundle in (("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")):
        shown = client.get(page)
        assert shown.status == 200 and shown.headers["content-type"].startswith("text/html")
        loaded = re.findall(r'(?:src|href)="([^"#]+)"', shown.body.decode())
        assert any(bundle in name for name in loaded), loaded
        for name in loaded:
            assert "//" not in name, f"{page} loads {name} from elsewhere"
            got = client.get(urllib.parse.urljoin(page, name))
            assert got.status == 200, name
            if bundle in name:
                assert len(got.body) > 100_000 and "javascript" in got.headers["content-type"]
