#include "http/yaml.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace callboard::http {
namespace {

namespace json = boost::json;

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view plain_bytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-/.,()+;$";
// YAML 1.1 readers take more words than these for something else; all of them are short.
constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};

bool is_word(std::string_view text) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return word.size() == text.size()
           && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == (b | 0x20); });
  });
}

bool is_plain(std::string_view text) {
  return !text.empty() && letters.find(text.front()) != std::string_view::npos && text.back() != ' '
         && text.find_first_not_of(plain_bytes) == std::string_view::npos && !is_word(text);
}

std::string scalar(const json::value& value) {
  if (auto text = value.if_string(); text && is_plain(*text))
    return std::string{*text};
  return json::serialize(value);
}

bool is_nested(const json::value& value) {
  return (value.is_object() && !value.get_object().empty()) || (value.is_array() && !value.get_array().empty());
}

void append_block(std::string& out, const json::value& value, std::size_t indent, bool in_line);

void append_entry(std::string& out, const json::value& value, std::size_t indent) {
  if (is_nested(value)) {
    out += '\n';
    append_block(out, value, indent, false);
  } else {
    out.append(" ").append(scalar(value)).append("\n");
  }
}

/// `in_line`: the first line's indentation is written already (behind a dash).
void append_block(std::string& out, const json::value& value, std::size_t indent, bool in_line) {
  auto begin_line = [&] {
    if (!in_line)
      out.append(indent, ' ');
    in_line = false;
  };
  if (auto object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      begin_line();
      out.append(is_plain(key) ? std::string{key} : json::serialize(json::value(key))).append(":");
      append_entry(out, member, indent + 2);
    }
    return;
  }
  for (const auto& item : value.get_array()) {
    begin_line();
    out += '-';
    if (is_nested(item)) {
      out += ' ';
      append_block(out, item, indent + 2, true);
    } else {
      append_entry(out, item, indent + 2);
    }
  }
}

} // namespace

std::string to_yaml(const json::value& value) {
  std::string out;
  if (is_nested(value))
    append_block(out, value, 0, false);
  else
    out = scalar(value) + '\n';
  return out;
}

} // namespace callboard::http
