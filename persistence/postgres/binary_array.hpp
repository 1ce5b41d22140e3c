#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

// Values in the binary form in which PostgreSQL takes them (array_recv and the receive functions of the elements): reading
// arrays of text took the server a sixth of a batch.
namespace callboard::postgres {

/// What an array holds: the number of the type in pg_type.
enum class element : std::uint32_t {
  boolean = 16,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  uuid = 2950
};

/// In network order, so many bytes of it: the last ones of eight.
inline void append_binary(std::string& out, std::int64_t value, int bytes) {
  std::array<char, 8> all;
  for (std::size_t at = 0; at < all.size(); ++at)
    all[at] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * (7 - at)));
  out.append(all.data() + all.size() - bytes, static_cast<std::size_t>(bytes));
}

inline std::string binary_of(std::int64_t value, int bytes) {
  std::string out;
  append_binary(out, value, bytes);
  return out;
}

/// One array parameter of one dimension, built element by element.
class binary_array {
public:
  explicit binary_array(element of) : of_(of) {}

  template <class T>
  void add(const T& value) {
    if constexpr (is_optional<T>)
      value ? add(*value) : add_null();
    else if constexpr (std::same_as<T, timestamp>)
      add_integer(to_micros(value));
    else if constexpr (std::integral<T>)
      add_integer(static_cast<std::int64_t>(value));
    else if constexpr (is_strong_id<T>)
      add_bytes({reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
    else if constexpr (std::same_as<T, uuid_bytes>)
      add_bytes({reinterpret_cast<const char*>(value.data()), value.size()});
    else
      add_bytes(value);
  }
  void add_null();

  /// The whole parameter; the array is empty then.
  std::string take();

private:
  void add_integer(std::int64_t value);
  void add_bytes(std::string_view bytes);

  element of_;
  std::string elements_;
  std::int64_t count_ = 0;
  bool has_null_ = false;
};

} // namespace callboard::postgres
