#include "tests/contract/store_contract.hpp"

#include "tests/persistence/postgres_store.hpp"
#include "tests/persistence/sqlite_store.hpp"

// The contract over each engine: its cases are TEST_P( in tests/contract/.
CALLBOARD_STORE_CONTRACT(sqlite, sqlite_kind())
CALLBOARD_STORE_CONTRACT(postgres, postgres_kind())
