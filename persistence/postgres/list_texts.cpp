#include "persistence/postgres/list_texts.hpp"

namespace callboard::postgres {

std::optional<std::string> list_texts::use(const std::string& sql) {
  if (auto found = by_sql_.find(sql); found != by_sql_.end()) {
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return std::nullopt;
  }
  std::optional<std::string> oldest;
  if (newest_first_.size() == kept_max) {
    by_sql_.erase(newest_first_.back());
    oldest = std::move(newest_first_.back());
    newest_first_.pop_back();
  }
  newest_first_.push_front(sql);
  by_sql_.emplace(newest_first_.front(), newest_first_.begin());
  return oldest;
}

void list_texts::clear() {
  by_sql_.clear();
  newest_first_.clear();
}

} // namespace callboard::postgres
