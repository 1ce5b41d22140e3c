#pragma once

#include "base/error.hpp"
#include "http/expiry_queue.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <caf/actor_companion.hpp>
#include <caf/all.hpp>

#include <memory>
#include <mutex>

// Questions from coroutines to actors. Each I/O thread has one bridge: an actor without a behaviour of its own whose
// incoming messages are the answers. A question goes straight from the I/O thread into the asked actor's mailbox, and
// the answer comes straight back, so nothing waits in a mailbox between. Answers that arrive while the thread is busy
// are taken together, with one wake-up.
namespace callboard::http {

/// What a typed actor answers to a request: exactly one value.
template <class Handle, class Request>
using answer_to = caf::detail::tl_head_t<caf::response_type_t<typename Handle::signatures, std::decay_t<Request>>>;

/// What is sent decides what silence means: a question may be asked again, but a command may have been carried out, or
/// be carried out later.
enum class errand_kind {
  question,
  command
};

/// How a failure of CAF's own (not an answer) looks to a caller.
problem problem_of(const caf::error&, errand_kind kind);

class ask_bridge {
public:
  /// A question that has been sent. Completed once, on the I/O thread.
  class question : public expiring {
  public:
    explicit question(errand_kind kind) : kind_(kind) {}
    virtual void answer(caf::type_erased_tuple& content) = 0;
    virtual void fail(problem why) = 0;

  protected:
    errand_kind kind() const { return kind_; }

  private:
    friend class ask_bridge;
    void on_expiry(steady_time now) override;
    errand_kind kind_;
    std::shared_ptr<void> held_;
    ask_bridge* bridge_ = nullptr;
    std::uint64_t id_ = 0;
  };

  ask_bridge(caf::actor_system& system, asio::io_context& context, expiry_queue& expiries);
  ~ask_bridge();
  ask_bridge(const ask_bridge&) = delete;
  ask_bridge& operator=(const ask_bridge&) = delete;

  /// Questions that wait for their answer.
  std::size_t waiting() const { return waiting_.size(); }

  template <class Request>
  void send(const caf::strong_actor_ptr& to, Request&& request, steady_time until, std::unique_ptr<question> asked,
            std::shared_ptr<void> held) {
    if (!to)
      return fail_later(std::move(asked));
    asked->held_ = std::move(held);
    auto id = self_->new_request_id(caf::message_priority::normal);
    auto element = caf::make_mailbox_element(self_handle_, id, {}, std::forward<Request>(request));
    keep(id, until, std::move(asked));
    to->enqueue(std::move(element), nullptr);
  }

private:
  void keep(caf::message_id id, steady_time until, std::unique_ptr<question> asked);
  std::unique_ptr<question> take(std::uint64_t id);
  void fail_later(std::unique_ptr<question> asked);
  void receive(caf::mailbox_element_ptr element);
  void deliver();
  void deliver_one(caf::mailbox_element& element);

  asio::io_context& context_;
  expiry_queue& expiries_;
  caf::actor companion_;
  caf::actor_companion* self_;
  caf::strong_actor_ptr self_handle_;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<question>> waiting_;
  boost::unordered_flat_map<std::uint64_t, std::shared_ptr<void>> given_up_; ///< what is held for late answers

  std::mutex inbox_mutex_;
  std::vector<caf::mailbox_element_ptr> inbox_;
  bool delivery_posted_ = false;
  std::vector<caf::mailbox_element_ptr> delivering_;
};

namespace detail {

template <class Answer, class Handler>
class question_of final : public ask_bridge::question {
public:
  question_of(errand_kind kind, Handler handler) : question(kind), handler_(std::move(handler)) {}

  void answer(caf::type_erased_tuple& content) override {
    if (content.match_elements<Answer>())
      complete(std::move(content.get_mutable_as<Answer>(0)));
    else if (content.match_elements<caf::error>())
      complete(tl::unexpected(problem_of(content.get_as<caf::error>(0), kind())));
    else
      complete(refuse(error_code::internal, "An actor gave an answer of the wrong kind."));
  }
  void fail(problem why) override { complete(tl::unexpected(std::move(why))); }

private:
  void complete(result<Answer> value) { std::move(handler_)(std::move(value)); }

  Handler handler_;
};

} // namespace detail

/// Completes with the answer, or with a problem. Of a question: `store_unavailable` when the actor is gone or fails,
/// `deadline_exceeded` when nothing came until `until` (the message itself stays in the actor's mailbox). Of a command
/// both are `store_in_doubt`, unless there was nobody to send it to. `held` is let go when the actor has answered, however
/// late, or has ended.
template <class Handle, class Request, class Token>
auto async_ask(ask_bridge& bridge, errand_kind kind, const Handle& to, Request request, steady_time until,
               Token&& token, std::shared_ptr<void> held = nullptr) {
  using answered = answer_to<Handle, Request>;
  auto start = [&bridge, kind](auto handler, caf::strong_actor_ptr receiver, Request asked, steady_time end,
                               std::shared_ptr<void> kept) {
    using question = detail::question_of<answered, decltype(handler)>;
    bridge.send(receiver, std::move(asked), end, std::make_unique<question>(kind, std::move(handler)), std::move(kept));
  };
  return asio::async_initiate<Token, void(result<answered>)>(start, token, caf::actor_cast<caf::strong_actor_ptr>(to),
                                                             std::move(request), until, std::move(held));
}

} // namespace callboard::http
