#pragma once

#include "protocol/interfaces.hpp"
#include "protocol/snapshots.hpp"

#include <atomic>
#include <mutex>

// Where everybody lives. A supervisor that restarts a child writes the new handle here; everybody else asks here each
// time and keeps no handle of a long-lived actor.
namespace callboard {

template <class Handle>
class address {
public:
  Handle get() const {
    std::lock_guard lock{mutex_};
    return handle_;
  }
  void set(Handle handle) {
    std::lock_guard lock{mutex_};
    handle_ = std::move(handle);
  }

private:
  mutable std::mutex mutex_;
  Handle handle_;
};

/// Counts what is under way. A place is kept for as long as something is; the counter must outlive it.
class counted_places {
public:
  explicit counted_places(int most) : most_(most) {}

  using place = std::shared_ptr<void>;

  /// Whether or not there is room.
  place take() {
    taken_.fetch_add(1, std::memory_order_relaxed);
    return {this, [](counted_places* all) { all->give_back(); }};
  }
  /// Nothing when there is no room.
  place take_if_free() {
    if (taken_.fetch_add(1, std::memory_order_relaxed) < most_)
      return {this, [](counted_places* all) { all->give_back(); }};
    give_back();
    return nullptr;
  }
  bool is_full() const { return taken() >= most_; }
  int taken() const { return taken_.load(std::memory_order_relaxed); }

private:
  void give_back() { taken_.fetch_sub(1, std::memory_order_relaxed); }

  std::atomic<int> taken_{0};
  const int most_;
};

/// The readers, asked in turn. A permit is taken before a question is sent and kept until it is answered, even if nobody
/// waits for the answer any more: that bounds what can be in their mailboxes.
class reader_pool {
public:
  reader_pool(std::size_t readers, int waiting_max) : readers_(readers), permits_(waiting_max) {}

  std::size_t size() const { return readers_.size(); }
  address<reader_actor>& at(std::size_t i) { return readers_[i]; }
  reader_actor next() { return readers_[turn_.fetch_add(1, std::memory_order_relaxed) % readers_.size()].get(); }

  /// Nothing when too many questions wait already.
  counted_places::place take_permit() { return permits_.take_if_free(); }
  int waiting() const { return permits_.taken(); }

private:
  std::vector<address<reader_actor>> readers_;
  std::atomic<std::size_t> turn_{0};
  counted_places permits_;
};

struct house {
  house(std::size_t reader_count, int reads_waiting_max, int writes_waiting_max, store_identity id)
      : writes(writes_waiting_max), readers(reader_count, reads_waiting_max), identity(std::move(id)) {}

  /// What the journal has got and is not done with, also where whoever asked was told meanwhile that nobody knows. The edge
  /// begins no change while it is full: so a store that is slow or stuck bounds what waits for it. Before `journal`, whose
  /// items have places.
  counted_places writes;
  address<journal_actor> journal;
  reader_pool readers;                   ///< for the edge
  address<reader_actor> internal_reader; ///< for actors: no list or search stands before it
  address<router_actor> router;
  address<directory_actor> directory;
  address<gateway_actor> gateway;
  address<runner_actor> runner;
  address<feed_actor> feed;
  address<supervisor_actor> root;
  snapshot_map snapshots;
  store_identity identity;

  /// Lets go of every handle, so that the actor system can end.
  void clear() {
    journal.set({});
    for (std::size_t i = 0; i < readers.size(); ++i)
      readers.at(i).set({});
    internal_reader.set({});
    router.set({});
    directory.set({});
    gateway.set({});
    runner.set({});
    feed.set({});
    root.set({});
  }

  void add_sink(std::shared_ptr<live_sink> sink) {
    std::lock_guard lock{sinks_mutex_};
    sinks_.push_back(std::move(sink));
  }
  std::vector<std::shared_ptr<live_sink>> sinks() const {
    std::lock_guard lock{sinks_mutex_};
    return sinks_;
  }

  /// People first: work that nobody waits for is not begun while the journal is behind or memory runs short.
  bool background_waits(std::int64_t journal_wait_max_us) const {
    return journal_wait_us.load() > journal_wait_max_us || memory_is_short.load();
  }

  std::atomic<bool> ai_enabled{true};           ///< the kill switch
  std::atomic<std::int64_t> journal_wait_us{0}; ///< how long the last batch's oldest item waited
  std::atomic<std::size_t> journal_batch{0};    ///< items of the last batch; 0 while nobody writes
  std::atomic<bool> memory_is_short{false};     ///< the process has more of its own than `limits.resident_mib_max`
  std::atomic<std::int64_t> feed_head{0};       ///< the newest feed id that the tail has published
  std::atomic<std::int64_t> search_feed_id{0};  ///< everything up to here is found by `q=`

  /// Since when `search_feed_id` has been behind; `max` while it is not. Here, because it outlives who indexes.
  std::atomic<std::chrono::steady_clock::time_point> search_behind_since{std::chrono::steady_clock::time_point::max()};

private:
  mutable std::mutex sinks_mutex_;
  std::vector<std::shared_ptr<live_sink>> sinks_; ///< one hub an I/O thread, registered before the feed starts
};

} // namespace callboard
