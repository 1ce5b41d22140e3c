#pragma once

#include <string>
#include <string_view>

namespace callboard::sqlite {

/// What somebody asks of full text, as two FTS5 expressions. Every word stands in quotes, so nothing that is typed can
/// be an operator or a mistake in syntax.
struct search_words {
  static constexpr int terms_max = 32; ///< what comes after is not looked at

  std::string wanted;   ///< all of these; empty when there are none
  std::string unwanted; ///< none of these; empty when there are none
  bool blank = true;    ///< nothing was typed at all

  bool finds_nothing() const { return !blank && wanted.empty() && unwanted.empty(); }
};

/// Reads `words "a phrase" -without -"this phrase" begin*`. A word without a letter or a digit is skipped.
search_words parse_search(std::string_view text);

} // namespace callboard::sqlite
