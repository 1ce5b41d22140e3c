#include "tests/simulation/seeds.hpp"

#include <gmock/gmock.h>

// Promise P16: simulated time finds the races.
namespace callboard::simulation {
namespace {

using testing::HasSubstr;

TEST(simulation, holds_under_every_seed) {
  auto seeds = chosen_seeds();
  if (auto failed = first_failure(seeds, chosen_bug()))
    FAIL() << story_of(*failed, chosen_bug());
}

TEST(simulation, goes_the_same_way_again_with_the_same_seed) {
  for (std::uint64_t seed : {1, 2, 3, 4, 5}) {
    auto once = run_seed(seed);
    auto again = run_seed(seed);
    EXPECT_EQ(once.hash, again.hash) << seed;
    EXPECT_EQ(once.steps, again.steps) << seed;
    EXPECT_EQ(run_seed(seed, {}, 10).hash, once.hash) << "to watch changes nothing";
  }
  EXPECT_NE(run_seed(1).hash, run_seed(2).hash);
}

class planted_bug : public testing::TestWithParam<const char*> {};

TEST_P(planted_bug, is_found_and_its_seed_shows_it_again) {
  auto found = first_failure({1, 500}, GetParam());
  ASSERT_TRUE(found) << "the simulation is blind to " << GetParam();
  auto story = story_of(*found, GetParam());
  EXPECT_THAT(story, HasSubstr(fmt::format("simulation_tests --seeds {} --plant {}", found->seed, GetParam())));
  EXPECT_THAT(story, HasSubstr(fmt::format("seed {}: {}", found->seed, *found->failure)));
  EXPECT_EQ(run_seed(found->seed, GetParam()).failure, found->failure);
}

INSTANTIATE_TEST_SUITE_P(each, planted_bug,
                         testing::Values("no_version_check", "answers_before_commit", "no_claim_token"),
                         [](const auto& each) { return std::string{each.param}; });

TEST(seeds, are_a_number_or_a_range) {
  EXPECT_EQ(parse_seeds("7")->first, 7u);
  EXPECT_EQ(parse_seeds("7")->last, 7u);
  EXPECT_EQ(parse_seeds("7-12")->last, 12u);
  for (auto text : {"", "-", "7-", "-7", "12-7", "a", "1-2-3"})
    EXPECT_FALSE(parse_seeds(text)) << text;
}

} // namespace
} // namespace callboard::simulation
