#pragma once

#include "persistence/list_page.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// How a list of tickets is found. The engines have the same indexes over tickets, so this is the same for each; how it
// is said in SQL is theirs.
namespace callboard {

/// A column that is compared with one or more values.
enum class list_column {
  creator,
  assignee,
  department,
  category,
  priority,
  status,
  ai_status
};
inline constexpr std::size_t list_column_count = 7;

using list_value = std::variant<std::int64_t, std::string, uuid_bytes>;
using list_values = std::vector<list_value>;

/// Any of the values, each of which is there once.
struct list_condition {
  list_column on;
  list_values values;
};

/// An index whose columns are these, then the sort's own if `by_key`, then the id. For each of `branches`, which has one
/// value of each of the columns, the index gives the rows in order: they are read, not sorted. Columns that lead need no
/// test.
struct list_lead {
  std::vector<list_column> columns;
  bool by_key = false;
  std::vector<list_values> branches{{}};
};

struct list_plan {
  std::vector<list_condition> conditions;
  list_lead lead;
  bool by_tag = false; ///< the tag's own table leads, in the order of ids
  bool narrow = false; ///< so little is left by the lead (one person, one tag) that it is read as a whole and sorted

  bool leads(list_column) const;
};

list_plan plan_list(const list_tickets&);

inline constexpr uuid_bytes no_id{};
inline constexpr uuid_bytes top_id{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// Behind which id the page begins in a branch: where its rows have one priority and the order is that of priorities, it
/// may begin in the branch, before or behind it.
ticket_id id_before_page(const list_tickets&, const list_position& after, const list_lead&, const list_values& branch);

} // namespace callboard
