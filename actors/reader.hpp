#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

#include <deque>

namespace callboard {

struct reader_options {
  std::shared_ptr<store_engine> engine;
  std::function<void(std::string_view query, std::int64_t us)> note = [](std::string_view, std::int64_t) {};
  std::function<void()> note_open = [] {}; ///< it has its connection
};

/// Answers questions to the store over its own connection. Neighbours in the mailbox share: tickets that are to be loaded
/// are asked for together, and the same list once for all who want it. What nobody waits for any more is left out.
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
  /// A list, and all who wait for it.
  struct waiting_list {
    list_tickets query;
    std::vector<caf::typed_response_promise<page_result>> callers;
  };

  caf::result<loaded_ticket> on_load(const load_ticket&);
  caf::result<page_result> on_list(const list_tickets&);
  void begin_batch();
  void answer_batch();
  void drop_late_loads();
  void load_all();
  void list_next();
  caf::error end(std::exception_ptr thrown);

  interface::pointer self_;
  std::optional<options> options_;
  std::unique_ptr<store_reader> reader_;
  std::vector<load_ticket> loads_; ///< that wait for the batch, and who waits for them
  std::vector<caf::typed_response_promise<loaded_ticket>> load_callers_;
  std::deque<waiting_list> lists_;
  std::uint64_t batch_ = 0; ///< the number of the one that is being gathered
};

reader_actor spawn_reader(caf::actor_system&, reader_options);

} // namespace callboard
