"""The OpenAPI document that a server serves, and a client that holds every answer against it."""

import re

import jsonschema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time")
def is_time(text):
    """All times are UTC, in milliseconds."""
    return not isinstance(text, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)


class Document:
    def __init__(self, client):
        self.client = client
        self.document = client.get("/openapi.json").json

    def validator(self, schema):
        whole = {**schema, "components": self.document["components"], "$schema": DIALECT}
        return jsonschema.Draft202012Validator(whole, format_checker=FORMATS)

    def named(self, name):
        return self.validator({"$ref": f"#/components/schemas/{name}"})

    def operation(self, method, path):
        return self.document["paths"][path][method.lower()]

    def check(self, method, path, answer):
        """The answer's status, media type and content are documented. A stream's content has no end, and is None."""
        documented = self.operation(method, path)["responses"].get(str(answer.status))
        assert documented, f"{method} {path} answered {answer.status}, which is not documented"
        while "$ref" in documented:
            documented = self.document["components"]["responses"][documented["$ref"].rsplit("/", 1)[1]]
        content = documented.get("content", {})
        kind = answer.headers.get("content-type", "").split(";")[0]
        assert not content or answer.body != b"", f"{method} {path} {answer.status} has no content"
        if answer.body != b"":
            assert kind in content, f"{method} {path} {answer.status} answered {kind}, documented are {list(content)}"
        if answer.body and kind.endswith("json"):
            self.validator(content[kind]["schema"]).validate(answer.json)
        assert "x-request-id" in answer.headers


class Checked(Document):
    """A client that looks each answer up in the document."""

    def __init__(self, client):
        super().__init__(client)
        self.seen = set()

    def ask(self, method, path, body=None, status=None, query="", headers=None, **where):
        target = path.format(**where) + query
        answer = self.client.ask(method, target, body, **(headers or {}))
        assert status is None or answer.status == status, f"{method} {target}: {answer.status} {answer.body[:500]}"
        self.check(method, path, answer)
        self.seen.add(self.operation(method, path)["operationId"])
        return answer
