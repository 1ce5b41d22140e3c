#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace callboard::http {

struct head_field {
  std::string_view name;  // as sent
  std::string_view value; // without white space around it, may be empty
};

/// The fields of a head in their order, without allocation: places in the caller's bytes, 800 bytes in all.
class head_fields {
public:
  static constexpr std::size_t capacity = 100;

  class iterator {
  public:
    using value_type = head_field;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    iterator(const head_fields* owner, std::size_t index) : owner_(owner), index_(index) {}
    head_field operator*() const { return (*owner_)[index_]; }
    iterator& operator++() {
      ++index_;
      return *this;
    }
    iterator operator++(int) {
      auto before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

  private:
    const head_fields* owner_ = nullptr;
    std::size_t index_ = 0;
  };

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, size_}; }
  head_field operator[](std::size_t index) const;

  /// The value of the first field of that name, in any case.
  std::optional<std::string_view> find(std::string_view name) const;

  /// How often the name comes: fields that may come once only (Authorization, If-Match...) want this to be 1.
  std::size_t count(std::string_view name) const;

private:
  friend class head_reader;

  struct place {
    std::uint16_t name_at, name_size, value_at, value_size;
  };

  void clear() { size_ = 0; }
  void add(place where) { places_[size_++] = where; }
  bool is_named(const place& where, std::string_view name) const;

  const char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::array<place, capacity> places_{};
};

/// A request head that passed every check. All views point into the bytes last given to the reader
/// (but for `path` when an absolute URL had none), so they live as long as those.
struct request_head {
  std::string_view method;
  std::string_view target; // as sent
  std::string_view path;   // still percent-encoded, begins with '/'; or "*"
  std::string_view query;  // behind the first '?', still percent-encoded
  std::string_view host;   // the Host field; for HTTP/1.0 without one the target's authority, or empty
  int version_minor = 1;   // 0 or 1
  bool chunked = false;
  bool keep_alive = true;
  bool expect_continue = false;   // and a body follows that waits for it
  bool upgrade_websocket = false; // GET, HTTP/1.1, Connection: upgrade, Upgrade: websocket
  std::optional<std::uint64_t> content_length;
  std::size_t size = 0; // bytes up to where the body begins, with an empty line before the request if there was one
  head_fields fields;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

} // namespace callboard::http
