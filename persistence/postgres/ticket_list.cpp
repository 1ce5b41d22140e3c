#include "persistence/postgres/ticket_list.hpp"

#include "persistence/list_lead.hpp"
#include "persistence/postgres/list_fragments.hpp"
#include "persistence/postgres/search_words.hpp"
#include "persistence/postgres/storable.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace callboard::postgres {
namespace {

using namespace fragments;

// What leads (see `plan_list`) is said so that one index alone has the order, and nothing is sorted whatever the planner
// makes of statistics, or of a table that was empty when it made its plan:
//   t.status = ANY (?) AND (t.priority_rank, t.id) < (?, ?) AND (t.priority_rank, t.id) > (?, ?)
//   ORDER BY t.status, t.priority_rank, t.id
// With `=` it would see that the order is that of ids alone, and may then read all tickets until it meets some with the
// value, as if they were spread evenly. In a row the scan ends where the first of its columns does (PostgreSQL 15 to 17),
// so the first column of the index stands before it. Every text is for every page, the first included.

/// Years 1684 to 2255: PostgreSQL counts them exactly, no ticket is outside, and a bound beyond only says all or none.
constexpr std::int64_t micros_max = 9'000'000'000'000'000;

std::int64_t bounded(std::int64_t micros) { return std::clamp(micros, -micros_max, micros_max); }

class composer {
public:
  composer(const list_tickets& asked, const std::optional<list_position>& after)
      : asked_(asked),
        after_(after),
        words_(parse_search(asked.filter.text.value_or(""))),
        plan_(plan_list(asked)),
        source_(leading_source()),
        kept_(text_of(source_).kept) {}

  std::optional<list_statement> compose() {
    if (!asked_.scope.all_tickets || (asked_.filter.text && !asked_.scope.staff_fields) || finds_nothing())
      return std::nullopt;
    compose_all();
    return std::move(out_);
  }

private:
  /// What a row of an inner statement tells.
  enum class columns_of {
    keys,
    views
  };
  /// Of a bound.
  enum class side {
    below,
    above
  };

  bool by_id() const { return asked_.sort == ticket_sort::id; }
  bool leads_by_creation() const { return plan_.lead.by_key && asked_.sort == ticket_sort::created_at; }
  const sort_fragments& sort() const { return sorts[static_cast<std::size_t>(asked_.sort)]; }
  source leading_source() const {
    if (plan_.by_tag)
      return source::tag;
    return asked_.sort == ticket_sort::updated_at && !plan_.narrow ? source::changes : source::tickets;
  }
  static const source_fragments& text_of(source from) { return sources[static_cast<std::size_t>(from)]; }
  static const column_fragments& text_of(list_column on) { return columns[static_cast<std::size_t>(on)]; }
  bool finds_nothing() const {
    auto impossible = [](const std::optional<std::string>& text) { return text && !storable(*text); };
    return words_.finds_nothing() || impossible(asked_.filter.category) || impossible(asked_.filter.tag);
  }
  /// Elsewhere times are a range of what leads.
  bool finds_times() const {
    return (asked_.filter.created_after || asked_.filter.created_before) && !words_.wants() && !plan_.narrow
           && plan_.lead.by_key && !leads_by_creation();
  }
  /// Anything but what is kept of the last change.
  bool asks_of_tickets() const {
    const auto& f = asked_.filter;
    return f.tag || f.created_after || f.created_before || words_.wants() || words_.avoids()
           || std::any_of(plan_.conditions.begin(), plan_.conditions.end(),
                          [this](const list_condition& c) { return !plan_.leads(c.on); });
  }
  bool finds() const { return words_.wants() || finds_times(); }
  /// Of what is kept of changes the page alone is looked up.
  bool is_one_read() const {
    return !finds() && !plan_.narrow && plan_.lead.branches.size() == 1
           && (source_ != source::changes || asks_of_tickets());
  }

  void compose_all();
  void add_questions();
  void add_found();
  void add_ordered(columns_of);
  void add_narrow();
  void add_rows(columns_of, source, const list_values* branch);
  void add_page_start();
  void add_range(const list_values& branch);
  void add_bound(side, const list_values& branch, const list_position&);
  void add_id_bound(side, const ticket_id&);
  void add_columns(std::span<const list_column> lead, std::string_view direction);
  void add_conditions(source, bool led);
  void add_times(source);
  void add_words(source);
  /// In which the index has the rows.
  void add_order() {
    add(" ORDER BY ");
    add_columns(plan_.lead.columns, asked_.ascending ? "" : " DESC");
  }
  void add_key_order() { add(asked_.ascending ? sort().ascending : sort().descending); }
  void add_page() {
    add(" LIMIT ?", std::int64_t{asked_.page.limit} + 1);
    add(" OFFSET ?", first_row());
  }
  std::int64_t first_row() const { return after_ ? 0 : asked_.page.offset; }

  /// The marks of a fragment become the numbers of its values, and who has its columns.
  template <class... Values>
  void add(std::string_view fragment, const Values&... values) {
    for (char c : fragment) {
      if (c == '?')
        out_.sql.append(1, '$').append(std::to_string(++marks_));
      else if (c == '~')
        out_.sql.append(kept_);
      else
        out_.sql += c;
    }
    (out_.values.add(values), ...);
  }

  const list_tickets& asked_;
  const std::optional<list_position>& after_;
  search_words words_;
  list_plan plan_;
  source source_;
  std::string_view kept_; ///< see `source_fragments`, of the rows that are being asked for
  list_statement out_;
  int marks_ = 0;
};

void composer::compose_all() {
  add_questions();
  if (is_one_read()) {
    add_ordered(columns_of::views);
    return;
  }
  add("SELECT ");
  add(sort().number_of_k);
  add(views_from);
  if (finds()) {
    add("(");
    add_found();
    add(") UNION ALL (");
  }
  if (plan_.narrow)
    add_narrow();
  else
    add_ordered(columns_of::keys);
  if (finds())
    add(")");
  add(views_end);
  add_key_order();
}

void composer::add_questions() {
  std::string_view between = "WITH ";
  if (words_.wants() || words_.avoids()) {
    add(std::exchange(between, ", "));
    add(ask_words, array_of(words_.words), array_of(words_.exact), array_of(words_.unwanted_words),
        array_of(words_.unwanted_exact));
  }
  if (!finds())
    return;
  add(between);
  if (words_.wants()) {
    add(find_words);
  } else {
    add(find_times);
    add_id_bound(side::below, {top_id});
    add(find_times_above);
    add_id_bound(side::above, {no_id});
    add(find_times_in_order);
  }
  add(if_few);
}

void composer::add_found() {
  add_rows(columns_of::keys, source::found, nullptr);
  add_key_order();
  add_page();
}

void composer::add_ordered(columns_of wanted) {
  bool alone = plan_.lead.branches.size() == 1;
  std::string_view between = alone ? "" : "(";
  for (const auto& branch : plan_.lead.branches) {
    add(std::exchange(between, ") UNION ALL ("));
    add_rows(wanted, source_, &branch);
    add_order();
    if (!alone)
      add(" LIMIT ?", first_row() + asked_.page.limit + 1);
  }
  if (!alone) {
    add(")");
    add_key_order();
  }
  add_page();
}

void composer::add_narrow() {
  add("WITH narrow AS MATERIALIZED (");
  add_rows(columns_of::keys, source_, &plan_.lead.branches.front());
  add_order();
  add(") SELECT k, i FROM narrow");
  add_key_order();
  add_page();
}

/// Those of one branch, or else all that there are.
void composer::add_rows(columns_of wanted, source from, const list_values* branch) {
  if (from == source::changes && wanted == columns_of::keys && !asks_of_tickets())
    from = source::changes_alone;
  kept_ = text_of(from).kept;
  add("SELECT ");
  add(wanted == columns_of::views ? sort().number : sort().key);
  add(" AS k, ");
  add(text_of(from).id);
  add(wanted == columns_of::views ? " AS i, t.view, t.view_schema" : " AS i");
  if (from == source::tag)
    add(text_of(from).rows, *asked_.filter.tag);
  else
    add(text_of(from).rows);
  if (branch != nullptr)
    add_range(*branch);
  if (after_ && (branch == nullptr || plan_.narrow))
    add_page_start();
  add_conditions(from, branch != nullptr);
  if (branch == nullptr || !leads_by_creation())
    add_times(from);
  add_words(from);
}

void composer::add_page_start() {
  auto begin = asked_.ascending ? sort().test_above : sort().test_below;
  if (by_id())
    add(begin, after_->id);
  else
    add(begin, bounded(after_->key), after_->id);
}

void composer::add_range(const list_values& branch) {
  for (auto column : plan_.lead.columns)
    add(text_of(column).is_there);
  if (!branch.empty())
    add(text_of(plan_.lead.columns.front()).is_any_of, array_of(std::span{branch}.first(1)));
  auto below = list_position{micros_max, ticket_id{top_id}};
  auto above = list_position{-micros_max, ticket_id{no_id}};
  if (after_ && !plan_.narrow) {
    auto& page = asked_.ascending ? above : below;
    page.key = bounded(after_->key);
    page.id = id_before_page(asked_, *after_, plan_.lead, branch);
  }
  if (asked_.filter.created_before && leads_by_creation())
    below = std::min(below, list_position{bounded(to_micros(*asked_.filter.created_before)), ticket_id{no_id}});
  if (asked_.filter.created_after && leads_by_creation())
    above = std::max(above, list_position{bounded(to_micros(*asked_.filter.created_after)), ticket_id{top_id}});
  add_bound(side::below, branch, below);
  add_bound(side::above, branch, above);
}

void composer::add_bound(side on, const list_values& branch, const list_position& bound) {
  add(" AND (");
  add_columns(std::span{plan_.lead.columns}.subspan(branch.empty() ? 0 : 1), "");
  add(on == side::below ? ") < (" : ") > (");
  for (std::size_t i = 1; i < branch.size(); ++i)
    add("?, ", branch[i]);
  if (plan_.lead.by_key)
    add(sort().position, bound.key, bound.id);
  else
    add_id_bound(on, bound.id);
  add(")");
}

void composer::add_id_bound(side on, const ticket_id& bound) {
  const auto& time = on == side::below ? asked_.filter.created_before : asked_.filter.created_after;
  if (time)
    add(on == side::below ? id_before : id_after, bound, bounded(to_micros(*time)));
  else
    add("?", bound);
}

/// These, the sort's own, and the id: as a row, or as an order.
void composer::add_columns(std::span<const list_column> lead, std::string_view direction) {
  std::string_view between;
  auto add_column = [&](std::string_view name) {
    add(std::exchange(between, ", "));
    add(name);
    add(direction);
  };
  for (auto column : lead)
    add_column(text_of(column).name);
  if (plan_.lead.by_key)
    add_column(sort().key);
  add_column(text_of(source_).id);
}

void composer::add_conditions(source from, bool led) {
  for (const auto& c : plan_.conditions) {
    if (led && plan_.leads(c.on))
      continue;
    if (c.values.size() > 1)
      add(text_of(c.on).is_any_of, array_of(c.values));
    else
      add(text_of(c.on).is, c.values.front());
  }
  if (asked_.filter.tag && from != source::tag)
    add(has_tag, *asked_.filter.tag);
}

/// Where the ticket has to be looked up, its id tells of most that they are too old or too young.
void composer::add_times(source from) {
  const auto& f = asked_.filter;
  if (from == source::changes && (f.created_after || f.created_before)) {
    add(id_is_below);
    add_id_bound(side::below, {top_id});
    add(id_is_above);
    add_id_bound(side::above, {no_id});
  }
  if (asked_.filter.created_after)
    add(created_after, bounded(to_micros(*asked_.filter.created_after)));
  if (asked_.filter.created_before)
    add(created_before, bounded(to_micros(*asked_.filter.created_before)));
}

void composer::add_words(source from) {
  if (finds() && from != source::found)
    add(not_few);
  if (words_.wants() && from != source::found)
    add(has_words);
  else if (!words_.wants() && words_.avoids())
    add(lacks_words);
}

} // namespace

std::optional<list_statement> compose_list(const list_tickets& asked, const std::optional<list_position>& after) {
  return composer{asked, after}.compose();
}

} // namespace callboard::postgres
