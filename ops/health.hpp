#pragma once

#include "base/describe.hpp"
#include "base/time.hpp"

#include <mutex>

// What the platform asks: is the process alive, and should it get work. Reasons are operators' words, public on the
// operations listener: no customers' text, no secrets.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(health_state, starting, serving, draining)

struct health_check {
  std::string name;
  bool ok = false;
  std::string reason; ///< empty while all is well
  timestamp since;    ///< when `ok` last changed

  bool operator==(const health_check&) const = default;
};
BOOST_DESCRIBE_STRUCT(health_check, (), (name, ok, reason, since))

/// An answer to a probe: 200, or 503 with the reasons in the body.
struct probe_answer {
  int status = 200;
  std::string body; ///< JSON
};

/// From any thread.
class health {
public:
  /// The conditions that readiness waits for; each is unmet until somebody reports it.
  explicit health(std::vector<std::string> conditions, timestamp start = now());

  /// Reports a condition; one that the constructor did not name is added.
  void set(std::string_view name, bool ok, std::string_view reason = {}, timestamp at = now());

  /// Only forwards: starting, serving, draining.
  void enter(health_state);
  health_state state() const;

  /// Serving, and every condition is met.
  bool ready() const;

  probe_answer healthz(timestamp at = now()) const;
  probe_answer readyz() const;

private:
  bool is_ready() const; ///< with the lock held

  mutable std::mutex lock_;
  health_state state_ = health_state::starting;
  std::vector<health_check> checks_; ///< by name
  timestamp start_;
};

} // namespace callboard
