#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace callboard::http {

/// The idempotency keys that requests are being worked on with (reliability C-5). A twin waits for the one that runs
/// instead of asking the store beside it. From any thread.
class in_flight_table {
public:
  /// Held by the request that runs; the twins are called when it goes.
  class holder {
  public:
    holder() = default;
    holder(in_flight_table& table, std::string name) : table_(&table), name_(std::move(name)) {}
    holder(holder&& other) noexcept : table_(std::exchange(other.table_, nullptr)), name_(std::move(other.name_)) {}
    holder& operator=(holder&& other) noexcept {
      std::swap(table_, other.table_);
      std::swap(name_, other.name_);
      return *this;
    }
    ~holder() {
      if (table_)
        table_->release(name_);
    }
    explicit operator bool() const { return table_ != nullptr; }

  private:
    in_flight_table* table_ = nullptr;
    std::string name_;
  };

  /// Nothing when a request with this key runs. Then `freed`, if given, is called once when that ends, on whatever
  /// thread it ends on, and must not block.
  holder take(const std::string& principal, const std::string& key, std::function<void()> freed = {});

  std::size_t size() const;

  /// Nobody is called any more: the threads that waited have ended.
  void forget_waiting();

private:
  void release(const std::string& name);

  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::vector<std::function<void()>>> running;
  };
  static constexpr std::size_t shard_count = 16;
  shard& shard_of(const std::string& name) { return shards_[std::hash<std::string>{}(name) % shard_count]; }

  std::array<shard, shard_count> shards_;
};

} // namespace callboard::http
