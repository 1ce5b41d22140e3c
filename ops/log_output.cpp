#include "ops/log_output.hpp"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace callboard::log {

bool line_output::write(std::string_view line) {
  if (!wait_until_writable())
    return false;
  // What broke off must not swallow the next line too.
  if (inside_line_ && !write_all("\n"))
    return false;
  return write_all(line);
}

bool line_output::wait_until_writable() {
  using clock = std::chrono::steady_clock;
  pollfd waiting{fd_, POLLOUT, 0};
  auto ready = [&](std::chrono::milliseconds timeout) {
    return ::poll(&waiting, 1, static_cast<int>(timeout.count())) == 1 && (waiting.revents & POLLOUT) != 0
           && (waiting.revents & (POLLERR | POLLNVAL)) == 0;
  };
  if (ready(std::chrono::milliseconds{0}))
    return true;
  if ((waiting.revents & (POLLERR | POLLNVAL)) != 0)
    return false;
  auto begin = clock::now();
  if (begin - second_begin_ >= std::chrono::seconds{1}) {
    second_begin_ = begin;
    waited_ = {};
  }
  if (waited_ >= wait_per_second)
    return false;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(wait_per_second - waited_);
  bool writable = ready(left);
  waited_ += clock::now() - begin;
  return writable;
}

bool line_output::write_all(std::string_view text) {
  while (!text.empty()) {
    auto count = ::write(fd_, text.data(), text.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(count));
    inside_line_ = !text.empty();
  }
  return true;
}

} // namespace callboard::log
