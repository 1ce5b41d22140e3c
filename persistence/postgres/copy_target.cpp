#include "persistence/postgres/copy_target.hpp"

#include "base/digest.hpp"
#include "base/failpoint.hpp"
#include "base/json_write.hpp"
#include "base/utf8.hpp"
#include "persistence/copy/table_digest.hpp"
#include "persistence/postgres/copy_sql.hpp"
#include "persistence/postgres/search_table.hpp"
#include "persistence/postgres/write_sql.hpp"
#include "persistence/stored_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <future>

namespace callboard::postgres {
namespace {

/// Entries of one statement, as the search indexer writes them.
constexpr std::size_t entries_max = 500;
/// Sessions that make words of texts.
constexpr std::size_t searchers_max = 4;

static_assert(is_by_table(sql::copying));

const sql::copy_statements& statements_of(copied_table table) {
  return sql::copying.at(static_cast<std::size_t>(table));
}

std::vector<std::string> column_names(const table_card& card) {
  std::vector<std::string> names;
  for (const auto& column : card.columns)
    names.emplace_back(column.name);
  return names;
}

/// A time in microseconds as PostgreSQL reads it.
std::string time_text(std::string_view micros) {
  std::int64_t value = 0;
  std::from_chars(micros.data(), micros.data() + micros.size(), value);
  auto time = from_micros(value);
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date{day};
  std::chrono::hh_mm_ss clock{time - day};
  auto year = static_cast<int>(date.year());
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00{}", year > 0 ? year : 1 - year,
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count(),
                     year > 0 ? "" : " BC");
}

std::vector<std::string> list_of(std::string_view json) {
  return json == "[]" ? std::vector<std::string>{} : stored_json<std::vector<std::string>>(json, "list of tags");
}

/// What PostgreSQL cannot hold, SQLite may.
void refuse_unstorable(const table_card& card, const copied_row& row) {
  for (std::size_t i = 0; i < card.columns.size(); ++i) {
    auto text = row.text(i);
    if (text.find('\0') != std::string_view::npos || !is_utf8(text))
      throw store_failure(
        fmt::format("{}: {} holds a zero byte or is no UTF-8, which PostgreSQL cannot hold; change it "
                    "in the source",
                    key_for_people(card, row), card.columns[i].name),
        false);
  }
}

std::string copy_text(column_kind kind, std::string_view value) {
  switch (kind) {
    case column_kind::time: return time_text(value);
    case column_kind::texts: return array_of(list_of(value));
    default: return std::string{value};
  }
}

void append_line(std::string& line, const table_card& card, const copied_row& row) {
  refuse_unstorable(card, row);
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto kind = card.columns[i].kind;
    if (i > 0)
      line += '\t';
    if (row.is_null(i))
      append_copy_value(line, std::nullopt);
    else if (kind == column_kind::text)
      append_copy_value(line, row.text(i));
    else
      append_copy_value(line, copy_text(kind, row.text(i)));
  }
}

void save_some_texts(connection& db, std::span<const copied_row> rows) {
  const auto& card = card_of(copied_table::search_text);
  while (!rows.empty()) {
    auto some = rows.first(std::min(rows.size(), entries_max));
    std::vector<search_entry> entries;
    for (const auto& row : some) {
      refuse_unstorable(card, row);
      entries.push_back(
        {ticket_id::parse(row.text(0)).value(), false, std::string{row.text(1)}, std::string{row.text(2)}});
    }
    save_search_entries(db, entries);
    rows = rows.subspan(some.size());
  }
}

void save_meta(connection& db, const copied_row& row) {
  parameters values;
  for (std::size_t i = 0; i < row.size(); ++i)
    values.add_text(std::string{row.text(i)});
  db.query(sql::save_meta, values);
}

void fill(copied_row& into, const rows& row, std::span<const copied_column> columns) {
  into.clear();
  for (int i = 0; const auto& column : columns) {
    if (row.is_null(i))
      into.add_null();
    else if (column.kind == column_kind::texts)
      into.add(to_json(list_of(row.get<std::string_view>(i))));
    else if (column.kind == column_kind::bytes)
      into.add(to_hex(row.bytes(i)));
    else
      into.add(row.get<std::string_view>(i));
    ++i;
  }
}

} // namespace

database_target::database_target(std::shared_ptr<const shared_store> shared, std::string shown)
    : shared_(std::move(shared)), shown_(std::move(shown)), db_(shared_->settings, connection_use::keeper) {
  db_.query(sql::commit_at_ease);
}

void database_target::hold_fence(connection& db) {
  if (!db.ask(sql::fence, shared_->hold->node(), shared_->hold->epoch()).next())
    throw store_failure("another process has taken the target", false);
}

copy_begin database_target::begin(const source_stamp& source) {
  transaction work{db_};
  hold_fence(db_);
  auto how = look_at_present(source);
  if (how == copy_begin::restarted)
    db_.run(sql::remove_all);
  if (how != copy_begin::complete)
    db_.ask(sql::note_copy, source.shown, source.store, source.reign);
  work.commit();
  return how;
}

copy_begin database_target::look_at_present(const source_stamp& source) {
  auto row = db_.query(sql::find_copy);
  if (!row.next()) {
    auto empty = db_.query(sql::is_empty);
    empty.next();
    if (empty.get<bool>(0))
      return copy_begin::fresh;
    throw store_open_error(
      fmt::format("The target {} is not empty: a store is copied into an empty database only; name another one, or "
                  "create one (createdb).",
                  shown_));
  }
  bool complete = row.get<bool>(3);
  if (row.get<std::string_view>(1) != source.store)
    throw store_open_error(
      fmt::format("The target {} holds the {} copy of another store, {}; name another database, or drop this one and "
                  "create it anew.",
                  shown_, complete ? "finished" : "unfinished", row.get<std::string_view>(0)));
  bool unchanged = row.get<std::int64_t>(2) == source.reign;
  if (complete && !unchanged)
    throw store_open_error(fmt::format(
      "The target {} holds the finished copy of this store as it was before; it has been served since. Name "
      "another database, or drop this one, if nobody has served it, and create it anew.",
      shown_));
  if (complete)
    return copy_begin::complete;
  return unchanged ? copy_begin::resumed : copy_begin::restarted;
}

std::int64_t database_target::copied(copied_table table) {
  auto row = db_.ask(sql::find_copied, card_of(table).name);
  return row.next() ? row.get<std::int64_t>(0) : 0;
}

void database_target::write(copied_table table, std::span<const copied_row> some, std::int64_t copied_then) {
  const auto& name = card_of(table).name;
  transaction work{db_};
  hold_fence(db_);
  store(table, some);
  db_.ask(sql::note_copied, name, copied_then);
  hit_failpoint("copy.before_commit", name);
  work.commit();
  hit_failpoint("copy.after_commit", name);
}

void database_target::store(copied_table table, std::span<const copied_row> some) {
  const auto& card = card_of(table);
  if (table == copied_table::meta)
    return save_meta(db_, some.front());
  if (table == copied_table::search_text)
    return save_search_texts(some);
  auto row = some.begin();
  db_.copy_in(std::string{statements_of(table).name}, column_names(card), [&](std::string& line) {
    if (row == some.end())
      return false;
    append_line(line, card, *row++);
    return true;
  });
}

/// Making words of texts is the server's work and the longest part of a copy, so several sessions share it. The others'
/// parts are committed before this one notes the batch; if that is lost, they are written again, the same.
void database_target::save_search_texts(std::span<const copied_row> rows) {
  while (searchers_.size() + 1 < searchers_max) {
    searchers_.emplace_back(shared_->settings, connection_use::keeper);
    searchers_.back().query(sql::commit_at_ease);
  }
  auto share = rows.size() / searchers_max + 1;
  std::vector<std::future<void>> others;
  for (auto& db : searchers_) {
    auto part = rows.last(std::min(share, rows.size()));
    rows = rows.first(rows.size() - part.size());
    others.push_back(std::async(std::launch::async, [this, &db, part] {
      transaction work{db};
      hold_fence(db);
      save_some_texts(db, part);
      work.commit();
    }));
  }
  save_some_texts(db_, rows);
  for (auto& each : others)
    each.get();
}

void database_target::read(copied_table table, const take_row& take) {
  auto columns = card_of(table).columns;
  transaction work{db_, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"};
  db_.run(statements_of(table).read);
  copied_row made;
  for (auto some = db_.run(sql::fetch_stored); some.size() > 0; some = db_.run(sql::fetch_stored))
    while (some.next()) {
      fill(made, some, columns);
      take(made);
    }
  work.commit();
}

/// What only this engine keeps, from the tickets that are there.
void database_target::note_changes() {
  transaction work{db_};
  hold_fence(db_);
  db_.run(sql::forget_changes);
  db_.query(sql::note_changes);
  work.commit();
}

void database_target::complete() {
  note_changes();
  db_.run(sql::look_at_tables);
  transaction work{db_};
  hold_fence(db_);
  db_.query(sql::commit_durably);
  db_.query(sql::complete_copy);
  hit_failpoint("copy.before_commit", "complete");
  work.commit();
  hit_failpoint("copy.after_commit", "complete");
}

std::int64_t database_target::feed_epoch() {
  auto row = db_.query(sql::read_feed_epoch);
  row.next();
  return row.get<std::int64_t>(0);
}

} // namespace callboard::postgres
