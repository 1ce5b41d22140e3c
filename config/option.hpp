#pragma once

#include "base/check.hpp"
#include "base/describe.hpp"
#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "base/time.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

// The option table: what a described struct of settings says about each of them at run time. Layers, checks, the example
// and `config show` all read this one table; nothing about a single setting is written anywhere else.
namespace callboard::config {

enum class value_kind {
  flag,
  whole,
  number,
  text,
  duration,
  choice,
  list,
  tables
};

/// One setting; or one column, when the setting is a list of tables.
struct option {
  std::string path; ///< dotted; of a column its name alone
  value_kind kind = value_kind::text;
  field_marks marks;                     ///< minimum and maximum of a duration are milliseconds
  std::vector<std::string_view> choices; ///< of a choice
  boost::json::value standard;           ///< the default
  std::vector<option> columns;           ///< of tables
};

/// A nested struct, `[path]` in the file.
struct option_group {
  std::string path;
  std::string_view help;
};

struct option_table {
  std::vector<option> options;
  std::vector<option_group> groups; ///< outer before inner, in the order of description

  const option* find(std::string_view path) const;
  const option_group* find_group(std::string_view path) const;

  /// The secret that `path` names the file of: `a.key` for `a.key_file`.
  const option* find_secret_of_file(std::string_view path) const;
};

inline constexpr std::string_view secret_file_suffix = "_file";

/// `server.port` -> `CALLBOARD_SERVER_PORT`.
std::string environment_name(std::string_view path);

template <class T>
inline constexpr bool is_tables = false;
template <described_struct T>
inline constexpr bool is_tables<std::vector<T>> = true;

/// Calls `on_group(path, marks)` before each nested struct and `on_setting(path, marks, member)` for each setting.
template <class T, class OnGroup, class OnSetting>
void walk_settings(T& values, const std::string& prefix, OnGroup&& on_group, OnSetting&& on_setting) {
  for_each_member<std::remove_const_t<T>>([&](auto d) {
    auto path = prefix.empty() ? std::string{d.name} : prefix + "." + d.name;
    auto& member = values.*d.pointer;
    if constexpr (described_struct<std::remove_cvref_t<decltype(member)>>) {
      on_group(path, marks_of<d.pointer>);
      walk_settings(member, path, on_group, on_setting);
    } else {
      on_setting(path, marks_of<d.pointer>, member);
    }
  });
}

template <class T, class OnSetting>
void walk_settings(T& values, OnSetting&& on_setting) {
  walk_settings(
    values, {}, [](const auto&, const auto&) {}, on_setting);
}

/// The JSON of one value, as the layers hand it on.
template <class T>
boost::json::value to_json_value(const T& value) {
  auto parsed = parse_json(to_json(value));
  CALLBOARD_CHECK(parsed, "what is written as JSON reads as JSON");
  return std::move(*parsed);
}

template <class T>
constexpr value_kind kind_of() {
  if constexpr (std::same_as<T, bool>)
    return value_kind::flag;
  else if constexpr (std::integral<T>)
    return value_kind::whole;
  else if constexpr (std::floating_point<T>)
    return value_kind::number;
  else if constexpr (std::same_as<T, std::string>)
    return value_kind::text;
  else if constexpr (std::same_as<T, duration_ms>)
    return value_kind::duration;
  else if constexpr (described_enum<T>)
    return value_kind::choice;
  else if constexpr (std::same_as<T, std::vector<std::string>>)
    return value_kind::list;
  else {
    static_assert(is_tables<T>, "settings are flags, numbers, texts, durations, enums, lists of text and of tables");
    return value_kind::tables;
  }
}

template <class T>
option make_option(std::string path, const field_marks& marks, const T& standard) {
  option made{std::move(path), kind_of<T>(), marks, {}, to_json_value(standard), {}};
  CALLBOARD_CHECK(!marks.secret || made.kind == value_kind::text, "a secret setting is a text");
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    made.marks.minimum = std::max<std::int64_t>(marks.minimum, std::numeric_limits<T>::min());
    made.marks.maximum = std::min<std::int64_t>(marks.maximum, std::numeric_limits<T>::max());
  }
  if constexpr (described_enum<T>)
    for (auto name : enum_names<T>())
      made.choices.push_back(name);
  if constexpr (is_tables<T>) {
    const typename T::value_type row{};
    walk_settings(row, [&](const std::string& name, const field_marks& column, const auto& member) {
      made.columns.push_back(make_option(name, column, member));
    });
  }
  return made;
}

/// The table of a described struct, made once.
template <described_struct T>
const option_table& option_table_of() {
  static const option_table table = [] {
    option_table made;
    const T defaults{};
    walk_settings(
      defaults, {},
      [&](const std::string& path, const field_marks& marks) {
        made.groups.push_back({path, marks.help});
      },
      [&](const std::string& path, const field_marks& marks, const auto& member) {
        made.options.push_back(make_option(path, marks, member));
      });
    return made;
  }();
  return table;
}

/// Takes over a value that `check_value` has found good.
template <class T>
void assign_value(const boost::json::value& from, T& into) {
  if constexpr (std::same_as<T, bool>) {
    into = from.as_bool();
  } else if constexpr (std::integral<T>) {
    into = static_cast<T>(from.as_int64());
  } else if constexpr (std::floating_point<T>) {
    into = from.to_number<T>();
  } else if constexpr (std::same_as<T, duration_ms>) {
    into = parse_duration(from.as_string()).value();
  } else if constexpr (described_enum<T>) {
    into = enum_from_name<T>(from.as_string()).value();
  } else if constexpr (std::same_as<T, std::string>) {
    into = std::string_view{from.as_string()};
  } else {
    into.clear();
    for (const auto& item : from.as_array()) {
      auto& added = into.emplace_back();
      if constexpr (is_tables<T>)
        walk_settings(added, [&](const std::string& name, const field_marks&, auto& member) {
          if (auto found = item.as_object().if_contains(name))
            assign_value(*found, member);
        });
      else
        assign_value(item, added);
    }
  }
}

} // namespace callboard::config
