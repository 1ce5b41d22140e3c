#pragma once

#include "persistence/sqlite/statement.hpp"

#include <list>
#include <string>
#include <unordered_map>

namespace callboard::sqlite {

/// The prepared statements of lists, the most recently used ones kept.
class list_statements {
public:
  static constexpr std::size_t kept_max = 128;

  explicit list_statements(const connection& db) : db_(db) {}
  statement& get(const std::string& sql);

private:
  struct entry {
    entry(const connection& db, std::string text) : sql(std::move(text)), prepared(db, sql) {}
    std::string sql;
    statement prepared;
  };
  const connection& db_;
  std::list<entry> newest_first_;
  std::unordered_map<std::string_view, std::list<entry>::iterator> by_sql_;
};

} // namespace callboard::sqlite
