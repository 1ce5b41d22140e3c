#include "ops/process_stats.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace callboard {
namespace {

std::string read_file(const char* path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::chrono::nanoseconds from_clock_ticks(std::int64_t ticks) {
  static const auto per_second = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds{ticks * (1'000'000'000 / per_second)};
}

/// When the machine started, since 1970.
std::chrono::seconds boot_time() {
  auto text = read_file("/proc/stat");
  auto at = text.find("\nbtime ");
  return std::chrono::seconds{at == std::string::npos ? 0 : std::stoll(text.substr(at + 7))};
}

/// proc(5), `/proc/pid/stat`: the fields after the command's name, which may itself hold blanks and parentheses.
void read_stat(process_stats& stats) {
  auto text = read_file("/proc/self/stat");
  auto name_end = text.rfind(')');
  if (name_end == std::string::npos)
    return;
  std::istringstream fields{text.substr(name_end + 1)};
  std::string skipped;
  auto skip = [&](int count) {
    for (int i = 0; i < count; ++i)
      fields >> skipped;
  };
  std::int64_t user = 0;
  std::int64_t system = 0;
  std::int64_t start = 0;
  std::int64_t pages = 0;
  skip(11); // state to cmajflt
  fields >> user >> system;
  skip(4); // cutime, cstime, priority, nice
  fields >> stats.threads;
  skip(1); // itrealvalue
  fields >> start >> stats.virtual_bytes >> pages;
  if (!fields)
    return;
  stats.cpu = from_clock_ticks(user + system);
  stats.resident_bytes = pages * ::sysconf(_SC_PAGESIZE);
  static const auto boot = boot_time();
  stats.start_time = boot + from_clock_ticks(start);
}

std::int64_t count_open_fds() {
  std::error_code fault;
  std::int64_t count = -1; // the folder itself is open while it is read
  for (std::filesystem::directory_iterator each{"/proc/self/fd", fault}, end; !fault && each != end;
       each.increment(fault))
    ++count;
  return count < 0 ? 0 : count;
}

} // namespace

/// proc(5), `/proc/pid/statm`: all pages, those in RAM, and those of the latter that belong to files.
std::int64_t own_resident_bytes() {
  std::istringstream fields{read_file("/proc/self/statm")};
  std::int64_t all = 0;
  std::int64_t resident = 0;
  std::int64_t of_files = 0;
  fields >> all >> resident >> of_files;
  return fields ? (resident - of_files) * ::sysconf(_SC_PAGESIZE) : 0;
}

process_stats read_process_stats() {
  process_stats stats;
  read_stat(stats);
  stats.open_fds = count_open_fds();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    stats.max_fds = static_cast<std::int64_t>(limit.rlim_cur);
  return stats;
}

} // namespace callboard
