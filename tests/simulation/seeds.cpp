#include "tests/simulation/seeds.hpp"

#include <charconv>

namespace callboard::simulation {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

} // namespace

std::optional<seed_range> parse_seeds(std::string_view text) {
  auto dash = text.find('-');
  auto first = parse_number(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? first : parse_number(text.substr(dash + 1));
  if (!first || !last || *last < *first)
    return std::nullopt;
  return seed_range{*first, *last};
}

seed_range& chosen_seeds() {
  static seed_range chosen;
  return chosen;
}

std::string& chosen_bug() {
  static std::string chosen;
  return chosen;
}

std::size_t& chosen_steps() {
  static std::size_t chosen = 300;
  return chosen;
}

std::optional<planted_bugs> bug_named(std::string_view name) {
  planted_bugs bugs;
  if (name == "no_version_check")
    bugs.no_version_check = true;
  else if (name == "answers_before_commit")
    bugs.answers_before_commit = true;
  else if (name == "no_claim_token")
    bugs.no_claim_token = true;
  else if (!name.empty())
    return std::nullopt;
  return bugs;
}

verdict run_seed(std::uint64_t seed, std::string_view bug, std::size_t steps_in_words) {
  return world{seed, bug_named(bug).value(), steps_in_words}.run();
}

std::string story_of(const verdict& failed, std::string_view bug) {
  auto again = run_seed(failed.seed, bug, chosen_steps());
  std::string story;
  for (const auto& line : again.last_steps)
    story += line + "\n";
  return fmt::format("seed {}: {}\nsee it again: simulation_tests --seeds {}{}{}\nthe last of {} steps:\n{}{}",
                     failed.seed, *failed.failure, failed.seed, bug.empty() ? "" : " --plant ", bug, failed.steps,
                     story,
                     again.hash == failed.hash ? "" : "the second run went another way: the simulation is at fault\n");
}

std::optional<verdict> first_failure(seed_range seeds, std::string_view bug) {
  for (auto seed = seeds.first; seed <= seeds.last; ++seed)
    if (auto found = run_seed(seed, bug); found.failure)
      return found;
  return std::nullopt;
}

} // namespace callboard::simulation
