#pragma once

#include <csignal>

namespace callboard::app {

/// Takes SIGTERM, SIGINT and our own SIGUSR1 out of every thread's way, so that one thread can wait for them. Made before
/// any other thread is.
class stop_signals {
public:
  stop_signals();

  /// Waits; the signal that came.
  int wait() const;

  /// From any thread: the supervision tree has given up.
  static void give_up();

  /// From now on a second signal ends the process at once: somebody is impatient.
  void restore_defaults() const;

private:
  sigset_t set_;
};

} // namespace callboard::app
