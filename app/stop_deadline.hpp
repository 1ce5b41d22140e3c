#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace callboard::app {

/// What is stuck must not keep a stopping process: `too_late` is called when the time comes and this is still here. It runs
/// on a thread of its own and does not return.
class stop_deadline {
public:
  stop_deadline(std::chrono::steady_clock::time_point when, std::function<void()> too_late);

private:
  std::jthread thread_;
};

} // namespace callboard::app
