#include "http/io_thread.hpp"

#include "base/digest.hpp"
#include "http/answer.hpp"

#include <pthread.h>

namespace callboard::http {

io_thread::io_thread(caf::actor_system& system, std::size_t index)
    : index_(index),
      work_(asio::make_work_guard(context_.get_executor())),
      expiries_(context_),
      dice_(static_cast<std::minstd_rand::result_type>(std::random_device{}())),
      id_prefix_(to_hex(random_bytes(6)) + '-') {
  bridge_.emplace(system, context_, expiries_);
  expiries_.start();
}

io_thread::~io_thread() {
  stop();
  join();
  // Coroutines that still wait are destroyed with the questions and operations that would have resumed them.
  bridge_.reset();
  context_.end();
  streams_.reset();
}

void io_thread::start() {
  thread_ = std::thread{[this] {
    pthread_setname_np(pthread_self(), ("io-" + std::to_string(index_)).c_str());
    context_.run();
  }};
}

void io_thread::stop() { context_.stop(); }

void io_thread::join() {
  if (thread_.joinable())
    thread_.join();
}

std::string_view io_thread::date_line() {
  auto second = std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
  if (second != date_second_) {
    date_second_ = second;
    date_line_ = date_line_of(second);
  }
  return date_line_;
}

void io_thread::observe(const metrics& meters, const void* route_id, std::string_view method, std::string_view route,
                        int status, std::chrono::nanoseconds took) {
  // The table's rows are further apart than any status and methods differ in their first two letters.
  auto key = reinterpret_cast<std::size_t>(route_id) << 24 | static_cast<std::size_t>(status) << 12
             | static_cast<std::size_t>(method[0] & 31) << 6 | static_cast<std::size_t>(method[1] & 31);
  auto found = durations_.find(key);
  if (found == durations_.end())
    found = durations_.emplace(key, meters.http.duration(method, route, status)).first;
  found->second.observe(took);
}

void io_thread::make_request_id(std::string& into) {
  into = id_prefix_;
  auto number = ++ids_made_;
  static constexpr char digits[] = "0123456789abcdef";
  for (int shift = 36; shift >= 0; shift -= 4)
    into += digits[number >> shift & 15];
}

} // namespace callboard::http
