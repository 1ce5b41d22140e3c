#include "persistence/postgres/ticket_list.hpp"

#include "persistence/postgres/list_fragments.hpp"
#include "persistence/postgres/search_words.hpp"
#include "persistence/postgres/storable.hpp"
#include "persistence/ticket_row.hpp"

#include <algorithm>
#include <utility>

namespace callboard::postgres {
namespace {

using namespace fragments;

// How a list is found. In the order of ids each filter's index gives the rows in order, and the planner takes that of
// the rarest value; only several values of one column it cannot merge by itself, so these are as many reads that it
// merges. With another sort its own index leads, unless a filter is so narrow (one person, one tag) that what it leaves
// is better sorted: that is not left to the planner, which takes rows to be spread evenly and would read a million of
// them for somebody whose tickets are all old. Words: see `find_words`.

struct condition {
  column on;
  std::vector<std::string> values;
};

template <class T>
void add_condition(std::vector<condition>& all, column on, const std::optional<T>& value) {
  if (!value)
    return;
  all.push_back({on, {{}}});
  append_value(all.back().values.front(), *value);
}

/// Each value once; all that there are is no condition.
template <class T, class F>
void add_any_of(std::vector<condition>& all, column on, std::vector<T> values, F&& stored_as) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  bool every = on == column::status && values.size() == enum_names<T>().size();
  if (values.empty() || every)
    return;
  condition made{on, {}};
  for (auto value : values)
    append_value(made.values.emplace_back(), stored_as(value));
  all.push_back(std::move(made));
}

std::vector<condition> conditions_of(const ticket_filter& f) {
  std::vector<condition> all;
  add_condition(all, column::creator, f.created_by);
  add_condition(all, column::assignee, f.assignee_id);
  add_condition(all, column::department, f.department);
  add_condition(all, column::category, f.category);
  add_any_of(all, column::priority, f.priority, [](ticket_priority p) { return rank_of(p); });
  add_any_of(all, column::status, f.status, [](ticket_status s) { return s; });
  add_condition(all, column::ai_status, f.ai_status);
  return all;
}

/// The smaller, the fewer tickets a condition leaves, by what is known of desks: what is finished piles up.
int breadth(const condition& c) {
  auto has = [&](auto value) {
    return std::find(c.values.begin(), c.values.end(), enum_name(value)) != c.values.end();
  };
  switch (c.on) {
    case column::creator: return 1;
    case column::assignee: return 2;
    case column::ai_status: return has(ai_status::done) ? 10 : 4;
    case column::department: return 5;
    case column::status: return has(ticket_status::closed) || has(ticket_status::resolved) ? 9 : 6;
    case column::category: return 7;
    case column::priority: return 8;
  }
  return 10;
}
constexpr int tag_breadth = 3;

/// Years 1684 to 2255: PostgreSQL counts them exactly, no ticket is outside, and a bound beyond only says all or none.
std::int64_t bounded(std::int64_t micros) {
  constexpr std::int64_t bound = 9'000'000'000'000'000;
  return std::clamp(micros, -bound, bound);
}

class composer {
public:
  composer(const list_tickets& asked, const std::optional<list_position>& after)
      : asked_(asked),
        after_(after),
        words_(parse_search(asked.filter.text.value_or(""))),
        conditions_(conditions_of(asked.filter)) {}

  std::optional<list_statement> compose() {
    if (!asked_.scope.all_tickets || (asked_.filter.text && !asked_.scope.staff_fields) || finds_nothing())
      return std::nullopt;
    choose_source();
    compose_all();
    return std::move(out_);
  }

private:
  /// What a row of an inner statement tells.
  enum class columns_of {
    keys,
    views
  };

  bool by_id() const { return asked_.sort == ticket_sort::id; }
  const sort_fragments& sort() const { return sorts[static_cast<std::size_t>(asked_.sort)]; }
  bool finds_nothing() const {
    auto impossible = [](const std::optional<std::string>& text) { return text && !storable(*text); };
    return words_.finds_nothing() || impossible(asked_.filter.category) || impossible(asked_.filter.tag);
  }

  void choose_source();
  void compose_all();
  void add_question(std::string_view with);
  void add_found();
  void add_ordered(columns_of);
  void add_narrow();
  void add_rows(columns_of, source, const std::string* split_value);
  void add_page_start(source);
  void add_conditions(source, const std::string* split_value);
  void add_times(source);
  void add_words(source);
  void add_order(std::string_view descending, std::string_view ascending) {
    add(asked_.ascending ? ascending : descending);
  }
  void add_order_of(source from) {
    if (by_id())
      add_order(ids_of(from).descending, ids_of(from).ascending);
    else
      add_order(sort().descending, sort().ascending);
  }
  void add_page() {
    add(" LIMIT ?", std::int64_t{asked_.page.limit} + 1);
    add(" OFFSET ?", first_row());
  }
  std::int64_t first_row() const { return after_ ? 0 : asked_.page.offset; }
  static const id_fragments& ids_of(source from) { return ids[static_cast<std::size_t>(from)]; }

  /// The marks of a fragment become the numbers of its values.
  template <class... Values>
  void add(std::string_view fragment, const Values&... values) {
    for (auto mark = fragment.find('?'); mark != std::string_view::npos; mark = fragment.find('?')) {
      out_.sql.append(fragment.substr(0, mark)).append(1, '$').append(std::to_string(++marks_));
      fragment.remove_prefix(mark + 1);
    }
    out_.sql.append(fragment);
    (out_.values.add(values), ...);
  }

  const list_tickets& asked_;
  const std::optional<list_position>& after_;
  search_words words_;
  std::vector<condition> conditions_;
  source source_ = source::tickets;
  const condition* split_ = nullptr; ///< whose values are read each by itself
  bool narrow_ = false;              ///< few tickets are left: they are read first and sorted then
  list_statement out_;
  int marks_ = 0;
};

void composer::choose_source() {
  auto best = std::min_element(conditions_.begin(), conditions_.end(),
                               [](const condition& a, const condition& b) { return breadth(a) < breadth(b); });
  auto best_breadth = best == conditions_.end() ? 100 : breadth(*best);
  if (asked_.filter.tag && tag_breadth < best_breadth)
    source_ = source::tag;
  else if (by_id() && best != conditions_.end() && best->values.size() > 1)
    split_ = &*best;
  narrow_ = !by_id() && (source_ == source::tag || best_breadth < tag_breadth);
}

void composer::compose_all() {
  if (words_.wants())
    add_question(find_words);
  else if (words_.avoids())
    add_question(ask_words);
  if (!words_.wants() && !narrow_) {
    add_ordered(columns_of::views);
    return;
  }
  add("SELECT ");
  add(sort().number_of_k);
  add(views_from);
  if (words_.wants()) {
    add("(");
    add_found();
    add(") UNION ALL (");
  }
  if (narrow_)
    add_narrow();
  else
    add_ordered(columns_of::keys);
  if (words_.wants())
    add(")");
  add(views_end);
  add_order(sort().key_descending, sort().key_ascending);
}

void composer::add_question(std::string_view with) {
  add(with, array_of(words_.words), array_of(words_.exact), array_of(words_.unwanted_words),
      array_of(words_.unwanted_exact));
}

void composer::add_found() {
  add_rows(columns_of::keys, source::found, nullptr);
  add_order_of(source::found);
  add_page();
}

void composer::add_ordered(columns_of columns) {
  if (split_ == nullptr) {
    add_rows(columns, source_, nullptr);
    add_order_of(source_);
  } else {
    // Each read is in order and as long as all of them together will be, so that merging them is all there is to do.
    std::string_view between = "(";
    for (const auto& value : split_->values) {
      add(std::exchange(between, ") UNION ALL ("));
      add_rows(columns, source_, &value);
      add_order_of(source_);
      add(" LIMIT ?", first_row() + asked_.page.limit + 1);
    }
    add(")");
    add_order(sort().key_descending, sort().key_ascending);
  }
  add_page();
}

void composer::add_narrow() {
  add("WITH narrow AS MATERIALIZED (");
  add_rows(columns_of::keys, source_, nullptr);
  add(") SELECT k, i FROM narrow");
  add_order(sort().key_descending, sort().key_ascending);
  add_page();
}

void composer::add_rows(columns_of columns, source from, const std::string* split_value) {
  add("SELECT ");
  add(columns == columns_of::views ? sort().number : sort().key);
  add(" AS k, ");
  add(ids_of(from).id);
  add(columns == columns_of::views ? " AS i, t.view, t.view_schema" : " AS i");
  if (from == source::tag)
    add(sources[static_cast<std::size_t>(from)], *asked_.filter.tag);
  else
    add(sources[static_cast<std::size_t>(from)]);
  add_page_start(from);
  add_conditions(from, split_value);
  add_times(from);
  add_words(from);
}

void composer::add_page_start(source from) {
  if (!after_)
    return;
  auto begin = by_id() ? (asked_.ascending ? ids_of(from).above : ids_of(from).below)
                       : (asked_.ascending ? sort().above : sort().below);
  switch (asked_.sort) {
    case ticket_sort::id: return add(begin, after_->id);
    case ticket_sort::created_at:
    case ticket_sort::updated_at: return add(begin, bounded(after_->key), after_->id);
    case ticket_sort::priority: return add(begin, after_->key, after_->id);
  }
}

void composer::add_conditions(source from, const std::string* split_value) {
  for (const auto& c : conditions_) {
    const auto& text = columns[static_cast<std::size_t>(c.on)];
    if (&c == split_ && split_value != nullptr)
      add(text.is, *split_value);
    else if (c.values.size() == 1)
      add(text.is, c.values.front());
    else
      add(text.is_any_of, array_of(c.values));
  }
  if (asked_.filter.tag && from != source::tag)
    add(has_tag, *asked_.filter.tag);
}

void composer::add_times(source from) {
  const auto& f = asked_.filter;
  auto add_bound = [&](timestamp time, std::string_view test, std::string_view id_bound) {
    add(test, bounded(to_micros(time)));
    if (by_id())
      add(id_bound, bounded(to_micros(time)));
  };
  if (f.created_after)
    add_bound(*f.created_after, created_after, ids_of(from).after);
  if (f.created_before)
    add_bound(*f.created_before, created_before, ids_of(from).before);
}

void composer::add_words(source from) {
  if (words_.wants() && from != source::found) {
    add(not_few);
    add(has_words);
  } else if (!words_.wants() && words_.avoids()) {
    add(lacks_words);
  }
}

} // namespace

std::optional<list_statement> compose_list(const list_tickets& asked, const std::optional<list_position>& after) {
  return composer{asked, after}.compose();
}

} // namespace callboard::postgres
