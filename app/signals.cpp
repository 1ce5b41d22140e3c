#include "app/signals.hpp"

#include <initializer_list>
#include <unistd.h>

namespace callboard::app {

stop_signals::stop_signals() {
  sigemptyset(&set_);
  for (int s : {SIGTERM, SIGINT, SIGUSR1})
    sigaddset(&set_, s);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  // A peer that closes is an error of that write, not the process's end.
  std::signal(SIGPIPE, SIG_IGN);
}

int stop_signals::wait() const {
  int came = 0;
  while (sigwait(&set_, &came) != 0) {}
  return came;
}

void stop_signals::give_up() { kill(getpid(), SIGUSR1); }

void stop_signals::restore_defaults() const {
  for (int s : {SIGTERM, SIGINT})
    std::signal(s, SIG_DFL);
  // Not the one by which we wake ourselves: a tree that gives up while we stop must not end us by a signal.
  auto others = set_;
  sigdelset(&others, SIGUSR1);
  pthread_sigmask(SIG_UNBLOCK, &others, nullptr);
}

} // namespace callboard::app
