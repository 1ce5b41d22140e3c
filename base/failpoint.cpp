#include "base/failpoint.hpp"

#include "base/check.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <unistd.h>

namespace callboard {
namespace {

enum class action {
  sleep,
  raise,
  exit
};

struct failpoint {
  std::string place;
  std::string subject;
  action what = action::raise;
  duration_ms span{};
  long hits_left = -1; ///< negative: no end
};

std::atomic<bool> any_set{false};
std::mutex guard;
std::vector<failpoint> points;

std::optional<failpoint> parse(std::string_view spec) {
  failpoint point;
  auto equals = spec.find('=');
  if (equals == std::string_view::npos)
    return std::nullopt;
  auto place = spec.substr(0, equals);
  auto what = spec.substr(equals + 1);
  if (auto at = place.find('@'); at != std::string_view::npos) {
    point.subject = place.substr(at + 1);
    place = place.substr(0, at);
  }
  if (place.empty())
    return std::nullopt;
  point.place = place;
  if (auto star = what.find('*'); star != std::string_view::npos) {
    auto count = what.substr(star + 1);
    auto [end, fault] = std::from_chars(count.data(), count.data() + count.size(), point.hits_left);
    if (fault != std::errc{} || end != count.data() + count.size() || point.hits_left < 0)
      return std::nullopt;
    what = what.substr(0, star);
  }
  if (what == "throw") {
    point.what = action::raise;
  } else if (what == "exit") {
    point.what = action::exit;
  } else if (what.starts_with("sleep:")) {
    auto span = parse_duration(what.substr(6));
    if (!span)
      return std::nullopt;
    point.what = action::sleep;
    point.span = *span;
  } else {
    return std::nullopt;
  }
  return point;
}

/// The failpoint that strikes here, with one of its hits used up.
std::optional<failpoint> take(std::string_view place, std::string_view subject) {
  std::lock_guard lock{guard};
  for (auto& point : points) {
    if (point.place != place || point.hits_left == 0 || subject.find(point.subject) == std::string_view::npos)
      continue;
    if (point.hits_left > 0)
      --point.hits_left;
    return point;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> fault_of_failpoint(const std::string& spec) {
  if (parse(spec))
    return std::nullopt;
  return "must be like `place[@text]=sleep:20ms|throw|exit[*N]`";
}

void set_failpoints(const std::vector<std::string>& specs) {
  std::vector<failpoint> parsed;
  for (const auto& spec : specs) {
    auto point = parse(spec);
    CALLBOARD_CHECK(point, "failpoints are looked at before they are set");
    parsed.push_back(std::move(*point));
  }
  std::lock_guard lock{guard};
  points = std::move(parsed);
  any_set.store(!points.empty(), std::memory_order_relaxed);
}

void hit_failpoint(std::string_view place, std::string_view subject) {
  if (!any_set.load(std::memory_order_relaxed)) [[likely]]
    return;
  auto point = take(place, subject);
  if (!point)
    return;
  switch (point->what) {
    case action::sleep: std::this_thread::sleep_for(point->span); return;
    case action::raise: throw std::runtime_error(fmt::format("failpoint {}", place));
    case action::exit: _exit(137);
  }
}

} // namespace callboard
