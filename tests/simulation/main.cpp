#include "tests/simulation/seeds.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

// simulation_tests [--seeds A-B] [--plant BUG] [--steps N]: with any of them, only the run over these seeds.
namespace {

using namespace callboard::simulation;

int misused() {
  std::cerr << "usage: simulation_tests [--seeds A-B] [--plant no_version_check|answers_before_commit|no_claim_token]"
               " [--steps N]\n";
  return 2;
}

bool take(std::string_view option, std::string_view value) {
  if (option == "--seeds" || option == "--steps") {
    auto read = parse_seeds(value);
    if (read && option == "--seeds")
      chosen_seeds() = *read;
    else if (read)
      chosen_steps() = read->first;
    return read.has_value();
  }
  chosen_bug() = value;
  return option == "--plant" && bug_named(value);
}

} // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (auto seeds = std::getenv("CALLBOARD_SEEDS"); seeds && !take("--seeds", seeds))
    return misused();
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !take(argv[i], argv[i + 1]))
      return misused();
    testing::GTEST_FLAG(filter) = "simulation.holds_under_every_seed";
  }
  return RUN_ALL_TESTS();
}
