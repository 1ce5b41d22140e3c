#include "domain/classifier/corpus_reader.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/describe.hpp"
#include "base/utf8.hpp"

namespace callboard {
namespace {

/// Where we are in a file, for messages.
struct place {
  std::string_view file;
  std::size_t line = 0;

  [[noreturn]] void fail(std::string_view field, std::string_view what) const {
    throw corpus_error(fmt::format("{}:{}: {}: {}", file, line, field, what));
  }
};

std::vector<std::string_view> split_at_tabs(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos)
      return fields;
    line.remove_prefix(tab + 1);
  }
}

/// Splits and checks what is common to all fields: their number, that they are valid UTF-8 and say something.
std::vector<std::string_view> fields_of(std::string_view line, std::span<const std::string_view> names,
                                        const place& at) {
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  auto fields = split_at_tabs(line);
  if (fields.size() != names.size())
    at.fail("line",
            fmt::format("has {} fields, expected {} ({})", fields.size(), names.size(), fmt::join(names, ", ")));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_utf8(fields[i]))
      at.fail(names[i], "is not valid UTF-8");
    if (fields[i].find_first_not_of(' ') == std::string_view::npos)
      at.fail(names[i], "is empty");
  }
  return fields;
}

std::string one_of(std::string_view value, const std::vector<std::string>& allowed, std::string_view field,
                   const place& at) {
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
    at.fail(field, fmt::format("\"{}\" is none of {}", value, fmt::join(allowed, ", ")));
  return std::string(value);
}

ticket_priority priority_of(std::string_view value, const place& at) {
  const auto result = enum_from_name<ticket_priority>(value);
  // `urgent` is a person's word, never the classifier's.
  if (!result || *result == ticket_priority::urgent)
    at.fail("priority", fmt::format("\"{}\" is none of low, medium, high", value));
  return *result;
}

sentiment sentiment_of(std::string_view value, const place& at) {
  const auto result = enum_from_name<sentiment>(value);
  if (!result)
    at.fail("sentiment", fmt::format("\"{}\" is none of negative, neutral, positive", value));
  return *result;
}

labelled_ticket ticket_of(std::string_view line, const place& at) {
  static constexpr std::array<std::string_view, 6> names{"category", "priority", "sentiment",
                                                         "language", "title",    "description"};
  const auto fields = fields_of(line, names, at);
  return {
    one_of(fields[0], known_categories(), "category", at), priority_of(fields[1], at), sentiment_of(fields[2], at),
    one_of(fields[3], known_languages(), "language", at),  std::string(fields[4]),     std::string(fields[5])};
}

foreign_text foreign_text_of(std::string_view line, const place& at) {
  static constexpr std::array<std::string_view, 2> names{"language", "text"};
  const auto fields = fields_of(line, names, at);
  const auto& known = known_languages();
  if (std::find(known.begin(), known.end(), fields[0]) != known.end())
    at.fail("language", fmt::format("\"{}\" is one of the languages that the classifier knows", fields[0]));
  return {std::string(fields[0]), std::string(fields[1])};
}

template <class Row>
std::vector<Row> read_rows(std::istream& in, std::string_view name, Row (*row_of)(std::string_view, const place&)) {
  std::vector<Row> rows;
  place at{name};
  for (std::string line; std::getline(in, line);) {
    ++at.line;
    rows.push_back(row_of(line, at));
  }
  if (in.bad() || rows.empty())
    throw corpus_error(fmt::format("{}: {}", name, in.bad() ? "cannot be read to its end" : "has no lines"));
  return rows;
}

} // namespace

std::vector<labelled_ticket> read_tickets(std::istream& in, std::string_view name) {
  return read_rows<labelled_ticket>(in, name, ticket_of);
}

std::vector<foreign_text> read_foreign_texts(std::istream& in, std::string_view name) {
  return read_rows<foreign_text>(in, name, foreign_text_of);
}

const std::vector<std::string>& known_categories() {
  static const std::vector<std::string> names{"billing", "technical", "general"};
  return names;
}

const std::vector<std::string>& known_languages() {
  static const std::vector<std::string> names{"en", "de", "es"};
  return names;
}

} // namespace callboard
