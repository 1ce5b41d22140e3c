#include "persistence/postgres/parameters.hpp"

namespace callboard::postgres {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    auto special = text.find_first_of("\"\\", at);
    out.append(text.substr(at, special - at));
    if (special == std::string_view::npos)
      break;
    out += '\\';
    out += text[special];
    at = special + 1;
  }
  out += '"';
}

void append_copy_value(std::string& line, std::optional<std::string_view> value) {
  if (!value) {
    line += "\\N";
    return;
  }
  for (std::size_t at = 0; at < value->size();) {
    auto special = value->find_first_of("\\\t\n\r", at);
    line.append(value->substr(at, special - at));
    if (special == std::string_view::npos)
      break;
    char c = (*value)[special];
    line += '\\';
    line += c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    at = special + 1;
  }
}

} // namespace callboard::postgres
