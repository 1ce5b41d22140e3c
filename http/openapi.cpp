#include "http/openapi.hpp"

#include "base/json_read.hpp"
#include "http/openapi_examples.hpp"
#include "http/openapi_parts.hpp"
#include "http/route_table.hpp"
#include "http/yaml.hpp"
#include "ops/version.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>

namespace callboard::http {
namespace {

namespace json = boost::json;

json::value parsed(const std::string& text) {
  auto value = parse_json(text);
  return value ? std::move(*value) : json::value{};
}

/// A request leaves out what it does not say; null would mean something else.
json::value without_nulls(json::value value) {
  if (auto object = value.if_object()) {
    json::object kept;
    for (auto& member : *object)
      if (!member.value().is_null())
        kept[member.key()] = without_nulls(std::move(member.value()));
    return kept;
  }
  return value;
}

json::object header_ref(std::string_view name) { return {{"$ref", "#/components/headers/" + std::string{name}}}; }

json::object media_of(const body_shape& body, bool is_request, schema_set& schemas) {
  json::object media{{"schema", body.schema(schemas)}};
  if (body.example)
    media["example"] = is_request ? without_nulls(parsed(body.example())) : parsed(body.example());
  return {{body.media_type, std::move(media)}};
}

json::object success_of(const response_row& row, bool keyed, schema_set& schemas) {
  json::object headers{{"X-Request-Id", header_ref("X-Request-Id")}};
  if (row.etag)
    headers["ETag"] = header_ref("ETag");
  if (row.location)
    headers["Location"] = header_ref("Location");
  if (row.link_next)
    headers["Link"] = header_ref("Link");
  if (keyed)
    headers["Idempotency-Replayed"] = header_ref("Idempotency-Replayed");
  json::object out{{"description", row.description}, {"headers", std::move(headers)}};
  if (row.body.schema)
    out["content"] = media_of(row.body, false, schemas);
  return out;
}

/// Codes that share a status share a response, with an example each.
json::object failure_of(const std::vector<error_code>& codes) {
  std::string description;
  json::object examples;
  bool retryable = false;
  for (auto code : codes) {
    const auto& row = row_of(code);
    description.append(description.empty() ? "" : "; ").append(row.title);
    examples[enum_name(code)] = json::object{{"$ref", "#/components/examples/" + std::string{enum_name(code)}}};
    retryable = retryable || row.retryable;
  }
  json::object headers{{"X-Request-Id", header_ref("X-Request-Id")}};
  if (retryable)
    headers["Retry-After"] = header_ref("Retry-After");
  json::object media{{"schema", {{"$ref", "#/components/schemas/problem"}}}, {"examples", std::move(examples)}};
  return {{"description", description + "."},
          {"headers", std::move(headers)},
          {"content", {{"application/problem+json", std::move(media)}}}};
}

json::object responses_of(const route& row, schema_set& schemas) {
  json::object out;
  for (const auto& response : row.responses)
    out[std::to_string(response.status)] = success_of(response, row.fields.idempotency_key, schemas);
  if (row.fields.if_none_match)
    out["304"] = json::object{{"description", "Not modified since the given entity tag."},
                              {"headers", {{"ETag", header_ref("ETag")}}}};
  std::map<int, std::vector<error_code>> by_status;
  for (auto code : errors_of(row))
    by_status[row_of(code).status].push_back(code);
  for (const auto& [status, codes] : by_status)
    out[std::to_string(status)] = failure_of(codes);
  return out;
}

json::array parameters_of(const route& row, schema_set& schemas) {
  json::array out = path_parameters(row);
  if (row.query)
    for (auto& parameter : row.query(schemas))
      out.push_back(std::move(parameter));
  auto add = [&](bool used, std::string_view name) {
    if (used)
      out.push_back(json::object{{"$ref", "#/components/parameters/" + std::string{name}}});
  };
  add(row.fields.if_match, "If-Match");
  add(row.fields.if_none_match, "If-None-Match");
  add(row.fields.idempotency_key, "Idempotency-Key");
  add(row.fields.prefer_wait, "Prefer");
  add(row.fields.last_event_id, "Last-Event-ID");
  add(true, "X-Request-Id");
  add(row.takes != admission::free, "X-Request-Timeout");
  return out;
}

json::object operation_of(const route& row, schema_set& schemas) {
  json::object out{{"operationId", row.operation}, {"summary", row.summary}, {"tags", json::array{row.tag}}};
  if (!row.description.empty())
    out["description"] = row.description;
  out["parameters"] = parameters_of(row, schemas);
  if (row.has_request())
    out["requestBody"] =
      json::object{{"required", !row.request_optional}, {"content", media_of(row.request, true, schemas)}};
  out["responses"] = responses_of(row, schemas);
  if (row.stream == stream_kind::live)
    add_frames(out, schemas);
  return out;
}

std::string documented_path(const route& row) {
  return (row.place == route_place::api ? "/api/v1" : "") + std::string{row.path};
}

std::string lower(std::string_view method) {
  std::string out;
  for (char c : method)
    out += static_cast<char>(c | 0x20);
  return out;
}

std::vector<error_code> documented_codes() {
  std::vector<error_code> all;
  for (const auto& row : route_table())
    if (row.documented)
      for (auto code : errors_of(row))
        all.push_back(code);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

json::object document() {
  schema_set schemas;
  json::object paths;
  for (const auto& row : route_table())
    if (row.documented) {
      auto& item = paths[documented_path(row)];
      if (!item.is_object())
        item = json::object{};
      item.as_object()[lower(row.method)] = operation_of(row, schemas);
    }
  add_problem_schema(schemas);
  return {{"openapi", "3.1.0"},
          {"info", document_info(program_version)},
          {"servers", json::array{json::object{{"url", "/"}, {"description", "Where this document came from."}}}},
          {"security", json::array{}},
          {"tags", document_tags()},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", std::move(schemas.named())},
            {"parameters", shared_parameters()},
            {"headers", shared_headers()},
            {"examples", problem_examples(documented_codes())}}}};
}

const json::object& the_document() {
  static const json::object made = document();
  return made;
}

} // namespace

const std::string& openapi_json() {
  static const std::string text = json::serialize(the_document());
  return text;
}

std::string openapi_yaml() { return to_yaml(the_document()); }

} // namespace callboard::http
