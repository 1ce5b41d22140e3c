#pragma once

#include "protocol/commands.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace callboard {

/// A ticket as it was after its actor's last commit. I/O threads send `body` as it stands. Immutable, but for the mark that a
/// change of it is on its way to the store: from its commit on others may have seen the change (in a list, in the feed), while
/// the actor has not heard of it. Who reads then asks the actor, which answers after that.
struct ticket_snapshot {
  ticket_id id;
  std::int64_t number = 0;
  std::int64_t version = 0;
  callboard::ai_status ai = callboard::ai_status::pending;
  std::string etag;
  std::string body; ///< the staff view
  mutable std::atomic<bool> is_changing = false;
};

/// The published snapshots of warm tickets. Each ticket's actor is the only writer of its entry; any thread reads.
/// Bounded by `tickets.warm_max`: the router makes actors leave, and a leaving actor withdraws its entry.
class snapshot_map {
public:
  std::shared_ptr<const ticket_snapshot> find(const ticket_id& id) const {
    const auto& s = shard_of(id);
    std::shared_lock lock{s.mutex};
    auto found = s.by_id.find(id);
    return found == s.by_id.end() ? nullptr : found->second;
  }

  std::shared_ptr<const ticket_snapshot> find(std::int64_t number) const {
    std::optional<ticket_id> id;
    {
      const auto& s = shard_of(number);
      std::shared_lock lock{s.mutex};
      if (auto found = s.by_number.find(number); found != s.by_number.end())
        id = found->second;
    }
    return id ? find(*id) : nullptr;
  }

  std::shared_ptr<const ticket_snapshot> find(const ticket_ref& ref) const {
    return ref.id.is_nil() ? find(ref.number) : find(ref.id);
  }

  void publish(std::shared_ptr<const ticket_snapshot> snapshot) {
    {
      auto& s = shard_of(snapshot->number);
      std::unique_lock lock{s.mutex};
      s.by_number.insert_or_assign(snapshot->number, snapshot->id);
    }
    auto& s = shard_of(snapshot->id);
    std::unique_lock lock{s.mutex};
    s.by_id.insert_or_assign(snapshot->id, std::move(snapshot));
  }

  void withdraw(const ticket_id& id, std::int64_t number) {
    {
      auto& s = shard_of(id);
      std::unique_lock lock{s.mutex};
      s.by_id.erase(id);
    }
    auto& s = shard_of(number);
    std::unique_lock lock{s.mutex};
    s.by_number.erase(number);
  }

  /// When the router starts anew no actor stands behind any entry.
  void clear() {
    for (auto& s : shards_) {
      std::unique_lock lock{s.mutex};
      s.by_id.clear();
      s.by_number.clear();
    }
  }

  std::size_t size() const {
    std::size_t count = 0;
    for (const auto& s : shards_) {
      std::shared_lock lock{s.mutex};
      count += s.by_id.size();
    }
    return count;
  }

private:
  struct alignas(64) shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<ticket_id, std::shared_ptr<const ticket_snapshot>> by_id;
    std::unordered_map<std::int64_t, ticket_id> by_number;
  };

  static constexpr std::size_t shard_count = 64;
  const shard& shard_of(const ticket_id& id) const { return shards_[std::hash<ticket_id>{}(id) % shard_count]; }
  shard& shard_of(const ticket_id& id) { return shards_[std::hash<ticket_id>{}(id) % shard_count]; }
  const shard& shard_of(std::int64_t number) const { return shards_[static_cast<std::size_t>(number) % shard_count]; }
  shard& shard_of(std::int64_t number) { return shards_[static_cast<std::size_t>(number) % shard_count]; }

  std::array<shard, shard_count> shards_;
};

} // namespace callboard
