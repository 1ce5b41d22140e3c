#pragma once

#include "base/check.hpp"
#include "ops/metrics_labels.hpp"
#include "protocol/interfaces.hpp"

#include <atomic>
#include <functional>

// How our actors are made: a state class that talks, given its options, behind a typed interface. Adds what every one of
// them needs: exceptions end the actor with their text as the reason, and long-lived ones count their mailbox.
namespace callboard {

/// What a supervisor sees of a long-lived actor. A CAF mailbox has no size to ask for, so both ends are counted.
struct vital_signs {
  std::atomic<std::int64_t> enqueued{0};
  std::atomic<std::int64_t> handled{0};

  std::int64_t depth() const { return std::max<std::int64_t>(0, enqueued.load() - handled.load()); }
};

class watched {
public:
  virtual ~watched() = default;
  std::shared_ptr<vital_signs> vitals() const { return vitals_; }

protected:
  std::shared_ptr<vital_signs> vitals_ = std::make_shared<vital_signs>();
};

template <class Base>
class counted : public Base, public watched {
public:
  using Base::Base;

  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* host) override {
    vitals_->enqueued.fetch_add(1, std::memory_order_relaxed);
    Base::enqueue(std::move(element), host);
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    auto outcome = Base::consume(element);
    // A skipped message stays in the mailbox and comes again.
    if (outcome != caf::invoke_message_result::skipped)
      vitals_->handled.fetch_add(1, std::memory_order_relaxed);
    return outcome;
  }
};

/// An error of ours: its kind as the code, in words as the context.
inline caf::error own_error(restart_reason kind, std::string what) {
  return caf::error{static_cast<std::uint8_t>(static_cast<int>(kind) + 1), caf::atom("callboard"),
                    caf::make_message(std::move(what))};
}

/// Ends the actor with the exception's text as the reason, which its monitors and waiting callers see.
inline caf::error reason_of(std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const invariant_broken& e) {
    return own_error(restart_reason::invariant, e.what());
  } catch (const std::exception& e) {
    return own_error(restart_reason::exception, e.what());
  } catch (...) {
    return own_error(restart_reason::exception, "an exception of unknown type");
  }
}

/// Why an actor ended, as its metric says it.
inline restart_reason restart_reason_of(const caf::error& ended) {
  if (!ended)
    return restart_reason::other;
  if (ended.category() == caf::atom("callboard"))
    return static_cast<restart_reason>(ended.code() - 1);
  if (ended.category() != caf::atom("exit"))
    return restart_reason::error;
  return ended == caf::exit_reason::unhandled_exception ? restart_reason::exception : restart_reason::killed;
}

/// `State` has `interface` (a typed actor), `options`, a constructor from `interface::pointer` and
/// `interface::behavior_type start(options)`.
template <class State, class Base>
class acting_on : public caf::stateful_actor<State, Base> {
public:
  using super = caf::stateful_actor<State, Base>;

  acting_on(caf::actor_config& config, typename State::options options) : super(config), options_(std::move(options)) {}

  typename State::interface::behavior_type make_behavior() override {
    this->set_exception_handler(
      [](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error { return reason_of(thrown); });
    return this->state.start(std::move(options_));
  }

private:
  typename State::options options_;
};

/// A long-lived actor under a supervisor.
template <class State>
using acting = acting_on<State, counted<typename State::interface::base>>;

/// A short-lived actor of which there may be very many: no counting.
template <class State>
using light = acting_on<State, typename State::interface::base>;

/// What is asked of the clocks and the dice; tests put their own in.
struct outside_world {
  std::function<timestamp()> wall = &callboard::now;
  /// Uniform in [0, 1).
  std::function<double()> random;
};

/// What a store that fails for now answers.
inline caf::error store_fault(std::string what) {
  return caf::error{1, caf::atom("store"), caf::make_message(std::move(what))};
}

/// Runs `work` on the store; a store that fails is an answer and not the actor's end: it may be back at the next call.
template <class Work>
auto guarded(Work&& work) -> caf::result<decltype(work())> {
  try {
    return work();
  } catch (const store_failure& failure) {
    return store_fault(failure.what());
  }
}

/// The text of a caf::error, for reasons and logs.
inline std::string text_of(const caf::error& reason, const caf::actor_system& system) {
  bool is_ours = reason && (reason.category() == caf::atom("callboard") || reason.category() == caf::atom("store"));
  if (is_ours && reason.context().match_elements<std::string>())
    return reason.context().get_as<std::string>(0);
  return reason ? system.render(reason) : std::string{"ended normally"};
}

} // namespace callboard
