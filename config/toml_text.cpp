#include "config/toml_text.hpp"

#include "base/json_write.hpp"

#include <boost/json/serialize.hpp>

namespace callboard::config {
namespace {

std::string list_text(const boost::json::array& items) {
  std::string out;
  for (const auto& item : items)
    out += (out.empty() ? "" : ", ") + toml_text(item);
  return "[" + out + "]";
}

std::string table_text(const boost::json::object& cells) {
  std::string out;
  for (const auto& cell : cells) {
    out += out.empty() ? " " : ", ";
    out += cell.key();
    out += " = " + toml_text(cell.value());
  }
  return "{" + out + " }";
}

} // namespace

std::string toml_text(const boost::json::value& value) {
  if (auto items = value.if_array())
    return list_text(*items);
  if (auto cells = value.if_object())
    return table_text(*cells);
  // JSON's strings, flags and numbers are TOML's, but for the exponent that serialize() gives each double.
  if (auto number = value.if_double())
    return to_json(*number);
  return boost::json::serialize(value);
}

} // namespace callboard::config
