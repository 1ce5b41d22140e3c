#include "http/ask.hpp"

namespace callboard::http {

using enum error_code;

namespace {

/// Nothing is known of a command that was sent and not answered.
problem in_doubt() {
  return {store_in_doubt, "No answer came, and the change may be stored all the same; ask again with the same "
                          "Idempotency-Key, or look first."};
}

problem too_late(errand_kind kind) {
  if (kind == errand_kind::command)
    return in_doubt();
  return {deadline_exceeded, "The answer did not come in time."};
}

} // namespace

problem problem_of(const caf::error& e, errand_kind kind) {
  if (e == caf::sec::request_timeout)
    return too_late(kind);
  if (e == caf::sec::unexpected_message || e == caf::sec::unexpected_response)
    return {internal, "An actor did not understand a message."};
  if (kind == errand_kind::command)
    return in_doubt();
  return {store_unavailable, "The part that would answer is not running; it is being restarted."};
}

ask_bridge::ask_bridge(caf::actor_system& system, asio::io_context& context, expiry_queue& expiries)
    : context_(context),
      expiries_(expiries),
      companion_(system.spawn<caf::actor_companion, caf::hidden>()),
      self_(caf::actor_cast<caf::actor_companion*>(companion_)),
      self_handle_(caf::actor_cast<caf::strong_actor_ptr>(companion_)) {
  self_->on_enqueue([this](caf::mailbox_element_ptr element) { receive(std::move(element)); });
}

ask_bridge::~ask_bridge() {
  // After this no foreign thread is in `receive` or comes there any more. (`disconnect` is declared for this, but
  // CAF 0.17.6 does not define it.)
  self_->on_enqueue(caf::actor_companion::enqueue_handler{});
  self_->cleanup(caf::exit_reason::normal, nullptr);
  for (auto& [id, each] : waiting_)
    expiries_.remove(*each);
}

void ask_bridge::question::on_expiry(steady_time) {
  auto self = bridge_->take(id_);
  if (held_)
    bridge_->given_up_.emplace(id_, std::move(held_));
  self->fail(too_late(kind_));
}

void ask_bridge::keep(caf::message_id id, steady_time until, std::unique_ptr<question> asked) {
  asked->bridge_ = this;
  asked->id_ = id.request_id().integer_value();
  asked->expires_at(until);
  expiries_.add(*asked);
  waiting_.emplace(asked->id_, std::move(asked));
}

std::unique_ptr<ask_bridge::question> ask_bridge::take(std::uint64_t id) {
  auto found = waiting_.find(id);
  if (found == waiting_.end())
    return nullptr;
  auto asked = std::move(found->second);
  waiting_.erase(found);
  expiries_.remove(*asked);
  return asked;
}

void ask_bridge::fail_later(std::unique_ptr<question> asked) {
  // A completion must not run inside its own initiation.
  asio::post(context_, [asked = std::move(asked)] {
    asked->fail({store_unavailable, "The part that would answer is not running; it is being restarted."});
  });
}

void ask_bridge::receive(caf::mailbox_element_ptr element) {
  {
    std::lock_guard lock{inbox_mutex_};
    inbox_.push_back(std::move(element));
    if (std::exchange(delivery_posted_, true))
      return;
  }
  asio::post(context_, [this] { deliver(); });
}

void ask_bridge::deliver() {
  {
    std::lock_guard lock{inbox_mutex_};
    delivering_.swap(inbox_);
    delivery_posted_ = false;
  }
  for (auto& each : delivering_)
    deliver_one(*each);
  delivering_.clear();
}

void ask_bridge::deliver_one(caf::mailbox_element& element) {
  if (!element.mid.is_response())
    return; // a bridge is asked nothing: a stray exit or down message
  auto id = element.mid.request_id().integer_value();
  if (auto asked = take(id)) {
    asked->held_.reset(); // whoever goes on may ask again
    asked->answer(element.content());
  } else {
    given_up_.erase(id);
  }
}

} // namespace callboard::http
