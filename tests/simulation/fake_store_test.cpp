#include "tests/contract/directory_contract.hpp"
#include "tests/contract/feed_contract.hpp"
#include "tests/contract/job_contract.hpp"
#include "tests/contract/list_contract.hpp"
#include "tests/contract/random_contract.hpp"
#include "tests/contract/ticket_contract.hpp"
#include "tests/simulation/fake_store.hpp"

// The simulation is worth what its store is worth: it keeps the contract of the real engines. Searching for words is left
// out, because the simulated clients do not.
namespace callboard::contract {
namespace {

class fake_store final : public test_store {
public:
  std::unique_ptr<store_engine> open() override {
    return std::make_unique<simulation::fake_engine>(disk_, std::make_shared<simulation::store_weather>(), &now);
  }

private:
  std::shared_ptr<simulation::disk> disk_ = std::make_shared<simulation::disk>();
};

engine_kind fake_kind() {
  return {"fake", [] { return std::make_unique<fake_store>(); }};
}

} // namespace

INSTANTIATE_TEST_SUITE_P(fake, store_contract, testing::Values(fake_kind()));
INSTANTIATE_TEST_SUITE_P(fake, list_contract, testing::Values(fake_kind()));
INSTANTIATE_TEST_SUITE_P(fake, random_contract, testing::Values(fake_kind()));
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(search_contract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(found_list_contract);

} // namespace callboard::contract
