#include "base/wall_clock.hpp"

#include <algorithm>
#include <ctime>

namespace callboard {
namespace {

constexpr std::int64_t most_of_time = 100; ///< one part in so many

wall_clock& own_clock() {
  static wall_clock clock{wall_clock::read_machine()};
  return clock;
}

} // namespace

wall_clock::reading wall_clock::read_machine() {
  using namespace std::chrono;
  // std::chrono has no clock that goes on while the machine sleeps, and its steady one would leave us behind for good.
  timespec boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &boot);
  return {floor<microseconds>(system_clock::now()),
          floor<microseconds>(seconds{boot.tv_sec} + nanoseconds{boot.tv_nsec})};
}

timestamp wall_clock::time(reading r) {
  auto since_boot = r.since_boot.count();
  auto last = corrected_at_us_.load();
  auto passed = since_boot - last;
  // As soon as a microsecond can be corrected, so that none goes backwards; one thread does it, the others take what is there.
  if (passed >= most_of_time && corrected_at_us_.compare_exchange_strong(last, since_boot)) {
    auto most = passed / most_of_time;
    ahead_us_ += std::clamp(ahead(r) - ahead_us_.load(), -most, most);
  }
  return from_micros(since_boot + ahead_us_.load());
}

std::chrono::microseconds wall_clock::behind(reading r) const {
  return std::chrono::microseconds{ahead(r) - ahead_us_.load()};
}

timestamp now() { return own_clock().time(wall_clock::read_machine()); }

std::chrono::microseconds clock_difference() { return own_clock().behind(wall_clock::read_machine()); }

} // namespace callboard
