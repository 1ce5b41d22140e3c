#include "actors/ticket.hpp"

#include "actors/ticket_write.hpp"
#include "base/failpoint.hpp"
#include "base/json_write.hpp"

#include <fmt/format.h>

namespace callboard {
namespace {

reply ok(const ticket_snapshot& snapshot) { return {.status = 200, .body = snapshot.body, .etag = snapshot.etag}; }

problem no_such_ticket() { return {error_code::not_found, "There is no such ticket."}; }

/// What failpoints look at to strike only some commands: a test names the text that "crashes" its ticket.
std::string_view text_in(const ticket_request& request) {
  if (auto message = std::get_if<add_message>(&request))
    return message->body;
  if (auto change = std::get_if<change_ticket>(&request); change && change->title)
    return *change->title;
  return {};
}

} // namespace

ticket_actor_state::~ticket_actor_state() {
  // What is published must never outlive the actor that keeps it true.
  if (published_)
    options_->home.snapshots.withdraw(published_->id, published_->number);
}

ticket_actor::behavior_type ticket_actor_state::start(options given) {
  options_.emplace(std::move(given));
  load();
  return {
    [this](ticket_command& command) { return on_command(command); },
    [this](const read_ticket& question) { return on_read(question); },
    [this](passivate) { self_->quit(); },
  };
}

void ticket_actor_state::load() {
  // Awaited: commands queue behind the load instead of meeting a half-built ticket.
  self_->request(options_->home.internal_reader.get(), options_->store_timeout, load_ticket{{options_->id, 0}, {}})
    .await(
      [this](loaded_ticket& loaded) {
        if (loaded.state && !loaded.state->memory.deleted) {
          auto view = to_json(loaded.state->ticket);
          become(std::move(*loaded.state), std::move(view));
        } else {
          state_ = std::move(loaded.state);
        }
      },
      [this](caf::error& why) { self_->quit(std::move(why)); });
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
  published_ = std::make_shared<const ticket_snapshot>(
    ticket_snapshot{t.id, t.number, t.version, t.ai.status, etag_of(t.version), std::move(view)});
  options_->home.snapshots.publish(published_);
}

reply ticket_actor_state::present() const {
  return published_ ? ok(*published_) : reply{.status = 200, .body = to_json(state_->ticket), .etag = {}};
}

caf::result<reply> ticket_actor_state::on_read(const read_ticket& question) {
  if (exists())
    return present();
  self_->quit();
  return reply_of(no_such_ticket(), question.request_id, question.instance);
}

caf::result<reply> ticket_actor_state::on_command(ticket_command& command) {
  auto promise = self_->make_response_promise<reply>();
  if (command.tries > 0)
    answer_unless_committed(std::move(command), promise);
  else
    decide_and_store(std::move(command), promise);
  return promise;
}

void ticket_actor_state::answer_unless_committed(ticket_command command, reply_promise promise) {
  load_ticket question{{options_->id, 0}, command.meta.id};
  self_->request(options_->home.internal_reader.get(), options_->store_timeout, question)
    .await(
      [this, command = std::move(command), promise](loaded_ticket& loaded) mutable {
        if (loaded.command_committed && exists())
          promise.deliver(present());
        else
          decide_and_store(std::move(command), promise);
      },
      [this](caf::error& why) { self_->quit(std::move(why)); });
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
    bool answered = std::get<record_ai_result>(command.body).answer.has_value();
    write.completion = job_completion{*command.job, command.claim_token, answered ? job_state::done : job_state::dead,
                                      answered ? "" : "every provider failed"};
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
  self_->request(options_->home.internal_reader.get(), options_->store_timeout, since)
    .await(
      [this, command, current, promise](page_result& found) mutable {
        problem p{error_code::version_conflict,
                  fmt::format("The ticket is at version {}, not {}.", current, *command.meta.expected_version)};
        p.extra = fmt::format("\"current_version\":{},\"changes\":[{}]", current,
                              found.value ? fmt::format("{}", fmt::join(found.value->items, ",")) : std::string{});
        promise.deliver(reply_of(p, command.meta));
      },
      [this](caf::error& why) { self_->quit(std::move(why)); });
}

/// A refusal is an answer. It is stored where it must be the same next time (a key), or where it ends a job.
void ticket_actor_state::refuse_and_store(const ticket_command& command, const problem& why, reply_promise promise) {
  auto answer = reply_of(why, command.meta);
  if (!command.job && !command.meta.idempotency) {
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
  // Awaited: nothing else is decided between deciding and knowing.
  self_->request(options_->home.journal.get(), options_->store_timeout, std::move(item))
    .await([this, command, write = std::move(write), answer = std::move(answer),
            promise](journal_outcome& outcome) mutable { conclude(command, outcome, write, answer, promise); },
           [this](caf::error& why) {
             // The write is in doubt. The router tries again under the same command id, on a state that is loaded anew.
             self_->quit(std::move(why));
           });
}

void ticket_actor_state::conclude(const ticket_command& command, const journal_outcome& outcome,
                                  const ticket_write& write, const reply& answer, reply_promise promise) {
  auto refuse_with = [&](error_code code, std::string detail, std::optional<int> retry = {}) {
    problem p{code, std::move(detail)};
    p.retry_after_s = retry;
    promise.deliver(reply_of(p, command.meta));
  };
  switch (outcome.status) {
    case journal_status::stored:
      hit_failpoint("ticket.reply");
      if (!write.events.empty())
        become(write.after, write.view);
      promise.deliver(answer);
      if (!exists())
        self_->quit();
      return;
    case journal_status::duplicate_key:
      if (outcome.kept && outcome.kept->idempotency.request_hash == command.meta.idempotency->request_hash) {
        auto kept = outcome.kept->reply;
        kept.replayed = true;
        promise.deliver(std::move(kept));
      } else {
        refuse_with(error_code::idempotency_mismatch, "The idempotency key was used for a different request.");
      }
      return;
    case journal_status::job_lost:
      refuse_with(error_code::conflict, "The job is no longer held by this claim; the result was thrown away.");
      return;
    case journal_status::unavailable:
      refuse_with(error_code::store_unavailable, "The store is unavailable; nothing was changed.", 1);
      return;
    case journal_status::in_doubt:
      refuse_with(error_code::store_in_doubt,
                  "It is not known whether the change was stored; ask again with the same "
                  "Idempotency-Key.",
                  1);
      self_->quit();
      return;
    case journal_status::failed:
      refuse_with(error_code::internal,
                  fmt::format("The store refused the change; reference {}.", to_string(command.meta.id)));
      self_->quit();
      return;
    case journal_status::version_conflict:
    case journal_status::duplicate_command:
    case journal_status::unique_violation:
    case journal_status::in_use:
    case journal_status::missing: break;
  }
  // What we believed is not what the store says: begin again from the store. The router repeats the command.
  self_->quit(caf::make_error(caf::sec::runtime_error, fmt::format("journal answered {}", enum_name(outcome.status))));
}

reply ticket_actor_state::answer_to(const ticket_command& command, const ticket_write& write) const {
  auto etag = etag_of(write.after.ticket.version);
  if (auto message = std::get_if<add_message>(&command.body)) {
    auto id = to_string(write.after.ticket.id);
    return {.status = 201,
            .body = message_view_of(write, *message, command.meta.who),
            .etag = etag,
            .location = "/api/v1/tickets/" + id + "/messages"};
  }
  if (std::holds_alternative<delete_ticket>(command.body))
    return {.status = 204, .body = {}, .etag = {}};
  return {.status = 200, .body = write.view, .etag = etag};
}

ticket_actor spawn_ticket(caf::actor_system& system, ticket_options options) {
  return system.spawn<light<ticket_actor_state>>(std::move(options));
}

} // namespace callboard
