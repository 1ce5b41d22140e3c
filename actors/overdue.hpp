#pragma once

#include <caf/timespan.hpp>

namespace callboard {

/// For requests on the way of a write, instead of a time-out of CAF's for each: the router looks for what is overdue, and it is
/// given up there (decision 0039). Each of them is under one of its looks.
inline constexpr auto until_overdue = caf::infinite;

} // namespace callboard
