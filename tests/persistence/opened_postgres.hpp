#pragma once

#include "tests/persistence/postgres_store.hpp"

namespace callboard::contract {

/// A database of its own, a store in it, and looks at it beside the engine.
class opened_postgres : public testing::Test {
protected:
  void open(duration_ms wait = duration_ms{0}) {
    engine = open_store(database.settings(), {wait, {}});
    writer = engine->make_writer();
    reader = engine->make_reader();
  }
  void close() {
    reader.reset();
    writer.reset();
    engine.reset();
  }
  std::string value(std::string_view sql) {
    auto look = database.look();
    auto all = rows_of(look, sql, 1);
    return all.empty() ? "" : all.front();
  }
  /// What a start that does not wait is told.
  static std::string refusal(const config::store_settings& settings) {
    try {
      open_store(settings, at_once());
    } catch (const store_open_error& e) {
      return e.what();
    }
    return "opened";
  }
  std::string refusal() { return refusal(database.settings()); }
  void run(std::string_view sql) { database.look().run(sql); }
  journal_outcome commit(const journal_item& item) { return writer->commit({&item, 1}).front(); }

  test_database database;
  std::unique_ptr<store_engine> engine;
  std::unique_ptr<store_writer> writer;
  std::unique_ptr<store_reader> reader;
};

} // namespace callboard::contract
