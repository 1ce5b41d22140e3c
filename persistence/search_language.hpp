#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callboard {

/// The text search configuration for a BCP 47 tag; without one that is known, words stay as they are.
inline std::string_view search_language(const std::optional<std::string>& tag) {
  auto primary = std::string_view{tag ? *tag : std::string_view{}};
  primary = primary.substr(0, primary.find('-'));
  if (primary == "en")
    return "english";
  if (primary == "de")
    return "german";
  if (primary == "es")
    return "spanish";
  return "simple";
}

} // namespace callboard
