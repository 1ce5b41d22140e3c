#pragma once

#include "persistence/list_lead.hpp"

#include <array>
#include <string_view>

// The pieces of which statements for lists of tickets are made: constants, every one of them. Each ? becomes $1, $2, ...
// in the order of the values.
namespace callboard::postgres::fragments {

/// Where the rows come from.
enum class source {
  tickets,
  changes,       ///< in the order of their last changes
  changes_alone, ///< the same where nothing of the ticket itself is asked for
  tag,
  found ///< by their words, or by their times
};

struct source_fragments {
  std::string_view rows;
  std::string_view id;
  std::string_view kept; ///< who has the columns that are kept of the last change
};

/// The source leads: OFFSET 0 keeps the planner from reading tickets until it meets one that is in it, and from taking
/// one of the indexes over what is not deleted for it, which all have the id somewhere.
inline constexpr std::array sources{
  source_fragments{" FROM ticket AS t WHERE NOT t.deleted", "t.id", "t"},
  source_fragments{" FROM ticket_change AS c CROSS JOIN LATERAL"
                   " (SELECT * FROM ticket AS o WHERE o.id = c.ticket_id OFFSET 0) AS t"
                   " WHERE NOT t.deleted",
                   "c.ticket_id", "c"},
  source_fragments{" FROM ticket_change AS c WHERE true", "c.ticket_id", "c"},
  source_fragments{" FROM ticket_tag AS g CROSS JOIN LATERAL"
                   " (SELECT * FROM ticket AS o WHERE o.id = g.ticket_id OFFSET 0) AS t"
                   " WHERE NOT t.deleted AND g.tag = ?",
                   "g.ticket_id", "t"},
  source_fragments{" FROM found AS f CROSS JOIN LATERAL"
                   " (SELECT * FROM ticket AS o WHERE o.id = f.i OFFSET 0) AS t"
                   " WHERE NOT t.deleted AND (SELECT yes FROM few)",
                   "f.i", "t"},
};

// A time is a bound on ids as well, as far as ids may be off (see callboard_meta), and some milliseconds for what was
// cut off.
inline constexpr std::string_view id_before =
  "least(?, (SELECT id_at_micros(?::bigint + m.id_behind + 2000) FROM callboard_meta AS m))";
inline constexpr std::string_view id_after =
  "greatest(?, (SELECT id_at_micros(?::bigint - m.id_ahead - 2000) FROM callboard_meta AS m))";

struct sort_fragments {
  std::string_view key;
  std::string_view position;    ///< of a key and an id
  std::string_view number;      ///< the key as a number, for the place where the next page begins
  std::string_view number_of_k; ///< the same of a row that has it as k
  // Where a page begins among rows that are sorted by themselves: a test, of which no index makes a range.
  std::string_view test_below, test_above;
  std::string_view descending, ascending; ///< of keys and ids
};

/// By `ticket_sort`. Of each ~ becomes who has the column.
inline constexpr std::array sorts{
  sort_fragments{"NULL::bigint", "", "NULL::bigint", "p.k", " AND t.id < ?", " AND t.id > ?", " ORDER BY i DESC",
                 " ORDER BY i"},
  sort_fragments{"t.created_at", "at_micros(?), ?", "micros(t.created_at)", "micros(p.k)",
                 " AND (micros(t.created_at), t.id) < (?, ?)", " AND (micros(t.created_at), t.id) > (?, ?)",
                 " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
  sort_fragments{"~.updated_at", "at_micros(?), ?", "micros(~.updated_at)", "micros(p.k)",
                 " AND (micros(t.updated_at), t.id) < (?, ?)", " AND (micros(t.updated_at), t.id) > (?, ?)",
                 " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
  sort_fragments{"t.priority_rank", "?::bigint, ?", "t.priority_rank", "p.k",
                 " AND (t.priority_rank::bigint, t.id) < (?, ?)", " AND (t.priority_rank::bigint, t.id) > (?, ?)",
                 " ORDER BY k DESC, i DESC", " ORDER BY k, i"},
};
static_assert(sorts.size() == enum_names<ticket_sort>().size());

struct column_fragments {
  std::string_view name;
  std::string_view is;
  std::string_view is_any_of; ///< an array
  std::string_view is_there;  ///< what its index demands
};

/// By `list_column`.
inline constexpr std::array columns{
  column_fragments{"t.created_by", " AND t.created_by = ?", " AND t.created_by = ANY (?)",
                   " AND t.created_by IS NOT NULL"},
  column_fragments{"t.assignee_id", " AND t.assignee_id = ?", " AND t.assignee_id = ANY (?)",
                   " AND t.assignee_id IS NOT NULL"},
  column_fragments{"t.department_id", " AND t.department_id = ?", " AND t.department_id = ANY (?)",
                   " AND t.department_id IS NOT NULL"},
  column_fragments{"t.category", " AND t.category = ?", " AND t.category = ANY (?)", " AND t.category IS NOT NULL"},
  column_fragments{"~.priority_rank", " AND ~.priority_rank = ?", " AND ~.priority_rank = ANY (?)", ""},
  column_fragments{"~.status", " AND ~.status = ?", " AND ~.status = ANY (?)", ""},
  column_fragments{"t.ai_status", " AND t.ai_status = ?", " AND t.ai_status = ANY (?)", ""},
};
static_assert(columns.size() == list_column_count);

inline constexpr std::string_view has_tag = " AND t.tags @> ARRAY[?::text]";

// Of what is kept of changes.
inline constexpr std::string_view id_is_below = " AND c.ticket_id < ";
inline constexpr std::string_view id_is_above = " AND c.ticket_id > ";

// As tests, of which no index makes a range.
inline constexpr std::string_view created_after = " AND micros(t.created_at) > ?";
inline constexpr std::string_view created_before = " AND micros(t.created_at) < ?";

// Words, and a range of times where another order is asked for: what is found, if that is little, is sorted; else the
// tickets are read in order and each is looked at. Which of the two is decided by what is there, not by what statistics
// make of words, phrases, beginnings and bounds.
inline constexpr std::string_view ask_words = "asked AS MATERIALIZED (SELECT search_query(?, ?, ?, ?) AS q) ";
inline constexpr std::string_view find_words =
  "found AS MATERIALIZED"
  " (SELECT s.ticket_id AS i FROM ticket_search AS s WHERE s.words @@ (SELECT q FROM asked)";
inline constexpr std::string_view find_times =
  "found AS MATERIALIZED (SELECT t.id AS i FROM ticket AS t WHERE NOT t.deleted AND t.id < ";
inline constexpr std::string_view find_times_above = " AND t.id > ";
inline constexpr std::string_view find_times_in_order = " ORDER BY t.id";
inline constexpr std::string_view if_few =
  " LIMIT 10001), few AS MATERIALIZED (SELECT count(*) <= 10000 AS yes FROM found) ";
inline constexpr std::string_view not_few = " AND NOT (SELECT yes FROM few)";
inline constexpr std::string_view has_words =
  " AND (SELECT s.words @@ (SELECT q FROM asked) FROM ticket_search AS s WHERE s.ticket_id = t.id)";

// Only absence: a ticket that is not indexed yet has no words.
inline constexpr std::string_view lacks_words =
  " AND (SELECT s.words @@ (SELECT q FROM asked) FROM ticket_search AS s WHERE s.ticket_id = t.id) IS NOT FALSE";

// The views of the page alone are read.
inline constexpr std::string_view views_from = ", p.i, t.view, t.view_schema FROM (";
inline constexpr std::string_view views_end =
  ") AS p CROSS JOIN LATERAL (SELECT v.view, v.view_schema, v.deleted FROM ticket AS v WHERE v.id = p.i OFFSET 0) AS t"
  " WHERE NOT t.deleted";

} // namespace callboard::postgres::fragments
