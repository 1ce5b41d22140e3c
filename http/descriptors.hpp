#pragma once

#include <cstdint>

// File descriptors: every connection takes one, and what the process needs beside them must never be without.
namespace callboard::http {

/// Kept from the public listener's connections: for the operations listener's, the store's files, threads, log, pipes.
inline constexpr std::int64_t descriptors_reserved = 512;

/// Raises the soft limit to the hard one, and says how many this process may have open.
std::int64_t raise_descriptor_limit();

/// How many connections there may be under a limit of descriptors, `wanted` at most. Of few, half is kept.
int connections_within(std::int64_t limit, int wanted);

} // namespace callboard::http
