#include "ops/log_output.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace callboard::log {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class a_pipe : public testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0); }
  void TearDown() override {
    for (int end : ends)
      ::close(end);
  }
  /// Fills the pipe; returns how many lines fit.
  int fill(line_output& out) {
    int count = 0;
    while (out.write(line))
      ++count;
    return count;
  }
  std::string drain(std::size_t at_least) {
    std::string text;
    std::array<char, 65536> block{};
    while (text.size() < at_least)
      text.append(block.data(), static_cast<std::size_t>(::read(ends[0], block.data(), block.size())));
    return text;
  }

  std::array<int, 2> ends{};
  std::string line = std::string(999, 'x') + "\n";
};

TEST_F(a_pipe, gets_whole_lines_even_when_it_fills_up) {
  line_output out{ends[1]};
  auto count = fill(out);
  ASSERT_GT(count, 10);
  auto text = drain(static_cast<std::size_t>(count) * line.size());
  for (std::size_t at = 0; at < text.size(); at += line.size())
    ASSERT_EQ(text.substr(at, line.size()), line);
  EXPECT_TRUE(out.write(line)) << "who reads again gets lines again";
}

TEST_F(a_pipe, that_is_full_is_waited_for_a_little_and_then_not_at_all) {
  line_output out{ends[1]};
  fill(out);
  auto begin = clock::now();
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(out.write(line));
  auto took = clock::now() - begin;
  // Waiting for each would take 20 s.
  EXPECT_LT(took, 10s);
}

TEST_F(a_pipe, that_nobody_will_read_any_more_ends_nobody) {
  line_output out{ends[1]};
  ::close(ends[0]);
  EXPECT_FALSE(out.write(line)) << "and no SIGPIPE";
  ends[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

TEST(line_output, to_nowhere_loses_lines) {
  line_output out{-1};
  EXPECT_FALSE(out.write("a\n"));
  int closed = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::close(closed);
  line_output gone{closed};
  EXPECT_FALSE(gone.write("a\n"));
}

TEST(line_output, to_a_full_disk_loses_lines) {
  int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  line_output out{full};
  EXPECT_FALSE(out.write("a\n"));
  ::close(full);
}

} // namespace
} // namespace callboard::log
