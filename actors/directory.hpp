#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct directory_options {
  house& home;
  duration_ms store_timeout{5'000};
  outside_world world = {};
};

/// Users, departments and membership: one command after the other, each read, decided, stored.
///
/// Spawned by: the `desk` supervisor. Monitors: nobody. Bounded by: the edge's permits. Keeps no state between commands,
/// so when it dies only the command being handled is in doubt.
class directory_state {
public:
  using interface = directory_actor;
  using options = directory_options;
  static inline const char* name = "callboard.directory";

  explicit directory_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  using reply_promise = caf::typed_response_promise<reply>;

  caf::result<reply> take(directory_command& command);
  void with_user(directory_command command, user_id id, reply_promise);
  void with_department(directory_command command, department_id id, reply_promise);
  void store(directory_command command, result<std::optional<directory_event>> decided, std::int64_t present_version,
             reply unchanged, reply_promise);
  void conclude(const directory_command&, const journal_outcome&, const reply& answer, reply_promise);
  bool refuse_stale(const directory_command&, std::int64_t present_version, reply_promise&);

  interface::pointer self_;
  std::optional<options> options_;
};

directory_actor spawn_directory(caf::actor_system&, directory_options);

} // namespace callboard
