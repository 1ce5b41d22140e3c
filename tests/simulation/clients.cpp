#include "tests/simulation/clients.hpp"

#include <caf/event_based_actor.hpp>

#include <fmt/format.h>

namespace callboard::simulation {
namespace {

using namespace std::chrono_literals;

/// Longer than anybody in the house may take: who gets no answer by then never will.
constexpr std::chrono::seconds patience{600};

constexpr std::size_t tickets_max = 6;

reply lost_reply() {
  reply none;
  none.status = 0;
  return none;
}

ticket_status any_status(dice& d) { return static_cast<ticket_status>(d.below(enum_names<ticket_status>().size())); }

/// With fresh ids and a deadline of its own, as the edge makes a command anew for each request.
void renew(any_command& command, const command_id& id, deadline until) {
  std::visit(
    [&](auto& c) {
      c.meta.id = id;
      c.meta.deadline = until;
    },
    command);
  if (auto creation = std::get_if<create_ticket_command>(&command))
    creation->id = ticket_id::make();
}

} // namespace

std::int64_t clients::seen(const ticket_id& id) const {
  auto found = o_.kept.seen.find(id);
  return found == o_.kept.seen.end() ? 0 : found->second;
}

std::optional<user_id> clients::any_user() {
  if (users_.empty() || o_.chance.below(4) == 0)
    return std::nullopt;
  return o_.chance.one_of(users_);
}

std::optional<department_id> clients::any_department() {
  if (departments_.empty() || o_.chance.below(3) != 0)
    return std::nullopt;
  return o_.chance.one_of(departments_);
}

command_meta clients::meta(int nth) {
  command_meta m;
  m.who = {actor_type::user, fmt::format("person {}", o_.chance.below(2))};
  m.request_id = fmt::format("request {}", nth);
  m.instance = "/simulated";
  if (o_.chance.below(3) != 0)
    m.idempotency = idempotency{fmt::format("key {}", nth), fmt::format("hash {}", nth)};
  return m;
}

void clients::act(process& p) {
  auto roll = o_.chance.below(100);
  if (o_.kept.tickets.empty() || (roll < 12 && o_.kept.tickets.size() < tickets_max))
    create(p);
  else if (roll < 45)
    change(p);
  else if (roll < 62)
    send_again(p);
  else if (roll < 72)
    change_directory(p);
  else if (roll < 92)
    read(p);
  else if (roll < 97)
    list(p);
  else
    switch_ai(p);
}

void clients::create(process& p) {
  auto nth = ++names_;
  create_ticket_command command;
  command.meta = meta(nth);
  command.body.title = fmt::format("title {}", nth);
  command.body.description = "It says no.";
  command.body.assignee_id = any_user();
  command.body.created_by = any_user();
  command.body.department = any_department();
  begin(p, {"create_ticket", std::move(command), {}, {}});
}

ticket_request clients::any_ticket_request(int nth) {
  auto& d = o_.chance;
  change_ticket edit;
  switch (d.below(11)) {
    case 0: edit.title = fmt::format("title {}", nth); return edit;
    case 1: edit.title = fmt::format("title {}", d.below(3)); return edit; // back and forth between few
    case 2: edit.status = any_status(d); return edit;
    case 3: edit.assignee_id = {true, any_user()}; return edit;
    case 4: edit.department = {true, any_department()}; return edit;
    case 5: return claim_ticket{any_user().value_or(user_id::make())};
    case 6: return release_ticket{};
    case 7: return d.below(4) == 0 ? ticket_request{delete_ticket{}} : ticket_request{release_ticket{}};
    default:
      return add_message{d.below(3) == 0 ? message_kind::reply : message_kind::note, fmt::format("message {}", nth)};
  }
}

void clients::change(process& p) {
  auto& d = o_.chance;
  auto nth = ++names_;
  ticket_command command;
  command.meta = meta(nth);
  command.ticket.id = d.one_of(o_.kept.tickets);
  if (d.below(3) == 0)
    command.meta.expected_version = std::max<std::int64_t>(0, seen(command.ticket.id) - (d.below(4) == 0 ? 1 : 0));
  command.body = any_ticket_request(nth);
  auto kind = std::visit([]<class T>(const T&) { return std::string{type_name<T>()}; }, command.body);
  auto ticket = command.ticket.id;
  begin(p, {std::move(kind), std::move(command), ticket, {}});
}

directory_request clients::any_directory_request(int nth) {
  auto& d = o_.chance;
  auto mail = fmt::format("{}@example.com", nth);
  auto roll = d.below(10);
  if (users_.empty() || roll < 3) {
    users_.push_back(user_id::make());
    return user_creation{users_.back(), {fmt::format("name {}", nth), mail}};
  }
  if (departments_.empty() || roll < 4) {
    departments_.push_back(department_id::make());
    return department_creation{departments_.back(), {fmt::format("place {}", nth)}};
  }
  auto person = d.one_of(users_);
  auto place = d.one_of(departments_);
  switch (roll) {
    case 4: return user_change{person, {fmt::format("name {}", nth), std::nullopt}};
    case 5:
    case 6: return user_deletion{person};
    case 7: return department_change{place, {fmt::format("place {}", nth)}};
    case 8: return department_deletion{place};
    default: return membership_change{place, person, d.below(3) != 0};
  }
}

void clients::change_directory(process& p) {
  auto nth = ++names_;
  directory_command command;
  command.meta = meta(nth);
  command.body = any_directory_request(nth);
  auto kind = std::visit([]<class T>(const T&) { return std::string{type_name<T>()}; }, command.body);
  begin(p, {std::move(kind), std::move(command), {}, {}});
}

void clients::send_again(process& p) {
  std::vector<std::size_t> keyed;
  for (std::size_t i = 0; i < o_.kept.requests.size(); ++i)
    if (o_.kept.requests[i].meta().idempotency && o_.kept.requests[i].attempts.size() < 5)
      keyed.push_back(i);
  if (!keyed.empty())
    send(p, o_.chance.one_of(keyed));
}

void clients::begin(process& p, request made) {
  o_.kept.requests.push_back(std::move(made));
  send(p, o_.kept.requests.size() - 1);
}

std::uint64_t clients::holder_of(process& p, const request& r) const {
  auto lives = std::holds_alternative<directory_command>(r.command) ? p.directory_lives() : p.router_lives();
  return process_nth_ * 1'000 + lives;
}

void clients::send(process& p, std::size_t nth) {
  auto& r = o_.kept.requests[nth];
  auto command = r.command;
  attempt sent;
  sent.request = nth;
  sent.command = command_id::make();
  renew(command, sent.command, deadline::at(p.scheduler().clock().now() + 500ms + o_.chance.span(20s)));
  if (auto creation = std::get_if<create_ticket_command>(&command))
    o_.kept.tickets.push_back(creation->id);
  sent.seen_before = r.ticket.is_nil() ? 0 : seen(r.ticket);
  sent.holder = holder_of(p, r);
  auto attempt_nth = o_.kept.attempts.size();
  o_.note(fmt::format("client sends {} {} of {} as {}{}{}", attempt_nth, r.kind, r.meta().request_id,
                      to_string(sent.command), r.ticket.is_nil() ? "" : " to " + to_string(r.ticket),
                      r.meta().expected_version ? fmt::format(" at version {}", *r.meta().expected_version) : ""));
  r.attempts.push_back(attempt_nth);
  o_.kept.attempts.push_back(std::move(sent));
  if (std::holds_alternative<directory_command>(command))
    look_then_send(p, attempt_nth, p.home().directory.get(), std::move(command));
  else
    look_then_send(p, attempt_nth, p.home().router.get(), std::move(command));
}

/// As the edge does: with a key it first looks whether there is an answer already.
template <class Handle>
void clients::look_then_send(process& p, std::size_t attempt_nth, const Handle& whom, any_command command) {
  auto permit = p.home().readers.take_permit();
  auto reader = p.home().readers.next();
  auto client = p.system().spawn([=, this](caf::event_based_actor* self) {
    auto ask = [=, this] {
      auto on_answer = [=, this](const reply& answer) { end(attempt_nth, fate::answered, answer); };
      auto on_error = [=, this](caf::error&) { end(attempt_nth, fate::lost, lost_reply()); };
      if constexpr (std::same_as<Handle, directory_actor>)
        self->request(whom, patience, std::get<directory_command>(command)).then(on_answer, on_error);
      else if (auto creation = std::get_if<create_ticket_command>(&command))
        self->request(whom, patience, *creation).then(on_answer, on_error);
      else
        self->request(whom, patience, std::get<ticket_command>(command)).then(on_answer, on_error);
    };
    const auto& meta = std::visit([](const auto& c) -> const command_meta& { return c.meta; }, command);
    if (!meta.idempotency)
      return ask();
    if (!permit)
      return end(attempt_nth, fate::answered, reply_of(problem{error_code::overloaded, "Too many questions."}, meta));
    self
      ->request(reader, patience,
                callboard::find_reply{meta.who, meta.idempotency->key, deadline::at(self->clock().now() + patience)})
      .then(
        [=, this, kept_until_answered = permit](const optional_reply& found) {
          if (!found.value)
            return ask();
          auto again = found.value->reply;
          again.replayed = true;
          end(attempt_nth, fate::answered, again);
        },
        [=, this, kept_until_answered = permit](caf::error&) {
          end(attempt_nth, fate::answered, reply_of(problem{error_code::store_unavailable, "No reader."}, meta));
        });
  });
  p.adopt(client);
}

void clients::end(std::size_t attempt_nth, fate how, reply answer) {
  auto& a = o_.kept.attempts[attempt_nth];
  if (a.end != fate::pending)
    return; // the process it was sent to is gone, and with it this answer
  a.end = how;
  a.answer = std::move(answer);
  o_.note(fmt::format("client {} is told {} {}{}", attempt_nth, a.answer.status, a.answer.etag,
                      a.answer.replayed  ? " replayed"
                      : a.answer.problem ? " " + a.answer.body
                                         : ""));
  if (how == fate::answered)
    o_.told(a);
}

void clients::read(process& p) {
  auto& d = o_.chance;
  auto id = d.one_of(o_.kept.tickets);
  auto seen_before = seen(id);
  ticket_ref ref{id, 0};
  if (auto number = o_.kept.numbers.find(id); number != o_.kept.numbers.end() && d.below(3) == 0)
    ref = {{}, number->second};
  if (auto snapshot = p.home().snapshots.find(ref); snapshot && !snapshot->is_changing) {
    reply warm{.status = 200, .body = snapshot->body, .etag = snapshot->etag};
    return o_.shown(id, seen_before, warm);
  }
  read_ticket question{ref, deadline::at(p.scheduler().clock().now() + 500ms + d.span(10s)), "read", "/simulated"};
  auto nth = ++read_nth_;
  reads_[nth] = holder_of(p, {});
  auto router = p.home().router.get();
  auto client = p.system().spawn([=, this](caf::event_based_actor* self) {
    self->request(router, patience, question)
      .then(
        [=, this](const reply& answer) {
          if (reads_.erase(nth) > 0)
            o_.shown(id, seen_before, answer);
        },
        [=, this](caf::error&) { reads_.erase(nth); });
  });
  p.adopt(client);
}

/// Histories come straight from the store, and so may be ahead of what an actor has published.
void clients::list(process& p) {
  auto permit = p.home().readers.take_permit();
  if (!permit)
    return;
  auto reader = p.home().readers.next();
  auto ticket = o_.chance.one_of(o_.kept.tickets);
  auto seen_before = seen(ticket);
  auto client = p.system().spawn([=, this, life = process_nth_](caf::event_based_actor* self) {
    scope staff{true, true};
    self
      ->request(reader, patience,
                list_events{staff, ticket, {.limit = 1'000}, deadline::at(self->clock().now() + patience)})
      .then(
        [=, this, kept_until_answered = permit](const page_result& found) {
          if (life == process_nth_ && found.value)
            o_.listed(ticket, seen_before, static_cast<std::int64_t>(found.value->items.size()));
        },
        [kept_until_answered = permit](caf::error&) {});
  });
  p.adopt(client);
}

void clients::switch_ai(process& p) {
  bool on = o_.chance.below(2) == 0;
  o_.note(fmt::format("client switches AI {}", on ? "on" : "off"));
  caf::anon_send(p.home().runner.get(), set_ai_enabled{on});
}

void clients::lose_all() {
  ++process_nth_;
  reads_.clear();
  for (auto& a : o_.kept.attempts)
    if (a.end == fate::pending)
      a.end = fate::lost;
}

bool clients::is_waiting(process& p) const {
  for (const auto& a : o_.kept.attempts)
    if (a.end == fate::pending && a.holder == holder_of(p, o_.kept.requests[a.request]))
      return true;
  return std::any_of(reads_.begin(), reads_.end(), [&](const auto& each) { return each.second == holder_of(p, {}); });
}

} // namespace callboard::simulation
