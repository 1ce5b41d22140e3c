#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What every fuzz target stands on. A target is one source that defines `LLVMFuzzerTestOneInput` and `seeds`.
namespace callboard::fuzz {

/// The inputs to begin with, made from the tables of the tests.
std::vector<std::string> seeds();

/// Ends the process, so that libFuzzer keeps the input.
[[noreturn]] void fail(std::string_view condition, std::string_view what, const char* file, int line);

/// The same for the same input, so that a reproduced crash takes the same way.
class input_dice {
public:
  explicit input_dice(std::string_view input);

  /// 0 to `max`.
  std::size_t up_to(std::size_t max);

private:
  std::uint64_t state_;
};

/// Growing beginnings of the input in at most `steps` steps, the last of which is the whole.
std::vector<std::size_t> growing_sizes(std::string_view input, std::size_t steps);

inline std::string_view view_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

} // namespace callboard::fuzz

#define FUZZ_REQUIRE(condition, what)                                                                                  \
  do {                                                                                                                 \
    if (!(condition)) [[unlikely]]                                                                                     \
      ::callboard::fuzz::fail(#condition, what, __FILE__, __LINE__);                                                   \
  } while (false)
