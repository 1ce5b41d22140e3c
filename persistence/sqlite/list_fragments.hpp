#pragma once

#include "protocol/queries.hpp"

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
  std::string_view below, above;           ///< continue a page, driven by the sort's index
  std::string_view test_below, test_above; ///< continue a page, driven by a filter
  std::string_view descending, ascending;
};

/// By `ticket_sort`; the first is by id and differs by source.
inline constexpr std::array sorts{
  sort_fragments{"NULL", "", "", "", "", "", ""},
  sort_fragments{"t.created_at", " AND (t.created_at, t.id) < (?, ?)", " AND (t.created_at, t.id) > (?, ?)",
                 " AND (+t.created_at, t.id) < (?, ?)", " AND (+t.created_at, t.id) > (?, ?)",
                 " ORDER BY t.created_at DESC, t.id DESC", " ORDER BY t.created_at, t.id"},
  sort_fragments{"t.updated_at", " AND (t.updated_at, t.id) < (?, ?)", " AND (t.updated_at, t.id) > (?, ?)",
                 " AND (+t.updated_at, t.id) < (?, ?)", " AND (+t.updated_at, t.id) > (?, ?)",
                 " ORDER BY t.updated_at DESC, t.id DESC", " ORDER BY t.updated_at, t.id"},
  sort_fragments{"t.priority_rank", " AND (t.priority_rank, t.id) < (?, ?)", " AND (t.priority_rank, t.id) > (?, ?)",
                 " AND (+t.priority_rank, t.id) < (?, ?)", " AND (+t.priority_rank, t.id) > (?, ?)",
                 " ORDER BY t.priority_rank DESC, t.id DESC", " ORDER BY t.priority_rank, t.id"},
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

/// A column that is compared with one or more values, driving or testing.
enum class column {
  creator,
  assignee,
  department,
  category,
  priority,
  status,
  ai_status
};

struct column_fragments {
  std::string_view drives;
  std::string_view tests;
};

inline constexpr std::array columns{
  column_fragments{" AND t.created_by", " AND +t.created_by"},
  column_fragments{" AND t.assignee_id", " AND +t.assignee_id"},
  column_fragments{" AND t.department_id", " AND +t.department_id"},
  column_fragments{" AND t.category", " AND +t.category"},
  column_fragments{" AND t.priority_rank", " AND +t.priority_rank"},
  column_fragments{" AND t.status", " AND +t.status"},
  column_fragments{" AND t.ai_status", " AND +t.ai_status"},
};

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
