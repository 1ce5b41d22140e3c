#include "persistence/sqlite/ticket_list.hpp"

#include "persistence/sqlite/list_fragments.hpp"
#include "persistence/sqlite/search_words.hpp"
#include "persistence/ticket_row.hpp"

#include <algorithm>
#include <utility>

namespace callboard::sqlite {
namespace {

using namespace fragments;

// How a list is found. One filter, the narrowest as far as that can be known without asking, drives: its index gives
// the rows in the order of ids, so the page is read and nothing is sorted. The other filters only test; their unary
// plus keeps SQLite from choosing their index instead. With another sort its own index drives, unless a filter is so
// narrow (one person, one tag, words) that what it leaves is better sorted.

struct condition {
  column on;
  std::vector<list_value> values;
};

template <class T>
void add_condition(std::vector<condition>& all, column on, const std::optional<T>& value) {
  if (!value)
    return;
  if constexpr (is_strong_id<T>)
    all.push_back({on, {value->bytes}});
  else if constexpr (described_enum<T>)
    all.push_back({on, {std::string{enum_name(*value)}}});
  else
    all.push_back({on, {*value}});
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
    made.values.push_back(stored_as(value));
  all.push_back(std::move(made));
}

std::vector<condition> conditions_of(const ticket_filter& f) {
  std::vector<condition> all;
  add_condition(all, column::creator, f.created_by);
  add_condition(all, column::assignee, f.assignee_id);
  add_condition(all, column::department, f.department);
  add_condition(all, column::category, f.category);
  add_any_of(all, column::priority, f.priority, [](ticket_priority p) { return list_value{std::int64_t{rank_of(p)}}; });
  add_any_of(all, column::status, f.status, [](ticket_status s) { return list_value{std::string{enum_name(s)}}; });
  add_condition(all, column::ai_status, f.ai_status);
  return all;
}

/// The smaller, the fewer tickets a condition leaves, by what is known of desks: what is finished piles up.
int breadth(const condition& c) {
  auto is = [&](auto value) { return c.values.front() == list_value{std::string{enum_name(value)}}; };
  switch (c.on) {
    case column::creator: return 1;
    case column::assignee: return 2;
    case column::ai_status: return is(ai_status::done) ? 10 : 4;
    case column::department: return 5;
    case column::status: {
      auto broad = std::any_of(c.values.begin(), c.values.end(), [](const list_value& v) {
        return v == list_value{std::string{enum_name(ticket_status::closed)}}
               || v == list_value{std::string{enum_name(ticket_status::resolved)}};
      });
      return broad ? 9 : 6;
    }
    case column::category: return 7;
    case column::priority: return 8;
  }
  return 10;
}
constexpr int tag_breadth = 3;

/// The bounds on ids that follow from the page and from times, both exclusive.
struct id_range {
  std::optional<uuid_bytes> above;
  std::optional<uuid_bytes> below;

  void raise(const uuid_bytes& id) { above = above ? std::max(*above, id) : id; }
  void lower(const uuid_bytes& id) { below = below ? std::min(*below, id) : id; }
};

constexpr std::int64_t id_ms_max = (std::int64_t{1} << 48) - 1;

/// The least id of a millisecond.
uuid_bytes id_at(std::int64_t ms) {
  uuid_bytes id{};
  for (std::size_t i = 6; i-- > 0; ms >>= 8)
    id[i] = static_cast<std::uint8_t>(ms & 0xff);
  return id;
}

/// Saturating, for times at the ends of what can be written.
std::int64_t shifted(timestamp time, std::int64_t by) {
  std::int64_t moved = 0;
  if (__builtin_add_overflow(to_micros(time), by, &moved))
    return by < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  return moved;
}

/// A ticket made after `time` has an id from at least `time - ahead`; a millisecond more for what was cut off.
void narrow_by_time(id_range& range, const ticket_filter& f, id_skew skew) {
  if (f.created_after)
    if (auto ms = shifted(*f.created_after, -skew.ahead) / 1000 - 2; ms > 0)
      range.raise(id_at(std::min(ms, id_ms_max)));
  if (f.created_before)
    if (auto ms = shifted(*f.created_before, skew.behind) / 1000 + 2; ms < id_ms_max)
      range.lower(id_at(std::max<std::int64_t>(ms, 0)));
}

class composer {
public:
  composer(const list_tickets& asked, const std::optional<list_position>& after, id_skew skew)
      : asked_(asked),
        after_(after),
        words_(parse_search(asked.filter.text.value_or(""))),
        conditions_(conditions_of(asked.filter)) {
    if (by_id() && after)
      asked.ascending ? range_.raise(after->id.bytes) : range_.lower(after->id.bytes);
    if (by_id())
      narrow_by_time(range_, asked.filter, skew);
  }

  std::optional<list_statement> compose() {
    if (!asked_.scope.all_tickets || (asked_.filter.text && !asked_.scope.staff_fields) || words_.finds_nothing())
      return std::nullopt;
    choose_driver();
    if (sorts_by_itself())
      compose_sorted();
    else
      compose_ordered();
    return std::move(out_);
  }

private:
  bool by_id() const { return asked_.sort == ticket_sort::id; }
  const sort_fragments& sort() const { return sorts[static_cast<std::size_t>(asked_.sort)]; }
  const source_fragments& from() const { return sources[static_cast<std::size_t>(source_)]; }
  /// No index gives the rows in the order asked for.
  bool sorts_by_itself() const { return source_ == source::words || (!by_id() && narrow_); }

  void choose_driver();
  void compose_ordered();
  void compose_sorted();
  void arm(const list_value* driving);
  void order(std::string_view by_id_descending, std::string_view by_id_ascending);
  void page();
  void add_range();
  void add_page_start();
  void add_conditions(const list_value* driving);
  void add_times();

  void add(std::string_view fragment) { out_.sql += fragment; }
  void add(std::string_view fragment, list_value value) {
    out_.sql += fragment;
    out_.values.push_back(std::move(value));
  }

  const list_tickets& asked_;
  const std::optional<list_position>& after_;
  search_words words_;
  std::vector<condition> conditions_;
  id_range range_;
  source source_ = source::tickets;
  const condition* driver_ = nullptr;
  bool narrow_ = false; ///< the driver leaves few tickets
  list_statement out_;
};

void composer::choose_driver() {
  if (!words_.wanted.empty()) {
    source_ = source::words;
    return;
  }
  auto best = std::min_element(conditions_.begin(), conditions_.end(),
                               [](const condition& a, const condition& b) { return breadth(a) < breadth(b); });
  auto best_breadth = best == conditions_.end() ? 100 : breadth(*best);
  narrow_ = best_breadth < tag_breadth || (asked_.filter.tag && tag_breadth < best_breadth);
  if (asked_.filter.tag && tag_breadth < best_breadth) {
    source_ = source::tag;
    return;
  }
  // A single priority sorted by priority is driven by the one index that serves both.
  for (const auto& c : conditions_)
    if (asked_.sort == ticket_sort::priority && !narrow_ && c.on == column::priority && c.values.size() == 1)
      driver_ = &c;
  if (best != conditions_.end() && (by_id() || narrow_))
    driver_ = &*best;
}

/// Several values of the driver are as many ordered reads, which SQLite merges as it goes.
void composer::compose_ordered() {
  if (driver_ == nullptr || driver_->values.size() == 1) {
    arm(driver_ != nullptr ? driver_->values.data() : nullptr);
    order(source_ == source::tag ? " ORDER BY g.ticket_id DESC" : " ORDER BY t.id DESC",
          source_ == source::tag ? " ORDER BY g.ticket_id" : " ORDER BY t.id");
  } else {
    std::string_view between;
    for (const auto& value : driver_->values) {
      add(std::exchange(between, " UNION ALL "));
      arm(&value);
    }
    order(" ORDER BY 2 DESC", " ORDER BY 2");
  }
  page();
}

void composer::arm(const list_value* driving) {
  add("SELECT ");
  add(sort().key);
  add(", ");
  add(from().id);
  add(", t.view, t.view_schema");
  add(from().from);
  if (source_ == source::tag)
    out_.values.emplace_back(*asked_.filter.tag);
  add_range();
  add_page_start();
  add_conditions(driving);
}

/// The views of the page alone are read after sorting.
void composer::compose_sorted() {
  add("WITH hit AS MATERIALIZED (SELECT ");
  add(sort().key);
  add(" AS k, t.id AS i, t.number AS n");
  add(from().from);
  if (source_ == source::tag)
    out_.values.emplace_back(*asked_.filter.tag);
  if (source_ == source::words) {
    auto match = words_.wanted;
    if (!words_.unwanted.empty())
      match.insert(0, 1, '(').append(") NOT (").append(words_.unwanted).append(1, ')');
    out_.values.emplace_back(std::move(match));
  }
  add_range();
  add_page_start();
  add_conditions(driver_ != nullptr ? driver_->values.data() : nullptr);
  order(" ORDER BY t.id DESC", " ORDER BY t.id");
  page();
  add(") SELECT k, i, t.view, t.view_schema FROM hit CROSS JOIN ticket AS t ON t.number = n");
  add(asked_.ascending ? " ORDER BY k, i" : " ORDER BY k DESC, i DESC");
}

void composer::order(std::string_view by_id_descending, std::string_view by_id_ascending) {
  if (by_id())
    add(asked_.ascending ? by_id_ascending : by_id_descending);
  else
    add(asked_.ascending ? sort().ascending : sort().descending);
}

void composer::page() {
  add(" LIMIT ?", std::int64_t{asked_.page.limit} + 1);
  add(" OFFSET ?", after_ ? 0 : asked_.page.offset);
}

void composer::add_range() {
  if (range_.below)
    add(from().id_below, *range_.below);
  if (range_.above)
    add(from().id_above, *range_.above);
}

void composer::add_page_start() {
  if (by_id() || !after_)
    return;
  bool tests = sorts_by_itself();
  if (asked_.ascending)
    add(tests ? sort().test_above : sort().above, after_->key);
  else
    add(tests ? sort().test_below : sort().below, after_->key);
  out_.values.emplace_back(after_->id.bytes);
}

void composer::add_conditions(const list_value* driving) {
  for (const auto& c : conditions_) {
    const auto& text = columns[static_cast<std::size_t>(c.on)];
    if (&c == driver_) {
      add(text.drives);
      add(one_of[1], *driving);
      continue;
    }
    add(text.tests);
    add(one_of[c.values.size()]);
    out_.values.insert(out_.values.end(), c.values.begin(), c.values.end());
  }
  add_times();
  if (asked_.filter.tag && source_ != source::tag)
    add(has_tag, *asked_.filter.tag);
  if (!words_.unwanted.empty() && source_ != source::words)
    add(lacks_words, words_.unwanted);
}

void composer::add_times() {
  bool drives = asked_.sort == ticket_sort::created_at && !sorts_by_itself();
  if (asked_.filter.created_after)
    add(drives ? created.drives_after : created.tests_after, to_micros(*asked_.filter.created_after));
  if (asked_.filter.created_before)
    add(drives ? created.drives_before : created.tests_before, to_micros(*asked_.filter.created_before));
}

} // namespace

bool needs_skew(const list_tickets& asked) {
  return asked.sort == ticket_sort::id && (asked.filter.created_after || asked.filter.created_before);
}

std::optional<list_statement> compose_list(const list_tickets& asked, const std::optional<list_position>& after,
                                           id_skew skew) {
  return composer{asked, after, skew}.compose();
}

} // namespace callboard::sqlite
