#include "ops/health.hpp"

#include "base/json_write.hpp"
#include "ops/version.hpp"

#include <algorithm>

namespace callboard {
namespace {

struct alive {
  std::string_view status = "ok";
  std::string_view version = callboard::program_version;
  std::int64_t uptime_s = 0;
};
BOOST_DESCRIBE_STRUCT(alive, (), (status, version, uptime_s))

struct readiness {
  std::string_view status;
  health_state state = health_state::starting;
  std::vector<health_check> checks;
};
BOOST_DESCRIBE_STRUCT(readiness, (), (status, state, checks))

bool is_before(const health_check& check, std::string_view name) { return check.name < name; }

} // namespace

health::health(std::vector<std::string> conditions, timestamp start) : start_(start) {
  for (const auto& name : conditions)
    set(name, false, "not reported yet", start);
}

void health::set(std::string_view name, bool ok, std::string_view reason, timestamp at) {
  std::lock_guard lock{lock_};
  auto found = std::lower_bound(checks_.begin(), checks_.end(), name, is_before);
  if (found == checks_.end() || found->name != name)
    found = checks_.insert(found, {.name = std::string{name}, .ok = ok, .reason = {}, .since = at});
  if (found->ok != ok)
    found->since = at;
  found->ok = ok;
  found->reason = reason;
}

void health::enter(health_state next) {
  std::lock_guard lock{lock_};
  state_ = std::max(state_, next);
}

health_state health::state() const {
  std::lock_guard lock{lock_};
  return state_;
}

bool health::ready() const {
  std::lock_guard lock{lock_};
  return is_ready();
}

bool health::is_ready() const {
  return state_ == health_state::serving
         && std::all_of(checks_.begin(), checks_.end(), [](const health_check& check) { return check.ok; });
}

probe_answer health::healthz(timestamp at) const {
  auto uptime = std::chrono::duration_cast<std::chrono::seconds>(std::max(at, start_) - start_);
  return {200, to_json(alive{.uptime_s = uptime.count()})};
}

probe_answer health::readyz() const {
  readiness report;
  int status = 0;
  {
    std::lock_guard lock{lock_};
    status = is_ready() ? 200 : 503;
    report.state = state_;
    report.checks = checks_;
  }
  report.status = status == 200 ? "ready" : "not_ready";
  return {status, to_json(report)};
}

} // namespace callboard
