#pragma once

#include "base/error.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

// An answer, and its bytes.
namespace callboard::http {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view problem_type = "application/problem+json";

/// What one request is answered with. Reused from request to request on a connection, so that its memory is.
struct answer {
  int status = 200;
  std::string_view content_type = json_type; ///< static
  std::string body;
  std::string_view shared; ///< instead of `body`: bytes that `keep` owns, or that are static
  std::shared_ptr<const void> keep;
  std::string etag;   ///< with its quotes
  std::string fields; ///< more header lines, each with its CRLF
  bool page = false;  ///< a page for people: its own content security policy
  bool close = false; ///< the connection ends with this answer

  std::string_view content() const { return shared.data() ? shared : std::string_view{body}; }

  void clear();
  void add_field(std::string_view name, std::string_view value);
  void set_problem(const problem& p, std::string_view request_id, std::string_view instance);
};

/// What the head of an answer says beyond the answer itself.
struct answer_frame {
  std::string_view date_line; ///< `Date: ...` with its CRLF
  std::string_view request_id;
  std::string_view cors_origin; ///< empty: no CORS fields
  bool keep_alive = true;
  bool http_1_0 = false;
};

/// Status line, fields and the empty line. For HEAD, 204 and 304 it is all that is sent.
void append_head(std::string& out, const answer& a, const answer_frame& frame);

/// `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
std::string date_line_of(std::int64_t unix_seconds);

std::string_view reason_of(int status);

/// A whole answer that ends its connection, for handlers that own a connection themselves.
std::string refusal_bytes(const problem& p, std::string_view request_id, std::string_view instance,
                          std::string_view cors_origin);

/// The security and CORS fields of an answer that a handler writes itself (the head of an event stream).
void append_common_fields(std::string& out, std::string_view request_id, std::string_view cors_origin, bool page);

} // namespace callboard::http
