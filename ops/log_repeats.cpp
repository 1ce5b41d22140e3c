#include "ops/log_repeats.hpp"

namespace callboard::log {

repeats::verdict repeats::admit(log_level level, message what, time_point now) {
  auto [at, is_new] = windows_.try_emplace({level, what.text()}, counted{.begin = now});
  auto& current = at->second;
  verdict result;
  if (!is_new && now - current.begin >= window) {
    result.suppressed = current.suppressed;
    current = {.begin = now};
  }
  result.write = current.written < per_window_max;
  ++(result.write ? current.written : current.suppressed);
  return result;
}

std::vector<repeats::leftover> repeats::take_over(time_point now) {
  std::vector<leftover> taken;
  std::erase_if(windows_, [&](const auto& item) {
    const auto& [which, count] = item;
    if (now - count.begin < window)
      return false;
    if (count.suppressed > 0)
      taken.push_back({which.level, which.text, count.suppressed});
    return true;
  });
  return taken;
}

} // namespace callboard::log
