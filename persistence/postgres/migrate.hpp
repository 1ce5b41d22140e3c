#pragma once

#include "persistence/postgres/connection.hpp"

#include <span>
#include <string_view>

namespace callboard::postgres {

/// One numbered step forward. There is no way back: a step that drops or renames comes releases after the one that
/// stopped using what it drops.
struct migration {
  int number;
  std::string_view name;
  std::string_view script;
};

/// All steps, in order, numbered from 1 without gaps.
std::span<const migration> migrations();

/// The schema version that the database has; 0 for a new one. Throws `store_open_error` when the schema `callboard` is
/// somebody else's or newer than this binary.
int schema_version(connection&);

/// Applies what is missing up to a step, each in a transaction of its own, one process at a time. Gives the version before.
int migrate(connection&, int last = migrations().back().number);

} // namespace callboard::postgres
