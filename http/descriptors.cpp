#include "http/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace callboard::http {

std::int64_t raise_descriptor_limit() {
  constexpr auto unbounded = std::numeric_limits<std::int64_t>::max();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return unbounded;
  if (limit.rlim_cur < limit.rlim_max) {
    auto raised = limit;
    raised.rlim_cur = raised.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
      limit = raised;
  }
  return limit.rlim_cur == RLIM_INFINITY ? unbounded : static_cast<std::int64_t>(limit.rlim_cur);
}

int connections_within(std::int64_t limit, int wanted) {
  auto room = std::max(limit - descriptors_reserved, limit / 2);
  return static_cast<int>(std::clamp<std::int64_t>(room, 1, wanted));
}

} // namespace callboard::http
