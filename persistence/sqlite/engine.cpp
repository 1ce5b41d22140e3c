#include "persistence/sqlite/engine.hpp"

#include "persistence/sqlite/copy_source.hpp"
#include "persistence/sqlite/guarded.hpp"
#include "persistence/sqlite/migrate.hpp"
#include "persistence/sqlite/read_sql.hpp"
#include "persistence/sqlite/reader.hpp"
#include "persistence/sqlite/writer.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace callboard::sqlite {
namespace {

namespace fs = std::filesystem;

std::string remedy_of(const sqlite_error& e, const fs::path& file) {
  auto name = file.string();
  switch (e.primary()) {
    case SQLITE_NOTADB:
      return fmt::format("The file {} is not an SQLite database; point store.url at another file, or move it away.",
                         name);
    case SQLITE_CORRUPT: return fmt::format("The store {} is damaged ({}); restore a backup.", name, e.what());
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return fmt::format("The store {} cannot be opened for writing ({}); give this user the right to write the file "
                         "and its folder.",
                         name, e.what());
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return fmt::format("The store {} cannot be written ({}); look whether the disk is full or failing.", name,
                         e.what());
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fmt::format("The store {} is locked by another program; close what has it open.", name);
    default: return fmt::format("The store {} cannot be opened: {}.", name, e.what());
  }
}

void make_folder(const fs::path& file) {
  auto folder = file.parent_path();
  std::error_code fault;
  if (!folder.empty())
    fs::create_directories(folder, fault);
  if (fault)
    throw store_open_error(fmt::format("The folder {} cannot be made ({}); make it, or let this user write above it.",
                                       folder.string(), fault.message()));
  if (fs::is_directory(file, fault))
    throw store_open_error(fmt::format("store.url names the folder {}; name a file in it.", file.string()));
}

/// The same file by whatever links it was named, so that its lock is the same too.
fs::path real_path(const fs::path& file) {
  std::error_code fault;
  auto real = fs::weakly_canonical(file, fault);
  return fault ? file : real;
}

/// A new file gets its layout before anything is in it; the journal mode stays with the file.
void prepare_file(connection& db) {
  db.run("PRAGMA page_size = 4096");
  if (db.text("PRAGMA journal_mode = WAL") != "wal")
    throw store_open_error("The store cannot have a write-ahead log there; keep it on a local file system.");
}

/// The lock comes first: nothing is read or changed while somebody else holds the store.
std::shared_ptr<shared_store> take(const fs::path& named, duration_ms timeout, const open_options& options) {
  auto file = real_path(named);
  make_folder(file);
  auto shared = std::make_shared<shared_store>(shared_store{file, timeout, 0, nullptr, nullptr});
  shared->lock = std::make_unique<store_lock>(file, options.lock_wait, options.on_wait);
  return shared;
}

template <class Work>
auto opening(const fs::path& file, Work&& work) {
  try {
    return work();
  } catch (const sqlite_error& e) {
    throw store_open_error(remedy_of(e, file));
  }
}

/// This process is the store's from here on; what a predecessor was running is free again.
std::int64_t begin_reign(connection& db) {
  transaction work{db};
  std::int64_t epoch = 0;
  {
    statement raise{db, sql::raise_epoch};
    auto row = raise.query();
    row.next();
    epoch = row.get<std::int64_t>(0);
  }
  job_table{db}.release_all(now());
  work.commit();
  return epoch;
}

class engine final : public store_engine {
public:
  explicit engine(std::shared_ptr<const shared_store> shared) : shared_(std::move(shared)) {}

  std::unique_ptr<store_writer> make_writer() override {
    return guarded([&] { return std::make_unique<writer>(shared_); });
  }
  std::unique_ptr<store_reader> make_reader() override {
    return guarded([&] { return std::make_unique<reader>(shared_); });
  }

  store_identity identity() override {
    return guarded([&] {
      connection db{shared_->file, connection_use::reader};
      statement ask{db, sql::read_identity};
      auto row = ask.query();
      row.next();
      return store_identity{row.bytes(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2)};
    });
  }

private:
  std::shared_ptr<const shared_store> shared_;
};

} // namespace

std::unique_ptr<store_engine> open_engine(const fs::path& file, const config::store_settings& settings,
                                          const open_options& options) {
  auto shared = take(file, settings.timeout, options);
  return opening(file, [&] {
    auto db = connection::open_or_create(shared->file);
    schema_version(db); // before anything is changed: is the file ours?
    prepare_file(db);
    migrate(db);
    shared->epoch = begin_reign(db);
    shared->log_keeper = std::make_unique<checkpointer>(shared->file);
    return std::make_unique<engine>(std::move(shared));
  });
}

migration_report migrate_file(const fs::path& file, const open_options& options) {
  auto shared = take(file, {}, options);
  return opening(file, [&] {
    auto db = connection::open_or_create(shared->file);
    schema_version(db);
    prepare_file(db);
    auto before = migrate(db);
    return migration_report{before, schema_version(db)};
  });
}

std::unique_ptr<copy_source> open_source(const fs::path& file, const config::store_settings& settings,
                                         const open_options& options) {
  std::error_code fault;
  auto size = fs::file_size(file, fault);
  if (fault || size == 0)
    throw store_open_error(fmt::format("There is no store at {} to copy from; name the file of one.", file.string()));
  auto shared = take(file, settings.timeout, options);
  return opening(file, [&] {
    auto db = connection::open_or_create(shared->file);
    migrate(db);
    return std::make_unique<file_source>(std::move(shared));
  });
}

} // namespace callboard::sqlite
