#include "persistence/postgres/engine.hpp"

#include "persistence/postgres/address.hpp"
#include "persistence/postgres/copy_target.hpp"
#include "persistence/postgres/migrate.hpp"
#include "persistence/postgres/origin.hpp"
#include "persistence/postgres/reader.hpp"
#include "persistence/postgres/shared_store.hpp"
#include "persistence/postgres/write_sql.hpp"
#include "persistence/postgres/writer.hpp"

#include <fmt/format.h>

#include <poll.h>

namespace callboard::postgres {
namespace {

constexpr std::string_view is_standby = "SELECT pg_is_in_recovery()";
constexpr std::string_view read_identity = "SELECT cursor_key, feed_epoch, search_feed_id FROM callboard_meta";

// A store that was restored, from a dump or to a point in time, and a standby that was promoted may lack what cursors have
// seen, and would use its places again: cursors from before end, where the origin is another.
//
// A dump that was loaded into another cluster has transactions from the old one, which may lie ahead of this one's: the
// feed would stand still behind them.
constexpr std::string_view read_past = R"sql(
  SELECT origin, coalesce((SELECT xid > pg_current_xact_id() FROM feed ORDER BY id DESC LIMIT 1), false)
  FROM callboard_meta)sql";
constexpr std::string_view renew_feed = "UPDATE feed SET xid = pg_current_xact_id()";
constexpr std::string_view renew_epoch = "UPDATE callboard_meta SET feed_epoch = greatest(feed_epoch + 1, $1)";
constexpr std::string_view note_origin = "UPDATE callboard_meta SET origin = $1";

/// The steps that make what a store is taken by.
constexpr int first_steps = 2;

/// The server is there and will soon be ready, or gone.
bool is_passing(std::string_view what) {
  for (std::string_view part : {"the database system is starting up", "the database system is shutting down",
                                "the database system is in recovery mode", "not yet accepting connections"})
    if (what.find(part) != std::string_view::npos)
      return true;
  return false;
}

/// A sentence that names the remedy, from what the server says. It speaks English unless it is told otherwise; what is
/// not recognised is passed on as it is.
std::string remedy_of(std::string_view what, std::string_view shown) {
  auto says = [&](std::string_view part) { return what.find(part) != std::string_view::npos; };
  if (says("password authentication failed") || says("no password supplied"))
    return fmt::format("PostgreSQL at {} refuses the user or the password in store.url; correct them.", shown);
  if (says("Peer authentication failed") || says("Ident authentication failed"))
    return fmt::format(
      "PostgreSQL at {} lets in only who is logged in to the machine under the name of the user in store.url; "
      "start this program as that user, or let it in by a password in pg_hba.conf.",
      shown);
  if (says("authentication failed for user"))
    return fmt::format("PostgreSQL at {} refuses the user in store.url ({}); correct store.url or pg_hba.conf.", shown,
                       what);
  if (says("is not permitted to log in"))
    return fmt::format("The user in store.url may not log in at {}; ALTER ROLE ... LOGIN, or name another one.", shown);
  if (says("pg_hba.conf rejects connection"))
    return fmt::format("PostgreSQL at {} rejects this user from here; change its pg_hba.conf, or store.url.", shown);
  if (says("database \"") && says("does not exist"))
    return fmt::format("There is no database {}; create it (createdb), or correct store.url.", shown);
  if (says("role \"") && says("does not exist"))
    return fmt::format("PostgreSQL at {} does not know the user in store.url; create it (createuser), or correct "
                       "store.url.",
                       shown);
  if (says("no pg_hba.conf entry"))
    return fmt::format("PostgreSQL at {} lets nobody in from here; add this host to its pg_hba.conf.", shown);
  if (is_passing(what))
    return fmt::format("PostgreSQL at {} is starting or stopping; try again in a moment.", shown);
  if (says("too many connections for"))
    return fmt::format("PostgreSQL at {} allows this user or database no more connections; raise its CONNECTION LIMIT.",
                       shown);
  if (says("too many clients") || says("remaining connection slots"))
    return fmt::format("PostgreSQL at {} has no connection left; raise its max_connections.", shown);
  if (says("permission denied for database"))
    return fmt::format("The user in store.url may not connect to {}; GRANT CONNECT on the database.", shown);
  if (says("certificate"))
    return fmt::format(
      "The certificate of PostgreSQL at {} cannot be verified ({}); correct sslrootcert, sslmode or the "
      "host in store.url, or the certificate.",
      shown, what);
  if (says("SSL"))
    return fmt::format("PostgreSQL at {} cannot be reached with TLS ({}); give it a certificate, or see "
                       "store.tls_required.",
                       shown, what);
  if (says("cannot be reached"))
    return fmt::format("PostgreSQL at {} cannot be reached; start it, or correct store.url ({}).", shown, what);
  if (says("read-only"))
    return fmt::format("PostgreSQL at {} is read-only; point store.url at the primary, or turn off "
                       "default_transaction_read_only.",
                       shown);
  if (says("(42501)"))
    return fmt::format("The user in store.url may not create what Callboard needs in {}; make it the owner of the "
                       "database.",
                       shown);
  if (says("(42P01)") || says("(42703)") || says("(42883)"))
    return fmt::format("The store {} lacks a part of its schema ({}): it was restored or changed only in part; make "
                       "that anew, or restore a backup as a whole.",
                       shown, what);
  return fmt::format("The store {} cannot be opened: {}.", shown, what);
}

/// A server that is just starting gets the time that a predecessor gets to go.
template <class Work>
auto opening(std::string_view shown, const open_options& options, Work&& work) {
  const auto until = std::chrono::steady_clock::now() + options.lock_wait;
  constexpr int poll_interval_ms = 100;
  for (bool told = false;;) {
    try {
      return work();
    } catch (const store_failure& e) {
      if (!is_passing(e.what()) || std::chrono::steady_clock::now() >= until)
        throw store_open_error(remedy_of(e.what(), shown));
      if (!std::exchange(told, true) && options.on_wait)
        options.on_wait("PostgreSQL is starting or stopping");
    }
    ::poll(nullptr, 0, poll_interval_ms);
  }
}

connection_settings settings_of(const config::store_settings& settings, std::string conninfo) {
  return {std::move(conninfo), to_string(ticket_id::make()), settings.timeout, settings.lock_timeout};
}

void refuse_standby(connection& db, std::string_view shown) {
  auto row = db.query(is_standby);
  row.next();
  if (row.get<bool>(0))
    throw store_open_error(fmt::format("PostgreSQL at {} is a standby and cannot be written; point store.url at the "
                                       "primary.",
                                       shown));
}

/// Migrating may take longer than any question. Gives the version before.
int bring_up_to_date(connection_settings settings, std::string_view shown, int last = migrations().back().number) {
  settings.statement_timeout = duration_ms{0};
  settings.lock_timeout = duration_ms{60'000};
  connection db{settings, connection_use::keeper};
  refuse_standby(db, shown);
  return migrate(db, last);
}

/// Who dumps the database keeps a day from being made; the writer makes it later.
void make_days(connection& db) {
  try {
    transaction work{db};
    db.query(sql::wait_little);
    db.query(sql::make_feed_days);
    work.commit();
  } catch (const connection_lost&) {
    throw;
  } catch (const store_failure&) {
    return;
  }
}

/// After the store is ours, before anybody writes. Renewing a long feed takes longer than any question.
void prepare(connection_settings settings) {
  settings.statement_timeout = duration_ms{0};
  connection db{settings, connection_use::keeper};
  make_days(db);
  auto origin = origin_of(db);
  transaction work{db};
  auto row = db.query(read_past);
  row.next();
  auto known = row.get<std::string>(0);
  bool is_ahead = row.get<bool>(1);
  if (is_ahead)
    db.query(renew_feed);
  if (is_ahead || (known != origin && !known.empty()))
    db.ask(renew_epoch, to_micros(now()));
  if (known != origin)
    db.ask(note_origin, origin);
  work.commit();
}

class engine final : public store_engine {
public:
  explicit engine(std::shared_ptr<const shared_store> shared) : shared_(std::move(shared)) {}

  std::unique_ptr<store_writer> make_writer() override { return std::make_unique<writer>(shared_); }
  std::unique_ptr<store_reader> make_reader() override { return std::make_unique<reader>(shared_); }
  std::unique_ptr<store_indexer> make_indexer() override { return std::make_unique<indexer>(shared_); }

  store_identity identity() override {
    connection db{shared_->settings, connection_use::reader};
    auto row = db.query(read_identity);
    row.next();
    return {row.bytes(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2)};
  }

private:
  std::shared_ptr<const shared_store> shared_;
};

} // namespace

std::unique_ptr<store_engine> open_engine(const config::store_settings& settings, const open_options& options) {
  auto where = read_address(settings);
  return opening(where.shown, options, [&] {
    auto shared = std::make_shared<shared_store>(shared_store{settings_of(settings, where.conninfo), nullptr});
    // Later steps lock tables for a while: that is no time for who still serves the store.
    bring_up_to_date(shared->settings, where.shown, first_steps);
    shared->hold = std::make_unique<ownership>(shared->settings, where.shown, options);
    bring_up_to_date(shared->settings, where.shown);
    prepare(shared->settings);
    return std::make_unique<engine>(std::move(shared));
  });
}

migration_report migrate_database(const config::store_settings& settings, const open_options& options) {
  auto where = read_address(settings);
  return opening(where.shown, options, [&] {
    auto patient = settings_of(settings, where.conninfo);
    const auto newest = migrations().back().number;
    auto before = bring_up_to_date(patient, where.shown, first_steps);
    if (before == newest)
      return migration_report{before, newest};
    // Who still serves the older schema would go on without what a step has brought: it has to go first.
    ownership hold{patient, where.shown, options, taken_for::copying};
    bring_up_to_date(patient, where.shown);
    return migration_report{before, newest};
  });
}

std::unique_ptr<copy_target> open_target(const config::store_settings& settings, const open_options& options) {
  auto where = read_address(settings);
  return opening(where.shown, options, [&] {
    auto patient = settings_of(settings, where.conninfo); // a batch may take longer than any question
    patient.statement_timeout = duration_ms{0};
    auto shared = std::make_shared<shared_store>(shared_store{std::move(patient), nullptr});
    bring_up_to_date(shared->settings, where.shown, first_steps);
    shared->hold = std::make_unique<ownership>(shared->settings, where.shown, options, taken_for::copying);
    bring_up_to_date(shared->settings, where.shown);
    connection db{shared->settings, connection_use::keeper};
    make_days(db);
    return std::make_unique<database_target>(std::move(shared), where.shown);
  });
}

} // namespace callboard::postgres
