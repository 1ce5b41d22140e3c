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

// How a list is found. In the order of ids one filter leads, the narrowest as far as that can be known without asking:
// its index gives the rows in order, so the page is read and nothing is sorted; several values of it are as many reads.
// With another sort its own index leads, unless a filter is so narrow (one person, one tag) that what it leaves is better
// sorted. None of it is left to the planner, which takes rows to be spread evenly and would read a million of them for
// somebody whose tickets are all old. Words: see `find_words`.

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

constexpr uuid_bytes no_id{};
constexpr uuid_bytes top_id{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

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
  void add_rows(columns_of, source, const std::string* leading);
  void add_page_start();
  void add_range(source, const std::string* leading);
  void add_conditions(source, const std::string* leading);
  void add_times();
  void add_words(source);
  void add_upper_id();
  void add_lower_id();
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
  const condition* leader_ = nullptr; ///< in the order of ids; each of its values is read by itself
  bool narrow_ = false;               ///< few tickets are left: they are read first and sorted then
  list_statement out_;
  int marks_ = 0;
};

void composer::choose_source() {
  auto best = std::min_element(conditions_.begin(), conditions_.end(),
                               [](const condition& a, const condition& b) { return breadth(a) < breadth(b); });
  auto best_breadth = best == conditions_.end() ? 100 : breadth(*best);
  if (asked_.filter.tag && tag_breadth < best_breadth)
    source_ = source::tag;
  else if (by_id() && best != conditions_.end())
    leader_ = &*best;
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

void composer::add_ordered(columns_of wanted) {
  if (leader_ == nullptr) {
    add_rows(wanted, source_, nullptr);
    add_order_of(source_);
    add_page();
    return;
  }
  const auto& text = columns[static_cast<std::size_t>(leader_->on)];
  bool alone = leader_->values.size() == 1;
  std::string_view between = alone ? "" : "(";
  for (const auto& value : leader_->values) {
    add(std::exchange(between, ") UNION ALL ("));
    add_rows(wanted, source_, &value);
    add_order(text.descending, text.ascending);
    if (!alone)
      add(" LIMIT ?", first_row() + asked_.page.limit + 1);
  }
  if (!alone) {
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

void composer::add_rows(columns_of wanted, source from, const std::string* leading) {
  add("SELECT ");
  add(wanted == columns_of::views ? sort().number : sort().key);
  add(" AS k, ");
  add(ids_of(from).id);
  add(wanted == columns_of::views ? " AS i, t.view, t.view_schema" : " AS i");
  if (from == source::tag)
    add(sources[static_cast<std::size_t>(from)], *asked_.filter.tag);
  else
    add(sources[static_cast<std::size_t>(from)]);
  if (by_id())
    add_range(from, leading);
  else if (after_)
    add_page_start();
  add_conditions(from, leading);
  add_times();
  add_words(from);
}

void composer::add_page_start() {
  auto begin = asked_.ascending ? sort().above : sort().below;
  add(begin, asked_.sort == ticket_sort::priority ? after_->key : bounded(after_->key), after_->id);
}

void composer::add_range(source from, const std::string* leading) {
  if (leading != nullptr) {
    const auto& text = columns[static_cast<std::size_t>(leader_->on)];
    add(text.below, *leading);
    add_upper_id();
    add(")");
    add(text.above, *leading);
    add_lower_id();
    add(")");
    return;
  }
  if (asked_.filter.created_before || (after_ && !asked_.ascending)) {
    add(ids_of(from).below);
    add_upper_id();
  }
  if (asked_.filter.created_after || (after_ && asked_.ascending)) {
    add(ids_of(from).above);
    add_lower_id();
  }
}

void composer::add_upper_id() {
  auto last = after_ && !asked_.ascending ? after_->id.bytes : top_id;
  if (asked_.filter.created_before)
    add(bound_before, last, bounded(to_micros(*asked_.filter.created_before)));
  else
    add(bound, last);
}

void composer::add_lower_id() {
  auto last = after_ && asked_.ascending ? after_->id.bytes : no_id;
  if (asked_.filter.created_after)
    add(bound_after, last, bounded(to_micros(*asked_.filter.created_after)));
  else
    add(bound, last);
}

void composer::add_conditions(source from, const std::string* leading) {
  for (const auto& c : conditions_) {
    const auto& text = columns[static_cast<std::size_t>(c.on)];
    if (&c == leader_ && leading != nullptr)
      continue;
    if (c.values.size() > 1)
      add(text.is_any_of, array_of(c.values));
    else if (c.on == column::priority && asked_.sort == ticket_sort::priority)
      add(of_priority, c.values.front(), c.values.front());
    else
      add(text.is, c.values.front());
  }
  if (asked_.filter.tag && from != source::tag)
    add(has_tag, *asked_.filter.tag);
}

void composer::add_times() {
  if (asked_.filter.created_after)
    add(created_after, bounded(to_micros(*asked_.filter.created_after)));
  if (asked_.filter.created_before)
    add(created_before, bounded(to_micros(*asked_.filter.created_before)));
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
