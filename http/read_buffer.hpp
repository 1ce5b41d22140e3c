#pragma once

#include <cstring>
#include <memory>
#include <string_view>

namespace callboard::http {

/// What has arrived on a connection and is not used up. Grows only when asked, so views stay true until then.
class read_buffer {
public:
  static constexpr std::size_t initial = 4 * 1024;

  std::string_view data() const { return {bytes_.get(), filled_}; }
  char* free_begin() { return bytes_.get() + filled_; }
  std::size_t free_size() const { return capacity_ - filled_; }
  std::size_t capacity() const { return capacity_; }
  void commit(std::size_t n) { filled_ += n; }

  /// Room for `capacity` bytes in all; true when the bytes have moved.
  bool reserve(std::size_t capacity) {
    if (capacity <= capacity_)
      return false;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (filled_ > 0)
      std::memcpy(larger.get(), bytes_.get(), filled_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
    return true;
  }

  /// Drops what lies at [from, from + n).
  void erase(std::size_t from, std::size_t n) {
    std::memmove(bytes_.get() + from, bytes_.get() + from + n, filled_ - from - n);
    filled_ -= n;
  }

  /// Gives memory back that one large request needed.
  void shrink() {
    if (filled_ == 0 && capacity_ > 4 * initial) {
      bytes_.reset();
      capacity_ = 0;
    }
  }

private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t filled_ = 0;
};

} // namespace callboard::http
