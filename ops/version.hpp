#pragma once

#include <string_view>

// The build defines CALLBOARD_VERSION from the project's version; the constant stands in for tools that compile one file alone.
#ifndef CALLBOARD_VERSION
#define CALLBOARD_VERSION "0.1.0"
#endif

namespace callboard {

inline constexpr std::string_view program_version = CALLBOARD_VERSION;

} // namespace callboard
