#include "persistence/sqlite/list_statements.hpp"

namespace callboard::sqlite {

statement& list_statements::get(const std::string& sql) {
  if (auto found = by_sql_.find(sql); found != by_sql_.end()) {
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return found->second->prepared;
  }
  if (newest_first_.size() == kept_max) {
    by_sql_.erase(newest_first_.back().sql);
    newest_first_.pop_back();
  }
  newest_first_.emplace_front(db_, sql);
  by_sql_.emplace(newest_first_.front().sql, newest_first_.begin());
  return newest_first_.front().prepared;
}

} // namespace callboard::sqlite
