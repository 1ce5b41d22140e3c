#pragma once

#include "tests/simulation/world.hpp"

// Which seeds a program runs, and what it says of one that fails.
namespace callboard::simulation {

struct seed_range {
  std::uint64_t first = 1;
  std::uint64_t last = 500;
};

/// `A-B` or `A`; nothing where the text is neither.
std::optional<seed_range> parse_seeds(std::string_view);

/// From the command line or CALLBOARD_SEEDS, 1-500 otherwise.
seed_range& chosen_seeds();

/// By the name that `--plant` takes; nothing where there is no such bug.
std::optional<planted_bugs> bug_named(std::string_view name);
std::string& chosen_bug();
/// How many of a failed run's last steps are told.
std::size_t& chosen_steps();

verdict run_seed(std::uint64_t seed, std::string_view bug = {}, std::size_t steps_in_words = 0);

/// The failure, how to see it again, and what led to it. Runs the seed once more, in words.
std::string story_of(const verdict& failed, std::string_view bug = {});

/// Runs seeds until one fails.
std::optional<verdict> first_failure(seed_range, std::string_view bug = {});

} // namespace callboard::simulation
