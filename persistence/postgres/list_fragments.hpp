#pragma once

#include "protocol/queries.hpp"

#include <array>
#include <string_view>

// The pieces of which statements for lists of tickets are made: constants, every one of them. Each ? becomes $1, $2, ...
// in the order of the values.
namespace callboard::postgres::fragments {

/// Where the rows come from.
enum class source {
  tickets,
  tag,
  found ///< by their words
};

/// The source leads: OFFSET 0 keeps the planner from reading tickets until it meets one that is in it.
inline constexpr std::array sources{
  std::string_view{" FROM ticket AS t WHERE NOT t.deleted"},
  std::string_view{" FROM ticket_tag AS g CROSS JOIN LATERAL"
                   " (SELECT * FROM ticket AS o WHERE o.id = g.ticket_id AND NOT o.deleted OFFSET 0) AS t"
                   " WHERE g.tag = ?"},
  std::string_view{" FROM found AS f CROSS JOIN LATERAL"
                   " (SELECT * FROM ticket AS o WHERE o.id = f.i AND NOT o.deleted OFFSET 0) AS t"
                   " WHERE (SELECT yes FROM few)"},
};

/// The order of ids by source, and where a page of it begins and ends: a bound comes behind.
struct id_fragments {
  std::string_view id;
  std::string_view below, above;
  std::string_view descending, ascending;
};

inline constexpr std::array ids{
  id_fragments{"t.id", " AND t.id < ", " AND t.id > ", " ORDER BY t.id DESC", " ORDER BY t.id"},
  id_fragments{"g.ticket_id", " AND g.ticket_id < ", " AND g.ticket_id > ", " ORDER BY g.ticket_id DESC",
               " ORDER BY g.ticket_id"},
  id_fragments{"f.i", " AND f.i < ", " AND f.i > ", " ORDER BY f.i DESC", " ORDER BY f.i"},
};

inline constexpr std::string_view bound = "?";
// A time is a bound on ids as well, as far as ids may be off (see callboard_meta), and some milliseconds for what was
// cut off.
inline constexpr std::string_view bound_before =
  "least(?, (SELECT id_at_micros(?::bigint + m.id_behind + 2000) FROM callboard_meta AS m))";
inline constexpr std::string_view bound_after =
  "greatest(?, (SELECT id_at_micros(?::bigint - m.id_ahead - 2000) FROM callboard_meta AS m))";

struct sort_fragments {
  std::string_view key;
  std::string_view number;      ///< the key as a number, for the place where the next page begins
  std::string_view number_of_k; ///< the same of a row that has it as k
  std::string_view below, above;
  std::string_view descending, ascending;         ///< of tickets
  std::string_view key_descending, key_ascending; ///< of keys and ids
};

/// By `ticket_sort`; what is empty for the first differs by source: see `ids`.
inline constexpr std::array sorts{
  sort_fragments{"NULL::bigint", "NULL::bigint", "p.k", "", "", "", "", " ORDER BY i DESC", " ORDER BY i"},
  sort_fragments{"t.created_at", "micros(t.created_at)", "micros(p.k)", " AND (t.created_at, t.id) < (at_micros(?), ?)",
                 " AND (t.created_at, t.id) > (at_micros(?), ?)", " ORDER BY t.created_at DESC, t.id DESC",
                 " ORDER BY t.created_at, t.id", " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
  sort_fragments{"t.updated_at", "micros(t.updated_at)", "micros(p.k)", " AND (t.updated_at, t.id) < (at_micros(?), ?)",
                 " AND (t.updated_at, t.id) > (at_micros(?), ?)", " ORDER BY t.updated_at DESC, t.id DESC",
                 " ORDER BY t.updated_at, t.id", " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
  sort_fragments{"t.priority_rank", "t.priority_rank", "p.k", " AND (t.priority_rank, t.id) < (?::bigint, ?)",
                 " AND (t.priority_rank, t.id) > (?::bigint, ?)", " ORDER BY t.priority_rank DESC, t.id DESC",
                 " ORDER BY t.priority_rank, t.id", " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
};
static_assert(sorts.size() == enum_names<ticket_sort>().size());

/// A column that is compared with one or more values.
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
  std::string_view is;
  std::string_view is_any_of; ///< an array
  // The column leads: only its index has this order. (With `=` the planner would see that the order is that of ids, and
  // may then read all tickets until it meets some with the value, as if they were spread evenly.) A bound on ids and the
  // end of the row come behind.
  std::string_view below, above;
  std::string_view descending, ascending;
};

inline constexpr std::array columns{
  column_fragments{" AND t.created_by = ?", "", " AND t.created_by IS NOT NULL AND (t.created_by, t.id) < (?, ",
                   " AND (t.created_by, t.id) > (?, ", " ORDER BY t.created_by DESC, t.id DESC",
                   " ORDER BY t.created_by, t.id"},
  column_fragments{" AND t.assignee_id = ?", "", " AND t.assignee_id IS NOT NULL AND (t.assignee_id, t.id) < (?, ",
                   " AND (t.assignee_id, t.id) > (?, ", " ORDER BY t.assignee_id DESC, t.id DESC",
                   " ORDER BY t.assignee_id, t.id"},
  column_fragments{" AND t.department_id = ?", "",
                   " AND t.department_id IS NOT NULL AND (t.department_id, t.id) < (?, ",
                   " AND (t.department_id, t.id) > (?, ", " ORDER BY t.department_id DESC, t.id DESC",
                   " ORDER BY t.department_id, t.id"},
  column_fragments{" AND t.category = ?", "", " AND t.category IS NOT NULL AND (t.category, t.id) < (?, ",
                   " AND (t.category, t.id) > (?, ", " ORDER BY t.category DESC, t.id DESC",
                   " ORDER BY t.category, t.id"},
  column_fragments{" AND t.priority_rank = ?", " AND t.priority_rank = ANY (?)", " AND (t.priority_rank, t.id) < (?, ",
                   " AND (t.priority_rank, t.id) > (?, ", " ORDER BY t.priority_rank DESC, t.id DESC",
                   " ORDER BY t.priority_rank, t.id"},
  column_fragments{" AND t.status = ?", " AND t.status = ANY (?)", " AND (t.status, t.id) < (?, ",
                   " AND (t.status, t.id) > (?, ", " ORDER BY t.status DESC, t.id DESC", " ORDER BY t.status, t.id"},
  column_fragments{" AND t.ai_status = ?", "", " AND (t.ai_status, t.id) < (?, ", " AND (t.ai_status, t.id) > (?, ",
                   " ORDER BY t.ai_status DESC, t.id DESC", " ORDER BY t.ai_status, t.id"},
};

/// One priority in the order of priorities: as above.
inline constexpr std::string_view of_priority = " AND t.priority_rank BETWEEN ? AND ?";

inline constexpr std::string_view has_tag = " AND t.tags @> ARRAY[?::text]";

inline constexpr std::string_view created_after = " AND t.created_at > at_micros(?)";
inline constexpr std::string_view created_before = " AND t.created_at < at_micros(?)";

// Full text: what is found, if that is little; else the tickets are read in order and each is looked at. Which of the
// two is decided by what is there, not by what statistics make of words, phrases and beginnings.
inline constexpr std::string_view find_words =
  "WITH asked AS MATERIALIZED (SELECT search_query(?, ?, ?, ?) AS q),"
  " found AS MATERIALIZED"
  " (SELECT s.ticket_id AS i FROM ticket_search AS s WHERE s.words @@ (SELECT q FROM asked) LIMIT 10001),"
  " few AS MATERIALIZED (SELECT count(*) <= 10000 AS yes FROM found) ";
inline constexpr std::string_view not_few = " AND NOT (SELECT yes FROM few)";
inline constexpr std::string_view has_words =
  " AND (SELECT s.words @@ (SELECT q FROM asked) FROM ticket_search AS s WHERE s.ticket_id = t.id)";

// Only absence: a ticket that is not indexed yet has no words.
inline constexpr std::string_view ask_words = "WITH asked AS MATERIALIZED (SELECT search_query(?, ?, ?, ?) AS q) ";
inline constexpr std::string_view lacks_words =
  " AND (SELECT s.words @@ (SELECT q FROM asked) FROM ticket_search AS s WHERE s.ticket_id = t.id) IS NOT FALSE";

// The views of the page alone are read.
inline constexpr std::string_view views_from = ", p.i, t.view, t.view_schema FROM (";
inline constexpr std::string_view views_end =
  ") AS p CROSS JOIN LATERAL (SELECT v.view, v.view_schema FROM ticket AS v WHERE v.id = p.i OFFSET 0) AS t";

} // namespace callboard::postgres::fragments
