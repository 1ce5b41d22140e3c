#include "persistence/list_lead.hpp"

#include "persistence/ticket_row.hpp"

#include <algorithm>
#include <iterator>

namespace callboard {
namespace {

// The narrowest filter leads, as far as that can be known without asking. Nothing is left to what an engine makes of
// statistics: it takes rows to be spread evenly, and would read a million tickets for somebody whose are all old.

/// What an index begins with that has a sort's order behind it.
struct leading_columns {
  ticket_sort sort;
  std::vector<list_column> columns;
  bool by_key;
};

const std::vector<leading_columns>& leads_of_indexes() {
  using enum list_column;
  static const std::vector<leading_columns> all{
    {ticket_sort::id, {creator}, false},
    {ticket_sort::id, {assignee}, false},
    {ticket_sort::id, {department}, false},
    {ticket_sort::id, {category}, false},
    {ticket_sort::id, {ai_status}, false},
    {ticket_sort::id, {status}, false},
    {ticket_sort::id, {priority}, false},
    {ticket_sort::id, {status, priority}, false},
    {ticket_sort::updated_at, {status, priority}, true},
    {ticket_sort::priority, {status}, true},
    {ticket_sort::priority, {priority}, false},
    {ticket_sort::priority, {status, priority}, false},
  };
  return all;
}

template <class T>
list_value value_of(const T& value) {
  if constexpr (is_strong_id<T>)
    return value.bytes;
  else if constexpr (described_enum<T>)
    return std::string{enum_name(value)};
  else
    return value;
}

template <class T>
void add_condition(std::vector<list_condition>& all, list_column on, const std::optional<T>& value) {
  if (value)
    all.push_back({on, {value_of(*value)}});
}

/// Each value once; all that there are is no condition.
template <class T, class F>
void add_any_of(std::vector<list_condition>& all, list_column on, std::vector<T> values, F&& stored_as) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  bool every = on == list_column::status && values.size() == enum_names<T>().size();
  if (values.empty() || every)
    return;
  list_condition made{on, {}};
  std::transform(values.begin(), values.end(), std::back_inserter(made.values), stored_as);
  all.push_back(std::move(made));
}

std::vector<list_condition> conditions_of(const ticket_filter& f) {
  std::vector<list_condition> all;
  add_condition(all, list_column::creator, f.created_by);
  add_condition(all, list_column::assignee, f.assignee_id);
  add_condition(all, list_column::department, f.department);
  add_condition(all, list_column::category, f.category);
  add_any_of(all, list_column::priority, f.priority,
             [](ticket_priority p) { return list_value{std::int64_t{rank_of(p)}}; });
  add_any_of(all, list_column::status, f.status, [](ticket_status s) { return value_of(s); });
  add_condition(all, list_column::ai_status, f.ai_status);
  return all;
}

const list_condition* find(const std::vector<list_condition>& all, list_column on) {
  auto found = std::find_if(all.begin(), all.end(), [&](const list_condition& c) { return c.on == on; });
  return found == all.end() ? nullptr : &*found;
}

/// The smaller, the fewer tickets a condition leaves, by what is known of desks: what is finished piles up.
int breadth(const list_condition& c) {
  auto has = [&](auto value) { return std::find(c.values.begin(), c.values.end(), value_of(value)) != c.values.end(); };
  switch (c.on) {
    case list_column::creator: return 1;
    case list_column::assignee: return 2;
    case list_column::ai_status: return has(ai_status::done) ? 10 : 4;
    case list_column::department: return 5;
    case list_column::status: return has(ticket_status::closed) || has(ticket_status::resolved) ? 9 : 6;
    case list_column::category: return 7;
    case list_column::priority: return 8;
  }
  return 10;
}
constexpr int tag_breadth = 3;
constexpr int breadth_of_all = 100;

/// In the order of changes the index needs both: where only one is asked for, all values of the other are.
void complete(std::vector<list_condition>& all) {
  bool status = find(all, list_column::status) != nullptr;
  bool priority = find(all, list_column::priority) != nullptr;
  if (status && !priority)
    all.push_back({list_column::priority, {0, 1, 2, 3, 4}});
  if (priority && !status) {
    auto& made = all.emplace_back(list_condition{list_column::status, {}});
    for (auto name : enum_names<ticket_status>())
      made.values.emplace_back(std::string{name});
  }
}

/// Of the indexes that serve the sort, the one whose narrowest condition is the narrowest; of two the longer one.
const leading_columns* choose(ticket_sort sort, const std::vector<list_condition>& conditions) {
  const leading_columns* best = nullptr;
  std::pair best_worth{breadth_of_all, 0};
  for (const auto& each : leads_of_indexes()) {
    std::pair worth{breadth_of_all, -static_cast<int>(each.columns.size())};
    bool serves = each.sort == sort;
    for (auto column : each.columns) {
      auto condition = find(conditions, column);
      serves = serves && condition != nullptr;
      if (serves)
        worth.first = std::min(worth.first, breadth(*condition));
    }
    if (serves && worth < best_worth) {
      best = &each;
      best_worth = worth;
    }
  }
  return best;
}

std::vector<list_values> branches_of(const std::vector<list_column>& columns,
                                     const std::vector<list_condition>& conditions) {
  std::vector<list_values> all{{}};
  for (auto column : columns) {
    std::vector<list_values> longer;
    for (const auto& branch : all)
      for (const auto& value : find(conditions, column)->values)
        longer.emplace_back(branch).push_back(value);
    all = std::move(longer);
  }
  return all;
}

} // namespace

bool list_plan::leads(list_column column) const {
  return std::find(lead.columns.begin(), lead.columns.end(), column) != lead.columns.end();
}

list_plan plan_list(const list_tickets& asked) {
  list_plan plan;
  plan.conditions = conditions_of(asked.filter);
  auto narrowest = std::min_element(plan.conditions.begin(), plan.conditions.end(),
                                    [](const auto& a, const auto& b) { return breadth(a) < breadth(b); });
  auto least = narrowest == plan.conditions.end() ? breadth_of_all : breadth(*narrowest);
  plan.by_tag = asked.filter.tag && tag_breadth < least;
  plan.narrow = asked.sort != ticket_sort::id && (plan.by_tag || least < tag_breadth);
  if (plan.by_tag)
    return plan;
  auto leading = plan.conditions;
  if (plan.narrow) {
    plan.lead.columns = {narrowest->on};
  } else {
    if (asked.sort == ticket_sort::updated_at)
      complete(leading);
    plan.lead.by_key = asked.sort != ticket_sort::id;
    if (auto best = choose(asked.sort, leading); best != nullptr) {
      plan.lead.columns = best->columns;
      plan.lead.by_key = best->by_key;
    }
  }
  plan.lead.branches = branches_of(plan.lead.columns, leading);
  return plan;
}

ticket_id id_before_page(const list_tickets& asked, const list_position& after, const list_lead& lead,
                         const list_values& branch) {
  if (asked.sort != ticket_sort::priority || lead.by_key)
    return after.id;
  auto at = std::find(lead.columns.begin(), lead.columns.end(), list_column::priority) - lead.columns.begin();
  auto rank = std::get<std::int64_t>(branch.at(static_cast<std::size_t>(at)));
  if (rank == after.key)
    return after.id;
  return {after.key < rank ? no_id : top_id};
}

} // namespace callboard
