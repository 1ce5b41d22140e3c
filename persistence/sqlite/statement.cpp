#include "persistence/sqlite/statement.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace callboard::sqlite {

rows::~rows() { sqlite3_reset(running_); }

bool rows::next() {
  switch (sqlite3_step(running_)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: db_->fail("reading");
  }
}

bool rows::is_null(int column) const { return sqlite3_column_type(running_, column) == SQLITE_NULL; }

std::int64_t rows::integer_at(int column) const { return sqlite3_column_int64(running_, column); }

std::string_view rows::text_at(int column) const {
  auto text = reinterpret_cast<const char*>(sqlite3_column_text(running_, column));
  return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(running_, column))};
}

std::string_view rows::blob_at(int column) const {
  auto bytes = static_cast<const char*>(sqlite3_column_blob(running_, column));
  return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(running_, column))};
}

void rows::damaged(int column) const {
  throw sqlite_error(SQLITE_CORRUPT, fmt::format("the store holds an impossible value in column {}",
                                                 sqlite3_column_name(running_, column)));
}

statement::~statement() { sqlite3_finalize(prepared_); }

void statement::prepare() {
  if (prepared_ != nullptr)
    return;
  auto size = static_cast<int>(sql_.size());
  if (sqlite3_prepare_v3(db_->handle(), sql_.data(), size, SQLITE_PREPARE_PERSISTENT, &prepared_, nullptr) != SQLITE_OK)
    db_->fail("preparing a statement");
}

std::int64_t statement::finish() {
  auto code = sqlite3_step(prepared_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    sqlite_error error{sqlite3_extended_errcode(db_->handle()),
                       fmt::format("writing: {} ({})", sqlite3_errmsg(db_->handle()), code)};
    sqlite3_reset(prepared_);
    throw error;
  }
  sqlite3_reset(prepared_);
  return db_->changes();
}

void statement::bind_null(int index) { sqlite3_bind_null(prepared_, index); }

void statement::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(prepared_, index, value); }

void statement::bind_text(int index, std::string_view value, bool copy) {
  // An empty view may have no data, and no data would be NULL.
  auto data = value.data() == nullptr ? "" : value.data();
  if (sqlite3_bind_text64(prepared_, index, data, value.size(), copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8)
      != SQLITE_OK)
    db_->fail("binding a text");
}

void statement::bind_blob(int index, const void* data, std::size_t size, bool copy) {
  if (sqlite3_bind_blob64(prepared_, index, data, size, copy ? SQLITE_TRANSIENT : SQLITE_STATIC) != SQLITE_OK)
    db_->fail("binding bytes");
}

} // namespace callboard::sqlite
