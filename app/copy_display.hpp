#pragma once

#include "persistence/copy/copy_store.hpp"

#include <chrono>
#include <string>

namespace callboard::app {

/// Shows how far a copy is on the standard error.
class copy_display {
public:
  copy_display();
  ~copy_display();
  void show(const copy_progress&);
  /// Ends a line that is being overwritten, so that others can follow.
  void end_line();

private:
  using steady = std::chrono::steady_clock;
  std::string line_of(const copy_progress&) const;

  bool on_terminal_;
  bool line_is_open_ = false;
  copy_phase phase_ = copy_phase::copying;
  bool begun_ = false;
  steady::time_point began_;
  steady::time_point shown_;
};

/// `1,234,567`.
std::string grouped(std::int64_t);

/// The comparison as a table, with what differs below.
std::string to_text(const copy_report&);

} // namespace callboard::app
