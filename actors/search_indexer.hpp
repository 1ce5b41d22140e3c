#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct indexer_options {
  house& home;
  std::shared_ptr<store_engine> engine = nullptr; ///< what has a session for the index; else the journal writes it
  duration_ms interval{200};
  duration_ms store_timeout{5'000};
  int page = 500;
  std::int64_t journal_wait_max_us = 100'000; ///< people first: above this the index waits
  std::function<void(double lag_seconds)> note = [](double) {};
  outside_world world = {};
};

/// Follows the feed and keeps the full-text index, off the write path.
///
/// Spawned by: the `store` supervisor, detached where it is given an engine, which blocks. Monitors: nobody. Bounded by: one page under way. When it dies its successor goes
/// on from the position that is stored with the index; indexing a ticket twice changes nothing.
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
  void look();
  void read_on();
  void collect(const feed_page& page);
  void write(index_search found, bool more);
  void on_written(std::int64_t feed_id, bool more);
  void finish(bool more);

  interface::pointer self_;
  std::optional<options> options_;
  std::unique_ptr<store_indexer> writer_;
  bool busy_ = false;
};

indexer_actor spawn_search_indexer(caf::actor_system&, indexer_options);

} // namespace callboard
