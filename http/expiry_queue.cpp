#include "http/expiry_queue.hpp"

#include <algorithm>

namespace callboard::http {

expiry_queue::expiry_queue(asio::io_context& context) : timer_(context.get_executor()) {}

void expiry_queue::add(expiring& what) {
  what.place_ = all_.size();
  all_.push_back(&what);
}

void expiry_queue::remove(expiring& what) {
  auto* last = all_.back();
  all_[what.place_] = last;
  last->place_ = what.place_;
  all_.pop_back();
  // One that is due and is ended by another's expiry must not be called any more.
  std::replace(due_.begin(), due_.end(), &what, static_cast<expiring*>(nullptr));
}

void expiry_queue::start() {
  timer_.expires_after(interval);
  timer_.async_wait([this](net_error failed) {
    if (failed)
      return;
    look();
    start();
  });
}

void expiry_queue::look() {
  auto now = std::chrono::steady_clock::now();
  due_.clear();
  for (auto* each : all_)
    if (each->when_ <= now)
      due_.push_back(each);
  for (std::size_t i = 0; i < due_.size(); ++i)
    if (auto* each = due_[i]) {
      each->never_expires();
      each->on_expiry(now);
    }
  due_.clear();
}

} // namespace callboard::http
