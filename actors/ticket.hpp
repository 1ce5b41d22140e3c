#pragma once

#include "actors/acting.hpp"
#include "domain/ticket_rules.hpp"
#include "protocol/house.hpp"

namespace callboard {

struct ticket_options {
  house& home;
  ticket_id id;
  std::shared_ptr<const ticket_policy> policy;
  duration_ms store_timeout{5'000};
  outside_world world = {};
  bool begins_in_doubt = false; ///< a write of a predecessor may still stand in the journal's mailbox
};

/// One ticket: decides commands one after the other, stores what follows, publishes the snapshot that I/O threads read.
///
/// Spawned by: the router on first use. Monitors: nobody. Bounded by: the router, which sends one command
/// at a time. When it dies nothing is lost: its state is what the store says, and the next command loads it again.
class ticket_actor_state {
public:
  using interface = ticket_actor;
  using options = ticket_options;
  static inline const char* name = "callboard.ticket";

  explicit ticket_actor_state(interface::pointer self) : self_(self) {}
  ~ticket_actor_state();
  interface::behavior_type start(options given);

private:
  using reply_promise = caf::typed_response_promise<reply>;

  /// What the journal has, and who waits for it.
  struct write_under_way {
    ticket_command command;
    ticket_write write;
    reply answer;
    reply_promise promise;
    std::chrono::steady_clock::time_point since;
  };

  void load();
  caf::result<reply> on_command(ticket_command& command);
  caf::result<reply> on_read(const read_ticket& question);
  caf::result<reply> read_from_store(const read_ticket& question);

  void decide_and_store(ticket_command command, reply_promise);
  void answer_unless_committed(ticket_command command, reply_promise);
  void answer_as_kept(ticket_command command, committed_command committed, reply_promise);
  reply answer_again(const ticket_command& command, const committed_command& committed) const;
  void refuse_stale(const ticket_command& command, reply_promise);
  void refuse_and_store(const ticket_command& command, const problem& why, reply_promise);
  void store(const ticket_command& command, ticket_write write, reply answer, reply_promise);
  void mark_changing(bool);
  void on_outcome(const journal_outcome&);
  void give_up();
  void wait_out_the_journal();
  void conclude(const ticket_command& command, const journal_outcome& outcome, ticket_write write, reply answer,
                reply_promise);
  void become(ticket_state next, std::string view);

  bool exists() const { return state_ && !state_->memory.deleted; }
  reply present() const;
  reply answer_to(const ticket_command& command, const ticket_write& write) const;

  interface::pointer self_;
  std::optional<options> options_;
  std::optional<ticket_state> state_;
  bool load_failed_ = false;
  bool in_doubt_ = false; ///< a write got no answer: nothing is decided any more
  std::unique_ptr<write_under_way> under_way_;
  std::shared_ptr<const ticket_snapshot> published_;
};

ticket_actor spawn_ticket(caf::actor_system&, ticket_options);

} // namespace callboard
