#include "base/error.hpp"

#include "base/check.hpp"
#include "base/json_write.hpp"

#include <algorithm>
#include <array>

namespace callboard {
namespace {

using enum error_code;
using enum log_level;

constexpr std::array error_table{
  error_row{invalid_request, 400, false, debug, "The request is not valid"},
  error_row{malformed_json, 400, false, debug, "The body is not valid JSON"},
  error_row{malformed_framing, 400, false, info, "The request is not valid HTTP"},
  error_row{invalid_cursor, 400, false, debug, "The cursor is not valid"},
  error_row{invalid_header, 400, false, debug, "A header is not valid"},
  error_row{not_found, 404, false, debug, "Not found"},
  error_row{method_not_allowed, 405, false, debug, "The method is not allowed here"},
  error_row{not_acceptable, 406, false, debug, "No acceptable representation"},
  error_row{request_timeout, 408, true, info, "The request took too long to arrive"},
  error_row{conflict, 409, false, debug, "The request conflicts with the present state"},
  error_row{transition_refused, 409, false, debug, "The status cannot change this way"},
  error_row{claimed_by_other, 409, false, debug, "Somebody else has claimed the ticket"},
  error_row{email_taken, 409, false, debug, "The e-mail address is taken"},
  error_row{name_taken, 409, false, debug, "The name is taken"},
  error_row{in_use, 409, false, debug, "Still in use"},
  error_row{version_conflict, 412, false, debug, "The resource has changed"},
  error_row{payload_too_large, 413, false, info, "The body is too large"},
  error_row{uri_too_long, 414, false, info, "The request target is too long"},
  error_row{unsupported_media_type, 415, false, debug, "The media type is not supported"},
  error_row{expectation_failed, 417, false, debug, "The expectation cannot be met"},
  error_row{idempotency_mismatch, 422, false, debug, "The idempotency key was used for another request"},
  error_row{idempotency_in_flight, 409, true, debug, "A request with this idempotency key is still running"},
  error_row{quarantined, 423, false, info, "The ticket is in quarantine"},
  error_row{websocket_version, 426, false, debug, "This version of WebSocket is not spoken"},
  error_row{too_many_requests, 429, true, info, "Too many requests"},
  error_row{headers_too_large, 431, false, info, "The header is too large"},
  error_row{cursor_expired, 410, false, debug, "The cursor is older than what is kept"},
  error_row{forbidden_origin, 403, false, info, "The origin is not allowed"},
  error_row{internal, 500, false, error, "Internal error"},
  error_row{set_aside, 500, false, error, "The request failed repeatedly and was set aside"},
  error_row{not_implemented, 501, false, info, "Not implemented"},
  error_row{http_version, 505, false, info, "The HTTP version is not supported"},
  error_row{overloaded, 503, true, warn, "Overloaded"},
  error_row{draining, 503, true, info, "Shutting down"},
  error_row{store_unavailable, 503, true, error, "The store is unavailable"},
  error_row{store_in_doubt, 503, true, error, "It is not known whether the write was stored"},
  error_row{deadline_exceeded, 503, true, warn, "The deadline passed before the request was handled"},
};

constexpr bool has_one_row_each() {
  bool complete = error_table.size() == enum_names<error_code>().size();
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<error_code>>([&](auto d) {
    complete = complete && std::count_if(error_table.begin(), error_table.end(), [&](const error_row& row) {
                             return row.code == d.value;
                           }) == 1;
  });
  return complete;
}
static_assert(has_one_row_each(), "every error code has exactly one row");

} // namespace

const error_row& row_of(error_code code) {
  for (const auto& row : error_table)
    if (row.code == code)
      return row;
  throw_invariant_broken("error_table", "every error code has a row", __FILE__, __LINE__);
}

std::string encode_problem(const problem& p, std::string_view request_id, std::string_view instance) {
  const auto& row = row_of(p.code);
  std::string out;
  out.reserve(256 + p.detail.size() + p.extra.size());
  out += "{\"type\":\"urn:callboard:problem:";
  out += enum_name(p.code);
  out += "\",\"title\":";
  append_json(out, row.title);
  out += ",\"status\":";
  append_json(out, row.status);
  out += ",\"detail\":";
  append_json(out, p.detail);
  out += ",\"instance\":";
  append_json(out, instance);
  out += ",\"request_id\":";
  append_json(out, request_id);
  out += ",\"code\":\"";
  out += enum_name(p.code);
  out += '"';
  if (!p.errors.empty()) {
    out += ",\"errors\":";
    append_json(out, p.errors);
  }
  if (!p.extra.empty()) {
    out += ',';
    out += p.extra;
  }
  out += '}';
  return out;
}

} // namespace callboard
