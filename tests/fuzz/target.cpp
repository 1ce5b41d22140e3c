#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace callboard::fuzz {

void fail(std::string_view condition, std::string_view what, const char* file, int line) {
  fmt::print(stderr, "{}:{}: not so: {} ({})\n", file, line, what, condition);
  std::abort();
}

input_dice::input_dice(std::string_view input) : state_(0xcbf29ce484222325u) {
  for (char c : input)
    state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
}

std::size_t input_dice::up_to(std::size_t max) {
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;
  return static_cast<std::size_t>(state_ >> 33) % (max + 1);
}

std::vector<std::size_t> growing_sizes(std::string_view input, std::size_t steps) {
  input_dice dice{input};
  std::vector<std::size_t> sizes;
  while (sizes.size() + 1 < steps)
    sizes.push_back(dice.up_to(input.size()));
  sizes.push_back(input.size());
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

namespace {

/// Contents decide the names: seeds that are the same become one file.
void write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& seed : seeds()) {
    auto name = fmt::format("{:016x}", std::hash<std::string>{}(seed));
    std::ofstream{folder / name, std::ios::binary} << seed;
  }
}

} // namespace
} // namespace callboard::fuzz

/// One execution frees far less than what is kept from reuse here, and the 256 MiB that are usual are slow to walk through.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=1:malloc_context_size=8"; }

/// `target --write-seeds=FOLDER` writes the seeds and leaves; everything else is libFuzzer's.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view option = "--write-seeds=";
  for (int i = 1; i < *argc; ++i)
    if (std::string_view argument = (*argv)[i]; argument.starts_with(option)) {
      callboard::fuzz::write_seeds(argument.substr(option.size()));
      std::exit(0);
    }
  return 0;
}
