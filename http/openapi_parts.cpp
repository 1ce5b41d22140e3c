#include "http/openapi_parts.hpp"

#include "base/json_read.hpp"
#include "http/openapi_examples.hpp"

namespace callboard::http {
namespace {

namespace json = boost::json;

constexpr std::string_view example_request_id = "9f3a1c2b7d4e-0000000001";

json::object string_schema() { return {{"type", "string"}}; }

json::object header_parameter(std::string_view name, std::string_view help, json::object schema) {
  return {{"name", name}, {"in", "header"}, {"required", false}, {"description", help}, {"schema", std::move(schema)}};
}

json::object header(std::string_view help, json::object schema = string_schema()) {
  return {{"description", help}, {"schema", std::move(schema)}};
}

json::object id_schema(id_kind kind) {
  json::object uuid{{"type", "string"}, {"format", "uuid"}};
  if (kind != id_kind::ticket)
    return uuid;
  json::object number{{"type", "string"}, {"pattern", "^[1-9][0-9]*$"}};
  return {{"anyOf", json::array{std::move(uuid), std::move(number)}}};
}

std::string_view id_help(id_kind kind) {
  switch (kind) {
    case id_kind::ticket: return "The ticket's id, or its number.";
    case id_kind::user: return "The user's id.";
    case id_kind::department: return "The department's id.";
    case id_kind::job: return "The job's id.";
    case id_kind::none: break;
  }
  return {};
}

} // namespace

json::object document_info(std::string_view version) {
  return {
    {"title", "Callboard"},
    {"version", version},
    {"summary", "A support desk: tickets, conversations, AI that helps, and everything live."},
    {"description",
     "Times are UTC (RFC 3339, milliseconds), ids are UUIDs. Mistakes are answered as `application/problem+json` (RFC "
     "9457), all of a request's mistakes at once. Unknown members and parameters are mistakes. Lists are read with "
     "`limit` and `cursor`. Changes may be made conditional with `If-Match` and repeatable with `Idempotency-Key`."},
    {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
  };
}

json::array document_tags() {
  auto tag = [](std::string_view name, std::string_view help) {
    return json::object{{"name", name}, {"description", help}};
  };
  return {
    tag("tickets", "Tickets, their conversations and their history."),
    tag("users", "People who work on tickets or create them."),
    tag("departments", "Departments and who belongs to them."),
    tag("live", "Changes as they happen. A client that resumes with its last cursor misses nothing."),
    tag("system", "What operators look into and act on."),
    tag("documents", "This document."),
  };
}

json::array path_parameters(const route& row) {
  json::array out;
  std::size_t place = 0;
  for (auto rest = row.path; rest.find('{') != std::string_view::npos; ++place) {
    auto open = rest.find('{');
    auto close = rest.find('}');
    auto kind = row.ids[place];
    out.push_back(json::object{{"name", rest.substr(open + 1, close - open - 1)},
                               {"in", "path"},
                               {"required", true},
                               {"description", id_help(kind)},
                               {"schema", id_schema(kind)}});
    rest.remove_prefix(close + 1);
  }
  return out;
}

json::object shared_parameters() {
  json::object key{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}, {"pattern", "^[!-~]+$"}};
  json::object id{{"type", "string"}, {"pattern", "^[A-Za-z0-9._-]{1,128}$"}};
  return {
    {"If-Match", header_parameter("If-Match",
                                  "Act only when the resource is still at one of these entity tags; else 412 says what "
                                  "is there now.",
                                  string_schema())},
    {"If-None-Match",
     header_parameter("If-None-Match", "Answer 304 when it still has one of these entity tags.", string_schema())},
    {"Idempotency-Key",
     header_parameter("Idempotency-Key",
                      "Recommended. A request sent again with the same key happens once and gets the same answer.",
                      std::move(key))},
    {"Prefer", header_parameter("Prefer", "`wait=N`: wait up to N seconds for the classification.", string_schema())},
    {"Last-Event-ID",
     header_parameter("Last-Event-ID", "The last event's id; what came after it follows.", string_schema())},
    {"X-Request-Id",
     header_parameter("X-Request-Id", "A name for this request, in its answer and in the log.", std::move(id))},
    {"X-Request-Timeout",
     header_parameter("X-Request-Timeout",
                      "How long the answer is worth waiting for, at most 30 s: seconds, or with a unit (`500ms`). What "
                      "has not begun by then is dropped.",
                      string_schema())},
  };
}

json::object shared_headers() {
  return {
    {"X-Request-Id", header("The request's name, given or made.")},
    {"ETag", header("The version: `\"v<version>\"`.")},
    {"Location", header("Where the new resource is.")},
    {"Link", header("`rel=next`: the next page, when there is one.")},
    {"Idempotency-Replayed", header("`true` when an earlier request with the same key was answered this.")},
    {"Retry-After", header("Seconds to wait before trying again.", {{"type", "integer"}})},
  };
}

json::object problem_examples(const std::vector<error_code>& codes) {
  json::object out;
  for (auto code : codes) {
    auto p = example_problem(code);
    auto value = parse_json(encode_problem(p, example_request_id, "/api/v1/tickets"));
    out[enum_name(code)] = json::object{{"summary", row_of(p.code).title}, {"value", std::move(*value)}};
  }
  return out;
}

void add_problem_schema(schema_set& schemas) {
  json::array codes;
  for (auto name : enum_names<error_code>())
    codes.emplace_back(name);
  json::object mistakes{{"type", "array"},
                        {"items", schemas.schema_of<field_error>()},
                        {"description",
                         "Every mistake: a JSON pointer into the body, or `header:`, `query:`, `path:` and a "
                         "name."}};
  json::object properties{
    {"type", {{"type", "string"}, {"format", "uri"}}},
    {"title", string_schema()},
    {"status", {{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
    {"detail", string_schema()},
    {"instance", {{"type", "string"}, {"description", "The path that was asked."}}},
    {"request_id", string_schema()},
    {"code", {{"type", "string"}, {"enum", std::move(codes)}}},
    {"errors", std::move(mistakes)},
    {"current_version", {{"type", "integer"}, {"description", "Of a version conflict: what is there now."}}},
    {"changes",
     {{"type", "array"},
      {"items", schemas.schema_of<event_view>()},
      {"description", "Of a version conflict: what happened since the version that was expected."}}},
    {"allowed",
     {{"type", "array"}, {"items", string_schema()}, {"description", "Of a refused move: where the status may go."}}},
    {"list", {{"type", "string"}, {"description", "Of an expired cursor: the list to read anew."}}},
    {"reference", {{"type", "string"}, {"description", "What to quote to an operator."}}},
  };
  schemas.named()["problem"] = json::object{
    {"type", "object"},
    {"description", "RFC 9457. Codes may come to add members."},
    {"properties", std::move(properties)},
    {"required", json::array{"type", "title", "status", "detail", "instance", "request_id", "code"}},
  };
}

} // namespace callboard::http
