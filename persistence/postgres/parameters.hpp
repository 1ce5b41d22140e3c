#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Values on their way to a statement, in the text form that PostgreSQL reads. Times are microseconds: the statements
// say at_micros($n) where a column is a timestamptz.
namespace callboard::postgres {

/// Bytes to bind, as against text.
struct blob {
  std::string_view bytes;
};

template <class T>
concept one_of_several = requires {
  std::variant_size<T>::value;
};

template <class T>
void append_value(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? 't' : 'f';
  } else if constexpr (described_enum<T>) {
    out += enum_name(value);
  } else if constexpr (std::integral<T>) {
    out += std::to_string(value);
  } else if constexpr (std::same_as<T, timestamp>) {
    out += std::to_string(to_micros(value));
  } else if constexpr (std::same_as<T, uuid_bytes>) {
    append_uuid(out, value);
  } else if constexpr (is_strong_id<T>) {
    append_uuid(out, value.bytes);
  } else if constexpr (std::same_as<T, blob>) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\x";
    for (char c : value.bytes) {
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
    }
  } else if constexpr (one_of_several<T>) {
    std::visit([&](const auto& each) { append_value(out, each); }, value);
  } else {
    static_assert(std::convertible_to<const T&, std::string_view>);
    out += std::string_view{value};
  }
}

/// Appends an element to an array literal. Text is always in quotes: it may be empty, NULL or hold a comma.
void append_quoted(std::string& out, std::string_view text);

/// Appends a value to a line that COPY reads, where tabs separate them; nothing stands for NULL.
void append_copy_value(std::string& line, std::optional<std::string_view> value);

/// One array parameter, built element by element.
class array_parameter {
public:
  template <class T>
  void add(const T& value) {
    if constexpr (is_optional<T>) {
      if (value)
        return add(*value);
      next();
      text_ += "NULL";
    } else if constexpr (one_of_several<T>) {
      std::visit([&](const auto& each) { add(each); }, value);
    } else {
      next();
      if constexpr (std::convertible_to<const T&, std::string_view>)
        append_quoted(text_, value);
      else
        append_value(text_, value);
    }
  }
  void add_null() {
    next();
    text_ += "NULL";
  }
  /// A literal `{...}`. Empties the parameter; its memory stays with the text.
  std::string take() {
    if (text_.empty())
      return "{}";
    text_ += '}';
    return std::exchange(text_, {});
  }

private:
  void next() { text_ += text_.empty() ? '{' : ','; }
  std::string text_;
};

template <class Range>
std::string array_of(const Range& values) {
  array_parameter made;
  for (const auto& value : values)
    made.add(value);
  return made.take();
}

/// The parameters of one statement, in the order of $1, $2, ...
class parameters {
public:
  parameters() = default;
  template <class... Args>
  static parameters of(const Args&... args) {
    parameters made;
    (made.add(args), ...);
    return made;
  }

  template <class T>
  void add(const T& value) {
    if constexpr (is_optional<T>) {
      if (value)
        add(*value);
      else
        values_.emplace_back(std::nullopt);
    } else {
      std::string text;
      append_value(text, value);
      values_.emplace_back(std::move(text));
    }
  }
  /// A text that is ready.
  void add_text(std::string text) { values_.emplace_back(std::move(text)); }

  const std::vector<std::optional<std::string>>& values() const { return values_; }

private:
  std::vector<std::optional<std::string>> values_;
};

} // namespace callboard::postgres
