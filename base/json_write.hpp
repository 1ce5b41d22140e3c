#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <charconv>
#include <cmath>
#include <concepts>

// JSON out: described structs, appended to a string without a tree between. Members keep their order; an optional
// without a value is `null`; an enumerator is its name; a time is RFC 3339 with milliseconds.
namespace callboard {

/// A quoted JSON string. Bytes that are not UTF-8 become U+FFFD, so that the output is always valid JSON.
void append_json(std::string& out, std::string_view text);

template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::integral<T>) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
  } else if constexpr (std::floating_point<T>) {
    if (!std::isfinite(value)) {
      out += "null"; // JSON has no other word for it
      return;
    }
    char digits[40];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    append_json(out, std::string_view{value});
  } else if constexpr (std::same_as<T, raw_json>) {
    out += value.text.empty() ? std::string_view{"null"} : std::string_view{value.text};
  } else if constexpr (std::same_as<T, timestamp>) {
    out += '"';
    append_rfc3339(out, value);
    out += '"';
  } else if constexpr (std::same_as<T, duration_ms>) {
    append_json(out, std::string_view{to_string(value)});
  } else if constexpr (is_strong_id<T>) {
    out += '"';
    append_uuid(out, value.bytes);
    out += '"';
  } else if constexpr (described_enum<T>) {
    out += '"';
    out += enum_name(value);
    out += '"';
  } else if constexpr (is_optional<T>) {
    if (value)
      append_json(out, *value);
    else
      out += "null";
  } else if constexpr (is_patch_field<T>) {
    append_json(out, value.value);
  } else if constexpr (is_vector<T>) {
    out += '[';
    bool first = true;
    for (const auto& item : value) {
      if (!first)
        out += ',';
      first = false;
      append_json(out, item);
    }
    out += ']';
  } else if constexpr (is_string_map<T>) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first)
        out += ',';
      first = false;
      append_json(out, std::string_view{key});
      out += ':';
      append_json(out, item);
    }
    out += '}';
  } else {
    static_assert(described_struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    out += '{';
    bool first = true;
    for_each_member<T>([&](auto d) {
      // A change that does not mention a member must not read as clearing it.
      if constexpr (is_patch_field<std::remove_cvref_t<decltype(value.*d.pointer)>>)
        if (!(value.*d.pointer).present)
          return;
      if (!first)
        out += ',';
      first = false;
      out += '"';
      out += d.name;
      out += "\":";
      append_json(out, value.*d.pointer);
    });
    out += '}';
  }
}

/// Where this thread encodes, one value at a time: empty, and with room.
std::string& json_scratch();

/// In one allocation, no longer than its text: most of what is encoded is kept.
template <class T>
std::string to_json(const T& value) {
  auto& text = json_scratch();
  append_json(text, value);
  return std::string{text};
}

} // namespace callboard
