#pragma once

#include "actors/supervisor.hpp"
#include "protocol/house.hpp"
#include "tests/simulation/fake_store.hpp"
#include "tests/simulation/plan.hpp"

#include <caf/scheduler/test_coordinator.hpp>

// One life of the server: the actor system, the house and everybody in it, on a disk that outlives it.
namespace callboard::simulation {

/// What a process needs from the world around it.
struct surroundings {
  std::shared_ptr<disk> data;
  std::shared_ptr<store_weather> weather;
  dice& chance;
  const plan& rates;
  outside_world world;
  std::shared_ptr<live_sink> sink;
  std::function<void()> gave_up; ///< a supervisor ended: the process would
};

class process {
public:
  explicit process(const surroundings&);
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  caf::actor_system& system() { return system_; }
  caf::scheduler::test_coordinator& scheduler() { return scheduler_; }
  callboard::house& home() { return home_; }
  /// Long-lived actors that may be killed at any time; their supervisors are the real ones.
  std::vector<caf::actor> killable() const;
  /// How often this actor has started in this process.
  std::uint64_t router_lives() const { return router_lives_; }
  std::uint64_t directory_lives() const { return directory_lives_; }
  /// Actors of the clients, ended with the process.
  void adopt(const caf::actor& client) { clients_.push_back(caf::actor_cast<caf::actor_addr>(client)); }

private:
  class config : public caf::actor_system_config {
  public:
    config();
  };

  supervisor_options tree(const surroundings&);
  child_spec store_branch(const surroundings&);
  child_spec desk_branch(const surroundings&);
  child_spec live_branch(const surroundings&);
  child_spec ai_branch(const surroundings&);
  void settle();

  std::shared_ptr<fake_engine> engine_;
  callboard::house home_;
  std::shared_ptr<address<provider_actor>> provider_ = std::make_shared<address<provider_actor>>();
  std::vector<caf::actor_addr> clients_;
  std::uint64_t router_lives_ = 0;
  std::uint64_t directory_lives_ = 0;
  config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
};

} // namespace callboard::simulation
