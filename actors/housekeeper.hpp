#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct housekeeper_options {
  house& home;
  std::function<reader_actor()> counting_reader; ///< who counts the store; nobody else should wait for it
  duration_ms interval{10'000};
  duration_ms store_timeout{5'000};
  duration_ms idempotency_retention{};
  duration_ms feed_retention{};
  duration_ms watch_interval{1'000};
  /// Whether the process has more memory of its own than it should. It may first give back what it does not use.
  std::function<bool()> memory_is_short = [] { return false; };
  std::function<void()> watch = [] {}; ///< called each `watch_interval`: what else has to be looked at in time
  std::function<void(const store_counts&)> note = [](const store_counts&) {};
  outside_world world = {};
};

/// Tidies the store now and then (expired replies and feed rows in chunks, jobs whose lease ran out), counts what is in
/// it for the gauges (a large store less often), and watches what has to be seen in time: memory, and calls of the store
/// that hang.
///
/// Spawned by: the `store` supervisor. Monitors: nobody. Bounded by: one chunk and one count under way. When it dies
/// nothing is lost.
class housekeeper_state {
public:
  using interface = housekeeper_actor;
  using options = housekeeper_options;
  static inline const char* name = "callboard.housekeeper";

  explicit housekeeper_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  void tidy();
  void count();

  interface::pointer self_;
  std::optional<options> options_;
  std::chrono::steady_clock::time_point tidy_due_{};
  std::chrono::steady_clock::time_point count_due_{};
  bool busy_ = false;
};

housekeeper_actor spawn_housekeeper(caf::actor_system&, housekeeper_options);

} // namespace callboard
