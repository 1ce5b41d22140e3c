#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

#include <deque>

namespace callboard {

/// What the end of one child means to the others.
enum class child_role {
  replaceable, ///< it is started again
  vital,       ///< its supervisor ends with it
};

/// One child. `start` spawns it and writes its handle to its address in the house.
struct child_spec {
  std::string name;
  std::function<caf::actor(caf::actor_system&)> start;
  child_role role = child_role::replaceable;
  bool shows_children = false; ///< it answers `get_actor_info` with what is below it
};

/// A child whose handle everybody finds in the house.
template <class Handle, class Spawn>
child_spec child(std::string name, address<Handle>& place, Spawn spawn) {
  return {std::move(name), [&place, spawn](caf::actor_system& system) {
            Handle handle = spawn(system);
            place.set(handle);
            return caf::actor_cast<caf::actor>(handle);
          }};
}

/// A child that nobody asks.
template <class Spawn>
child_spec child(std::string name, Spawn spawn) {
  return {std::move(name), [spawn](caf::actor_system& system) { return caf::actor_cast<caf::actor>(spawn(system)); }};
}

/// What follows when a supervisor's children end too often.
enum class too_often {
  escalate, ///< the supervisor stops them all and ends with an error, which its own supervisor counts
  rest,     ///< that child stays away for one window; who needs it is told that it is not there
};

/// How often the children of one supervisor may end (reliability C-7).
struct restart_policy {
  /// Within `window`, over all children, or where the child rests over that child; none: however often.
  std::optional<int> restarts_max = 5;
  duration_ms window{30'000};
  too_often then = too_often::escalate;
  bool survives_invariants = true; ///< else a broken invariant escalates at once
  duration_ms backoff_base{50};    ///< from a child's second restart within the window on, doubling, with full jitter
  duration_ms backoff_max{1'000};
};

enum class supervision_step {
  restart,
  rest,
  give_up
};

/// Told of each step; for logs and metrics.
struct supervision_note {
  std::string path; ///< of the child that ended
  supervision_step step = supervision_step::restart;
  restart_reason why = restart_reason::other;
  std::string reason; ///< in words
};

struct supervisor_options {
  std::string path; ///< "root", "root/store", ...
  std::vector<child_spec> children;
  restart_policy policy;
  std::function<void(const supervision_note&)> notify = [](const supervision_note&) {};
  /// Told of each start, with the counts of its mailbox.
  std::function<void(const std::string& path, std::shared_ptr<vital_signs>)> started =
    [](const std::string&, std::shared_ptr<vital_signs>) {};
  outside_world world = {};
};

/// CAF has links and monitors but no supervisors; this one is used everywhere (one_for_one: only the child that ended is
/// started again, the others find it at its address).
///
/// Spawned by: app for the root, by a supervisor otherwise. Monitors: its children. Bounded by: its children and one
/// question at a time from `/system/actors`. When it ends it stops its children, the last started first; when it gives
/// up it ends with an error, which its own supervisor counts, and the root's end ends the process.
class supervisor_state {
public:
  using interface = supervisor_actor;
  using options = supervisor_options;
  static inline const char* name = "callboard.supervisor";

  explicit supervisor_state(interface::pointer self) : self_(self) {}
  ~supervisor_state();
  interface::behavior_type start(options given);

private:
  using clock_point = std::chrono::steady_clock::time_point;
  struct child {
    child_spec spec;
    caf::actor handle;
    std::shared_ptr<vital_signs> vitals;
    actor_state state = actor_state::starting;
    std::int64_t restarts = 0;
    std::string last_error;
    std::optional<timestamp> last_restart_at;
    std::deque<clock_point> recent; ///< its ends within the window
  };

  void launch(std::size_t index);
  void on_down(const caf::down_msg& down);
  void schedule_restart(std::size_t index, const caf::error& reason);
  void give_up(child& c, const std::string& path, const caf::error& reason);
  void note_end(child& c);
  bool ends_too_often(const child& c) const;
  duration_ms backoff(const child& c) const;
  void stop_next(caf::error reason);
  caf::result<actor_info> describe();
  actor_info describe_leaf(const child& c) const;

  interface::pointer self_;
  options options_;
  std::vector<child> children_;
  std::optional<caf::error> stopping_;
};

/// Spawns a supervisor as a child of another.
child_spec supervisor_spec(std::string name, supervisor_options);

supervisor_actor spawn_supervisor(caf::actor_system&, supervisor_options);

} // namespace callboard
