#pragma once

#include "actors/errand.hpp"
#include "actors/ticket.hpp"

#include <deque>
#include <limits>
#include <list>
#include <map>
#include <unordered_map>

namespace callboard {

struct router_options {
  house& home;
  std::shared_ptr<const ticket_policy> policy;
  std::string path = "root/desk/ticket_router"; ///< in the supervision tree
  int writes_per_ticket = 32;
  std::size_t warm_max = 100'000;
  duration_ms idle_timeout{300'000};
  duration_ms store_timeout{5'000};
  bool has_predecessor = false; ///< whose ticket actors may have writes in the journal's mailbox
  std::function<void(std::size_t warm, std::size_t quarantined)> note = [](std::size_t, std::size_t) {};
  std::function<void()> note_created = [] {};
  std::function<void()> note_refused = [] {}; ///< `writes_per_ticket` was met
  std::function<void(message_kind)> note_message = [](message_kind) {};
  std::function<void(const set_aside_command&)> note_set_aside = [](const set_aside_command&) {};
  std::function<void(const quarantined_ticket&)> note_quarantine = [](const quarantined_ticket&) {};
  std::function<void(const ticket_id&, restart_reason, const std::string& in_words)> note_crash =
    [](const ticket_id&, restart_reason, const std::string&) {};
  outside_world world = {};
};

/// Finds the actor of a ticket, spawns it on first use, and gives it one command at a time. So when a ticket's actor
/// dies it is known which command was being handled: the others go first, that one is tried three times in all.
///
/// Spawned by: the `desk` supervisor. Monitors: the ticket actors, which it takes along when it ends. Bounded by: the edge's
/// permits; `writes_per_ticket` waiting commands each; `warm_max` ticket actors, of which the least recently used leave.
/// When it dies the ticket actors end with it and everything not answered is in doubt; nothing stored is lost.
/// Quarantine and set-aside commands live in its memory: after a restart a ticket gets a new chance.
class router_state {
public:
  using interface = router_actor;
  using options = router_options;
  static inline const char* name = "callboard.ticket_router";

  explicit router_state(interface::pointer self) : self_(self) {}
  ~router_state();
  interface::behavior_type start(options given);

private:
  using steady_point = std::chrono::steady_clock::time_point;
  using reply_promise = caf::typed_response_promise<reply>;

  /// A ticket that waits for its number, and who waits for the ticket.
  struct creation {
    create_ticket_command command;
    reply_promise caller;
  };

  struct crash {
    steady_point time;
    command_id command;
    timestamp at;
    std::string reason;
  };

  /// A new ticket that the journal has, and who waits for it.
  struct creation_under_way {
    command_meta meta;
    reply answer;
    reply_promise caller;
    steady_point since;
  };

  /// Lists, because there are as many slots as warm tickets, and an empty list costs next to nothing.
  struct slot {
    ticket_actor actor;
    std::list<errand> waiting;
    std::list<errand> current; ///< one while the actor has it, or none
    std::uint64_t turn = 0;    ///< which hand-over a response belongs to
    caf::message_id response;  ///< the one that `current` waits for
    steady_point handed_over;
    std::list<ticket_id>::iterator place_busy; ///< in `busy_`, while there is a `current`
    bool leaving = false;
    std::vector<crash> crashes;
    steady_point last_used;
    std::list<ticket_id>::iterator place; ///< in `used_`
  };

  void wait_out_the_journal();
  caf::result<reply> on_create(create_ticket_command& command);
  void fetch_numbers();
  void on_number(creation& each);
  void create_with_number(create_ticket_command command, reply_promise);
  void on_created(std::int64_t number, const journal_outcome& outcome);
  void give_up_creation(std::int64_t number);

  caf::result<reply> on_errand(errand e, const ticket_ref& ticket);
  void resolve_number(errand e, std::int64_t number);
  void enqueue(errand e, const ticket_id& id);
  void hand_over(slot& s, const ticket_id& id);
  errand take_back(slot& s);
  void look_for_overdue();
  void give_up_what_is_overdue();
  void on_answer(const ticket_id& id, std::uint64_t turn, reply& answer);
  void on_no_answer(const ticket_id& id, std::uint64_t turn, const caf::error& why);
  void expect_no_answer(const slot& s);
  void on_down(const caf::down_msg& down);
  actor_info describe();
  actor_info describe_ticket(const ticket_id& id, const slot& s) const;
  static void forget_old_crashes(slot& s, steady_point now);
  void after_crash(slot& s, const ticket_id& id, const caf::error& reason);
  void set_aside(errand e, const ticket_id& id, const caf::error& reason);
  void quarantine(slot& s, const ticket_id& id, const caf::error& reason);
  slot& touch(const ticket_id& id);
  void forget_if_idle(const ticket_id& id);
  static bool is_idle(const slot& s);
  void dismiss(slot& s);
  void make_room();
  void dismiss_idle(std::size_t wanted, int looks = std::numeric_limits<int>::max());
  void sweep_idle();

  interface::pointer self_;
  std::optional<options> options_;
  std::unordered_map<ticket_id, slot> slots_;
  std::unordered_map<caf::actor_addr, ticket_id> owners_; ///< every ticket actor that has not ended
  std::size_t leaving_ = 0;                               ///< of them, those that have been asked to
  std::list<ticket_id> used_;                             ///< the most recently used first
  std::unordered_map<ticket_id, quarantined_ticket> quarantined_;
  std::deque<set_aside_command> set_aside_;
  bool journal_is_clear_ = true; ///< of what a predecessor's ticket actors sent
  number_block numbers_;
  std::vector<creation> unnumbered_;                    ///< while numbers are fetched
  std::list<ticket_id> busy_;                           ///< those whose actors have an errand, the longest first
  std::map<std::int64_t, creation_under_way> creating_; ///< by number, which is the order in which they were sent
  bool looks_for_overdue_ = false;
};

router_actor spawn_ticket_router(caf::actor_system&, router_options);

} // namespace callboard
