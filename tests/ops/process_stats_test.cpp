#include "ops/process_stats.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <future>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
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

TEST(process_stats, what_is_read_of_a_mapped_file_is_not_its_own) {
  constexpr std::size_t size = 64 << 20;
  auto name = testing::TempDir() + "callboard_mapped_XXXXXX";
  int file = ::mkstemp(name.data());
  ASSERT_GE(file, 0);
  ::unlink(name.c_str());
  ASSERT_EQ(::ftruncate(file, size), 0);
  auto before = read_process_stats().resident_bytes;
  auto own_before = own_resident_bytes();
  ASSERT_GT(own_before, 0);
  void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  std::memset(mapped, 'x', size);
  EXPECT_GT(read_process_stats().resident_bytes, before + (32 << 20));
  EXPECT_LT(own_resident_bytes(), own_before + (16 << 20));
  ::munmap(mapped, size);
  ::close(file);
  std::vector<char> block(size, 'x');
  EXPECT_GT(own_resident_bytes(), own_before + (32 << 20));
  EXPECT_EQ(block.back(), 'x');
}

} // namespace
} // namespace callboard
