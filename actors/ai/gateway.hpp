#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

#include <map>

namespace callboard {

/// A task's providers in the order they are tried, by name.
struct gateway_options {
  std::vector<std::string> classify_chain;
  /// Where each configured provider lives; written by the supervisor that starts it.
  std::map<std::string, std::shared_ptr<address<provider_actor>>> providers;
  duration_ms timeout{8'000}; ///< of one provider's answer, and never beyond the task's deadline
  /// The kill switch: off, a walk under way asks no further provider.
  std::function<bool()> is_on = [] { return true; };
  std::function<void(std::string_view provider, std::string_view outcome, double seconds)> note =
    [](std::string_view, std::string_view, double) {};
};

/// Takes a task, walks its chain of providers until one gives a usable answer, and checks that answer.
///
/// Spawned by: the `ai` supervisor. Monitors: nobody. Bounded by: the runner's concurrency. Knows no kind of provider by
/// name. When it dies the tasks under way fail as transient.
class gateway_state {
public:
  using interface = gateway_actor;
  using options = gateway_options;
  static inline const char* name = "callboard.ai_gateway";

  explicit gateway_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  using steady = std::chrono::steady_clock;
  using answer_promise = caf::typed_response_promise<ai_answer>;

  /// One walk along the chain.
  struct walk {
    classify_task task;
    answer_promise caller;
    std::size_t step = 0;
    ai_failure last{ai_fault::parked, "no provider is configured for this task", {}};
  };

  caf::result<ai_answer> classify(classify_task& task);
  void try_next(std::shared_ptr<walk> w);
  void on_answer(const std::shared_ptr<walk>& w, ai_answer& answer, steady::time_point begun);
  void on_failure(const std::shared_ptr<walk>& w, ai_failure why, steady::time_point begun);
  caf::result<providers> describe();

  interface::pointer self_;
  std::optional<options> options_;
  std::map<std::string, provider_info> seen_;
};

gateway_actor spawn_gateway(caf::actor_system&, gateway_options);

} // namespace callboard
