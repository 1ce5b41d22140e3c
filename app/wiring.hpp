#pragma once

#include "actors/supervisor.hpp"
#include "config/settings.hpp"
#include "ops/health.hpp"
#include "ops/metrics.hpp"
#include "protocol/house.hpp"

#include <map>

namespace callboard::app {

/// The actor system's own settings: our message types, bounded turns, no command line of its own.
class actor_config : public caf::actor_system_config {
public:
  actor_config();
};

/// The counted mailboxes of the supervision tree, for gauges that are read at a scrape.
class mailbox_registry {
public:
  void put(const std::string& path, std::shared_ptr<vital_signs> vitals);
  void report(metrics& meters) const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<vital_signs>> vitals_;
};

/// How long a call has been running. Looked at from beside, because a call that hangs tells nobody.
class call_watch {
public:
  using clock = std::chrono::steady_clock;

  void note(bool begins) { begun_ = begins ? clock::now() : clock::time_point{}; }
  clock::duration running_for() const {
    auto begun = begun_.load();
    return begun == clock::time_point{} ? clock::duration{0} : clock::now() - begun;
  }

private:
  std::atomic<clock::time_point> begun_{};
};

struct wiring_context {
  const config::settings& settings;
  callboard::house& home;
  std::shared_ptr<store_engine> engine;
  metrics& meters;
  health& probes;
  mailbox_registry& mailboxes;
  outside_world world;
  std::function<void()> gave_up; ///< called as soon as the root gives up; what is stuck below may keep it for long
  std::shared_ptr<call_watch> store_calls = std::make_shared<call_watch>(); ///< of the journal
  std::shared_ptr<address<reader_actor>> counting_reader = std::make_shared<address<reader_actor>>();
};

/// The ordered start list: the supervision tree of everything that has a mailbox. Children start in this order and stop
/// in the opposite one.
supervisor_options supervision_tree(const wiring_context&);

/// Real clocks and dice.
outside_world real_world();

} // namespace callboard::app
