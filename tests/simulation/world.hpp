#pragma once

#include "tests/simulation/checks.hpp"
#include "tests/simulation/clients.hpp"
#include "tests/simulation/recording_sink.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/simulation/weather.hpp"

namespace callboard::simulation {

struct verdict {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0; ///< of everything that happened
  std::uint64_t steps = 0;
  std::optional<std::string> failure;
  std::deque<std::string> last_steps; ///< of a run in words
};

/// One run: a house of real actors, a fake store and clients, in simulated time. The seed alone decides who runs next,
/// what is asked and what fails.
class world {
public:
  world(std::uint64_t seed, const planted_bugs& planted, std::size_t steps_in_words);
  ~world();

  verdict run();

private:
  void start_process();
  void end_process();
  void restart_if_ended();

  /// One thing happens.
  void step();
  void do_harm();
  void run_one();
  void pass(std::chrono::nanoseconds span);
  void pass_until_something();
  /// A call of the store takes its time; everybody else goes on.
  void let_pass(std::chrono::nanoseconds span);
  void come_to_rest();
  void note(std::string_view what);

  std::chrono::nanoseconds elapsed() const;
  timestamp wall() const;

  std::uint64_t seed_;
  dice dice_;
  plan rates_;
  trace trace_;
  std::shared_ptr<disk> disk_ = std::make_shared<disk>();
  record record_;
  checks checks_;
  clients clients_;
  std::shared_ptr<planned_weather> weather_;
  std::shared_ptr<recording_sink> sink_;
  std::unique_ptr<process> process_;
  std::chrono::nanoseconds before_process_{0}; ///< how long the processes before this one have run
  std::chrono::nanoseconds next_request_{0};
  int requests_left_ = 0;
  int depth_ = 0;      ///< of calls that wait
  bool ended_ = false; ///< the process was killed or gave up
  caf::actor_id lazy_ = 0;
  bool is_calm_ = true;
};

} // namespace callboard::simulation
