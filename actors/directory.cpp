#include "actors/directory.hpp"

#include "actors/ask_journal.hpp"
#include "actors/ask_reader.hpp"
#include "actors/journal_answer.hpp"
#include "base/json_write.hpp"

#include <fmt/format.h>

namespace callboard {
namespace {

reply reply_with(const user& u, int status) {
  return {.status = status,
          .body = to_json(u),
          .etag = etag_of(u.version),
          .location = status == 201 ? "/api/v1/users/" + to_string(u.id) : std::string{}};
}

reply reply_with(const department& d, int status) {
  return {.status = status,
          .body = to_json(d),
          .etag = etag_of(d.version),
          .location = status == 201 ? "/api/v1/departments/" + to_string(d.id) : std::string{}};
}

bool creates(const directory_request& request) {
  return std::holds_alternative<user_creation>(request) || std::holds_alternative<department_creation>(request);
}

bool deletes(const directory_request& request) {
  return std::holds_alternative<user_deletion>(request) || std::holds_alternative<department_deletion>(request);
}

reply answer_to(const directory_request& request, const directory_event& event) {
  if (deletes(request))
    return {.status = 204};
  int status = creates(request) ? 201 : 200;
  return event.user ? reply_with(*event.user, status) : reply_with(*event.department, status);
}

/// A user's tickets still name them: durable work makes each forget them.
std::vector<new_job> jobs_after(const directory_request& request) {
  auto deletion = std::get_if<user_deletion>(&request);
  if (!deletion)
    return {};
  return {{.id = job_id::make(),
           .kind = job_kind::forget_user,
           .subject = deletion->id.bytes,
           .input_hash = to_string(deletion->id),
           .prompt_version = {}}};
}

} // namespace

directory_actor::behavior_type directory_state::start(options given) {
  options_.emplace(std::move(given));
  return {[this](directory_command& command) { return take(command); }};
}

caf::result<reply> directory_state::take(directory_command& command) {
  auto promise = self_->make_response_promise<reply>();
  if (command.meta.deadline.passed(self_->clock().now())) {
    promise.deliver(deadline_passed(command.meta));
    return promise;
  }
  auto body = command.body;
  std::visit(
    [&]<class T>(const T& request) {
      if constexpr (std::same_as<T, user_creation> || std::same_as<T, user_change> || std::same_as<T, user_deletion>)
        with_user(std::move(command), request.id, promise);
      else if constexpr (std::same_as<T, membership_change>)
        with_department(std::move(command), request.department, promise);
      else
        with_department(std::move(command), request.id, promise);
    },
    body);
  return promise;
}

void directory_state::with_user(directory_command command, user_id id, reply_promise promise) {
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, find_user{id})
    .await(
      [this, command, promise](const optional_user& found) mutable {
        auto version = found.value ? found.value->version : 0;
        bool is_there = found.value && !found.value->deleted;
        if (is_there && refuse_stale(command, version, promise))
          return;
        auto decided = decide_user(found.value, command.body, options_->world.wall());
        auto unchanged = found.value ? reply_with(*found.value, 200) : reply{};
        store(std::move(command), std::move(decided), version, std::move(unchanged), promise);
      },
      [this, command, promise](caf::error&) mutable { promise.deliver(store_unavailable(command.meta)); });
}

void directory_state::with_department(directory_command command, department_id id, reply_promise promise) {
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, find_department{id})
    .await(
      [this, command, promise](const optional_department& found) mutable {
        auto version = found.value ? found.value->version : 0;
        bool is_there = found.value && !found.value->deleted;
        if (is_there && refuse_stale(command, version, promise))
          return;
        auto decided = decide_department(found.value, command.body, options_->world.wall());
        auto unchanged = found.value ? reply_with(*found.value, 200) : reply{};
        store(std::move(command), std::move(decided), version, std::move(unchanged), promise);
      },
      [this, command, promise](caf::error&) mutable { promise.deliver(store_unavailable(command.meta)); });
}

void directory_state::store(directory_command command, result<std::optional<directory_event>> decided,
                            std::int64_t present_version, reply unchanged, reply_promise promise) {
  journal_item item;
  item.command_id = command.meta.id;
  item.who = command.meta.who;
  item.time = options_->world.wall();
  item.request_id = command.meta.request_id;
  reply answer;
  if (!decided)
    answer = reply_of(decided.error(), command.meta);
  else if (!*decided)
    answer = std::move(unchanged);
  else
    answer = answer_to(command.body, **decided);
  if (command.meta.idempotency)
    item.keep = stored_reply{*command.meta.idempotency, answer};
  bool changes = decided && *decided;
  if (changes)
    item.write = directory_write{event_id::make(), std::move(**decided), present_version, jobs_after(command.body)};
  else if (item.keep)
    item.write = reply_only{};
  else
    return void(promise.deliver(std::move(answer)));
  ask_journal(self_, options_->home, options_->store_timeout, std::move(item))
    .await(
      [this, command, answer, promise](const journal_outcome& outcome) { conclude(command, outcome, answer, promise); },
      [meta = command.meta, promise](caf::error&) mutable { promise.deliver(store_in_doubt(meta)); });
}

void directory_state::conclude(const directory_command& command, const journal_outcome& outcome, const reply& answer,
                               reply_promise promise) {
  auto refuse_with = [&](error_code code, std::string detail, std::vector<field_error> errors = {}) {
    promise.deliver(reply_of(problem{code, std::move(detail), std::move(errors)}, command.meta));
  };
  // A change that had been in doubt was stored meanwhile; this one was decided before.
  if (outcome.status == journal_status::version_conflict) {
    promise.deliver(store_unavailable(command.meta));
    return;
  }
  if (outcome.status == journal_status::in_use)
    return refuse_with(error_code::in_use, "Tickets still name this department; move them first.");
  if (outcome.status == journal_status::unknown_reference)
    return refuse_with(error_code::not_found, "There is no such user.");
  if (outcome.status == journal_status::unique_violation && outcome.detail == "email")
    return refuse_with(error_code::email_taken, "Another user has this e-mail address.",
                       {{"/email", "taken", "is taken by another user"}});
  if (outcome.status == journal_status::unique_violation)
    return refuse_with(error_code::name_taken, "Another department has this name.",
                       {{"/name", "taken", "is taken by another department"}});
  auto told = answer_after(outcome, answer, command.meta);
  promise.deliver(told ? std::move(*told) : refused_by_store(command.meta));
}

bool directory_state::refuse_stale(const directory_command& command, std::int64_t present_version,
                                   reply_promise& promise) {
  const auto& expected = command.meta.expected_version;
  if (!expected || *expected == present_version)
    return false;
  promise.deliver(reply_of(stale_version("It", present_version, *expected), command.meta));
  return true;
}

directory_actor spawn_directory(caf::actor_system& system, directory_options options) {
  return system.spawn<acting<directory_state>>(std::move(options));
}

} // namespace callboard
