#include "config/text_value.hpp"

#include <charconv>

namespace callboard::config {
namespace {

template <class Number>
boost::json::value number_from_text(std::string_view text) {
  Number number{};
  auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || rest != text.data() + text.size())
    return boost::json::value(text);
  return number;
}

boost::json::array split_at_commas(std::string_view text) {
  boost::json::array items;
  if (trimmed(text).empty())
    return items;
  for (;;) {
    auto comma = text.find(',');
    items.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos)
      return items;
    text.remove_prefix(comma + 1);
  }
}

tl::expected<boost::json::value, std::string> array_from_text(std::string_view text) {
  constexpr std::size_t depth_max = 8;
  auto parsed = parse_json(text, depth_max);
  if (!parsed)
    return tl::unexpected("begins with [ but is not a JSON array: " + parsed.error().detail);
  return std::move(*parsed);
}

} // namespace

std::string_view trimmed(std::string_view text) {
  auto from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos)
    return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

std::optional<bool> flag_from_text(std::string_view text) {
  std::string word{trimmed(text)};
  for (char& c : word)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (word == "true" || word == "yes" || word == "on" || word == "1")
    return true;
  if (word == "false" || word == "no" || word == "off" || word == "0")
    return false;
  return std::nullopt;
}

tl::expected<boost::json::value, std::string> value_from_text(value_kind kind, std::string_view text) {
  switch (kind) {
    case value_kind::flag:
      if (auto flag = flag_from_text(text))
        return *flag;
      return boost::json::value(text);
    case value_kind::whole: return number_from_text<std::int64_t>(trimmed(text));
    case value_kind::number: return number_from_text<double>(trimmed(text));
    case value_kind::duration:
    case value_kind::choice: return boost::json::value(trimmed(text));
    case value_kind::text: return boost::json::value(text);
    case value_kind::list:
    case value_kind::tables:
      if (trimmed(text).starts_with('['))
        return array_from_text(text);
      if (kind == value_kind::list)
        return split_at_commas(text);
      return boost::json::value(text);
  }
  return boost::json::value(text);
}

} // namespace callboard::config
