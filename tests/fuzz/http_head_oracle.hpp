#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callboard::fuzz {

/// What a second, slow and plain reading of the same rules says about a request head, without any limit. It shares no
/// line with the reader under test: it cuts the text into lines first and looks at each part with lists of good bytes.
struct judged_head {
  enum class verdict {
    incomplete,
    bad,
    good
  } verdict = verdict::incomplete;
  std::size_t size = 0;
  std::string method, target, version, host;
  std::vector<std::pair<std::string, std::string>> fields;
  bool chunked = false;
  std::optional<std::string> length; // without leading zeros
};

judged_head judge_head(std::string_view text);

} // namespace callboard::fuzz
