#include "persistence/sqlite/ticket_list.hpp"

#include "persistence/sqlite/list_fragments.hpp"
#include "persistence/sqlite/search_words.hpp"

#include <algorithm>
#include <utility>

namespace callboard::sqlite {
namespace {

using namespace fragments;

// What leads (see `plan_list`) drives: its index gives the rows in order, so the page is read and nothing is sorted. The
// other filters only test; their unary plus keeps SQLite from choosing their index instead. Words, which SQLite finds in
// no order of ours, and what a narrow filter left are sorted.

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
      : asked_(asked), after_(after), words_(parse_search(asked.filter.text.value_or(""))), plan_(plan_list(asked)) {
    if (by_id())
      narrow_by_time(times_, asked.filter, skew);
    if (!words_.wanted.empty())
      plan_.lead = {};
    source_ = !words_.wanted.empty() ? source::words : plan_.by_tag ? source::tag : source::tickets;
  }

  std::optional<list_statement> compose() {
    if (!asked_.scope.all_tickets || (asked_.filter.text && !asked_.scope.staff_fields) || words_.finds_nothing())
      return std::nullopt;
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
  bool sorts_by_itself() const { return source_ == source::words || plan_.narrow; }

  void compose_ordered();
  void compose_sorted();
  void add_rows(const list_values& branch);
  void add_page_start(const list_values& branch);
  void add_conditions(const list_values& branch);
  void add_times();
  void add_order() { add(asked_.ascending ? sort().ascending : sort().descending); }
  void add_page() {
    add(" LIMIT ?", std::int64_t{asked_.page.limit} + 1);
    add(" OFFSET ?", after_ ? 0 : asked_.page.offset);
  }

  void add(std::string_view fragment) { out_.sql += fragment; }
  void add(std::string_view fragment, list_value value) {
    out_.sql += fragment;
    out_.values.push_back(std::move(value));
  }

  const list_tickets& asked_;
  const std::optional<list_position>& after_;
  search_words words_;
  list_plan plan_;
  source source_ = source::tickets;
  id_range times_; ///< in the order of ids
  list_statement out_;
};

/// Several branches are as many ordered reads, which SQLite merges as it goes.
void composer::compose_ordered() {
  std::string_view between;
  for (const auto& branch : plan_.lead.branches) {
    add(std::exchange(between, " UNION ALL "));
    add("SELECT ");
    add(sort().key);
    add(", ");
    add(from().id);
    add(", t.view, t.view_schema");
    add_rows(branch);
  }
  add_order();
  add_page();
}

/// The views of the page alone are read after sorting.
void composer::compose_sorted() {
  add("WITH hit AS MATERIALIZED (SELECT ");
  add(sort().key);
  add(" AS k, t.id AS i, t.number AS n");
  add_rows(plan_.lead.branches.front());
  add_order();
  add_page();
  add(") SELECT k, i, t.view, t.view_schema FROM hit CROSS JOIN ticket AS t ON t.number = n");
  add_order();
}

void composer::add_rows(const list_values& branch) {
  add(from().from);
  if (source_ == source::tag)
    out_.values.emplace_back(*asked_.filter.tag);
  if (source_ == source::words) {
    auto match = words_.wanted;
    if (!words_.unwanted.empty())
      match.insert(0, 1, '(').append(") NOT (").append(words_.unwanted).append(1, ')');
    out_.values.emplace_back(std::move(match));
  }
  add_page_start(branch);
  add_conditions(branch);
  add_times();
}

void composer::add_page_start(const list_values& branch) {
  bool sorted = sorts_by_itself();
  if (by_id() || (!sorted && !plan_.lead.by_key)) {
    auto range = times_;
    if (after_) {
      auto id = id_before_page(asked_, *after_, plan_.lead, branch).bytes;
      asked_.ascending ? range.raise(id) : range.lower(id);
    }
    if (range.below)
      add(from().id_below, *range.below);
    if (range.above)
      add(from().id_above, *range.above);
  } else if (after_) {
    if (asked_.ascending)
      add(sorted ? sort().test_above : sort().above, after_->key);
    else
      add(sorted ? sort().test_below : sort().below, after_->key);
    out_.values.emplace_back(after_->id.bytes);
  }
}

void composer::add_conditions(const list_values& branch) {
  for (std::size_t i = 0; i < branch.size(); ++i)
    add(columns[static_cast<std::size_t>(plan_.lead.columns[i])].drives, branch[i]);
  for (const auto& c : plan_.conditions) {
    if (plan_.leads(c.on))
      continue;
    add(columns[static_cast<std::size_t>(c.on)].tests);
    add(one_of[c.values.size()]);
    out_.values.insert(out_.values.end(), c.values.begin(), c.values.end());
  }
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
