#include "persistence/postgres/ownership.hpp"

#include "persistence/postgres/job_table.hpp"
#include "persistence/postgres/origin.hpp"
#include "persistence/postgres/write_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace callboard::postgres {
namespace {

constexpr int poll_interval_ms = 50;

// The holder, how old its beat is (NULL: its session is gone), whether the server has ended all sessions since that one began,
// by a start or (then its counters begin anew) because one of its processes crashed, and where the store was at home when
// a process last began to serve it (a step of the schema that may not be made yet). Of sessions of another role the server
// tells no more than their names: such a beat counts as moving.
constexpr std::string_view look_at_holder = R"sql(
  SELECT s.epoch, n.id, n.process, micros(n.started_at),
         CASE WHEN a.pid IS NOT NULL
              THEN (coalesce(extract(epoch FROM clock_timestamp() - a.state_change), 0) * 1000)::bigint END,
         n.backend_start < greatest(pg_postmaster_start_time(), (SELECT stats_reset FROM pg_stat_archiver)),
         coalesce((SELECT to_jsonb(m)->>'origin' FROM callboard_meta m), '')
  FROM shard s LEFT JOIN node n ON n.id = s.owner
       LEFT JOIN pg_stat_activity a ON a.pid = n.backend_pid
         AND (a.backend_start = n.backend_start
              OR a.backend_start IS NULL AND starts_with(a.application_name, 'callboard:' || n.id || ':'))
  WHERE s.shard_id = 0)sql";

constexpr std::string_view add_node = R"sql(
  INSERT INTO node (id, process, backend_pid, backend_start)
  SELECT $1, $2, pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())sql";
constexpr std::string_view raise_epoch = R"sql(
  UPDATE shard SET owner = $1, epoch = epoch + 1 WHERE shard_id = 0 AND epoch = $2 RETURNING epoch)sql";
constexpr std::string_view forget_nodes = R"sql(
  DELETE FROM node WHERE id NOT IN (SELECT owner FROM shard WHERE owner IS NOT NULL))sql";

constexpr std::string_view renew_session = R"sql(
  UPDATE node n SET backend_pid = a.pid, backend_start = a.backend_start
  FROM pg_stat_activity a, shard s
  WHERE a.pid = pg_backend_pid() AND n.id = $1 AND s.owner = n.id)sql";
constexpr std::string_view let_go_of_store = R"sql(
  UPDATE shard SET owner = NULL WHERE owner = $1 AND epoch = $2)sql";

constexpr std::string_view end_sessions_of = R"sql(
  SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND starts_with(application_name, $1))sql";

constexpr std::string_view find_unfinished_copy = "SELECT source FROM store_copy WHERE completed_at IS NULL";

std::string describe_process() {
  std::array<char, 256> name{};
  bool known = ::gethostname(name.data(), name.size() - 1) == 0;
  return fmt::format("process {} on {}", ::getpid(), known ? name.data() : "?");
}

} // namespace

void end_sessions(connection& db, const std::string& node) {
  db.ask(end_sessions_of, fmt::format("callboard:{}:", node));
}

ownership::ownership(const connection_settings& settings, std::string_view store, const open_options& options,
                     taken_for what)
    : settings_(settings), on_lost_(options.on_lost), db_(settings_, connection_use::keeper) {
  const auto begun = std::chrono::steady_clock::now();
  const auto until = begun + options.lock_wait;
  // Who waits for less shall not be refused for ever by a holder that is dead.
  const auto settled = begun + std::min(server_settles, options.lock_wait);
  bool told = false;
  for (;;) {
    if (is_free(settled)) {
      if (take(store, what))
        break;
      continue; // another process was faster, and is who holds it now
    }
    if (std::chrono::steady_clock::now() >= until)
      throw store_open_error(
        fmt::format("The store {} is in use by {}; stop that process first, or give this one another "
                    "store.url.",
                    store, holder_));
    if (!std::exchange(told, true) && options.on_wait)
      options.on_wait(fmt::format("the store is held by {}", holder_));
    ::poll(nullptr, 0, poll_interval_ms);
  }
  thread_ = std::thread{[this] { run(); }};
}

ownership::~ownership() {
  {
    std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
  let_go();
}

bool ownership::is_free(std::chrono::steady_clock::time_point settled) {
  auto row = db_.ask(look_at_holder);
  if (!row.next())
    throw store_open_error("The store has lost the row that says who owns it; restore a backup.");
  epoch_ = row.get<std::int64_t>(0);
  deposed_ = row.is_null(1) ? "" : row.get<std::string>(1);
  if (deposed_.empty())
    return true;
  holder_ = fmt::format("{} since {}", row.get<std::string>(2), to_rfc3339(row.get<timestamp>(3)));
  auto beat_age_ms = row.get<std::optional<std::int64_t>>(4);
  if (!beat_age_ms) {
    // After a failover, too: the server that was promoted never had that session.
    auto home = row.get<std::string>(6);
    bool may_come_back = row.get<bool>(5) || (!home.empty() && home != origin_of(db_));
    return !may_come_back || std::chrono::steady_clock::now() >= settled;
  }
  return *beat_age_ms > beat_max.count();
}

/// From the commit on no statement of the one before is accepted; what it was running is free again. False when another
/// process was faster.
bool ownership::take(std::string_view store, taken_for what) {
  if (!deposed_.empty())
    end_sessions(db_, deposed_);
  transaction work{db_};
  db_.ask(add_node, settings_.node, describe_process());
  auto row = db_.ask(raise_epoch, settings_.node, epoch_);
  if (!row.next())
    return false;
  epoch_ = row.get<std::int64_t>(0);
  db_.query(forget_nodes);
  if (what == taken_for::serving) {
    refuse_part_of_copy(store);
    job_table{db_}.release_all(now());
  }
  work.commit();
  return true;
}

void ownership::refuse_part_of_copy(std::string_view store) {
  auto row = db_.query(find_unfinished_copy);
  if (row.next())
    throw store_open_error(fmt::format("The store {} is an unfinished copy of {}; finish it with `callboard store copy "
                                       "--from {}`, or give this process another store.url.",
                                       store, row.get<std::string_view>(0), row.get<std::string_view>(0)));
}

void ownership::run() {
  std::unique_lock lock{mutex_};
  while (!wake_.wait_for(lock, beat_every, [this] { return stop_; })) {
    lock.unlock();
    beat();
    lock.lock();
  }
}

/// A failure is met by the writer as well; here the next beat tries again.
void ownership::beat() {
  try {
    if (!db_.is_alive()) {
      connection fresh{settings_, connection_use::keeper};
      fresh.ask(renew_session, settings_.node); // a standby, one of several hosts, refuses it
      db_ = std::move(fresh);
    }
    if (!db_.ask(sql::still_ours, settings_.node, epoch_).next())
      lose(deposed);
  } catch (const store_failure&) {
    return;
  }
}

void ownership::lose(std::string_view why) {
  if (!lost_.exchange(true) && on_lost_)
    on_lost_(why);
}

void ownership::let_go() {
  try {
    db_.ask(let_go_of_store, settings_.node, epoch_);
  } catch (const store_failure&) {
    return; // without its sessions the store is free as well
  }
}

} // namespace callboard::postgres
