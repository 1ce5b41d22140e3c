#include "config/check_value.hpp"
#include "config/layers.hpp"
#include "config/text_value.hpp"

#include <fmt/format.h>

namespace callboard::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_variable_name(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name.front()))
    return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

using text_or_fault = tl::expected<std::string, std::string_view>;

text_or_fault wrong(std::string_view detail) { return tl::unexpected(detail); }

/// What follows a closing quote: nothing, or a comment.
bool is_rest_of_line(std::string_view text) {
  text = trimmed(text);
  return text.empty() || text.front() == '#';
}

text_or_fault literal_value(std::string_view text) {
  auto end = text.find('\'', 1);
  if (end == std::string_view::npos)
    return wrong("the single quote is not closed on this line");
  if (!is_rest_of_line(text.substr(end + 1)))
    return wrong("something follows the closing quote");
  return std::string{text.substr(1, end - 1)};
}

std::optional<char> unescaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '"':
    case '\\':
    case '$': return c;
    default: return std::nullopt;
  }
}

text_or_fault escaped_value(std::string_view text) {
  std::string out;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"')
      return is_rest_of_line(text.substr(at + 1)) ? text_or_fault{std::move(out)}
                                                  : wrong("something follows the closing quote");
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    auto meant = ++at < text.size() ? unescaped(text[at]) : std::nullopt;
    if (!meant)
      return wrong(R"(the escape is unknown; there are \n \r \t \" \\ \$)");
    out += *meant;
  }
  return wrong("the double quote is not closed on this line");
}

/// Without quotes a value ends at the line's end or at a `#` that follows a blank.
std::string plain_value(std::string_view text) {
  if (text.starts_with('#'))
    return "";
  for (std::size_t at = 1; at < text.size(); ++at)
    if (text[at] == '#' && is_blank(text[at - 1]))
      return std::string{trimmed(text.substr(0, at))};
  return std::string{text};
}

text_or_fault value_of(std::string_view text) {
  if (text.starts_with('\''))
    return literal_value(text);
  if (text.starts_with('"'))
    return escaped_value(text);
  return plain_value(text);
}

class dotenv_reader {
public:
  dotenv_reader(const std::string& name, layer_reading& out) : name_(name), out_(out) {}

  variables take() { return std::move(found_); }

  void take_line(std::string_view line, std::size_t number) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#')
      return;
    auto where = fmt::format("{}:{}", name_, number);
    if (line.starts_with("export ") || line.starts_with("export\t"))
      line = trimmed(line.substr(7));
    auto equals = line.find('=');
    auto key = trimmed(line.substr(0, equals));
    // The line itself is not repeated in a fault: it may hold a secret.
    if (equals == std::string_view::npos)
      return refuse(where, "must be KEY=value");
    if (!is_variable_name(key))
      return refuse(where, "the name before = must be letters, digits and _, and not begin with a digit");
    where += " " + shown_name(key);
    auto value = value_of(trimmed(line.substr(equals + 1)));
    if (!value)
      return refuse(where, value.error());
    keep(std::string{key}, {std::move(*value), where});
  }

private:
  void refuse(const std::string& where, std::string_view detail) { out_.refuse(where, "", std::string{detail}); }

  void keep(std::string key, variable given) {
    auto [at, is_new] = found_.try_emplace(std::move(key), given);
    if (is_new)
      return;
    out_.warnings.push_back(fmt::format("{} is given again at {}; the last one holds", at->second.where, given.where));
    at->second = std::move(given);
  }

  const std::string& name_;
  layer_reading& out_;
  variables found_;
};

} // namespace

variables read_dotenv(std::string_view text, const std::string& name, layer_reading& out) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  dotenv_reader reader{name, out};
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = std::min(text.find('\n'), text.size());
    reader.take_line(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

} // namespace callboard::config
