#pragma once

// What every engine promises. An engine's tests include this and instantiate it for their kind of store:
//   CALLBOARD_STORE_CONTRACT(sqlite, contract::engine_kind{"sqlite", ...});

#include "tests/contract/directory_contract.hpp"
#include "tests/contract/feed_contract.hpp"
#include "tests/contract/job_contract.hpp"
#include "tests/contract/list_contract.hpp"
#include "tests/contract/random_contract.hpp"
#include "tests/contract/search_contract.hpp"
#include "tests/contract/ticket_contract.hpp"

#define CALLBOARD_STORE_CONTRACT(name, ...)                                                                            \
  namespace callboard::contract {                                                                                      \
  INSTANTIATE_TEST_SUITE_P(name, store_contract, testing::Values(__VA_ARGS__));                                        \
  INSTANTIATE_TEST_SUITE_P(name, list_contract, testing::Values(__VA_ARGS__));                                         \
  INSTANTIATE_TEST_SUITE_P(name, found_list_contract, testing::Values(__VA_ARGS__));                                   \
  INSTANTIATE_TEST_SUITE_P(name, search_contract, testing::Values(__VA_ARGS__));                                       \
  INSTANTIATE_TEST_SUITE_P(name, random_contract, testing::Values(__VA_ARGS__));                                       \
  }
