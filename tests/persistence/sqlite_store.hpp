#pragma once

#include "persistence/open_store.hpp"
#include "tests/contract/store_fixture.hpp"
#include "tests/persistence/at_once.hpp"

#include <sqlite3.h>

#include <atomic>
#include <filesystem>

#include <unistd.h>

namespace callboard::contract {

/// A folder that goes with the test.
class test_folder {
public:
  test_folder()
      : path_(std::filesystem::path{testing::TempDir()}
              / ("store_" + std::to_string(::getpid()) + "_" + std::to_string(++count_))) {
    std::filesystem::create_directories(path_);
  }
  ~test_folder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  test_folder(const test_folder&) = delete;
  test_folder& operator=(const test_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  static inline std::atomic<int> count_{0};
  std::filesystem::path path_;
};

inline config::store_settings settings_for(const std::filesystem::path& file) {
  config::store_settings settings;
  settings.url = "sqlite:" + file.string();
  return settings;
}

class sqlite_store final : public test_store {
public:
  std::unique_ptr<store_engine> open() override { return open_store(settings_for(file()), at_once()); }
  std::filesystem::path file() const { return folder_.path() / "callboard.db"; }

private:
  test_folder folder_;
};

inline engine_kind sqlite_kind() {
  return {"sqlite", [] { return std::make_unique<sqlite_store>(); }};
}

/// A look at the file beside the engine, with SQLite's own interface.
class raw_database {
public:
  explicit raw_database(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
    sqlite3_busy_timeout(db_, 1'000);
  }
  ~raw_database() { sqlite3_close_v2(db_); }
  raw_database(const raw_database&) = delete;
  raw_database& operator=(const raw_database&) = delete;

  /// Every row, its columns joined by `|`.
  std::vector<std::string> rows(const std::string& sql) {
    std::vector<std::string> all;
    auto collect = [](void* into, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i)
        row.append(i == 0 ? "" : "|").append(values[i] == nullptr ? "" : values[i]);
      static_cast<std::vector<std::string>*>(into)->push_back(std::move(row));
      return 0;
    };
    char* fault = nullptr;
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), collect, &all, &fault), SQLITE_OK) << (fault == nullptr ? "" : fault);
    sqlite3_free(fault);
    return all;
  }
  std::string value(const std::string& sql) {
    auto all = rows(sql);
    return all.empty() ? std::string{} : all.front();
  }
  sqlite3* handle() { return db_; }

private:
  sqlite3* db_ = nullptr;
};

} // namespace callboard::contract
