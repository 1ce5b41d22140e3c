#pragma once

#include "config/option.hpp"

#include <optional>
#include <string>
#include <vector>

// Whether one value fits its setting, and how to say what would.
namespace callboard::config {

/// `inside` is where in the value: empty, `[2]`, `[0].name`.
struct value_fault {
  std::string inside;
  std::string detail;
};

/// Every fault of the value. A list of tables may hold `<secret>_file` columns; their files are not read here.
std::vector<value_fault> check_value(const option&, const boost::json::value&);

/// Whether it can be the path of a secret's file.
bool is_file_name(const boost::json::value&);

/// A list without its bad parts, so that rules can still judge the rest of it: a bad text is left empty in its place, bad
/// cells of a table are left out. A bad value that is no list gives nothing.
std::optional<boost::json::value> without_faults(const option&, const boost::json::value&);

/// What would be accepted, to follow "must be": `a whole number from 0 to 65535`.
std::string allowed_values(const option&);

/// A foreign text in quotes, cut to what fits a line, without control characters.
std::string shown_text(std::string_view);

/// A foreign name: as it is when it is plain, else like a text.
std::string shown_name(std::string_view);

} // namespace callboard::config
