#include "ops/process_stats.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <future>
#include <thread>
#include <unistd.h>

namespace callboard {
namespace {

TEST(process_stats, count_descriptors) {
  auto before = read_process_stats().open_fds;
  int opened = ::open("/dev/null", O_RDONLY);
  EXPECT_EQ(read_process_stats().open_fds, before + 1);
  ::close(opened);
  EXPECT_EQ(read_process_stats().open_fds, before);
}

TEST(process_stats, count_threads) {
  auto before = read_process_stats().threads;
  std::promise<void> leave;
  std::thread other{[done = leave.get_future()]() mutable { done.wait(); }};
  EXPECT_EQ(read_process_stats().threads, before + 1);
  leave.set_value();
  other.join();
}

TEST(process_stats, grow_with_memory_and_work) {
  auto before = read_process_stats();
  std::vector<char> block(64 << 20, 'x');
  auto after = read_process_stats();
  EXPECT_GT(after.resident_bytes, before.resident_bytes + (32 << 20));
  EXPECT_GT(after.virtual_bytes, before.virtual_bytes + (32 << 20));
  EXPECT_GE(after.cpu, before.cpu);
  EXPECT_EQ(after.start_time, before.start_time);
  EXPECT_EQ(block.back(), 'x');
}

} // namespace
} // namespace callboard
