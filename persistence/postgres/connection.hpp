#pragma once

#include "persistence/postgres/parameters.hpp"
#include "protocol/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callboard::postgres {

/// The connection is gone; what was running may have been done or not.
class connection_lost : public store_failure {
public:
  explicit connection_lost(const std::string& what) : store_failure(what, false) {}
};

/// One statement's own fault (a constraint, a value that does not fit): the store is sound. The text holds no values.
class sql_failure : public store_failure {
public:
  sql_failure(std::string state, const std::string& what) : store_failure(what, false), sqlstate(std::move(state)) {}
  std::string sqlstate;
};

/// The server broke a statement off that took longer than it may.
class took_too_long : public store_failure {
public:
  took_too_long() : store_failure("the question took longer than store.timeout", false) {}
};

/// All rows of a statement, read one after the other.
class rows {
public:
  class held; ///< what the library answered

  explicit rows(std::shared_ptr<const held> all) : all_(std::move(all)) {}
  std::size_t size() const;
  bool next();
  /// Rows that the statement changed.
  std::size_t changed() const;

  bool is_null(int column) const { return !cell(column); }
  /// Integers, bool, text (a view lives as long as these rows), uuids, described enums by name, optionals of these, and
  /// times, which the statement gives as micros(...).
  template <class T>
  T get(int column) const;
  /// A bytea.
  std::string bytes(int column) const;

private:
  const std::optional<std::string_view>& cell(int column) const;
  std::string_view text_at(int column) const { return cell(column).value_or(""); }
  std::int64_t integer_at(int column) const;
  [[noreturn]] void damaged(int column) const;

  std::shared_ptr<const held> all_;
  std::size_t taken_ = 0; ///< rows
  /// Of the row that was taken last: the library makes three objects for each look at one.
  std::vector<std::optional<std::string_view>> cells_;
};

/// What a connection is for decides its settings.
enum class connection_use {
  writer,  ///< plans are made once, for single rows; writes durably
  indexer, ///< as the writer
  reader,  ///< cannot write
  keeper   ///< opening, migrating, the beat
};

struct connection_settings {
  std::string conninfo; ///< may hold a password: never to be shown
  std::string node;     ///< whose connections these are, to find and end them
  duration_ms statement_timeout{5'000};
  duration_ms lock_timeout{1'000};
};

/// One session, used by one thread at a time. It never comes back by itself: once lost, each use throws
/// `connection_lost`, and its owner makes another, knowing that everything about the session is new.
class connection {
public:
  connection(const connection_settings&, connection_use);
  ~connection();
  connection(connection&&) noexcept;
  connection& operator=(connection&&) noexcept;

  /// Runs a constant script.
  rows run(std::string_view script);
  /// A statement with a constant text (or one of few: see `forget`), prepared when it is first used.
  rows query(std::string_view sql, const parameters& = {});
  /// The same with every value in its type's binary form; what the types are the text must say.
  rows query_binary(std::string_view sql, const std::vector<std::string>& values);
  template <class... Args>
  rows ask(std::string_view sql, const Args&... args) {
    return query(sql, parameters::of(args...));
  }
  /// Appends rows to a table by COPY. `next` appends a row's line, made by `append_copy_value`, or returns false.
  void copy_in(const std::string& table, const std::vector<std::string>& columns,
               const std::function<bool(std::string&)>& next);
  /// Drops a prepared statement.
  void forget(std::string_view sql);

  /// Looks, without asking the server, whether the session is still there.
  bool is_alive();
  int backend_pid() const;
  int server_version() const;

private:
  struct session;
  std::unique_ptr<session> session_;
};

/// A transaction that ends with this object unless it was committed.
class transaction {
public:
  explicit transaction(connection& db, std::string_view begin = "BEGIN");
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  /// Throws `store_failure` in doubt when the connection is lost at that moment.
  void commit();

private:
  connection& db_;
  bool open_ = true;
};

// ---

template <class T>
T rows::get(int column) const {
  if constexpr (is_optional<T>) {
    return is_null(column) ? T{} : T{get<typename T::value_type>(column)};
  } else if constexpr (described_enum<T>) {
    auto value = enum_from_name<T>(text_at(column));
    return value ? *value : (damaged(column), T{});
  } else if constexpr (std::same_as<T, bool>) {
    return text_at(column) == "t";
  } else if constexpr (std::integral<T>) {
    return static_cast<T>(integer_at(column));
  } else if constexpr (std::same_as<T, timestamp>) {
    return from_micros(integer_at(column));
  } else if constexpr (std::same_as<T, uuid_bytes>) {
    auto id = parse_uuid(text_at(column));
    return id ? *id : (damaged(column), T{});
  } else if constexpr (is_strong_id<T>) {
    return T{get<uuid_bytes>(column)};
  } else {
    return T{text_at(column)};
  }
}

} // namespace callboard::postgres
