#include "http/framing/field_line.hpp"

#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

/// Which rule a line breaks whose name does not run up to its colon.
framing_refusal diagnose(std::string_view line, std::size_t name_end) {
  if (is_blank(line.front()))
    return {framing_error::line_folded, 0};
  auto colon = line.find(':');
  if (colon == std::string_view::npos)
    return {framing_error::field_without_colon, line.size()};
  if (colon == 0)
    return {framing_error::field_name_empty, 0};
  if (trim_blanks(line.substr(name_end, colon - name_end)).empty())
    return {framing_error::field_name_followed_by_space, name_end};
  return {framing_error::field_name_invalid, name_end};
}

} // namespace

framing_verdict read_field_line(std::string_view line, field_line& out) {
  auto name_end = run_end(token_byte, line, 0);
  if (name_end == 0 || name_end == line.size() || line[name_end] != ':')
    return diagnose(line, name_end);
  out.name = line.substr(0, name_end);
  out.value = trim_blanks(line.substr(name_end + 1));
  return {};
}

} // namespace callboard::http
