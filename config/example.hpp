#pragma once

#include "config/load_settings.hpp"
#include "config/shown_url.hpp"
#include "config/toml_text.hpp"

#include <fmt/format.h>

#include <string>

// What the option table is written out as: the example, `config show`, and the JSON of the settings in force.
namespace callboard::config {

inline constexpr std::string_view hidden_secret = "***";

/// A settings file with every setting at its default, each with its help, bounds and environment name.
std::string example_of(const option_table&);

/// The example for Callboard: `callboard config example`.
std::string config_example();

/// JSON in which each secret that is set reads `***`.
template <class T>
void append_public_json(std::string& out, const T& value, const field_marks& marks = {}) {
  if constexpr (described_struct<T>) {
    bool first = true;
    for_each_member<T>([&](auto d) {
      out += first ? "{" : ",";
      first = false;
      append_json(out, std::string_view{d.name});
      out += ':';
      append_public_json(out, value.*d.pointer, marks_of<d.pointer>);
    });
    out += first ? "{}" : "}";
  } else if constexpr (is_tables<T>) {
    out += '[';
    for (const auto& row : value) {
      out += out.back() == '[' ? "" : ",";
      append_public_json(out, row);
    }
    out += ']';
  } else if constexpr (std::same_as<T, std::string>) {
    bool hidden = marks.secret && !marks.url && !value.empty();
    append_json(out, hidden ? std::string{hidden_secret} : without_password(value));
  } else {
    append_json(out, value);
  }
}

template <class T>
std::string to_public_json(const T& values) {
  std::string out;
  append_public_json(out, values);
  return out;
}

/// A line per setting, `path = value  # where it came from`, itself TOML; secrets hidden.
template <class T>
std::string show_settings(const loaded<T>& all) {
  std::string out;
  walk_settings(all.values, [&](const std::string& path, const field_marks& marks, const auto& member) {
    std::string json;
    append_public_json(json, member, marks);
    auto value = parse_json(json);
    CALLBOARD_CHECK(value, "what is written as JSON reads as JSON");
    out += fmt::format("{:<64} # {}\n", path + " = " + toml_text(*value), all.origins.find(path)->second.where);
  });
  return out;
}

/// `callboard config show`.
std::string config_show(const loaded_settings&);

} // namespace callboard::config
