#pragma once

#include "http/asio_types.hpp"

#include <boost/asio/steady_timer.hpp>

#include <vector>

namespace callboard::http {

class expiry_queue;

/// Something that must not wait past a time: a connection's operation, a question to an actor.
class expiring {
public:
  virtual ~expiring() = default;
  expiring(const expiring&) = delete;
  expiring& operator=(const expiring&) = delete;

  void expires_at(steady_time when) { when_ = when; }
  void never_expires() { when_ = steady_time::max(); }
  steady_time expiry() const { return when_; }

protected:
  expiring() = default;

  /// May arm itself again and may end this and other expiring things.
  virtual void on_expiry(steady_time now) = 0;

private:
  friend class expiry_queue;
  steady_time when_ = steady_time::max();
  std::size_t place_ = 0;
};

/// All that can expire on one I/O thread, looked through `interval` by `interval`. Setting an expiry is one store, so
/// each phase of each request can have its own; the price is that it strikes up to one interval late.
class expiry_queue {
public:
  static constexpr std::chrono::milliseconds interval{50};

  explicit expiry_queue(asio::io_context& context);

  void add(expiring& what);
  void remove(expiring& what);
  std::size_t size() const { return all_.size(); }

  void start();
  void stop() { timer_.cancel(); }

private:
  void look();

  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor> timer_;
  std::vector<expiring*> all_;
  std::vector<expiring*> due_;
};

} // namespace callboard::http
