#include "persistence/postgres/search_words.hpp"

#include "base/utf8.hpp"
#include "persistence/fold.hpp"

#include <algorithm>
#include <optional>

namespace callboard::postgres {
namespace {

constexpr std::string_view blanks{" \t\r\n\v\f\0", 7};

struct term {
  std::string_view text;
  bool unwanted = false;
  bool phrase = false;
  bool begins = false; ///< its last word is the beginning of one
};

/// Takes one word or phrase from the front; a phrase may lack its closing quote.
std::optional<term> take_term(std::string_view& rest) {
  auto begin = rest.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return std::nullopt;
  rest.remove_prefix(begin);
  term taken;
  taken.unwanted = rest.size() > 1 && rest.front() == '-' && blanks.find(rest[1]) == std::string_view::npos;
  if (taken.unwanted)
    rest.remove_prefix(1);
  taken.phrase = rest.starts_with('"');
  if (taken.phrase)
    rest.remove_prefix(1);
  auto end = taken.phrase ? rest.find('"') : rest.find_first_of(blanks);
  taken.text = rest.substr(0, end);
  taken.begins = !taken.phrase && taken.text.ends_with('*');
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + (taken.phrase ? 1 : 0));
  return taken;
}

bool is_accent(char32_t c) { return c >= 0x300 && c <= 0x36f; }

/// An accent alone is no word.
bool has_word_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto step = utf8_next(text, at);
    if (step.valid && is_word_character(step.code_point))
      return true;
    at += step.size;
  }
  return false;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> found;
  auto clean = search_text(text);
  std::string_view rest = clean;
  while (found.size() < search_words::words_max) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty())
      break;
    auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    if (has_word_character(word))
      found.emplace_back(word);
  }
  return found;
}

/// The words one after the other, as `to_tsquery` reads it.
std::string in_a_row(const std::vector<std::string>& words, bool begins) {
  std::string out;
  for (const auto& word : words)
    out.append(out.empty() ? "'" : " <-> '").append(word).append(1, '\'');
  return begins ? out.append(":*") : out;
}

void add(search_words& found, const term& t, std::vector<std::string> words) {
  for (const auto& word : words)
    if (word.size() > search_words::word_bytes_max) {
      found.impossible = found.impossible || !t.unwanted;
      return;
    }
  if (words.size() == 1 && !t.phrase && !t.begins)
    (t.unwanted ? found.unwanted_words : found.words).push_back(std::move(words.front()));
  else
    (t.unwanted ? found.unwanted_exact : found.exact).push_back(in_a_row(words, t.begins));
}

} // namespace

std::string search_text(std::string_view text) {
  std::string words;
  words.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto step = utf8_next(text, at);
    if (step.valid && (is_word_character(step.code_point) || is_accent(step.code_point)))
      words.append(text.substr(at, step.size));
    else
      words += ' ';
    at += step.size;
  }
  return folded(words);
}

search_words parse_search(std::string_view text) {
  search_words found;
  for (int terms = 0; terms < search_words::terms_max; ++terms) {
    auto taken = take_term(text);
    if (!taken)
      break;
    found.blank = false;
    if (auto words = words_of(taken->text); !words.empty())
      add(found, *taken, std::move(words));
  }
  return found;
}

} // namespace callboard::postgres
