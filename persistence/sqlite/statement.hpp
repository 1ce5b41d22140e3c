#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "persistence/sqlite/connection.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

struct sqlite3_stmt;

namespace callboard::sqlite {

/// Bytes to bind, as against text.
struct blob {
  std::string_view bytes;
};

/// The rows of a running statement. Resets it when it goes, which ends its read of the store.
class rows {
public:
  rows(const connection& db, sqlite3_stmt* running) : db_(&db), running_(running) {}
  ~rows();
  rows(rows&& other) noexcept : db_(other.db_), running_(std::exchange(other.running_, nullptr)) {}
  rows(const rows&) = delete;
  rows& operator=(const rows&) = delete;
  rows& operator=(rows&&) = delete;

  bool next();
  bool is_null(int column) const;

  /// Integers, text (a view lives until `next`), ids, times, described enums by name, and optionals of these.
  template <class T>
  T get(int column) const;
  std::string bytes(int column) const { return std::string{blob_at(column)}; }

private:
  std::int64_t integer_at(int column) const;
  std::string_view text_at(int column) const;
  std::string_view blob_at(int column) const;
  [[noreturn]] void damaged(int column) const;

  const connection* db_;
  sqlite3_stmt* running_;
};

/// One prepared statement, prepared when first used. `sql` is a constant or outlives the statement.
class statement {
public:
  statement(const connection& db, std::string_view sql) : db_(&db), sql_(sql) {}
  ~statement();
  statement(statement&& other) noexcept
      : db_(other.db_), sql_(other.sql_), prepared_(std::exchange(other.prepared_, nullptr)) {}
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  statement& operator=(statement&&) = delete;

  /// Runs to the end and says how many rows changed. The arguments are not copied.
  template <class... Args>
  std::int64_t exec(const Args&... args) {
    prepare();
    int index = 0;
    (bind(++index, args, false), ...);
    return finish();
  }

  /// Starts a query. The arguments are copied.
  template <class... Args>
  rows query(const Args&... args) {
    prepare();
    int index = 0;
    (bind(++index, args, true), ...);
    return rows{*db_, prepared_};
  }

  /// Starts a query with values that a list composed.
  template <class Range>
  rows query_with(const Range& values) {
    prepare();
    int index = 0;
    for (const auto& each : values)
      std::visit([&](const auto& value) { bind(++index, value, true); }, each);
    return rows{*db_, prepared_};
  }

private:
  void prepare();
  std::int64_t finish();
  void bind_null(int index);
  void bind_integer(int index, std::int64_t value);
  void bind_text(int index, std::string_view value, bool copy);
  void bind_blob(int index, const void* data, std::size_t size, bool copy);

  template <class T>
  void bind(int index, const T& value, bool copy) {
    if constexpr (is_optional<T>) {
      if (value)
        bind(index, *value, copy);
      else
        bind_null(index);
    } else if constexpr (described_enum<T>) {
      bind_text(index, enum_name(value), false);
    } else if constexpr (std::integral<T>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::same_as<T, timestamp>) {
      bind_integer(index, to_micros(value));
    } else if constexpr (std::same_as<T, uuid_bytes>) {
      bind_blob(index, value.data(), value.size(), copy);
    } else if constexpr (is_strong_id<T> || std::same_as<T, blob>) {
      bind_blob(index, value.bytes.data(), value.bytes.size(), copy);
    } else {
      static_assert(std::convertible_to<const T&, std::string_view>);
      bind_text(index, value, copy);
    }
  }

  const connection* db_;
  std::string_view sql_;
  sqlite3_stmt* prepared_ = nullptr;
};

template <class T>
T rows::get(int column) const {
  if constexpr (is_optional<T>) {
    return is_null(column) ? T{} : T{get<typename T::value_type>(column)};
  } else if constexpr (described_enum<T>) {
    auto value = enum_from_name<T>(text_at(column));
    return value ? *value : (damaged(column), T{});
  } else if constexpr (std::integral<T>) {
    return static_cast<T>(integer_at(column));
  } else if constexpr (std::same_as<T, timestamp>) {
    return from_micros(integer_at(column));
  } else if constexpr (std::same_as<T, uuid_bytes>) {
    auto bytes = blob_at(column);
    uuid_bytes id{};
    if (bytes.size() != id.size())
      damaged(column);
    __builtin_memcpy(id.data(), bytes.data(), id.size());
    return id;
  } else if constexpr (is_strong_id<T>) {
    return T{get<uuid_bytes>(column)};
  } else {
    return T{text_at(column)};
  }
}

} // namespace callboard::sqlite
