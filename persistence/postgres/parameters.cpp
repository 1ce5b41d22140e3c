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

} // namespace callboard::postgres
