#include "config/check_value.hpp"

#include "config/nearest_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace callboard::config {
namespace {

using boost::json::value;

constexpr auto unbounded_below = std::numeric_limits<std::int64_t>::min();
constexpr auto unbounded_above = std::numeric_limits<std::int64_t>::max();

std::string bound_text(const option& setting, std::int64_t bound) {
  return setting.kind == value_kind::duration ? to_string(duration_ms{bound}) : std::to_string(bound);
}

std::string range_text(const option& setting) {
  const auto& marks = setting.marks;
  if (marks.minimum == unbounded_below && marks.maximum == unbounded_above)
    return "";
  if (marks.maximum == unbounded_above)
    return " of at least " + bound_text(setting, marks.minimum);
  if (marks.minimum == unbounded_below)
    return " of at most " + bound_text(setting, marks.maximum);
  return fmt::format(" from {} to {}", bound_text(setting, marks.minimum), bound_text(setting, marks.maximum));
}

std::string length_text(std::size_t least, std::size_t most) {
  if (most == 0)
    return least == 0 ? "" : fmt::format(" of at least {} characters", least);
  return least == 0 ? fmt::format(" of at most {} characters", most)
                    : fmt::format(" of {} to {} characters", least, most);
}

std::string items_text(const option& setting) {
  return setting.marks.items_max == 0 ? "" : fmt::format("at most {} ", setting.marks.items_max);
}

std::string column_names(const option& setting) {
  std::string names;
  for (const auto& column : setting.columns)
    names += (names.empty() ? "" : ", ") + column.path;
  return names;
}

/// What is there instead. A secret is never shown.
std::string shown_value(const option& setting, const value& given) {
  switch (given.kind()) {
    case boost::json::kind::null: return "null or a date";
    case boost::json::kind::array: return "a list";
    case boost::json::kind::object: return "a table";
    default: break;
  }
  if (setting.marks.secret)
    return "another kind of value";
  if (auto text = given.if_string())
    return shown_text(*text);
  if (auto number = given.if_double())
    return fmt::format("{}", *number);
  return boost::json::serialize(given);
}

bool in_bounds(const option& setting, std::int64_t given) {
  return given >= setting.marks.minimum && given <= setting.marks.maximum;
}

bool fits(const option& setting, const value& given) {
  auto text = given.if_string();
  switch (setting.kind) {
    case value_kind::flag: return given.is_bool();
    case value_kind::whole: return given.is_int64() && in_bounds(setting, given.as_int64());
    case value_kind::number: {
      // Written so that NaN, which TOML has, is out of bounds.
      auto number = given.is_number() ? given.to_number<double>() : std::nan("");
      return number >= static_cast<double>(setting.marks.minimum)
             && number <= static_cast<double>(setting.marks.maximum);
    }
    case value_kind::duration: {
      auto span = text ? parse_duration(*text) : std::nullopt;
      return span && in_bounds(setting, span->count());
    }
    case value_kind::choice:
      return text && std::find(setting.choices.begin(), setting.choices.end(), *text) != setting.choices.end();
    case value_kind::text: return text != nullptr;
    case value_kind::list:
    case value_kind::tables: return given.is_array();
  }
  return false;
}

const value* secret_file_cell(const option& column, const boost::json::object& cells) {
  return column.marks.secret ? cells.if_contains(column.path + std::string{secret_file_suffix}) : nullptr;
}

class checker {
public:
  std::vector<value_fault> take() { return std::move(faults_); }

  void check(const option& setting, const value& given, const std::string& inside) {
    if (!fits(setting, given))
      return add(inside, fmt::format("must be {}, is {}", allowed_values(setting), shown_value(setting, given)));
    if (setting.kind == value_kind::text)
      return check_characters(given.as_string(), setting.marks, inside);
    if (setting.kind != value_kind::list && setting.kind != value_kind::tables)
      return;
    const auto& items = given.as_array();
    if (setting.marks.items_max != 0 && items.size() > setting.marks.items_max)
      return add(inside, fmt::format("must have at most {} items, has {}", setting.marks.items_max, items.size()));
    for (std::size_t i = 0; i < items.size(); ++i)
      check_item(setting, items[i], fmt::format("{}[{}]", inside, i));
  }

private:
  void add(const std::string& inside, std::string detail) { faults_.push_back({inside, std::move(detail)}); }

  void check_characters(std::string_view text, const field_marks& marks, const std::string& inside) {
    if (auto fault = check_text(text, marks))
      add(inside, std::move(fault->detail));
  }

  void check_item(const option& setting, const value& item, const std::string& inside) {
    if (setting.kind == value_kind::tables)
      return check_row(setting, item, inside);
    auto text = item.if_string();
    if (!text)
      return add(inside, "must be text, is " + shown_value(setting, item));
    field_marks marks = setting.marks;
    marks.length_min = marks.item_length_max != 0 ? 1 : 0;
    marks.length_max = marks.item_length_max;
    check_characters(*text, marks, inside);
  }

  void check_row(const option& setting, const value& row, const std::string& inside) {
    auto cells = row.if_object();
    if (!cells)
      return add(inside,
                 fmt::format("must be a table with {}, is {}", column_names(setting), shown_value(setting, row)));
    std::vector<std::string> known;
    for (const auto& column : setting.columns) {
      check_cell(column, *cells, inside);
      known.push_back(column.path);
      if (column.marks.secret)
        known.push_back(column.path + std::string{secret_file_suffix});
    }
    for (const auto& cell : *cells)
      if (std::find(known.begin(), known.end(), cell.key()) == known.end())
        add(inside + "." + shown_name(cell.key()), "unknown key" + did_you_mean(cell.key(), known));
  }

  void check_cell(const option& column, const boost::json::object& cells, const std::string& inside) {
    auto found = cells.if_contains(column.path);
    auto file = secret_file_cell(column, cells);
    auto name = inside + "." + column.path;
    if (found && file)
      add(name, fmt::format("give either {0} or {0}{1}, not both", column.path, secret_file_suffix));
    if (found)
      check(column, *found, name);
    else if (file && !is_file_name(*file))
      add(name + std::string{secret_file_suffix}, "must be the path of a file");
    // What has no good default must be given.
    else if (!file && !check_value(column, column.standard).empty())
      add(name, "is required: " + allowed_values(column));
  }

  std::vector<value_fault> faults_;
};

// Values are made with parentheses: braces would wrap them in an array.
value good_text(const option& setting, const value& item) {
  return check_value(setting, boost::json::array({item})).empty() ? item : value("");
}

boost::json::object good_cells(const option& setting, const value& row) {
  boost::json::object kept;
  auto cells = row.if_object();
  for (const auto& column : setting.columns) {
    auto cell = cells ? cells->if_contains(column.path) : nullptr;
    auto file = cells ? secret_file_cell(column, *cells) : nullptr;
    if (cell && check_value(column, *cell).empty())
      kept[column.path] = *cell;
    else if (!cell && file && is_file_name(*file))
      kept[column.path + std::string{secret_file_suffix}] = *file;
  }
  return kept;
}

} // namespace

bool is_file_name(const value& given) {
  auto text = given.if_string();
  return text && !text->empty();
}

std::vector<value_fault> check_value(const option& setting, const value& given) {
  checker checks;
  checks.check(setting, given, "");
  return checks.take();
}

std::optional<value> without_faults(const option& setting, const value& given) {
  bool is_list = setting.kind == value_kind::list || setting.kind == value_kind::tables;
  if (!is_list || !given.is_array())
    return std::nullopt;
  boost::json::array kept;
  for (const auto& item : given.as_array())
    kept.push_back(setting.kind == value_kind::tables ? value(good_cells(setting, item)) : good_text(setting, item));
  return kept;
}

std::string allowed_values(const option& setting) {
  const auto& marks = setting.marks;
  switch (setting.kind) {
    case value_kind::flag: return "true or false";
    case value_kind::whole: return "a whole number" + range_text(setting);
    case value_kind::number: return "a number" + range_text(setting);
    case value_kind::text: return "text" + length_text(marks.length_min, marks.length_max);
    case value_kind::duration:
      return range_text(setting).empty() ? "a duration such as \"8s\""
                                         : "a duration such as \"8s\"," + range_text(setting);
    case value_kind::choice: return fmt::format("one of {}", fmt::join(setting.choices, ", "));
    case value_kind::list:
      return fmt::format("a list of {}texts{}", items_text(setting),
                         length_text(marks.item_length_max != 0 ? 1 : 0, marks.item_length_max));
    case value_kind::tables:
      return fmt::format("a list of {}tables with {}", items_text(setting), column_names(setting));
  }
  return "";
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string out;
  append_json(out, text.substr(0, bytes_max));
  if (text.size() > bytes_max)
    out += "...";
  return out;
}

std::string shown_name(std::string_view name) {
  constexpr std::size_t bytes_max = 80;
  bool plain = !name.empty() && name.size() <= bytes_max
               && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
                    == std::string_view::npos;
  return plain ? std::string{name} : shown_text(name);
}

} // namespace callboard::config
