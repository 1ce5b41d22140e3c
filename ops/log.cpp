#include "ops/log.hpp"

#include "base/json_write.hpp"
#include "ops/log_output.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <climits>
#include <mutex>

#include <pthread.h>
#include <unistd.h>

namespace callboard::log {
namespace {

/// Room for what may follow the last field that fits.
constexpr std::size_t line_reserve = 64;
/// Bytes of one text; the rest becomes an ellipsis.
constexpr std::size_t text_max = 1000;
static_assert(line_output::line_max <= PIPE_BUF);

/// Where spdlog puts lines: our output, or for a while somebody else's.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  void redirect(std::function<void(std::string_view)> to) {
    std::lock_guard lock{mutex_};
    elsewhere_ = std::move(to);
  }
  // A fork must not copy the lock while another thread holds it.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

  std::atomic<std::int64_t> lost{0};

private:
  void sink_it_(const spdlog::details::log_msg& msg) override {
    std::string_view line{msg.payload.data(), msg.payload.size()};
    if (elsewhere_)
      elsewhere_(line.substr(0, line.size() - 1));
    else if (!output_.write(line))
      lost.fetch_add(1, std::memory_order_relaxed);
  }
  void flush_() override {}

  line_output output_{STDERR_FILENO};
  std::function<void(std::string_view)> elsewhere_;
};

struct the_log {
  std::shared_ptr<line_sink> sink = std::make_shared<line_sink>();
  spdlog::logger logger{"callboard", sink};
  std::mutex repeats_lock;
  repeats seen;
  std::array<std::atomic<std::int64_t>, 4> written{};
  std::atomic<std::int64_t> suppressed{0};
  std::atomic<repeats::time_point> next_sweep{repeats::time_point{}};

  the_log() {
    // The threshold is ours, checked before a line is made.
    logger.set_level(spdlog::level::trace);
    // spdlog catches what sinks throw; its own handler would print to standard error past our format.
    logger.set_error_handler([this](const std::string&) { sink->lost.fetch_add(1, std::memory_order_relaxed); });
  }
};

the_log& instance();

void before_fork() {
  instance().repeats_lock.lock();
  instance().sink->lock();
}
void after_fork() {
  instance().sink->unlock();
  instance().repeats_lock.unlock();
}

/// Never destroyed: what ends after main may still log.
the_log& instance() {
  static auto& made = *new the_log;
  static const int registered = ::pthread_atfork(before_fork, after_fork, after_fork);
  static_cast<void>(registered);
  return made;
}

spdlog::level::level_enum spdlog_level(log_level level) {
  switch (level) {
    case log_level::debug: return spdlog::level::debug;
    case log_level::info: return spdlog::level::info;
    case log_level::warn: return spdlog::level::warn;
    case log_level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_member(std::string& line, std::string_view name, const auto& value) {
  line += ",\"";
  line += name;
  line += "\":";
  append_json(line, value);
}

void append_text(std::string& line, std::string_view name, std::string_view text) {
  if (text.size() <= text_max)
    append_member(line, name, text);
  else
    append_member(line, name, std::string{text.substr(0, text_max)} + "\u2026");
}

std::string begin_line(log_level level, std::string_view text) {
  std::string line;
  line.reserve(512);
  line += "{\"time\":";
  append_json(line, now());
  append_member(line, "level", name_of(level));
  append_member(line, "msg", text);
  return line;
}

void end_line(log_level level, std::string& line, std::int64_t suppressed) {
  if (suppressed > 0)
    append_member(line, "suppressed", suppressed);
  line += "}\n";
  auto& log = instance();
  log.written[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  log.logger.log(spdlog_level(level), spdlog::string_view_t{line.data(), line.size()});
}

void say_leftovers(repeats::time_point at) {
  std::vector<repeats::leftover> leftovers;
  {
    std::lock_guard lock{instance().repeats_lock};
    leftovers = instance().seen.take_over(at);
  }
  for (const auto& each : leftovers) {
    auto line = begin_line(each.level, each.text);
    end_line(each.level, line, each.suppressed);
  }
}

/// There is no thread behind the log: whoever logs first in a new second says what the last one suppressed.
void sweep(repeats::time_point at) {
  auto due = instance().next_sweep.load(std::memory_order_relaxed);
  if (at >= due && instance().next_sweep.compare_exchange_strong(due, at + repeats::window))
    say_leftovers(at);
}

} // namespace

void field::append_to(std::string& line) const {
  std::visit(
    [&](const auto& value) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, uuid_bytes>)
        append_member(line, name_, strong_id<void>{value});
      else if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string_view>)
        append_text(line, name_, value);
      else
        append_member(line, name_, value);
    },
    value_);
}

void set_threshold(config::log_threshold level) {
  detail::threshold.store(static_cast<log_level>(level), std::memory_order_relaxed);
}

void detail::write(log_level level, message what, fields with) {
  auto at = std::chrono::steady_clock::now();
  repeats::verdict verdict;
  if (level >= log_level::warn) {
    std::lock_guard lock{instance().repeats_lock};
    verdict = instance().seen.admit(level, what, at);
  }
  sweep(at);
  if (!verdict.write) {
    instance().suppressed.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  auto line = begin_line(level, what.text());
  for (const auto& each : with) {
    auto length_before = line.size();
    each.append_to(line);
    if (line.size() + line_reserve > line_output::line_max) {
      line.resize(length_before);
      append_member(line, "truncated", true);
      break;
    }
  }
  end_line(level, line, verdict.suppressed);
}

void flush() { say_leftovers(repeats::time_point::max()); }

std::string_view name_of(log_level level) {
  static constexpr std::array<std::string_view, 4> names{"debug", "info", "warn", "error"};
  return names[static_cast<std::size_t>(level)];
}

counters counts() {
  auto& log = instance();
  counters result;
  for (std::size_t i = 0; i < result.written.size(); ++i)
    result.written[i] = log.written[i].load(std::memory_order_relaxed);
  result.suppressed = log.suppressed.load(std::memory_order_relaxed);
  result.lost = log.sink->lost.load(std::memory_order_relaxed);
  return result;
}

void redirect(std::function<void(std::string_view)> to) { instance().sink->redirect(std::move(to)); }

} // namespace callboard::log
