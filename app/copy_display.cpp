#include "app/copy_display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include <unistd.h>

namespace callboard::app {
namespace {

constexpr std::chrono::milliseconds terminal_interval{200};
constexpr std::chrono::milliseconds line_interval{5'000};

} // namespace

copy_display::copy_display() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}
copy_display::~copy_display() { end_line(); }

void copy_display::show(const copy_progress& now) {
  auto time = steady::now();
  bool new_phase = !begun_ || now.phase != phase_;
  if (new_phase) {
    begun_ = true;
    phase_ = now.phase;
    began_ = time;
  }
  bool last = now.rows == now.rows_total;
  if (!new_phase && !last && time - shown_ < (on_terminal_ ? terminal_interval : line_interval))
    return;
  shown_ = time;
  std::cerr << (on_terminal_ ? "\r\x1b[K" : "") << line_of(now) << (on_terminal_ ? "" : "\n") << std::flush;
  line_is_open_ = on_terminal_;
}

void copy_display::end_line() {
  if (line_is_open_)
    std::cerr << '\n';
  line_is_open_ = false;
}

std::string copy_display::line_of(const copy_progress& now) const {
  auto seconds = std::chrono::duration<double>(steady::now() - began_).count();
  auto rate = seconds > 0.1 ? static_cast<double>(now.rows_of_run) / seconds : 0;
  auto percent = now.rows_total > 0 ? now.rows * 100 / now.rows_total : 100;
  return fmt::format("{} {:3} %  {} of {} rows, {}/s: {}", now.phase == copy_phase::copying ? "copied  " : "compared",
                     percent, grouped(now.rows), grouped(now.rows_total), grouped(static_cast<std::int64_t>(rate)),
                     now.table);
}

std::string grouped(std::int64_t value) {
  auto text = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string to_text(const copy_report& report) {
  auto text = fmt::format("{:<26}{:>13}  {}\n", "", "rows", "checksum");
  for (const auto& each : report.tables) {
    text += fmt::format("{:<26}{:>13}  {}  {}\n", each.table, grouped(each.source_rows), each.source_digest,
                        each.is_equal() ? "equal" : "DIFFERENT");
    if (each.is_equal())
      continue;
    text += fmt::format("{:<26}{:>13}  {}  in the target\n", "", grouped(each.target_rows), each.target_digest);
    for (const auto& one : each.differences)
      text += fmt::format("  {}\n", one);
  }
  return text;
}

} // namespace callboard::app
