#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct feed_options {
  house& home;
  duration_ms poll{250};  ///< when no hint comes
  duration_ms held{50};   ///< from one read to the next at most, while what is committed may not be told yet
  duration_ms gather{10}; ///< from one read to the next, unless there is a page and more: many events share a question
  duration_ms store_timeout{5'000};
  int page = 500;
  /// What was published just now, and for how long something committed has not been.
  std::function<void(std::size_t events, std::chrono::steady_clock::duration lag)> note =
    [](std::size_t, std::chrono::steady_clock::duration) {};
};

/// Reads what was committed, in feed order, and publishes it to the hub of each I/O thread; the only source of what
/// subscribers see. A hint after each commit wakes it: at once when it has been quiet, and as often as `gather` allows
/// while many write. What is committed and may not be told yet is asked for less and less often, until it is.
///
/// Spawned by: the `live` supervisor. Monitors: nobody. Bounded by: one page under way; the next is read when every hub
/// has taken the last. When it dies its successor goes on from the last published position, which the house keeps.
class feed_state {
public:
  using interface = feed_actor;
  using options = feed_options;
  static inline const char* name = "callboard.feed";

  explicit feed_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  void read_on();
  void wait_for_horizon();
  void publish(feed_page& page);
  void on_done(std::uint64_t batch);
  void note(std::size_t events);

  interface::pointer self_;
  std::optional<options> options_;
  bool reading_ = false;
  bool hinted_ = false;
  bool reminded_ = false; ///< a `read_again` is on its way
  std::chrono::steady_clock::time_point next_read_{};
  duration_ms pause_{};        ///< after the next page that brings nothing although there is something
  std::int64_t hinted_id_ = 0; ///< committed, as far as the hints tell
  std::optional<std::chrono::steady_clock::time_point> behind_since_;
  std::uint64_t batch_ = 0;
  std::size_t hubs_missing_ = 0;
};

feed_actor spawn_feed(caf::actor_system&, feed_options);

} // namespace callboard
