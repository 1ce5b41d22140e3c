#pragma once

#include <cstddef>
#include <string_view>

#include "http/framing/framing_error.hpp"

namespace callboard::http {

/// One field line, split: both views point into the line, the value without white space around it.
struct field_line {
  std::string_view name;
  std::string_view value;
};

/// Splits and checks a non-empty field line without its CRLF, which holds no control byte but tabs. `at` counts in the
/// line.
framing_verdict read_field_line(std::string_view line, field_line& out);

} // namespace callboard::http
