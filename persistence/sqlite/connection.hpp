#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;

namespace callboard::sqlite {

/// What SQLite answered. `code` is the extended result code; the text names tables and columns, never values.
class sqlite_error : public std::runtime_error {
public:
  sqlite_error(int extended_code, const std::string& what) : std::runtime_error(what), code(extended_code) {}
  int primary() const { return code & 0xff; }
  /// One statement's own fault (a constraint, a value that does not fit): the transaction around it is still sound.
  bool of_one_statement() const;
  bool interrupted() const;
  int code;
};

/// How a connection will be used decides its cache and whether it may write.
enum class connection_use {
  writer,
  reader,
  checkpointer
};

/// One connection, used by one thread at a time.
class connection {
public:
  /// Opens an existing database; `migrate_database` is what creates one.
  connection(const std::filesystem::path& file, connection_use use);
  /// Creates the file if there is none.
  static connection open_or_create(const std::filesystem::path& file);
  ~connection();
  connection(connection&& other) noexcept;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  connection& operator=(connection&&) = delete;

  sqlite3* handle() const { return db_; }
  /// Runs a constant script.
  void run(std::string_view script);
  /// The first column of the first row of a constant statement, as a number or a text.
  std::int64_t number(std::string_view query);
  std::string text(std::string_view query);
  bool in_transaction() const;
  std::int64_t changes() const;
  [[noreturn]] void fail(std::string_view doing) const;

private:
  connection() = default;
  void open(const std::filesystem::path& file, int flags);
  void configure(connection_use use);
  sqlite3* db_ = nullptr;
};

/// Ends a transaction that was not committed. SQLite may have ended it by itself after a grave error.
class transaction {
public:
  explicit transaction(connection& db, std::string_view begin = "BEGIN IMMEDIATE");
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  void commit();

private:
  connection& db_;
  bool open_ = true;
};

} // namespace callboard::sqlite
