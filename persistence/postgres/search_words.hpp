#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callboard::postgres {

/// What somebody asks of full text, for `search_query` of the schema. Words hold letters and digits alone, so nothing
/// that is typed can be an operator or a mistake in syntax.
struct search_words {
  static constexpr int terms_max = 32;                ///< what comes after is not looked at
  static constexpr std::size_t words_max = 64;        ///< of one term; as above
  static constexpr std::size_t word_bytes_max = 2046; ///< PostgreSQL indexes no longer ones

  using texts = std::vector<std::string>;
  texts words;          ///< all of these, in any form
  texts exact;          ///< and all of these as they are: phrases and beginnings, `'charged' <-> 'twice'`, `'pri':*`
  texts unwanted_words; ///< none of these
  texts unwanted_exact;
  bool blank = true;       ///< nothing was typed at all
  bool impossible = false; ///< a word is wanted that no text can have

  bool wants() const { return !words.empty() || !exact.empty(); }
  bool avoids() const { return !unwanted_words.empty() || !unwanted_exact.empty(); }
  bool finds_nothing() const { return impossible || (!blank && !wants() && !avoids()); }
};

/// The words of a text for PostgreSQL's parser, folded to one case: everything that is no letter or digit becomes a
/// blank. Else it would keep addresses, paths, signed numbers and words with hyphens together, and find their parts only
/// where it likes. Accents may stand behind their letter; the schema takes them away.
std::string search_text(std::string_view text);

/// Reads `words "a phrase" -without -"this phrase" begin*`. A word without a letter or a digit is skipped.
search_words parse_search(std::string_view text);

} // namespace callboard::postgres
