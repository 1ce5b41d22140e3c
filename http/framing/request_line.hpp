#pragma once

#include <cstddef>
#include <string_view>

#include "http/framing/framing_error.hpp"

namespace callboard::http {

/// The first line of a request, split. All views point into the line, but for `path` when a URL comes without one.
struct request_line {
  std::string_view method;
  std::string_view target;
  std::string_view path;      // still percent-encoded; "*" for the asterisk form, never empty
  std::string_view query;     // behind the first '?', still percent-encoded
  std::string_view authority; // of an absolute-form target, else empty
  int version_minor = 1;
};

/// The longest request line that can hold a target of `target_bytes_max`: a longer one needs no further reading.
constexpr std::size_t request_line_bytes_max(std::size_t target_bytes_max) {
  constexpr std::size_t method_and_version_max = 32;
  return target_bytes_max + method_and_version_max;
}

/// Splits and checks a request line without its CRLF, which holds no control byte but tabs. `at` counts in the line.
framing_verdict read_request_line(std::string_view line, std::size_t target_bytes_max, request_line& out);

/// Why a request line that reached `request_line_bytes_max` without an end is refused.
framing_refusal refuse_endless_request_line(std::string_view beginning, std::size_t target_bytes_max);

} // namespace callboard::http
