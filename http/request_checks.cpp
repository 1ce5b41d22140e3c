#include "http/request_checks.hpp"

#include "http/framing/byte_classes.hpp"
#include "http/request_fields.hpp"
#include "http/target.hpp"

namespace callboard::http {
namespace {

constexpr std::chrono::seconds request_timeout_max{30};

} // namespace

bool decode_path(exchange& ex, std::string& room) {
  if (ex.head.path.find('%') == std::string_view::npos) {
    room = ex.head.path;
  } else if (auto decoded = percent_decode(ex.head.path, false)) {
    room = std::move(*decoded);
  } else {
    room.clear();
    ex.refuse(error_code::invalid_request, "The path must be percent-encoded UTF-8 without NUL.");
    return false;
  }
  ex.path = room;
  return true;
}

bool find_route(exchange& ex, const route_index& routes) {
  auto match = routes.match(ex.head.method, ex.path);
  ex.matched = match.found;
  ex.ids = match.ids;
  if (match.found)
    return true;
  if (match.allowed.empty()) {
    ex.refuse(error_code::not_found, "There is nothing at this path.");
  } else {
    ex.refuse(error_code::method_not_allowed, "Allowed here: " + match.allowed + ".");
    ex.out.add_field("Allow", match.allowed);
  }
  return false;
}

bool answer_options(exchange& ex, const route_index& routes) {
  auto methods =
    ex.path == "*" ? std::string{"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"} : routes.methods_of(ex.path);
  if (methods.empty()) {
    ex.refuse(error_code::not_found, "There is nothing at this path.");
    return false;
  }
  ex.out.status = 204;
  ex.out.add_field("Allow", methods);
  if (ex.head.fields.find("Access-Control-Request-Method")) {
    ex.out.add_field("Access-Control-Allow-Methods", methods);
    ex.out.add_field("Access-Control-Allow-Headers",
                     "Accept, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, Prefer, "
                     "traceparent, X-Request-Id, X-Request-Timeout");
    ex.out.add_field("Access-Control-Max-Age", "600");
  }
  return true;
}

bool check_origin(exchange& ex, std::string_view allowed_origin) {
  if (ex.matched->method == "GET")
    return true;
  auto origin = ex.field("Origin");
  if (!origin || is_origin_allowed(*origin, ex.head.host, allowed_origin))
    return true;
  ex.state.context.meters.http.refused(http_refusal::origin).add();
  ex.refuse(error_code::forbidden_origin, "Pages of this origin may not change anything here.");
  return false;
}

void read_time_allowed(exchange& ex) {
  if (auto timeout = ex.field("X-Request-Timeout")) {
    if (auto span = read_request_timeout(*timeout, request_timeout_max))
      ex.time_allowed = *span;
    else
      ex.mistake("header:X-Request-Timeout", "invalid_timeout",
                 "must be seconds, or a duration such as 500ms, more than 0 and at most 30s");
  }
}

bool check_media(exchange& ex) {
  const auto& fields = ex.head.fields;
  std::string room;
  if (auto accept = list_field(fields, "Accept", room);
      accept && !accept->empty() && *accept != "*/*" && !ex.matched->stream && !ex.matched->produces.empty()) {
    if (!accepts(*accept, ex.matched->produces)) {
      ex.refuse(error_code::not_acceptable, "This is answered as " + std::string{ex.matched->produces} + ".");
      return false;
    }
  }
  if (!ex.head.has_body())
    return true;
  auto coding = list_field(fields, "Content-Encoding", room);
  if (coding && !coding->empty() && !equal_ignoring_case(*coding, "identity")) {
    ex.refuse(error_code::unsupported_media_type, "A body must be sent as it is: no Content-Encoding is understood.");
    ex.out.add_field("Accept-Encoding", "identity");
    return false;
  }
  auto type = fields.find("Content-Type");
  if (type && is_json_content_type(*type))
    return true;
  ex.refuse(error_code::unsupported_media_type, "A body must be sent as application/json, in UTF-8.");
  return false;
}

void check_if_none_match(exchange& ex) {
  std::string room;
  auto sent = ex.matched->fields.if_none_match ? list_field(ex.head.fields, "If-None-Match", room) : std::nullopt;
  if (sent && !read_entity_tags(*sent))
    ex.mistake("header:If-None-Match", "invalid_etag", "must be * or a list of quoted entity tags, such as \"v3\"");
}

void answer_unmodified(exchange& ex) {
  if (ex.out.etag.empty() || ex.out.status != 200 || !ex.matched || ex.matched->method != "GET")
    return;
  std::string room;
  auto sent = list_field(ex.head.fields, "If-None-Match", room);
  auto tags = sent ? read_entity_tags(*sent) : std::nullopt;
  if (tags && has_weak_match(*tags, ex.out.etag))
    ex.out.status = 304;
}

} // namespace callboard::http
