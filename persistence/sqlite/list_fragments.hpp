#pragma once

#include "persistence/list_lead.hpp"

#include <array>
#include <string_view>

// The pieces of which statements for lists of tickets are made: constants, every one of them.
namespace callboard::sqlite::fragments {

/// Where the rows come from.
enum class source {
  tickets,
  tag,
  words
};

struct source_fragments {
  std::string_view from;
  std::string_view id;
  std::string_view id_below;
  std::string_view id_above;
};

inline constexpr std::array sources{
  source_fragments{" FROM ticket AS t WHERE t.deleted = 0", "t.id", " AND t.id < ?", " AND t.id > ?"},
  source_fragments{" FROM ticket_tag AS g CROSS JOIN ticket AS t ON t.number = g.number WHERE g.tag = ?", "g.ticket_id",
                   " AND g.ticket_id < ?", " AND g.ticket_id > ?"},
  source_fragments{" FROM ticket_search CROSS JOIN ticket AS t ON t.number = ticket_search.rowid"
                   " WHERE ticket_search MATCH ? AND +t.deleted = 0",
                   "t.id", " AND +t.id < ?", " AND +t.id > ?"},
};

struct sort_fragments {
  std::string_view key;
  std::string_view below, above;           ///< continue a page, driven by an index in the sort's order
  std::string_view test_below, test_above; ///< continue a page of rows that are sorted by themselves
  std::string_view descending, ascending;  ///< by key and id, which stand first in a row
};

/// By `ticket_sort`; where a page of the first begins differs by source.
inline constexpr std::array sorts{
  sort_fragments{"NULL", "", "", "", "", " ORDER BY 2 DESC", " ORDER BY 2"},
  sort_fragments{"t.created_at", " AND (t.created_at, t.id) < (?, ?)", " AND (t.created_at, t.id) > (?, ?)",
                 " AND (+t.created_at, t.id) < (?, ?)", " AND (+t.created_at, t.id) > (?, ?)",
                 " ORDER BY 1 DESC, 2 DESC", " ORDER BY 1, 2"},
  sort_fragments{"t.updated_at", " AND (t.updated_at, t.id) < (?, ?)", " AND (t.updated_at, t.id) > (?, ?)",
                 " AND (+t.updated_at, t.id) < (?, ?)", " AND (+t.updated_at, t.id) > (?, ?)",
                 " ORDER BY 1 DESC, 2 DESC", " ORDER BY 1, 2"},
  sort_fragments{"t.priority_rank", " AND (t.priority_rank, t.id) < (?, ?)", " AND (t.priority_rank, t.id) > (?, ?)",
                 " AND (+t.priority_rank, t.id) < (?, ?)", " AND (+t.priority_rank, t.id) > (?, ?)",
                 " ORDER BY 1 DESC, 2 DESC", " ORDER BY 1, 2"},
};
static_assert(sorts.size() == enum_names<ticket_sort>().size());

/// One of as many values as there are marks; by their number.
inline constexpr std::array one_of{std::string_view{},
                                   std::string_view{" = ?"},
                                   std::string_view{" IN (?, ?)"},
                                   std::string_view{" IN (?, ?, ?)"},
                                   std::string_view{" IN (?, ?, ?, ?)"},
                                   std::string_view{" IN (?, ?, ?, ?, ?)"}};
static_assert(one_of.size() > enum_names<ticket_status>().size());
static_assert(one_of.size() > enum_names<ticket_priority>().size());

struct column_fragments {
  std::string_view drives;
  std::string_view tests; ///< against one or more values
};

/// By `list_column`.
inline constexpr std::array columns{
  column_fragments{" AND t.created_by = ?", " AND +t.created_by"},
  column_fragments{" AND t.assignee_id = ?", " AND +t.assignee_id"},
  column_fragments{" AND t.department_id = ?", " AND +t.department_id"},
  column_fragments{" AND t.category = ?", " AND +t.category"},
  column_fragments{" AND t.priority_rank = ?", " AND +t.priority_rank"},
  column_fragments{" AND t.status = ?", " AND +t.status"},
  column_fragments{" AND t.ai_status = ?", " AND +t.ai_status"},
};
static_assert(columns.size() == list_column_count);

inline constexpr std::string_view has_tag =
  " AND EXISTS (SELECT 1 FROM ticket_tag AS h WHERE h.tag = ? AND h.ticket_id = t.id)";
inline constexpr std::string_view lacks_words =
  " AND t.number NOT IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ?)";

struct time_fragments {
  std::string_view drives_after, drives_before, tests_after, tests_before;
};
inline constexpr time_fragments created{" AND t.created_at > ?", " AND t.created_at < ?", " AND +t.created_at > ?",
                                        " AND +t.created_at < ?"};

} // namespace callboard::sqlite::fragments
