#pragma once

#include "http/ask.hpp"
#include "http/clients.hpp"
#include "http/stream_handoff.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <optional>
#include <random>
#include <set>
#include <thread>

namespace callboard::http {

/// A connection of one I/O thread, as its stop sees it.
class stoppable {
public:
  virtual ~stoppable() = default;
  /// Ends at once when it has no request under way, else with the answer to that.
  virtual void finish() = 0;
};

/// One thread that serves connections, and what its connections share. But for the constructor, `start`, `post` and
/// `join` everything is for code on the thread itself.
class io_thread {
public:
  io_thread(caf::actor_system& system, std::size_t index);
  ~io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  void start();
  void stop();
  void join();

  asio::io_context& context() { return context_; }
  expiry_queue& expiries() { return expiries_; }
  ask_bridge& bridge() { return *bridge_; }
  std::size_t index() const { return index_; }

  stream_service* streams() { return streams_.get(); }
  void set_streams(std::unique_ptr<stream_service> streams) { streams_ = std::move(streams); }

  std::set<stoppable*>& sessions() { return sessions_; }
  /// Requests that have been read and not been answered.
  std::size_t requests_running() const { return requests_running_; }
  void request_begins() { ++requests_running_; }
  void request_ends() { --requests_running_; }

  /// The Date field of now, made once a second.
  std::string_view date_line();

  /// An id for a request that brought none; unique within the process and unlikely to repeat in another.
  void make_request_id(std::string& into);

  /// Counts an answered request. The handles of what has been seen before are kept.
  void observe(const metrics& meters, const void* route_id, std::string_view method, std::string_view route, int status,
               std::chrono::nanoseconds took);

  /// Seconds to wait before trying again, with jitter so that those refused together do not come back together.
  int retry_after() { return std::uniform_int_distribution{1, 3}(dice_); }

private:
  /// Lets what waits be destroyed while the members that it uses are still there.
  class context_with_end : public asio::io_context {
  public:
    using asio::io_context::io_context;
    void end() { shutdown(); }
  };

  const std::size_t index_;
  context_with_end context_{1};
  asio::executor_work_guard<executor> work_;
  expiry_queue expiries_;
  std::optional<ask_bridge> bridge_;
  std::unique_ptr<stream_service> streams_;
  std::set<stoppable*> sessions_;
  std::size_t requests_running_ = 0;
  boost::unordered_flat_map<std::size_t, histogram> durations_;
  std::minstd_rand dice_;
  std::string date_line_;
  std::int64_t date_second_ = 0;
  std::string id_prefix_;
  std::uint64_t ids_made_ = 0;
  std::thread thread_;
};

} // namespace callboard::http
