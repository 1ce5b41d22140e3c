#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct reader_options {
  std::shared_ptr<store_engine> engine;
  std::function<void(std::string_view query, std::int64_t us)> note = [](std::string_view, std::int64_t) {};
  std::function<void()> note_open = [] {}; ///< it has its connection
};

/// Answers questions to the store over its own connection.
///
/// Spawned by: the `store` supervisor, detached, because the engine blocks. Monitors: nobody. Bounded by: the pool's
/// permits (`limits.reads_max`) for the edge; actors that ask have one question each under way. When it dies nothing is
/// lost: whoever asked gets an error, and the supervisor opens a new connection.
class reader_state {
public:
  using interface = reader_actor;
  using options = reader_options;
  static inline const char* name = "callboard.reader";

  explicit reader_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  interface::pointer self_;
  std::optional<options> options_;
  std::unique_ptr<store_reader> reader_;
};

reader_actor spawn_reader(caf::actor_system&, reader_options);

} // namespace callboard
