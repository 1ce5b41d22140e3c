#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// From a ticket's text to numbered observations. The trainer and the classifier both see a text only through this.
namespace callboard {

/// Each group is scaled to a length of its own, so that the many fragments do not drown the few words.
enum class feature_group : std::uint8_t {
  words,
  fragments
};
inline constexpr std::size_t feature_groups = 2;

struct feature {
  std::uint32_t key = 0; ///< hash of what was observed, never 0
  float count = 0;       ///< how often; what stands in the title counts more
  feature_group group = feature_group::words;
};

struct text_features {
  std::vector<feature> features;        ///< each key once, by rising key
  std::vector<std::uint32_t> word_keys; ///< keys of all words of letters in order of reading, repeated ones too
  std::size_t latin_letters = 0;
  std::size_t foreign_letters = 0;
};

/// A longer text is read up to here only: what a ticket is about stands in its beginning, and time stays bounded.
inline constexpr std::size_t text_bytes_max = 20'000;

/// Observes words, their first five letters, pairs of neighbours of both, fragments of 3 to 5 letters (word ends marked) and signs such as
/// question marks, currency, capitals or source code. Any bytes are accepted; invalid UTF-8 separates words.
text_features observe_text(std::string_view title, std::string_view description);

/// What `count` occurrences are worth: the second one tells less than the first.
float damped_count(float count);

/// How much each group contributes to the length of a text's vector.
inline constexpr std::array<float, feature_groups> group_shares{1.0F, 1.0F};

} // namespace callboard
