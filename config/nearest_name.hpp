#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callboard::config {

/// `; did you mean server.port?` with the known names (at most three) that somebody who wrote `wanted` may have meant:
/// the nearest by edit distance, else those with the same last part. Empty when none is near.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known);

} // namespace callboard::config
