#include "actors/ask_journal.hpp"
#include "actors/journal_answer.hpp"
#include "actors/overdue.hpp"
#include "actors/ticket_router.hpp"
#include "actors/ticket_write.hpp"
#include "base/json_write.hpp"

// How the router creates tickets: no actor is spawned, the same pure rules, then the journal.
namespace callboard {
namespace {

constexpr std::int64_t numbers_at_once = 1'000;

} // namespace

caf::result<reply> router_state::on_create(create_ticket_command& command) {
  auto promise = self_->make_response_promise<reply>();
  if (command.meta.deadline.passed(self_->clock().now())) {
    promise.deliver(deadline_passed(command.meta));
    return promise;
  }
  if (numbers_.count > 0) {
    create_with_number(std::move(command), promise);
  } else {
    unnumbered_.push_back({std::move(command), promise});
    if (unnumbered_.size() == 1)
      fetch_numbers();
  }
  return promise;
}

/// Those who need a number wait, and nobody else: a journal that hangs must not keep what stands behind in the mailbox.
void router_state::fetch_numbers() {
  self_->request(options_->home.journal.get(), options_->store_timeout, reserve_numbers{numbers_at_once})
    .then(
      [this](const number_block& block) {
        numbers_ = block;
        auto waiting = std::exchange(unnumbered_, {});
        for (auto& each : waiting)
          on_number(each);
      },
      [this](caf::error&) {
        for (auto& each : std::exchange(unnumbered_, {}))
          each.caller.deliver(store_unavailable(each.command.meta));
      });
}

void router_state::on_number(creation& each) {
  if (each.command.meta.deadline.passed(self_->clock().now()))
    return void(each.caller.deliver(deadline_passed(each.command.meta)));
  if (numbers_.count > 0)
    return create_with_number(std::move(each.command), each.caller);
  unnumbered_.push_back(std::move(each));
  if (unnumbered_.size() == 1)
    fetch_numbers();
}

void router_state::create_with_number(create_ticket_command command, reply_promise promise) {
  auto now = options_->world.wall();
  auto decided = decide_create(command.body, command.id, numbers_.first, *options_->policy, now);
  if (!decided) {
    promise.deliver(reply_of(decided.error(), command.meta));
    return;
  }
  auto number = numbers_.first++;
  --numbers_.count;
  auto write = write_of({}, *decided, now);
  reply answer{.status = 201,
               .body = write.view,
               .etag = etag_of(write.after.ticket.version),
               .location = "/api/v1/tickets/" + to_string(command.id)};
  journal_item item;
  item.command_id = command.meta.id;
  item.who = command.meta.who;
  item.time = now;
  item.request_id = command.meta.request_id;
  if (command.meta.idempotency)
    item.keep = stored_reply{*command.meta.idempotency, answer};
  item.write = std::move(write);
  creation_under_way waits{std::move(command.meta), std::move(answer), std::move(promise), self_->clock().now()};
  CALLBOARD_CHECK(creating_.emplace(number, std::move(waits)).second, "the journal gives each number once");
  look_for_overdue();
  ask_journal(self_, options_->home, until_overdue, std::move(item))
    .then([this, number](const journal_outcome& outcome) { on_created(number, outcome); },
          [this, number](caf::error&) { give_up_creation(number); });
}

void router_state::on_created(std::int64_t number, const journal_outcome& outcome) {
  if (outcome.status == journal_status::stored)
    options_->note_created();
  auto found = creating_.extract(number);
  if (found.empty()) // given up
    return;
  auto& c = found.mapped();
  auto told = answer_after(outcome, std::move(c.answer), c.meta);
  c.caller.deliver(told ? std::move(*told) : refused_by_store(c.meta));
}

void router_state::give_up_creation(std::int64_t number) {
  if (auto found = creating_.extract(number))
    found.mapped().caller.deliver(store_in_doubt(found.mapped().meta));
}

} // namespace callboard
