#include "actors/ticket.hpp"

#include "actors/ask_journal.hpp"
#include "actors/ask_reader.hpp"
#include "actors/journal_answer.hpp"
#include "actors/overdue.hpp"
#include "actors/ticket_write.hpp"
#include "base/failpoint.hpp"
#include "base/json_write.hpp"
#include "domain/views.hpp"

#include <fmt/format.h>

namespace callboard {
namespace {

reply ok(const ticket_snapshot& snapshot) { return {.status = 200, .body = snapshot.body, .etag = snapshot.etag}; }

reply reply_with_message(const message_view& message, std::int64_t version) {
  return {.status = 201,
          .body = to_json(message),
          .etag = etag_of(version),
          .location = "/api/v1/tickets/" + to_string(message.ticket_id) + "/messages"};
}

problem no_such_ticket() { return {error_code::not_found, "There is no such ticket."}; }

reply could_not_load(const read_ticket& question) {
  return reply_of(problem{error_code::store_unavailable, "The ticket could not be loaded."}, question.request_id,
                  question.instance);
}

/// What failpoints look at to strike only some commands: a test names the text that "crashes" its ticket.
std::string_view text_in(const ticket_request& request) {
  if (auto message = std::get_if<add_message>(&request))
    return message->body;
  if (auto change = std::get_if<change_ticket>(&request); change && change->title)
    return *change->title;
  return {};
}

/// An earlier try of the command may have been stored, or may be yet.
reply store_did_not_answer(const ticket_command& command) {
  return command.tries > 0 ? store_in_doubt(command.meta) : store_unavailable(command.meta);
}

} // namespace

ticket_actor_state::~ticket_actor_state() {
  // What is published must never outlive the actor that keeps it true.
  if (published_)
    options_->home.snapshots.withdraw(published_->id, published_->number);
}

ticket_actor::behavior_type ticket_actor_state::start(options given) {
  options_.emplace(std::move(given));
  if (options_->begins_in_doubt)
    wait_out_the_journal();
  else
    load();
  return {
    [this](ticket_command& command) { return on_command(command); },
    [this](const read_ticket& question) { return on_read(question); },
    [this](passivate) {
      CALLBOARD_CHECK(!under_way_, "who has something to do is not asked to leave");
      if (!in_doubt_) // it leaves when the doubt is over: a successor would load too early
        self_->quit();
    },
    [this](overdue) {
      if (under_way_ && self_->clock().now() - under_way_->since >= options_->store_timeout)
        give_up();
    },
  };
}

void ticket_actor_state::load() {
  // Awaited: commands queue behind the load instead of meeting a half-built ticket.
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, load_ticket{{options_->id, 0}, {}})
    .await(
      [this](loaded_ticket& loaded) {
        if (loaded.state && !loaded.state->memory.deleted) {
          auto view = to_json(loaded.state->ticket);
          become(std::move(*loaded.state), std::move(view));
        } else {
          state_ = std::move(loaded.state);
        }
      },
      // Whoever waits is told, and the next one finds an actor that tries anew.
      [this](caf::error&) { load_failed_ = true; });
}

void ticket_actor_state::become(ticket_state next, std::string view) {
  state_ = std::move(next);
  const auto& t = state_->ticket;
  if (state_->memory.deleted) {
    if (published_)
      options_->home.snapshots.withdraw(published_->id, published_->number);
    published_.reset();
    return;
  }
  view.shrink_to_fit(); // it stays as long as the ticket is warm
  published_ = std::make_shared<const ticket_snapshot>(t.id, t.number, t.version, t.ai.status, etag_of(t.version),
                                                       std::move(view));
  options_->home.snapshots.publish(published_);
}

reply ticket_actor_state::present() const {
  return published_ ? ok(*published_) : reply{.status = 200, .body = to_json(state_->ticket), .etag = {}};
}

caf::result<reply> ticket_actor_state::on_read(const read_ticket& question) {
  if (in_doubt_)
    return read_from_store(question);
  if (load_failed_) {
    self_->quit();
    return could_not_load(question);
  }
  if (exists())
    return present();
  self_->quit();
  return reply_of(no_such_ticket(), question.request_id, question.instance);
}

/// The write in doubt may have been committed and shown to others by now; only the store knows.
caf::result<reply> ticket_actor_state::read_from_store(const read_ticket& question) {
  auto promise = self_->make_response_promise<reply>();
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, load_ticket{{options_->id, 0}, {}})
    .then(
      [question, promise](const loaded_ticket& loaded) mutable {
        if (!loaded.state || loaded.state->memory.deleted)
          return void(promise.deliver(reply_of(no_such_ticket(), question.request_id, question.instance)));
        const auto& t = loaded.state->ticket;
        promise.deliver(reply{.status = 200, .body = to_json(t), .etag = etag_of(t.version)});
      },
      [question, promise](caf::error&) mutable { promise.deliver(could_not_load(question)); });
  return promise;
}

caf::result<reply> ticket_actor_state::on_command(ticket_command& command) {
  CALLBOARD_CHECK(!under_way_, "the router hands over the next command when this one is answered");
  // A router that died while this actor was loading: the actors of the next one may have loaded already.
  bool is_orphan = self_->current_sender() != caf::actor_cast<caf::strong_actor_ptr>(options_->home.router.get());
  auto promise = self_->make_response_promise<reply>();
  if (is_orphan) {
    self_->quit();
    return promise;
  }
  if (load_failed_)
    self_->quit();
  if (load_failed_ || in_doubt_)
    promise.deliver(store_did_not_answer(command));
  else if (command.tries > 0)
    answer_unless_committed(std::move(command), promise);
  else
    decide_and_store(std::move(command), promise);
  return promise;
}

void ticket_actor_state::answer_unless_committed(ticket_command command, reply_promise promise) {
  load_ticket question{{options_->id, 0}, command.meta.id};
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, question)
    .await(
      [this, command, promise](loaded_ticket& loaded) mutable {
        if (!loaded.committed)
          decide_and_store(std::move(command), promise);
        else if (command.meta.idempotency)
          answer_as_kept(std::move(command), *loaded.committed, promise);
        else
          promise.deliver(answer_again(command, *loaded.committed));
      },
      [this, meta = command.meta, promise](caf::error&) mutable {
        promise.deliver(store_in_doubt(meta));
        wait_out_the_journal();
      });
}

/// The answer was stored with the effect, so it is there to the byte.
void ticket_actor_state::answer_as_kept(ticket_command command, committed_command committed, reply_promise promise) {
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout,
             find_reply{command.meta.who, command.meta.idempotency->key})
    .await(
      [this, command, committed, promise](const optional_reply& found) mutable {
        promise.deliver(found.value ? found.value->reply : answer_again(command, committed));
      },
      // The ticket may have gone on since, so what it is now is not what was answered under the key.
      [meta = command.meta, promise](caf::error&) mutable { promise.deliver(store_in_doubt(meta)); });
}

/// What the first try would have answered, from what it stored.
reply ticket_actor_state::answer_again(const ticket_command& command, const committed_command& committed) const {
  if (std::holds_alternative<delete_ticket>(command.body))
    return {.status = 204};
  if (auto message = std::get_if<add_message>(&command.body))
    return reply_with_message({committed.first, options_->id, committed.first_version, message->kind, command.meta.who,
                               message->body, committed.time},
                              committed.last_version);
  return exists() ? present() : reply_of(no_such_ticket(), command.meta);
}

void ticket_actor_state::decide_and_store(ticket_command command, reply_promise promise) {
  hit_failpoint("ticket.decide", text_in(command.body));
  if (!exists()) {
    refuse_and_store(command, no_such_ticket(), promise);
    return;
  }
  if (command.meta.expected_version && *command.meta.expected_version != state_->ticket.version)
    return refuse_stale(command, promise);
  auto now = options_->world.wall();
  auto decided = decide(*state_, command.body, command.meta.who, *options_->policy, now);
  if (!decided)
    return refuse_and_store(command, decided.error(), promise);
  auto write = write_of(*state_, *decided, now);
  if (command.job) {
    bool answered = has_usable_answer(std::get<record_ai_result>(command.body), *options_->policy);
    write.completion = job_completion{*command.job, command.claim_token, answered ? job_state::done : job_state::dead,
                                      command.job_failure};
  }
  auto answer = answer_to(command, write);
  if (write.events.empty() && !write.completion && !command.meta.idempotency) {
    promise.deliver(std::move(answer));
    return;
  }
  store(command, std::move(write), std::move(answer), promise);
}

/// The caller's version is old: say which one is current and what has happened since (a 412 that helps).
void ticket_actor_state::refuse_stale(const ticket_command& command, reply_promise promise) {
  auto current = state_->ticket.version;
  list_events since{
    {true, true}, options_->id, {.limit = 100, .after = std::to_string(*command.meta.expected_version)}};
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, since)
    .await(
      [this, command, current, promise](page_result& found) mutable {
        auto p = stale_version("The ticket", current, *command.meta.expected_version);
        p.extra += fmt::format(",\"changes\":[{}]",
                               found.value ? fmt::format("{}", fmt::join(found.value->items, ",")) : std::string{});
        promise.deliver(reply_of(p, command.meta));
      },
      [command, promise](caf::error&) mutable { promise.deliver(store_did_not_answer(command)); });
}

/// A refusal is an answer. It is stored where it must be the same next time (a key), or where it ends a job.
void ticket_actor_state::refuse_and_store(const ticket_command& command, const problem& why, reply_promise promise) {
  auto answer = reply_of(why, command.meta);
  // What is mistaken may be sent again, corrected, under the same key.
  bool is_kept = command.meta.idempotency && why.code != error_code::invalid_request;
  if (!command.job && !is_kept) {
    promise.deliver(std::move(answer));
    if (!exists())
      self_->quit();
    return;
  }
  ticket_write write;
  if (state_) {
    write.after = *state_;
    write.expected_version = state_->ticket.version;
  }
  if (command.job)
    write.completion = job_completion{*command.job, command.claim_token, job_state::cancelled, why.detail};
  store(command, std::move(write), std::move(answer), promise);
}

void ticket_actor_state::store(const ticket_command& command, ticket_write write, reply answer, reply_promise promise) {
  journal_item item;
  item.command_id = command.meta.id;
  item.who = command.meta.who;
  item.time = write.events.empty() ? options_->world.wall() : write.after.ticket.updated_at;
  item.request_id = command.meta.request_id;
  if (command.meta.idempotency)
    item.keep = stored_reply{*command.meta.idempotency, answer};
  if (write.events.empty() && !write.completion)
    item.write = reply_only{};
  else
    item.write = write;
  mark_changing(!write.events.empty());
  under_way_ = std::make_unique<write_under_way>(command, std::move(write), std::move(answer), std::move(promise),
                                                 self_->clock().now());
  ask_journal(self_, options_->home, until_overdue, std::move(item))
    .then([this](const journal_outcome& outcome) { on_outcome(outcome); }, [this](caf::error&) { give_up(); });
}

void ticket_actor_state::on_outcome(const journal_outcome& outcome) {
  if (auto w = std::move(under_way_)) // else it was given up
    conclude(w->command, outcome, std::move(w->write), std::move(w->answer), std::move(w->promise));
}

void ticket_actor_state::give_up() {
  if (auto w = std::move(under_way_)) {
    w->promise.deliver(store_in_doubt(w->command.meta));
    wait_out_the_journal();
  }
}

/// What this actor believes may be old by now, and the next command begins from what the store says. But the write may
/// still stand in the journal's mailbox, and who loads before it is done believes what is old: this actor stays, and
/// refuses, until the journal answers what stands behind the write.
void ticket_actor_state::wait_out_the_journal() {
  in_doubt_ = true;
  wait_out_journal(self_, options_->home, [this] { self_->quit(); });
}

void ticket_actor_state::mark_changing(bool changing) {
  if (published_)
    published_->is_changing = changing;
}

void ticket_actor_state::conclude(const ticket_command& command, const journal_outcome& outcome, ticket_write write,
                                  reply answer, reply_promise promise) {
  bool unavailable = outcome.status == journal_status::unavailable;
  auto told = unavailable ? store_did_not_answer(command) : answer_after(outcome, std::move(answer), command.meta);
  // What we believed is not what the store says: begin again from the store. The router repeats the command.
  if (!told)
    return self_->quit(
      caf::make_error(caf::sec::runtime_error, fmt::format("journal answered {}", enum_name(outcome.status))));
  bool stored = outcome.status == journal_status::stored;
  if (stored) {
    hit_failpoint("ticket.reply");
    if (!write.events.empty())
      become(std::move(write.after), std::move(write.view));
  }
  bool is_doubtful = outcome.status == journal_status::in_doubt
                     || outcome.status == journal_status::failed
                     // An earlier try of this command was committed after the state here was loaded.
                     || (command.tries > 0 && !stored);
  if (!is_doubtful)
    mark_changing(false);
  promise.deliver(std::move(*told));
  // So may a write of an actor that died of the command before its outcome was told.
  if (outcome.status == journal_status::in_doubt || (unavailable && command.tries > 0))
    return wait_out_the_journal();
  // A ticket that was not there may be created without this actor: only a fresh look can tell.
  if (is_doubtful || !exists())
    self_->quit();
}

reply ticket_actor_state::answer_to(const ticket_command& command, const ticket_write& write) const {
  auto etag = etag_of(write.after.ticket.version);
  if (auto message = std::get_if<add_message>(&command.body)) {
    const auto& said = write.events.front();
    return reply_with_message({said.id, options_->id, said.version, message->kind, command.meta.who, message->body,
                               write.after.ticket.updated_at},
                              write.after.ticket.version);
  }
  if (std::holds_alternative<delete_ticket>(command.body))
    return {.status = 204, .body = {}, .etag = {}};
  return {.status = 200, .body = write.view, .etag = etag};
}

ticket_actor spawn_ticket(caf::actor_system& system, ticket_options options) {
  return system.spawn<light<ticket_actor_state>>(std::move(options));
}

} // namespace callboard
