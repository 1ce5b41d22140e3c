#include "tests/contract/store_contract.hpp"

#include "tests/persistence/sqlite_store.hpp"

// The contract over SQLite: its cases are TEST_P( in tests/contract/.
CALLBOARD_STORE_CONTRACT(sqlite, sqlite_kind())
