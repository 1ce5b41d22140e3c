#include "actors/ticket_router.hpp"

#include "actors/ask_journal.hpp"
#include "actors/ask_reader.hpp"
#include "actors/journal_answer.hpp"
#include "actors/overdue.hpp"
#include "base/json_write.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callboard {
namespace {

constexpr int tries_max = 3;
constexpr std::size_t crashes_to_quarantine = 3;
constexpr std::chrono::seconds crash_window{60};
constexpr std::size_t set_aside_max = 100;
constexpr std::chrono::seconds sweep_interval{5};

/// Of the warm tickets `/system/actors` shows the most interesting of those used last.
constexpr std::size_t shown_max = 50;
constexpr std::size_t looked_at_max = 10'000;

std::string kind_of(const ticket_request& request) {
  return std::visit([]<class T>(const T&) { return std::string{type_name<T>()}; }, request);
}

} // namespace

router_state::~router_state() {
  // In the order of use and not of hashes, so that a simulation ends them in the same order again.
  for (const auto& id : used_)
    if (const auto& s = slots_.at(id); s.actor)
      caf::anon_send_exit(s.actor, caf::exit_reason::user_shutdown);
}

router_actor::behavior_type router_state::start(options given) {
  options_.emplace(std::move(given));
  options_->home.snapshots.clear();
  self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
  self_->delayed_send(self_, sweep_interval, tick{});
  if (options_->has_predecessor)
    wait_out_the_journal();
  return {
    [this](create_ticket_command& command) { return on_create(command); },
    [this](ticket_command& command) {
      auto ticket = command.ticket;
      return on_errand({std::move(command), self_->make_response_promise<reply>()}, ticket);
    },
    [this](read_ticket& question) {
      auto ticket = question.ticket;
      return on_errand({std::move(question), self_->make_response_promise<reply>()}, ticket);
    },
    [this](get_quarantine) {
      quarantine_report report;
      for (const auto& [id, ticket] : quarantined_)
        report.tickets.push_back(ticket);
      report.set_aside.assign(set_aside_.begin(), set_aside_.end());
      return report;
    },
    [this](release_quarantine which) {
      auto found = slots_.find(which.ticket_id);
      if (found != slots_.end())
        found->second.crashes.clear();
      bool released = quarantined_.erase(which.ticket_id) > 0;
      options_->note(slots_.size(), quarantined_.size());
      return released;
    },
    [this](get_actor_info) { return describe(); },
    [this](tick) {
      sweep_idle();
      self_->delayed_send(self_, sweep_interval, tick{});
    },
    [this](overdue) { give_up_what_is_overdue(); },
  };
}

/// Ticket actors that load before it is done would believe what is old: until then they begin in doubt.
void router_state::wait_out_the_journal() {
  journal_is_clear_ = false;
  wait_out_journal(self_, options_->home, [this] { journal_is_clear_ = true; });
}

// --- errands to existing tickets --------------------------------------------------------------------------------

caf::result<reply> router_state::on_errand(errand e, const ticket_ref& ticket) {
  auto promise = e.caller;
  if (!ticket.id.is_nil())
    enqueue(std::move(e), ticket.id);
  else if (auto snapshot = options_->home.snapshots.find(ticket.number))
    enqueue(std::move(e), snapshot->id);
  else
    resolve_number(std::move(e), ticket.number);
  return promise;
}

void router_state::resolve_number(errand e, std::int64_t number) {
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, load_ticket{{{}, number}, {}})
    .then(
      [this, e](const loaded_ticket& loaded) mutable {
        if (loaded.state)
          enqueue(std::move(e), loaded.state->ticket.id);
        else
          e.refuse({error_code::not_found, "There is no such ticket."});
      },
      [this, e](caf::error&) mutable {
        e.refuse({error_code::store_unavailable, "The store is unavailable."});
      });
}

void router_state::enqueue(errand e, const ticket_id& id) {
  bool is_command = std::holds_alternative<ticket_command>(e.what);
  if (is_command && quarantined_.contains(id))
    return e.refuse({error_code::quarantined, "The ticket is in quarantine: commands on it crashed "
                                              "repeatedly. An operator can release it."});
  auto& s = touch(id);
  // Reads of a cold ticket are not writes: many may meet while it is loaded, and the edge's permits bound them.
  auto commands = std::count_if(s.waiting.begin(), s.waiting.end(),
                                [](const errand& each) { return std::holds_alternative<ticket_command>(each.what); });
  if (is_command && commands >= options_->writes_per_ticket) {
    options_->note_refused();
    return e.refuse({error_code::overloaded, fmt::format("{} changes already wait for this ticket.", commands)});
  }
  s.waiting.push_back(std::move(e));
  hand_over(s, id);
}

void router_state::hand_over(slot& s, const ticket_id& id) {
  if (!s.current.empty() || s.leaving)
    return;
  auto now = self_->clock().now();
  while (!s.waiting.empty() && s.waiting.front().has_expired(now)) {
    s.waiting.front().expire();
    s.waiting.pop_front();
  }
  if (s.waiting.empty())
    return;
  bool is_new = !s.actor;
  if (is_new) {
    s.actor = spawn_ticket(self_->system(), {options_->home, id, options_->policy, options_->store_timeout,
                                             options_->world, !journal_is_clear_});
    self_->monitor(s.actor);
    owners_.emplace(s.actor.address(), id);
    options_->note(slots_.size(), quarantined_.size());
  }
  s.current.splice(s.current.begin(), s.waiting, s.waiting.begin());
  s.handed_over = now;
  s.place_busy = busy_.insert(busy_.end(), id);
  look_for_overdue();
  if (is_new)
    make_room();
  auto turn = ++s.turn;
  std::visit(
    [&](const auto& what) {
      auto response = self_->request(s.actor, until_overdue, what);
      s.response = response.id();
      response.then([this, id, turn](reply& answer) { on_answer(id, turn, answer); },
                    [this, id, turn](caf::error& why) { on_no_answer(id, turn, why); });
    },
    s.current.front().what);
}

errand router_state::take_back(slot& s) {
  auto e = std::move(s.current.front());
  s.current.clear();
  busy_.erase(s.place_busy);
  return e;
}

void router_state::on_answer(const ticket_id& id, std::uint64_t turn, reply& answer) {
  auto found = slots_.find(id);
  if (found == slots_.end() || found->second.turn != turn || found->second.current.empty())
    return;
  auto& s = found->second;
  if (auto command = std::get_if<ticket_command>(&s.current.front().what);
      command && answer.status == 201 && !answer.replayed)
    if (auto message = std::get_if<add_message>(&command->body))
      options_->note_message(message->kind);
  take_back(s).caller.deliver(std::move(answer));
  hand_over(s, id);
}

void router_state::on_no_answer(const ticket_id& id, std::uint64_t turn, const caf::error& why) {
  auto found = slots_.find(id);
  if (found == slots_.end() || found->second.turn != turn || found->second.current.empty())
    return;
  auto& s = found->second;
  // It had left before it saw the errand: nothing has begun. The down message brings its successor, and decides what
  // becomes of an errand that had begun.
  if (why == caf::sec::request_receiver_down)
    s.waiting.push_front(take_back(s));
  else
    self_->send_exit(s.actor, caf::exit_reason::kill);
}

/// Who died in the middle of an errand answers no more, and CAF would keep for ever what was to be done with the answer.
void router_state::expect_no_answer(const slot& s) {
  self_->enqueue(caf::make_mailbox_element(nullptr, s.response, {}, make_error(caf::sec::request_receiver_down)),
                 self_->context());
}

void router_state::on_down(const caf::down_msg& down) {
  auto owner = owners_.find(caf::actor_cast<caf::actor_addr>(down.source));
  if (owner == owners_.end())
    return;
  auto id = owner->second;
  owners_.erase(owner);
  auto found = slots_.find(id);
  if (found == slots_.end())
    return;
  auto& s = found->second;
  s.actor = nullptr;
  leaving_ -= std::exchange(s.leaving, false) ? 1 : 0;
  bool left = !down.reason || down.reason == caf::exit_reason::user_shutdown;
  if (!left)
    options_->note_crash(id, restart_reason_of(down.reason), text_of(down.reason, self_->system()));
  if (!s.current.empty()) {
    expect_no_answer(s);
    if (left)
      s.waiting.push_front(take_back(s)); // handed to one who had left: nothing has begun
    else
      after_crash(s, id, down.reason);
  }
  hand_over(s, id);
  forget_if_idle(id);
}

void router_state::forget_old_crashes(slot& s, steady_point now) {
  std::erase_if(s.crashes, [&](const crash& c) { return now - c.time > crash_window; });
}

void router_state::after_crash(slot& s, const ticket_id& id, const caf::error& reason) {
  auto e = take_back(s);
  auto command = std::get_if<ticket_command>(&e.what);
  if (!command)
    return e.refuse({error_code::store_unavailable, "The ticket could not be loaded."});
  auto now = self_->clock().now();
  forget_old_crashes(s, now);
  bool known =
    std::any_of(s.crashes.begin(), s.crashes.end(), [&](const crash& c) { return c.command == command->meta.id; });
  if (!known)
    s.crashes.push_back({now, command->meta.id, options_->world.wall(), text_of(reason, self_->system())});
  ++command->tries;
  bool last_try = command->tries >= tries_max;
  if (last_try)
    set_aside(std::move(e), id, reason);
  else
    s.waiting.push_back(std::move(e)); // after those that had not begun
  if (s.crashes.size() >= crashes_to_quarantine)
    quarantine(s, id, reason);
}

void router_state::set_aside(errand e, const ticket_id& id, const caf::error& reason) {
  const auto& command = std::get<ticket_command>(e.what);
  set_aside_command record{to_string(command.meta.id), id,
                           kind_of(command.body),      command.meta.request_id,
                           options_->world.wall(),     text_of(reason, self_->system())};
  problem p{error_code::set_aside,
            fmt::format("The request failed {} times and was set aside; reference {}. The ticket's history tells "
                        "whether anything of it was stored.",
                        tries_max, record.reference)};
  p.extra = "\"reference\":" + to_json(record.reference);
  options_->note_set_aside(record);
  set_aside_.push_front(std::move(record));
  if (set_aside_.size() > set_aside_max)
    set_aside_.pop_back();
  e.refuse(p);
}

void router_state::quarantine(slot& s, const ticket_id& id, const caf::error& reason) {
  quarantined_ticket record{id, options_->world.wall(), {}, text_of(reason, self_->system())};
  for (const auto& c : s.crashes)
    record.references.push_back(to_string(c.command));
  s.crashes.clear();
  auto waiting = std::move(s.waiting);
  s.waiting.clear();
  for (auto& e : waiting)
    if (auto command = std::get_if<ticket_command>(&e.what); command && command->tries > 0)
      e.caller.deliver(store_in_doubt(command->meta)); // it crashed once, perhaps after its commit
    else if (command)
      e.refuse({error_code::quarantined, "The ticket has just been put in quarantine."});
    else
      s.waiting.push_back(std::move(e));
  options_->note_quarantine(record);
  quarantined_.insert_or_assign(id, std::move(record));
  options_->note(slots_.size(), quarantined_.size());
}

// --- what takes too long -----------------------------------------------------------------------------------------

/// One reminder for all who wait, and none while nobody does. A time-out of CAF's for each would wake the thread of its
/// clock twice, which was a sixth of what a message costs the process. Whoever dies is told of by its monitor.
void router_state::look_for_overdue() {
  constexpr int looks = 10; // in one time-out: so much later something may be given up
  if (!std::exchange(looks_for_overdue_, true))
    self_->delayed_send(self_, options_->store_timeout / looks, overdue{});
}

void router_state::give_up_what_is_overdue() {
  auto now = self_->clock().now();
  while (!creating_.empty() && now - creating_.begin()->second.since >= options_->store_timeout)
    give_up_creation(creating_.begin()->first);
  for (const auto& id : busy_) {
    const auto& s = slots_.at(id);
    if (now - s.handed_over < options_->store_timeout)
      break;
    self_->send(s.actor, overdue{}); // it knows since when it waits for the journal
  }
  looks_for_overdue_ = false;
  if (!creating_.empty() || !busy_.empty())
    look_for_overdue();
}

// --- what operators see ------------------------------------------------------------------------------------------

/// Those that crashed within the last minute come first, then those for which something waits, then the others as they
/// were used. Quarantined tickets have a list of their own.
actor_info router_state::describe() {
  auto now = self_->clock().now();
  actor_info all;
  all.path = options_->path;
  all.children_total = static_cast<std::int64_t>(owners_.size());
  std::vector<std::pair<const ticket_id*, const slot*>> looked_at;
  for (auto id = used_.begin(); id != used_.end() && looked_at.size() < looked_at_max; ++id) {
    auto& s = slots_.at(*id);
    forget_old_crashes(s, now);
    looked_at.emplace_back(&*id, &s);
  }
  std::stable_sort(looked_at.begin(), looked_at.end(), [](const auto& a, const auto& b) {
    auto weight = [](const slot& s) { return std::pair{s.crashes.size(), s.waiting.size() + s.current.size()}; };
    return weight(*a.second) > weight(*b.second);
  });
  looked_at.resize(std::min(looked_at.size(), shown_max));
  for (const auto& [id, s] : looked_at)
    all.children.push_back(describe_ticket(*id, *s));
  return all;
}

actor_info router_state::describe_ticket(const ticket_id& id, const slot& s) const {
  actor_info info;
  info.name = to_string(id);
  info.path = options_->path + "/" + info.name;
  info.state = s.actor ? actor_state::running : actor_state::stopped;
  info.mailbox_depth = static_cast<std::int64_t>(s.waiting.size() + s.current.size());
  info.handled = static_cast<std::int64_t>(s.turn);
  info.restarts = static_cast<std::int64_t>(s.crashes.size());
  if (!s.crashes.empty()) {
    info.last_error = s.crashes.back().reason;
    info.last_restart_at = s.crashes.back().at;
  }
  return info;
}

// --- bounds ----------------------------------------------------------------------------------------------------

router_state::slot& router_state::touch(const ticket_id& id) {
  auto [found, is_new] = slots_.try_emplace(id);
  auto& s = found->second;
  s.last_used = self_->clock().now();
  if (is_new) {
    used_.push_front(id);
    s.place = used_.begin();
  } else {
    used_.splice(used_.begin(), used_, s.place);
  }
  return s;
}

void router_state::forget_if_idle(const ticket_id& id) {
  auto found = slots_.find(id);
  if (found == slots_.end())
    return;
  auto& s = found->second;
  if (s.actor || !is_idle(s))
    return;
  // A slot with recent crashes is kept until the window is over: it counts towards quarantine.
  forget_old_crashes(s, self_->clock().now());
  if (!s.crashes.empty())
    return;
  used_.erase(s.place);
  slots_.erase(found);
  options_->note(slots_.size(), quarantined_.size());
}

/// Asks the least recently used tickets that have nothing to do to leave, when there are more than may be warm.
void router_state::make_room() {
  constexpr int looks_max = 16; // busy tickets at the end are passed over, but not all of them every time
  auto warm = owners_.size() - leaving_;
  if (warm > options_->warm_max)
    dismiss_idle(warm - options_->warm_max, looks_max);
}

void router_state::dismiss_idle(std::size_t wanted, int looks) {
  for (auto id = used_.rbegin(); id != used_.rend() && wanted > 0 && looks > 0; ++id) {
    auto& s = slots_.at(*id);
    if (!s.actor || s.leaving)
      continue; // what is remembered of a crash is no warm ticket, and goes by itself
    --looks;
    if (is_idle(s)) {
      dismiss(s);
      --wanted;
    }
  }
}

bool router_state::is_idle(const slot& s) { return s.current.empty() && s.waiting.empty(); }

void router_state::dismiss(slot& s) {
  s.leaving = true;
  ++leaving_;
  self_->send(s.actor, passivate{});
}

void router_state::sweep_idle() {
  auto now = self_->clock().now();
  // A part at a time: what leaves is not out of memory at once.
  if (options_->home.memory_is_short.load())
    dismiss_idle(owners_.size() / 4 + 1);
  std::vector<ticket_id> done;
  for (auto id = used_.rbegin(); id != used_.rend(); ++id) {
    auto& s = slots_.at(*id);
    if (now - s.last_used < options_->idle_timeout)
      break; // the list is in the order of use
    if (!s.actor)
      done.push_back(*id);
    else if (is_idle(s) && !s.leaving)
      dismiss(s);
  }
  for (const auto& id : done)
    forget_if_idle(id);
}

router_actor spawn_ticket_router(caf::actor_system& system, router_options options) {
  return system.spawn<acting<router_state>>(std::move(options));
}

} // namespace callboard
