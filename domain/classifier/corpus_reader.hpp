#pragma once

#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "domain/values.hpp"

// The labelled texts that the classifier learns from and is measured on.
namespace callboard {

struct labelled_ticket {
  std::string category;
  ticket_priority priority = ticket_priority::medium;
  sentiment mood = sentiment::neutral;
  std::string language;
  std::string title;
  std::string description;
};

/// A text in a language that the classifier does not know, so that it learns to say so.
struct foreign_text {
  std::string language;
  std::string text;
};

/// A line that cannot be used; the message names file, line and field.
class corpus_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// One ticket a line: category, priority, sentiment, language, title, description, separated by tabs. The first four
/// are from closed sets. `name` is what errors call the file. Throws corpus_error at the first bad line, and when
/// there is no line at all.
std::vector<labelled_ticket> read_tickets(std::istream& in, std::string_view name);

/// One text a line: language and text, separated by a tab. Throws as above.
std::vector<foreign_text> read_foreign_texts(std::istream& in, std::string_view name);

/// The closed sets, in the order in which the model numbers them.
const std::vector<std::string>& known_categories();
const std::vector<std::string>& known_languages();

} // namespace callboard
