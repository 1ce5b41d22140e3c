#pragma once

#include <boost/describe.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callboard {

/// Everything that can be refused or fail, as a value. What each means to a caller is one row of `error_table`.
BOOST_DEFINE_ENUM_CLASS(error_code, invalid_request, malformed_json, malformed_framing, invalid_cursor, invalid_header,
                        not_found, method_not_allowed, not_acceptable, request_timeout, conflict, transition_refused,
                        claimed_by_other, email_taken, name_taken, in_use, version_conflict, payload_too_large,
                        uri_too_long, unsupported_media_type, expectation_failed, idempotency_mismatch,
                        idempotency_in_flight, quarantined, websocket_version, too_many_requests, headers_too_large,
                        cursor_expired, forbidden_origin, internal, set_aside, not_implemented, http_version,
                        overloaded, draining, store_unavailable, store_in_doubt, deadline_exceeded)

enum class log_level : std::uint8_t {
  debug,
  info,
  warn,
  error
};

struct error_row {
  error_code code;
  int status;     ///< HTTP
  bool retryable; ///< the same request may succeed later
  log_level level;
  std::string_view title; ///< short, the same for each occurrence (RFC 9457)
};

const error_row& row_of(error_code);

/// One fault in a request. `pointer` is a JSON pointer into the body, or `header:Name`, `query:name`, `path:name`.
struct field_error {
  std::string pointer;
  std::string code;
  std::string detail;

  bool operator==(const field_error&) const = default;
};
BOOST_DESCRIBE_STRUCT(field_error, (), (pointer, code, detail))

/// A refusal or failure. `detail` is one sentence for the caller, with ids and numbers but never somebody's text.
struct problem {
  error_code code = error_code::internal;
  std::string detail;
  std::vector<field_error> errors = {};
  std::optional<int> retry_after_s = {};
  /// Extension members (RFC 9457, 3.2), already encoded: `"name":value` joined by commas, or empty.
  std::string extra = {};

  bool operator==(const problem&) const = default;
};

template <class T>
using result = tl::expected<T, problem>;

inline tl::unexpected<problem> refuse(error_code code, std::string detail) {
  return tl::unexpected(problem{code, std::move(detail)});
}

/// `application/problem+json` (RFC 9457). `instance` is the request's path.
std::string encode_problem(const problem&, std::string_view request_id, std::string_view instance);

} // namespace callboard
