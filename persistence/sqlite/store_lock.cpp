#include "persistence/sqlite/store_lock.hpp"

#include "persistence/open_store.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace callboard::sqlite {
namespace {

constexpr int poll_interval_ms = 50;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{"?"};
}

} // namespace

store_lock::store_lock(const std::filesystem::path& store, duration_ms wait,
                       const std::function<void(std::string_view)>& on_wait)
    : file_(store.string() + ".lock") {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw store_open_error(fmt::format("The lock file {} cannot be opened ({}); let this user write in that folder.",
                                       file_.string(), std::strerror(errno)));
  const auto until = std::chrono::steady_clock::now() + wait;
  bool told = false;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() >= until) {
      auto who = holder();
      ::close(descriptor_);
      throw store_open_error(
        fmt::format("The store {} is in use by {}; stop that process first, or give this one another store.url.",
                    store.string(), who));
    }
    if (!std::exchange(told, true) && on_wait)
      on_wait(fmt::format("the store is held by {}", holder()));
    ::poll(nullptr, 0, poll_interval_ms);
  }
  describe_holder();
}

store_lock::~store_lock() { ::close(descriptor_); }

bool store_lock::try_lock() {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor_, F_OFD_SETLK, &whole) == 0)
    return true;
  if (errno == EAGAIN || errno == EACCES || errno == EINTR)
    return false;
  auto fault = errno;
  ::close(descriptor_);
  throw store_open_error(fmt::format("The lock file {} cannot be locked ({}); keep the store on a local file system.",
                                     file_.string(), std::strerror(fault)));
}

std::string store_lock::holder() const {
  std::array<char, 512> text{};
  auto size = ::pread(descriptor_, text.data(), text.size(), 0);
  std::string_view line{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  line = line.substr(0, line.find('\n'));
  return line.empty() ? "another process" : std::string{line};
}

void store_lock::describe_holder() {
  auto line = fmt::format("process {} on {} since {}\n", ::getpid(), host_name(), to_rfc3339(now()));
  // Only for people to read: a store without this line is held all the same.
  if (::ftruncate(descriptor_, 0) == 0) [[maybe_unused]]
    auto written = ::pwrite(descriptor_, line.data(), line.size(), 0);
}

} // namespace callboard::sqlite
