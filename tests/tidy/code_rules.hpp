#pragma once
// What no line of C++ may say, as a table; and the rules that need more than a word.

#include "tests/tidy/include_rules.hpp"

#include <array>
#include <string>
#include <string_view>

namespace callboard::tidy {

enum class place {
  code,
  comments
};

/// In `words`, `|` separates alternatives and a blank stands for any amount of space, none included.
/// A word that is a call ends in `(`; it does not match as a member (`x.assert(`).
struct ban {
  std::string_view words;
  std::string_view reason;
  place where = place::code;
  std::string_view only = "";   ///< prefixes of the files it holds for; empty: all
  std::string_view except = ""; ///< prefixes of the files it does not hold for
};

inline constexpr std::array bans{
  ban{"infinite", "every request has a finite deadline", place::code, "", "actors/overdue.hpp"},
  ban{"sleep_for|sleep_until|sleep (|usleep (|nanosleep (", "wait for an event or move the test's clock", place::code,
      "", "base/failpoint.cpp"},
  ban{"assert (", "it is gone in our builds (NDEBUG): use base/check.hpp"},
  ban{"regex", "it backtracks on the stack: hostile text ends the process"},
  ban{"rand (|srand (|rand_r (", "predictable and shared: take a generator as an argument"},
  ban{"printf (|fprintf (|sprintf (|snprintf (|vprintf (|vfprintf (|vsprintf (|vsnprintf (|puts (|fputs (",
      "types unchecked: use fmt"},
  ban{"using namespace std ;", "name what you use"},
  ban{"system_clock::now (|steady_clock::now (|high_resolution_clock|random_device|time (",
      "rules take time and dice as arguments", place::code, "domain/"},
  ban{"NOLINT|NOLINTNEXTLINE|NOLINTBEGIN", "mend the code, or the check in .clang-tidy", place::comments},
  ban{"TODO|FIXME|XXX|HACK", "do it now, or write it down where work is planned", place::comments},
};

/// The end of the match of one alternative at a position, npos when it does not match there.
inline std::size_t match_at(std::string_view text, std::size_t at, std::string_view word) {
  auto begin = at;
  for (char c : word) {
    if (c == ' ') {
      while (at < text.size() && is_space(text[at]))
        ++at;
    } else if (at < text.size() && text[at] == c) {
      ++at;
    } else {
      return std::string_view::npos;
    }
  }
  bool call = word.back() == '(';
  bool starts_inside = begin > 0 && is_word_char(text[begin - 1]);
  bool ends_inside = !call && is_word_char(word.back()) && at < text.size() && is_word_char(text[at]);
  bool member = call && begin > 0 && (text[begin - 1] == '.' || text.substr(0, begin).ends_with("->"));
  return starts_inside || ends_inside || member ? std::string_view::npos : at;
}

inline void find_ban(const ban& row, const std::string& path, const source& file, findings& found) {
  if ((!row.only.empty() && !is_under(path, row.only)) || is_under(path, row.except))
    return;
  const auto& text = row.where == place::code ? file.code : file.comments;
  for (auto word : split(row.words, "|")) {
    auto fixed = word.substr(0, word.find(' '));
    for (auto at = text.find(fixed); at != std::string::npos; at = text.find(fixed, at + 1))
      if (match_at(text, at, word) != std::string_view::npos)
        found.push_back({path, line_at(text, at), std::string{word} + ": " + std::string{row.reason}});
  }
}

inline findings banned_words(const tree& files) {
  findings found;
  for (const auto& [path, file] : files.sources)
    for (const auto& row : bans)
      find_ban(row, path, file, found);
  return found;
}

/// Whether a literal begins an SQL statement: the verb in capitals, or in small letters with what belongs to it (so
/// that "update failed" stays English).
inline bool is_sql(std::string_view text) {
  static constexpr std::string_view statements[][2] = {{"select", "from"}, {"insert", "into"},  {"update", "set"},
                                                       {"delete", "from"}, {"replace", "into"}, {"with", "select"}};
  auto words = split(text, " \t\r\n(");
  if (words.empty())
    return false;
  for (auto [verb, companion] : statements) {
    std::string capitals{verb};
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](char c) { return static_cast<char>(c - 32); });
    bool complete = std::find(words.begin(), words.end(), companion) != words.end();
    if (words.front() == capitals || (words.front() == verb && complete))
      return true;
  }
  return false;
}

/// The word before a position, when only an opening parenthesis and blanks are between.
inline std::string_view caller_before(std::string_view code, std::size_t at) {
  while (at > 0 && is_space(code[at - 1]))
    --at;
  if (at == 0 || code[--at] != '(')
    return {};
  auto end = at;
  while (at > 0 && is_word_char(code[at - 1]))
    --at;
  return code.substr(at, end - at);
}

inline findings concatenated_sql(const tree& files) {
  findings found;
  for (const auto& [path, file] : files.sources) {
    std::string_view code{file.code};
    for (std::size_t i = 0; i < file.literals.size(); ++i) {
      if (!is_sql(file.literals[i].text))
        continue;
      auto begin = file.literals[i].begin;
      auto end = file.literals[i].end;
      // Neighbours without an operator between them are one literal; a suffix (s, sv) belongs to it.
      auto skip = [&] {
        while (end < code.size() && (is_space(code[end]) || is_word_char(code[end])))
          ++end;
      };
      for (skip(); i + 1 < file.literals.size() && file.literals[i + 1].begin == end; skip())
        end = file.literals[++i].end;
      while (begin > 0 && (is_space(code[begin - 1]) || code[begin - 1] == 'R'))
        --begin;
      auto caller = caller_before(code, begin);
      bool joined = (end < code.size() && code[end] == '+') || (begin > 0 && code[begin - 1] == '+');
      bool formatted = caller == "format" || caller == "format_to" || caller == "FMT_STRING" || caller == "FMT_COMPILE";
      if (joined || formatted)
        found.push_back({path, line_at(code, begin), "SQL put together from pieces: bind parameters"});
    }
  }
  return found;
}

/// A `catch (...)` that neither throws on, nor keeps the exception, nor tells anybody.
inline findings silent_catches(const tree& files) {
  static constexpr std::string_view ways_out[] = {"throw", "current_exception", "report", "error", "fail", "quit",
                                                  "exit"};
  findings found;
  for (const auto& [path, file] : files.sources) {
    std::string_view code{file.code};
    for (auto at = code.find("catch"); at != std::string_view::npos; at = code.find("catch", at + 1)) {
      auto open = match_at(code, at, "catch ( ... ) {");
      if (open == std::string_view::npos)
        continue;
      auto close = open;
      for (int depth = 1; close < code.size() && depth > 0; ++close)
        depth += code[close] == '{' ? 1 : code[close] == '}' ? -1 : 0;
      auto body = code.substr(open, close - open);
      if (std::none_of(std::begin(ways_out), std::end(ways_out),
                       [&](auto word) { return body.find(word) != std::string_view::npos; }))
        found.push_back({path, line_at(code, at), "catch (...) that tells nobody"});
    }
  }
  return found;
}

inline findings headers_without_guard(const tree& files) {
  findings found;
  for (const auto& [path, file] : files.sources)
    if (path.ends_with(".hpp") && file.code.find("#pragma once") == std::string::npos)
      found.push_back({path, 0, "#pragma once is missing"});
  return found;
}

} // namespace callboard::tidy
