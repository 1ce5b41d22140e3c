#include "persistence/sqlite/connection.hpp"

#include "persistence/sqlite/statement.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace callboard::sqlite {
namespace {

// WAL with FULL: a commit is on the disk when it returns (with NORMAL a power loss takes acknowledged commits).
// Foreign keys are on as a belt; the writer checks what it writes by itself. Sorting and savepoints stay in memory.
constexpr std::string_view common_settings = R"sql(
  PRAGMA busy_timeout = 5000;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA trusted_schema = OFF;
)sql";

// Another connection moves pages from the log to the file (see checkpointer.hpp), so commits here do not.
constexpr std::string_view writer_settings = R"sql(
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 0;
)sql";

// A reader forgets its pages when somebody else has written, so it reads the file through the memory map.
constexpr std::string_view reader_settings = R"sql(
  PRAGMA cache_size = -16384;
  PRAGMA mmap_size = 1073741824;
  PRAGMA query_only = ON;
)sql";

constexpr std::string_view checkpointer_settings = R"sql(
  PRAGMA cache_size = -256;
  PRAGMA wal_autocheckpoint = 0;
)sql";

/// SQLite counts every allocation under one lock unless told not to, before anything else is asked of it.
void prepare_library() {
  static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return sqlite3_initialize() == SQLITE_OK;
  }();
  if (!done)
    throw sqlite_error(SQLITE_ERROR, "SQLite could not be initialised");
}

} // namespace

bool sqlite_error::of_one_statement() const {
  switch (primary()) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_ERROR: return true;
    default: return false;
  }
}

bool sqlite_error::interrupted() const { return primary() == SQLITE_INTERRUPT; }

connection::connection(const std::filesystem::path& file, connection_use use) {
  open(file, SQLITE_OPEN_READWRITE);
  configure(use);
}

connection connection::open_or_create(const std::filesystem::path& file) {
  connection made;
  made.open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  made.run(common_settings);
  return made;
}

connection::~connection() { sqlite3_close_v2(db_); }

connection::connection(connection&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

void connection::open(const std::filesystem::path& file, int flags) {
  prepare_library();
  // Each connection has one user at a time, so its own mutex is only a cost.
  auto code = sqlite3_open_v2(file.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code == SQLITE_OK)
    return;
  sqlite_error error{code, db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code)};
  sqlite3_close_v2(std::exchange(db_, nullptr));
  throw error;
}

void connection::configure(connection_use use) {
  run(common_settings);
  switch (use) {
    case connection_use::writer: return run(writer_settings);
    case connection_use::reader: return run(reader_settings);
    case connection_use::checkpointer: return run(checkpointer_settings);
  }
}

void connection::run(std::string_view script) {
  if (sqlite3_exec(db_, std::string{script}.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail("running a script");
}

std::int64_t connection::number(std::string_view query) {
  statement asked{*this, query};
  auto row = asked.query();
  return row.next() ? row.get<std::int64_t>(0) : 0;
}

std::string connection::text(std::string_view query) {
  statement asked{*this, query};
  auto row = asked.query();
  return row.next() ? row.get<std::string>(0) : std::string{};
}

bool connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

std::int64_t connection::changes() const { return sqlite3_changes64(db_); }

void connection::fail(std::string_view doing) const {
  auto code = sqlite3_extended_errcode(db_);
  throw sqlite_error(code, fmt::format("{}: {} ({})", doing, sqlite3_errmsg(db_), code));
}

transaction::transaction(connection& db, std::string_view begin) : db_(db) { db_.run(begin); }

transaction::~transaction() {
  if (open_ && db_.in_transaction())
    sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void transaction::commit() {
  db_.run("COMMIT");
  open_ = false;
}

} // namespace callboard::sqlite
