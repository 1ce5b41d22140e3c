#include "base/check.hpp"

#include <fmt/format.h>

namespace callboard {

void throw_invariant_broken(std::string_view condition, std::string_view what, const char* file, int line) {
  throw invariant_broken(fmt::format("{} ({}) at {}:{}", what, condition, file, line));
}

} // namespace callboard
