#pragma once

#include "persistence/open_store.hpp"
#include "persistence/postgres/address.hpp"
#include "persistence/postgres/connection.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/persistence/at_once.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <optional>

#include <unistd.h>

namespace callboard::contract {

/// Where the cluster of `ops/with_postgres` is: CALLBOARD_TEST_POSTGRES is its URL, or a file that holds it.
inline std::string cluster_url() {
  auto given = std::getenv("CALLBOARD_TEST_POSTGRES");
  std::string url = given != nullptr ? given : "";
  if (url.starts_with('/'))
    std::getline(std::ifstream{url}, url);
  if (url.empty())
    throw std::runtime_error("no PostgreSQL to test with: run this by ctest, or by ops/with_postgres");
  return url;
}

/// How a database of that cluster is opened.
inline config::store_settings settings_of(std::string_view database) {
  config::store_settings made;
  made.timeout = duration_ms{60'000}; // a disk that is busy with other tests is no finding
  made.url = cluster_url();
  constexpr std::string_view present = "///postgres?";
  auto at = made.url.find(present);
  made.url.replace(at, present.size(), std::string{"///"}.append(database).append("?"));
  return made;
}

/// A look at it beside the engine.
inline postgres::connection look_at(std::string_view database,
                                    postgres::connection_use use = postgres::connection_use::keeper) {
  return postgres::connection{{postgres::read_address(settings_of(database)).conninfo, "", duration_ms{60'000}}, use};
}

/// A database that goes with the test.
class test_database {
public:
  test_database() : name_("test_" + std::to_string(::getpid()) + "_" + std::to_string(++count_)) {
    auto create = std::string{"CREATE DATABASE "};
    look_at("postgres").run(create.append(name_));
  }
  ~test_database() {
    auto drop = std::string{"DROP DATABASE "};
    look_at("postgres").run(drop.append(name_).append(" WITH (FORCE)"));
  }
  test_database(const test_database&) = delete;
  test_database& operator=(const test_database&) = delete;

  const std::string& name() const { return name_; }
  config::store_settings settings() const { return settings_of(name_); }
  postgres::connection look() const { return look_at(name_); }

private:
  static inline std::atomic<int> count_{0};
  std::string name_;
};

class postgres_store final : public test_store {
public:
  std::unique_ptr<store_engine> open() override { return open_store(database.settings(), at_once()); }
  test_database database;
};

inline engine_kind postgres_kind() {
  return {"postgres", [] { return std::make_unique<postgres_store>(); }};
}

/// Every row of a question, its columns joined by `|`.
inline std::vector<std::string> rows_of(postgres::connection& db, std::string_view sql, int columns) {
  std::vector<std::string> all;
  for (auto row = db.query(sql); row.next();) {
    std::string text;
    for (int i = 0; i < columns; ++i)
      text.append(i == 0 ? "" : "|").append(row.get<std::optional<std::string>>(i).value_or("NULL"));
    all.push_back(std::move(text));
  }
  return all;
}

} // namespace callboard::contract
