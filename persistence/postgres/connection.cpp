#include "persistence/postgres/connection.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>
#include <pqxx/tablewriter>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace callboard::postgres {

class rows::held {
public:
  explicit held(pqxx::result all) : result(std::move(all)) {}
  pqxx::result result;
};

namespace {

constexpr int server_version_min = 150'000;

// One statement, so that opening costs one round trip. Plans are made once for all values, perhaps while a table is empty,
// and would scan or sort it for ever after: a batch reaches a handful of rows by their keys, and a list's rows come in
// order from the index that was made for it, so nothing else is thought of. Sorting what has no such index, and finding
// words, which only a bitmap of their index does, remain.
constexpr std::string_view common_settings = R"sql(
  SELECT set_config('search_path', 'callboard', false), set_config('statement_timeout', $1, false),
         set_config('lock_timeout', $2, false), set_config('idle_in_transaction_session_timeout', $1, false),
         set_config('client_connection_check_interval', '1s', false), set_config('TimeZone', 'UTC', false),
         set_config('jit', 'off', false), set_config('standard_conforming_strings', 'on', false))sql";
constexpr std::string_view writer_settings = R"sql(
  SELECT set_config('synchronous_commit', 'on', false), set_config('plan_cache_mode', 'force_generic_plan', false),
         set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
         set_config('enable_mergejoin', 'off', false), set_config('enable_bitmapscan', 'off', false))sql";
constexpr std::string_view reader_settings = R"sql(
  SELECT set_config('default_transaction_read_only', 'on', false), set_config('work_mem', '16MB', false),
         set_config('plan_cache_mode', 'force_generic_plan', false),
         set_config('max_parallel_workers_per_gather', '0', false), set_config('enable_seqscan', 'off', false),
         set_config('enable_sort', 'off', false), set_config('enable_incremental_sort', 'off', false),
         set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false))sql";
constexpr std::string_view keeper_settings = "SELECT set_config('synchronous_commit', 'on', false)";

std::string_view settings_of(connection_use use) {
  switch (use) {
    case connection_use::writer:
    case connection_use::indexer: return writer_settings;
    case connection_use::reader: return reader_settings;
    case connection_use::keeper: return keeper_settings;
  }
  return keeper_settings;
}

/// The first line; what follows (DETAIL, the statement) may hold values.
std::string first_line(std::string_view text) {
  auto line = text.substr(0, text.find('\n'));
  constexpr std::string_view prefix = "ERROR:";
  if (line.starts_with(prefix))
    line.remove_prefix(prefix.size());
  while (line.starts_with(' '))
    line.remove_prefix(1);
  return std::string{line};
}

/// What libpq says of a connection that did not come about: several lines when there are several addresses.
std::string in_one_line(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  std::replace_if(
    text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return text;
}

/// Values, cardinality, constraints, limits of the program: nothing is wrong with the store.
bool of_one_statement(std::string_view state) {
  for (std::string_view kind : {"21", "22", "23", "42", "54", "P0"})
    if (state.starts_with(kind))
      return true;
  return false;
}

[[noreturn]] void rethrow(const pqxx::sql_error& e) {
  const auto& state = e.sqlstate();
  if (state == "57014")
    throw took_too_long();
  if (state.starts_with("57") || state.starts_with("08") || state == "25P03")
    throw connection_lost(fmt::format("PostgreSQL ended the connection ({})", state));
  if (state == "25006")
    throw store_failure("PostgreSQL is read-only: a standby, or default_transaction_read_only is on", false);
  if (state == "53100")
    throw store_failure("PostgreSQL's disk is full", false);
  if (state == "55P03")
    throw store_failure("a lock in PostgreSQL was not to be had within store.lock_timeout", false);
  if (of_one_statement(state)) {
    // Messages about constraints name tables and columns only; others quote values.
    std::string what = "a value does not fit";
    if (state.starts_with("23"))
      what = first_line(e.what());
    else if (state.starts_with("42") || state.starts_with("P0"))
      what = "PostgreSQL refuses a statement";
    throw sql_failure(state, fmt::format("{} ({})", what, state));
  }
  throw store_failure(fmt::format("PostgreSQL cannot do this now ({})", state.empty() ? "no code" : state), false);
}

/// What libpqxx throws, as the port's.
template <class Work>
auto guarded(Work&& work) {
  try {
    return work();
  } catch (const pqxx::broken_connection&) {
    throw connection_lost("the connection to PostgreSQL is lost");
  } catch (const pqxx::in_doubt_error&) {
    throw connection_lost("the connection to PostgreSQL is lost");
  } catch (const pqxx::sql_error& e) {
    rethrow(e);
  } catch (const pqxx::serialization_failure&) {
    throw store_failure("PostgreSQL cannot do this now (40001)", false);
  } catch (const pqxx::deadlock_detected&) {
    throw store_failure("PostgreSQL cannot do this now (40P01)", false);
  } catch (const pqxx::failure& e) {
    throw store_failure(fmt::format("PostgreSQL: {}", first_line(e.what())), false);
  }
}

std::string_view name_of(connection_use use) {
  switch (use) {
    case connection_use::writer: return "writer";
    case connection_use::indexer: return "indexer";
    case connection_use::reader: return "reader";
    case connection_use::keeper: return "keeper";
  }
  return "keeper";
}

} // namespace

struct connection::session {
  explicit session(const std::string& conninfo) : db(conninfo), pid(db.backendpid()) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    db.inhibit_reactivation(true); // a silent reconnect would be a session that nobody has prepared
#pragma GCC diagnostic pop
    db.set_verbosity(pqxx::connection_base::terse);
  }

  /// The belt beneath `inhibit_reactivation`.
  void check() const {
    if (!db.is_open() || db.backendpid() != pid)
      throw connection_lost("the connection to PostgreSQL is lost");
  }

  const std::string& name_of(std::string_view sql) {
    auto known = names.find(sql);
    if (known == names.end()) {
      known = names.emplace(sql, "s" + std::to_string(++count)).first;
      db.prepare(known->second, known->first);
    }
    return known->second;
  }

  pqxx::connection db;
  int pid;
  std::map<std::string, std::string, std::less<>> names; ///< of prepared statements, by their text
  std::size_t count = 0;
};

std::size_t rows::size() const { return all_->result.size(); }

std::size_t rows::changed() const { return all_->result.affected_rows(); }

bool rows::next() {
  cells_.clear();
  if (taken_ == size())
    return false;
  auto row = all_->result[static_cast<pqxx::result::size_type>(taken_++)];
  for (auto cell = row.begin(), end = row.end(); cell != end; ++cell)
    cells_.push_back(cell->is_null() ? std::nullopt : std::optional{std::string_view{cell->c_str(), cell->size()}});
  return true;
}

const std::optional<std::string_view>& rows::cell(int column) const {
  // A row that must be there may be gone, when somebody emptied its table.
  if (static_cast<std::size_t>(column) >= cells_.size())
    damaged(column);
  return cells_[static_cast<std::size_t>(column)];
}

std::int64_t rows::integer_at(int column) const {
  auto text = text_at(column);
  std::int64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size())
    damaged(column);
  return value;
}

std::string rows::bytes(int column) const {
  auto text = text_at(column);
  if (!text.starts_with("\\x") || text.size() % 2 != 0)
    damaged(column);
  std::string out;
  for (std::size_t at = 2; at < text.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
    out += static_cast<char>(value);
  }
  return out;
}

void rows::damaged(int column) const {
  std::string name = all_->result.column_name(static_cast<pqxx::row::size_type>(column));
  if (cells_.empty())
    throw store_failure(fmt::format("a row with the column {}, which must be there, is not in the store", name), false);
  throw store_failure(fmt::format("the store holds an impossible value in column {}", name), false);
}

connection::connection(const connection_settings& settings, connection_use use) {
  auto name =
    settings.node.empty() ? std::string{"callboard"} : fmt::format("callboard:{}:{}", settings.node, name_of(use));
  try {
    session_ = std::make_unique<session>(settings.conninfo);
  } catch (const pqxx::failure& e) {
    throw connection_lost(fmt::format("PostgreSQL cannot be reached: {}", in_one_line(e.what())));
  }
  if (server_version() < server_version_min)
    throw store_failure(fmt::format("PostgreSQL {} is too old: Callboard needs 15 or newer", server_version() / 10'000),
                        false);
  ask(common_settings, std::to_string(settings.statement_timeout.count()),
      std::to_string(settings.lock_timeout.count()));
  ask("SELECT set_config('application_name', $1, false)", name);
  ask(settings_of(use));
}

connection::~connection() = default;
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;

rows connection::run(std::string_view script) {
  session_->check();
  return guarded([&] {
    pqxx::nontransaction work{session_->db};
    return rows{std::make_shared<rows::held>(work.exec(std::string{script}))};
  });
}

rows connection::query(std::string_view sql, const parameters& values) {
  session_->check();
  std::vector<const char*> texts;
  texts.reserve(values.values().size());
  for (const auto& value : values.values()) {
    if (value && value->find('\0') != std::string::npos) // it would be cut there
      throw sql_failure("22021", "a text has a zero byte (22021)");
    texts.push_back(value ? value->c_str() : nullptr);
  }
  return guarded([&] {
    const auto& name = session_->name_of(sql);
    pqxx::nontransaction work{session_->db};
    return rows{std::make_shared<rows::held>(work.exec_prepared(name, pqxx::prepare::make_dynamic_params(texts)))};
  });
}

rows connection::query_binary(std::string_view sql, const std::vector<std::string>& values) {
  session_->check();
  std::vector<pqxx::binarystring> bytes;
  bytes.reserve(values.size());
  for (const auto& value : values)
    bytes.emplace_back(value);
  return guarded([&] {
    const auto& name = session_->name_of(sql);
    pqxx::nontransaction work{session_->db};
    return rows{std::make_shared<rows::held>(work.exec_prepared(name, pqxx::prepare::make_dynamic_params(bytes)))};
  });
}

void connection::copy_in(const std::string& table, const std::vector<std::string>& columns,
                         const std::function<bool(std::string&)>& next) {
  session_->check();
  guarded([&] {
    pqxx::nontransaction work{session_->db};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    // What libpqxx has in its place takes rows only whose number of columns the compiler knows.
    pqxx::tablewriter into{work, table, columns.begin(), columns.end()};
#pragma GCC diagnostic pop
    for (std::string line; next(line); line.clear())
      into.write_raw_line(line);
    into.complete();
    return 0;
  });
}

void connection::forget(std::string_view sql) {
  auto known = session_->names.find(sql);
  if (known == session_->names.end())
    return;
  guarded([&] {
    session_->db.unprepare(known->second);
    return 0;
  });
  session_->names.erase(known);
}

bool connection::is_alive() {
  try {
    session_->check();
    session_->db.get_notifs(); // reads what has come, such as a farewell
    session_->db.get_notifs(); // and that nothing comes any more
    session_->check();
    return true;
  } catch (const pqxx::failure&) {
    return false;
  } catch (const store_failure&) {
    return false;
  }
}

int connection::backend_pid() const { return session_->pid; }

int connection::server_version() const { return session_->db.server_version(); }

transaction::transaction(connection& db, std::string_view begin) : db_(db) { db_.run(begin); }

transaction::~transaction() {
  if (!open_)
    return;
  try {
    db_.run("ROLLBACK");
  } catch (const store_failure&) {
    // The session is gone, and the transaction with it.
  }
}

void transaction::commit() {
  open_ = false;
  try {
    db_.run("COMMIT");
  } catch (const connection_lost& e) {
    throw store_failure(e.what(), true);
  }
}

} // namespace callboard::postgres

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4.5 loses the last result of a connection that breaks: 216 bytes, each time one does.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }
#endif
