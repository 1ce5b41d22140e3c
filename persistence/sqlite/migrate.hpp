#pragma once

#include "persistence/sqlite/connection.hpp"

#include <span>
#include <string_view>

namespace callboard::sqlite {

/// One numbered step forward. There is no way back: a step that drops or renames comes releases after the one that
/// stopped using what it drops.
struct migration {
  int number;
  std::string_view name;
  std::string_view script;
};

/// All steps, in order, numbered from 1 without gaps.
std::span<const migration> migrations();

/// Written into the file's header: this file is Callboard's. ("CBrd")
inline constexpr std::int32_t application_id = 0x43427264;

/// The schema version that the file has; 0 for a new one. Throws `store_open_error` when it is not Callboard's.
int schema_version(connection&);

/// Applies what is missing, each step in a transaction of its own. Throws `store_open_error` when the file is newer than
/// this binary.
int migrate(connection&);

} // namespace callboard::sqlite
