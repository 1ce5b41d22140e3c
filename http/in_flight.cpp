#include "http/in_flight.hpp"

namespace callboard::http {

in_flight_table::holder in_flight_table::take(const std::string& principal, const std::string& key,
                                              std::function<void()> freed) {
  // A key has no blanks, so the two cannot be mistaken for another two.
  auto name = principal + ' ' + key;
  auto& s = shard_of(name);
  std::lock_guard lock{s.mutex};
  auto [entry, fresh] = s.running.try_emplace(name);
  if (fresh)
    return holder{*this, std::move(name)};
  if (freed)
    entry->second.push_back(std::move(freed));
  return {};
}

void in_flight_table::release(const std::string& name) {
  std::vector<std::function<void()>> waiting;
  {
    auto& s = shard_of(name);
    std::lock_guard lock{s.mutex};
    auto entry = s.running.find(name);
    waiting = std::move(entry->second);
    s.running.erase(entry);
  }
  for (auto& freed : waiting)
    freed();
}

void in_flight_table::forget_waiting() {
  for (auto& s : shards_) {
    std::lock_guard lock{s.mutex};
    for (auto& [name, waiting] : s.running)
      waiting.clear();
  }
}

std::size_t in_flight_table::size() const {
  std::size_t all = 0;
  for (const auto& s : shards_) {
    std::lock_guard lock{s.mutex};
    all += s.running.size();
  }
  return all;
}

} // namespace callboard::http
