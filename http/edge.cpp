#include "http/edge.hpp"

#include "http/listener.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <future>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

/// Streams end spread over this long, so that their clients do not come back all at once.
constexpr std::chrono::milliseconds streams_spread_max = 5s;
constexpr auto drain_look_interval = 20ms;

/// Runs `f` on the thread and waits for its value. Only while the thread runs.
template <class F>
auto run_on(io_thread& thread, F f) {
  std::promise<decltype(f())> made;
  auto value = made.get_future();
  asio::post(thread.context(), [&] { made.set_value(f()); });
  return value.get();
}

} // namespace

std::string url_of(const std::string& host, int port) {
  bool v6 = host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

struct edge::rooms {
  explicit rooms(const edge_options& options)
      : state({options.settings, options.house, options.system, options.meters}, options.health),
        operations_thread(options.system, 0) {
    for (int i = 0; i < options.settings.server.threads; ++i)
      threads.push_back(std::make_unique<io_thread>(options.system, static_cast<std::size_t>(i + 1)));
    if (options.streams)
      for (auto& thread : threads)
        thread->set_streams(options.streams(state.context, thread->context()));
    std::vector<io_thread*> serving;
    for (auto& thread : threads)
      serving.push_back(thread.get());
    open.emplace(state, state.clients, std::move(serving), listener_kind::outside);
    operations.emplace(state, state.operators, std::vector<io_thread*>{&operations_thread}, listener_kind::operations);
  }

  /// Connections and streams that have not ended.
  std::size_t unfinished() {
    std::size_t count = 0;
    for (auto& thread : threads)
      count += run_on(*thread,
                      [&] { return thread->sessions().size() + (thread->streams() ? thread->streams()->open() : 0); });
    return count;
  }

  void finish_all(std::chrono::milliseconds spread) {
    for (auto& thread : threads)
      run_on(*thread, [&] {
        for (auto* each : thread->sessions())
          each->finish();
        if (thread->streams())
          thread->streams()->drain(spread);
        return true;
      });
  }

  /// False when somebody stops the edge meanwhile.
  bool wait(std::chrono::steady_clock::duration span) {
    std::unique_lock lock{stopping_mutex};
    return !stopping_signal.wait_for(lock, span, [this] { return stopping; });
  }

  edge_state state;
  io_thread operations_thread;
  std::vector<std::unique_ptr<io_thread>> threads;
  std::optional<listener> open;
  std::optional<listener> operations;
  bool running = false;

  std::mutex stopping_mutex;
  std::condition_variable stopping_signal;
  bool stopping = false;
};

edge::edge(const edge_options& options) : rooms_(std::make_unique<rooms>(options)) {}

edge::~edge() { stop(); }

tl::expected<bound_ports, std::string> edge::start() {
  const auto& settings = rooms_->state.context.settings;
  auto open = rooms_->open->open(settings.server.host, settings.server.port);
  if (!open)
    return tl::unexpected(std::move(open.error()));
  auto operations = rooms_->operations->open(settings.admin.host, settings.admin.port);
  if (!operations)
    return tl::unexpected(std::move(operations.error()));
  rooms_->open->start();
  rooms_->operations->start();
  rooms_->operations_thread.start();
  for (auto& thread : rooms_->threads)
    thread->start();
  rooms_->running = true;
  return bound_ports{*open, *operations};
}

bool edge::drain(std::chrono::steady_clock::time_point deadline) {
  auto left = [&] {
    return std::max(deadline - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration{});
  };
  std::chrono::steady_clock::duration delay = rooms_->state.context.settings.server.drain_delay;
  if (!rooms_->running || !rooms_->wait(std::min(delay, left())))
    return false;
  rooms_->state.draining = true;
  rooms_->open->close();
  auto spread = std::chrono::duration_cast<std::chrono::milliseconds>(left() / 2);
  rooms_->finish_all(std::min(spread, streams_spread_max));
  while (rooms_->unfinished() > 0)
    if (left() == std::chrono::steady_clock::duration{} || !rooms_->wait(drain_look_interval))
      return false;
  return true;
}

void edge::stop() {
  {
    std::lock_guard lock{rooms_->stopping_mutex};
    rooms_->stopping = true;
  }
  rooms_->stopping_signal.notify_all();
  if (!std::exchange(rooms_->running, false))
    return;
  auto each = [&](auto act) {
    for (auto& thread : rooms_->threads)
      act(*thread);
    act(rooms_->operations_thread);
  };
  each([](io_thread& thread) { thread.stop(); });
  each([](io_thread& thread) { thread.join(); });
  // What the threads leave behind is destroyed later and must call nobody.
  rooms_->state.in_flight.forget_waiting();
  rooms_->state.clients.on_room({});
  rooms_->state.operators.on_room({});
}

} // namespace callboard::http
