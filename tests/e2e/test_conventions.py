"""The conventions of the API, as an integrator meets them."""

import pytest
from server import Client, classified, eventually, new_ticket


def test_a_repeated_request_with_a_key_happens_once_and_gets_the_same_bytes(client):
    body = {"title": "Once", "description": "Only once, please."}
    first = client.post("/api/v1/tickets", body, Idempotency_Key="k-1")
    again = client.post("/api/v1/tickets", body, Idempotency_Key="k-1")
    assert (first.status, first.body) == (again.status, again.body)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = client.post("/api/v1/tickets", {**body, "title": "Other"}, Idempotency_Key="k-1")
    assert other.status == 422
    assert len(client.get("/api/v1/tickets").json["items"]) == 1


def test_a_keyed_message_and_a_keyed_refusal_are_replayed_too(client):
    path = f"/api/v1/tickets/{new_ticket(client)['id']}"
    first = client.post(f"{path}/messages", {"kind": "note", "body": "x"}, Idempotency_Key="m")
    again = client.post(f"{path}/messages", {"kind": "note", "body": "x"}, Idempotency_Key="m")
    assert first.status == again.status == 201 and first.body == again.body
    assert len(client.get(f"{path}/messages").json["items"]) == 1
    assert client.ask("PATCH", path, {"status": "closed"}).status == 200
    refused = client.ask("PATCH", path, {"status": "open"}, Idempotency_Key="r")
    assert refused.status == 409
    assert client.ask("PATCH", path, {"status": "open"}, Idempotency_Key="r").body == refused.body


def test_a_mistake_keeps_no_key_and_the_same_key_is_good_for_the_corrected_request(client):
    mistaken = client.post("/api/v1/tickets", {}, Idempotency_Key="c")
    assert mistaken.status == 400
    body = {"title": "Corrected", "description": "Now with both."}
    corrected = client.post("/api/v1/tickets", body, Idempotency_Key="c")
    assert corrected.status == 201 and "idempotency-replayed" not in corrected.headers
    again = client.post("/api/v1/tickets", body, Idempotency_Key="c")
    assert again.body == corrected.body and again.headers["idempotency-replayed"] == "true"


def test_a_mistake_that_only_the_ticket_sees_keeps_no_key_either(client):
    path = f"/api/v1/tickets/{classified(client, new_ticket(client)['id'])['id']}"
    mistaken = client.ask("PATCH", path, {"category": "poetry"}, Idempotency_Key="p")
    assert mistaken.status == 400 and mistaken.json["errors"][0]["pointer"] == "/category"
    corrected = client.ask("PATCH", path, {"category": "billing"}, Idempotency_Key="p")
    assert corrected.status == 200 and corrected.json["category"] == "billing"


def test_a_stale_version_keeps_no_key(client):
    path = f"/api/v1/tickets/{classified(client, new_ticket(client)['id'])['id']}"
    stale = client.ask("PATCH", path, {"priority": "urgent"}, If_Match='"v1"', Idempotency_Key="s")
    assert stale.status == 412
    fresh = client.ask("PATCH", path, {"priority": "urgent"}, Idempotency_Key="s")
    assert fresh.status == 200 and fresh.json["priority"] == "urgent"
    assert "idempotency-replayed" not in fresh.headers


@pytest.mark.parametrize("kind, code, body", [
    ("users", "email_taken", {"name": "Ann", "email": "ann@example.com"}),
    ("departments", "name_taken", {"name": "Billing"}),
])
def test_a_conflict_that_only_the_store_sees_keeps_no_key(client, kind, code, body):
    path = f"/api/v1/{kind}"
    first = client.post(path, body)
    assert first.status == 201
    taken = client.post(path, body, Idempotency_Key="t")
    assert taken.status == 409 and taken.json["code"] == code
    assert client.ask("DELETE", f"{path}/{first.json['id']}").status == 204
    made = client.post(path, body, Idempotency_Key="t")
    assert made.status == 201 and "idempotency-replayed" not in made.headers
    again = client.post(path, body, Idempotency_Key="t")
    assert again.body == made.body and again.headers["idempotency-replayed"] == "true"


def test_a_department_in_use_keeps_no_key_either(client):
    department = client.post("/api/v1/departments", {"name": "Billing"}).json
    ticket = new_ticket(client, department=department["id"])
    path = f"/api/v1/departments/{department['id']}"
    used = client.ask("DELETE", path, Idempotency_Key="d")
    assert used.status == 409 and used.json["code"] == "in_use"
    assert client.ask("PATCH", f"/api/v1/tickets/{ticket['id']}", {"department": None}).status == 200
    gone = client.ask("DELETE", path, Idempotency_Key="d")
    assert gone.status == 204 and "idempotency-replayed" not in gone.headers


def test_conditional_requests(client):
    ticket = classified(client, new_ticket(client)["id"])
    path = f"/api/v1/tickets/{ticket['id']}"
    etag = client.get(path).headers["etag"]
    assert etag == f'"v{ticket["version"]}"'
    unchanged = client.get(path, If_None_Match=etag)
    assert unchanged.status == 304 and unchanged.body == b""
    changed = client.ask("PATCH", path, {"priority": "urgent"}, If_Match=etag)
    assert changed.status == 200 and changed.json["priority"] == "urgent"
    stale = client.ask("PATCH", path, {"priority": "low"}, If_Match=etag)
    assert stale.status == 412 and f"version {ticket['version'] + 1}, not {ticket['version']}" in stale.json["detail"]
    for foreign in (f'W/"v{ticket["version"] + 1}"', '"of-another-server"'):
        weak = client.ask("PATCH", path, {"priority": "low"}, If_Match=foreign)
        assert weak.status == 412 and "names none of its versions" in weak.json["detail"]
    assert stale.json["current_version"] == ticket["version"] + 1
    assert [c["type"] for c in stale.json["changes"]] == ["ticket.changed"]
    assert client.get(path).json["priority"] == "urgent"


@pytest.mark.parametrize("order", ["", "&sort=updated_at", "&sort=priority"])
def test_pages_hold_everything_once(client, order):
    wanted = {new_ticket(client, f"Ticket {i}", priority=["low", "high", "urgent"][i % 3])["id"] for i in range(7)}
    eventually(lambda: not client.get("/api/v1/tickets?ai_status=pending").json["items"], what="the classification")
    seen, path = [], f"/api/v1/tickets?limit=2{order}"
    while path:
        page = client.get(path)
        seen += [t["id"] for t in page.json["items"]]
        cursor = page.json["next_cursor"]
        assert ("link" in page.headers) == bool(cursor)
        path = f"/api/v1/tickets?limit=2{order}&cursor={cursor}" if cursor else None
    assert len(seen) == len(set(seen)) and set(seen) == wanted
    if not order:
        assert seen == sorted(seen, reverse=True)
    assert len(client.get("/api/v1/tickets?offset=5").json["items"]) == 2


def test_filters(client):
    a = new_ticket(client, "A", tags=["vip", "eu"], priority="low", category="billing")
    b = new_ticket(client, "B", priority="high", category="technical")
    ids = lambda query: [t["id"] for t in client.get(f"/api/v1/tickets?{query}").json["items"]]
    assert ids("tag=vip") == [a["id"]]
    assert ids("priority=high") == [b["id"]]
    assert ids("category=billing&status=open") == [a["id"]]
    assert ids("created_after=2100-01-01T00:00:00Z") == []
    assert ids("created_before=2100-01-01T00:00:00Z") == [b["id"], a["id"]]


def test_a_method_that_is_not_allowed_names_those_that_are(client):
    assert "POST" in client.ask("PUT", "/api/v1/tickets").headers["allow"]


def test_every_answer_carries_the_security_headers_and_a_request_id(client):
    answer = client.get("/api/v1/tickets", X_Request_Id="my-id.1")
    assert answer.headers["x-request-id"] == "my-id.1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    assert client.get("/api/v1/tickets", X_Request_Id="a b").headers["x-request-id"] != "a b"


def test_the_operations_port_is_apart(server, client):
    for path in ("/readyz", "/metrics"):
        assert client.get(path).status == 404
    assert client.get("/healthz").status == 200
    admin = Client(server.admin)
    assert admin.get("/healthz").json["status"] == "ok"
    assert admin.get("/readyz").json["status"] == "ready"
    assert b"callboard_tickets_created_total" in admin.get("/metrics").body
    assert admin.get("/api/v1/tickets").status == 404


def test_departments_and_members(client):
    user = client.post("/api/v1/users", {"name": "Maya", "email": "maya@example.com"}).json
    taken = client.post("/api/v1/users", {"name": "Other", "email": "MAYA@example.com"})
    assert taken.status == 409 and taken.json["errors"][0]["pointer"] == "/email"
    department = client.post("/api/v1/departments", {"name": "Billing"}).json
    path = f"/api/v1/departments/{department['id']}"
    assert client.ask("PUT", f"{path}/members/{user['id']}").status in (200, 204)
    assert client.get("/api/v1/departments").json["items"][0]["members"] == [user["id"]]
    new_ticket(client, department=department["id"])
    assert client.ask("DELETE", path).status == 409
    assert client.ask("DELETE", f"{path}/members/{user['id']}").status in (200, 204)
    assert client.ask("PATCH", path, {"name": "Accounts"}).json["name"] == "Accounts"
