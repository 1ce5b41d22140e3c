#pragma once

#include "http/io_thread.hpp"

#include <boost/asio/steady_timer.hpp>

namespace callboard::http {

/// One event that a coroutine waits for. Raised from any thread; whoever may raise it shares its ownership.
class thread_signal : public std::enable_shared_from_this<thread_signal> {
public:
  explicit thread_signal(io_thread& thread) : thread_(thread), timer_(thread.context().get_executor()) {}

  void raise() {
    asio::post(thread_.context(), [self = shared_from_this()] {
      self->raised_ = true;
      self->timer_.cancel();
    });
  }

  /// On the thread; once. Whether it was raised before `until`.
  task<bool> wait(steady_time until) {
    if (!raised_) {
      timer_.expires_at(until);
      auto waiting = timer_.async_wait(use_tuple);
      co_await std::move(waiting);
    }
    co_return raised_;
  }

private:
  using timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

  io_thread& thread_;
  timer timer_;
  bool raised_ = false;
};

} // namespace callboard::http
