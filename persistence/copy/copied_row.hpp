#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callboard {

/// One row in the form that is the same for every engine, whose columns `copied_tables.hpp` lists. Numbers in decimal,
/// times as microseconds, flags `t` or `f`, ids as UUIDs in small letters, lists of texts as JSON, bytes in hexadecimal.
class copied_row {
public:
  /// Keeps its memory for the next row.
  void clear() {
    text_.clear();
    ends_.clear();
  }
  void add(std::string_view value) {
    text_ += present;
    text_ += value;
    end();
  }
  void add(std::int64_t value) { add(std::string_view{std::to_string(value)}); }
  void add_null() {
    text_ += absent;
    end();
  }

  std::size_t size() const { return ends_.size(); }
  bool is_null(std::size_t column) const { return text_[begin(column)] == absent; }
  /// Empty for null.
  std::string_view text(std::size_t column) const {
    auto from = begin(column) + 1;
    return std::string_view{text_}.substr(from, ends_[column] - 1 - from);
  }
  /// The first columns as one text.
  std::string_view key(std::size_t columns) const { return std::string_view{text_}.substr(0, ends_[columns - 1]); }
  /// All of it as one text: another one for every other row, since no value that is copied has a zero byte.
  std::string_view whole() const { return text_; }

  bool operator==(const copied_row&) const = default;

private:
  static constexpr char present = '=';
  static constexpr char absent = '-';
  std::size_t begin(std::size_t column) const { return column == 0 ? 0 : ends_[column - 1]; }
  void end() {
    text_ += '\0';
    ends_.push_back(text_.size());
  }

  std::string text_;
  std::vector<std::size_t> ends_;
};

} // namespace callboard
