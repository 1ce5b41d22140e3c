#include "persistence/sqlite/copy_source.hpp"

#include "base/digest.hpp"
#include "base/json_write.hpp"
#include "persistence/search_language.hpp"
#include "persistence/sqlite/copy_sql.hpp"
#include "persistence/sqlite/guarded.hpp"
#include "persistence/sqlite/statement.hpp"
#include "persistence/stored_json.hpp"

#include <cstring>

namespace callboard::sqlite {
namespace {

static_assert(is_by_table(sql::copying));

const sql::copy_statements& statements_of(copied_table table) {
  return sql::copying.at(static_cast<std::size_t>(table));
}

/// Written anew, so that equal lists are equal texts.
std::string canonical_texts(std::string_view json) {
  return json == "[]" ? std::string{json} : to_json(stored_json<std::vector<std::string>>(json, "list of tags"));
}

void add_id(copied_row& into, const rows& row, int column) {
  std::string text;
  append_uuid(text, row.get<uuid_bytes>(column));
  into.add(text);
}

void add_value(copied_row& into, const rows& row, int column, column_kind kind) {
  switch (kind) {
    case column_kind::number:
    case column_kind::time: return into.add(row.get<std::int64_t>(column));
    case column_kind::flag: return into.add(row.get<bool>(column) ? "t" : "f");
    case column_kind::text: return into.add(row.get<std::string_view>(column));
    case column_kind::id: return add_id(into, row, column);
    case column_kind::texts: return into.add(canonical_texts(row.get<std::string_view>(column)));
    case column_kind::bytes: return into.add(to_hex(row.bytes(column)));
  }
}

/// The other engine keeps for each ticket by which rules its words are searched.
bool is_language(const copied_column& column) { return column.name == "language"; }

void fill(copied_row& into, const rows& row, std::span<const copied_column> columns) {
  into.clear();
  for (int i = 0; const auto& column : columns) {
    if (is_language(column))
      into.add(search_language(row.get<std::optional<std::string>>(i)));
    else if (row.is_null(i))
      into.add_null();
    else
      add_value(into, row, i, column.kind);
    ++i;
  }
}

} // namespace

file_source::file_source(std::shared_ptr<const shared_store> shared)
    : shared_(std::move(shared)), db_(shared_->file, connection_use::reader) {}

source_stamp file_source::stamp() {
  return guarded([&] {
    statement ask{db_, sql::read_stamp};
    auto row = ask.query();
    if (!row.next())
      throw store_failure("the store has lost the row that it keeps about itself; restore a backup", false);
    return source_stamp{"sqlite:" + shared_->file.string(), to_hex(bytes_of(sha256(row.bytes(0)))),
                        row.get<std::int64_t>(1)};
  });
}

std::int64_t file_source::count(copied_table table) {
  return guarded([&] { return db_.number(statements_of(table).count); });
}

void file_source::read(copied_table table, std::int64_t from, const take_row& take) {
  guarded([&] {
    statement all{db_, statements_of(table).read};
    auto columns = card_of(table).columns;
    copied_row made;
    for (auto row = all.query(from); row.next();) {
      fill(made, row, columns);
      take(made);
    }
    return 0;
  });
}

void file_source::end_cursors(std::int64_t feed_epoch) {
  guarded([&] {
    connection db{shared_->file, connection_use::writer};
    transaction work{db};
    statement{db, sql::end_cursors}.exec(feed_epoch, to_micros(now()));
    work.commit();
    return 0;
  });
}

} // namespace callboard::sqlite
