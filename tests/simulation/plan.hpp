#pragma once

#include "tests/simulation/dice.hpp"

namespace callboard::simulation {

/// How hostile a run is: most faults are off in any one seed, so that those which are on meet in many mixtures.
/// Rates are per mille.
struct plan {
  // Each call of the store:
  int slow_store = 0;   ///< takes some time, within the time-out
  int stuck_store = 0;  ///< takes longer than callers wait
  int frozen_store = 0; ///< takes longer than a lease
  int unavailable = 0;
  int in_doubt = 0; ///< half of them done, half not
  int item_fails = 0;
  int reads_slow = 0;
  int reads_fail = 0;
  // Each step:
  int actor_killed = 0;
  int process_killed = 0;
  int failpoint = 0;
  // Each call of the provider:
  int provider_fails = 0;
  int provider_hangs = 0;
  int provider_crashes = 0;

  int lazy_actor = 0; ///< how readily one actor is left waiting
  int time_jumps = 0; ///< each step: time passes although there is work
  int requests = 40;
  std::chrono::milliseconds request_gap{100}; ///< the most between two
};

inline plan plan_of(dice& d) {
  auto rate = [&](int most) {
    return d.below(3) == 0 ? static_cast<int>(d.below(static_cast<std::uint64_t>(most))) : 0;
  };
  plan p;
  p.slow_store = rate(400);
  p.stuck_store = rate(60);
  p.frozen_store = rate(30);
  p.unavailable = rate(150);
  p.in_doubt = rate(150);
  p.item_fails = rate(60);
  p.reads_slow = rate(300);
  p.reads_fail = rate(80);
  p.actor_killed = rate(5);
  p.process_killed = rate(2);
  p.failpoint = rate(5);
  p.provider_fails = rate(500);
  p.provider_hangs = rate(300);
  p.provider_crashes = rate(150);
  p.lazy_actor = rate(1'000);
  p.time_jumps = rate(60);
  p.requests = 30 + static_cast<int>(d.below(90));
  p.request_gap = std::chrono::milliseconds{std::uint64_t{4} << d.below(9)};
  return p;
}

} // namespace callboard::simulation
