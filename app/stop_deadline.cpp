#include "app/stop_deadline.hpp"

#include <condition_variable>
#include <mutex>

namespace callboard::app {

stop_deadline::stop_deadline(std::chrono::steady_clock::time_point when, std::function<void()> too_late)
    : thread_([when, too_late = std::move(too_late)](std::stop_token in_time) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        wake.wait_until(lock, in_time, when, [] { return false; });
        if (!in_time.stop_requested())
          too_late();
      }) {}

} // namespace callboard::app
