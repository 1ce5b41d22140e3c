#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct indexer_options {
  house& home;
  /// Gives a session to read what is to be indexed, and maybe one to write it; else the journal writes the index.
  std::shared_ptr<store_engine> engine;
  duration_ms interval{200};
  duration_ms store_timeout{5'000};
  int page = 5'000; ///< events at once: of a ticket that is changed all the time it learns once
  std::int64_t journal_wait_max_us = 100'000; ///< people first: above this the index waits
  /// While so many write at once that the journal's batches have this size, the index waits too, for `lag_max` at most:
  /// what it would take of the processor then is what they wait for.
  std::size_t busy_batch = 16;
  /// While people write, and the journal writes the index: so many times what it needed for the last page comes before the
  /// next, `rest_max` at most.
  int rest = 4;
  duration_ms rest_max{2'000};
  duration_ms lag_max{10'000};
  std::function<void(double lag_seconds)> note = [](double) {};
  outside_world world = {};
};

/// Follows the feed and keeps the full-text index, off the write path.
///
/// Spawned by: the `store` supervisor, detached, because it asks the store itself. Monitors: nobody. Bounded by: one
/// page under way. When it dies its successor goes on from the position that is stored with the index; indexing a ticket
/// twice changes nothing.
class indexer_state {
public:
  using interface = indexer_actor;
  using options = indexer_options;
  static inline const char* name = "callboard.search_indexer";

  explicit indexer_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  void fall_behind();
  void catch_up();
  duration_ms lag() const;
  void look();
  bool gives_way() const;
  void read_on();
  void take(search_page& page);
  void write(index_search found, timestamp last, bool more);
  void write_beside(const index_search& found, timestamp last, bool more);
  void rest_after(std::chrono::steady_clock::duration work);
  void on_written(std::int64_t feed_id, timestamp last, bool more);
  void fail();
  void finish(bool more);

  interface::pointer self_;
  std::optional<options> options_;
  std::unique_ptr<store_indexer> writer_;
  std::unique_ptr<store_reader> reader_;
  std::optional<timestamp> indexed_until_; ///< the time of the last event that was written
  std::chrono::steady_clock::time_point rests_until_{};
  int page_ = 0;          ///< fewer after a question that failed, or took too long
  bool reminded_ = false; ///< a `read_again` is on its way
  bool busy_ = false;
};

indexer_actor spawn_search_indexer(caf::actor_system&, indexer_options);

} // namespace callboard
