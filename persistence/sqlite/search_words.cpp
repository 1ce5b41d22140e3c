#include "persistence/sqlite/search_words.hpp"

#include "base/utf8.hpp"
#include "persistence/fold.hpp"

namespace callboard::sqlite {
namespace {

constexpr std::string_view blanks{" \t\r\n\v\f\0", 7};

bool has_word_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto step = utf8_next(text, at);
    if (step.valid && is_word_character(step.code_point))
      return true;
    at += step.size;
  }
  return false;
}

/// Takes one word or phrase from the front; a phrase may lack its closing quote.
std::string_view take_term(std::string_view& rest, bool& phrase) {
  phrase = rest.starts_with('"');
  if (phrase)
    rest.remove_prefix(1);
  auto end = phrase ? rest.find('"') : rest.find_first_of(blanks);
  auto term = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + (phrase ? 1 : 0));
  return term;
}

void append_quoted(std::string& out, std::string_view term) {
  out += '"';
  for (char c : term) {
    // A quote inside is doubled; a zero byte would end the expression.
    if (c == '"')
      out += '"';
    out += c == '\0' ? ' ' : c;
  }
  out += '"';
}

} // namespace

search_words parse_search(std::string_view text) {
  search_words found;
  for (int terms = 0; terms < search_words::terms_max; ++terms) {
    auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
      break;
    found.blank = false;
    text.remove_prefix(begin);
    bool without = text.size() > 1 && text.front() == '-' && blanks.find(text[1]) == std::string_view::npos;
    if (without)
      text.remove_prefix(1);
    bool phrase = false;
    auto term = take_term(text, phrase);
    if (!has_word_character(term))
      continue;
    auto& into = without ? found.unwanted : found.wanted;
    if (!into.empty())
      into += without ? " OR " : " AND ";
    append_quoted(into, term);
    if (!phrase && term.ends_with('*'))
      into += " *";
  }
  return found;
}

} // namespace callboard::sqlite
