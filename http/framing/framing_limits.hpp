#pragma once

#include <cstddef>
#include <cstdint>

namespace callboard::http {

inline constexpr std::size_t head_bytes_ceiling = 65'535;

/// The bounds of a request. Larger values than the ceilings count as the ceilings: a head keeps its places in 16 bits.
struct framing_limits {
  std::size_t head_bytes_max = 16'384;      // ceiling 65,535; more is 431
  std::size_t fields_max = 100;             // ceiling 100; more is 431
  std::size_t target_bytes_max = 8'192;     // more is 414
  std::uint64_t body_bytes_max = 1'048'576; // announced or chunked; more is 413
};

} // namespace callboard::http
