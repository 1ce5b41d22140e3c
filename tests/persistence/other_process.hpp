#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

namespace callboard::contract {

/// Another process that runs `work` until it is killed. It says one byte when it is told to by `ready`.
class other_process {
public:
  template <class Work>
  explicit other_process(Work work) {
    EXPECT_EQ(::pipe(pipe_), 0);
    id_ = ::fork();
    if (id_ == 0) {
      work([this](std::int64_t word) { return ::write(pipe_[1], &word, sizeof word) == sizeof word; });
      ::_exit(0);
    }
    ::close(pipe_[1]);
  }
  ~other_process() {
    kill();
    ::close(pipe_[0]);
  }
  other_process(const other_process&) = delete;
  other_process& operator=(const other_process&) = delete;

  std::optional<std::int64_t> next_word() const {
    std::int64_t word = 0;
    return ::read(pipe_[0], &word, sizeof word) == sizeof word ? std::optional{word} : std::nullopt;
  }
  void signal(int number) const { ::kill(id_, number); }
  void kill() {
    if (id_ <= 0)
      return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }
  pid_t id() const { return id_; }

private:
  pid_t id_ = -1;
  int pipe_[2] = {-1, -1};
};

using speak = std::function<bool(std::int64_t)>;

} // namespace callboard::contract
