#pragma once

#include "tests/contract/store_fixture.hpp"

#include <algorithm>
#include <random>

// Lists of tickets: every filter, every sort, every page, against a model that looks at each ticket.
namespace callboard::contract {

class list_contract : public store_contract {
protected:
  static constexpr int ticket_count = 120;

  list_contract() {
    for (int i = 0; i < 3; ++i) {
      people.push_back(person());
      places.push_back(place_of_work());
    }
    std::vector<journal_item> batch;
    for (int i = 1; i <= ticket_count; ++i) {
      auto [made, creation] = test_ticket::made(i, any_time(), random_body());
      batch.push_back(creation);
      for (auto& item : random_changes(made))
        batch.push_back(std::move(item));
      if (!made.state.memory.deleted)
        model.push_back(made.state.ticket);
    }
    auto outcomes = commit_all(batch);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), stored), std::ptrdiff_t(batch.size()));
    index_all();
  }

  int pick(int below) { return std::uniform_int_distribution<int>{0, below - 1}(dice); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
  }
  template <class E>
  E any() {
    return static_cast<E>(pick(static_cast<int>(enum_names<E>().size())));
  }

  /// Few, so that many tickets have the same.
  timestamp any_time() { return at(50 * pick(20)); }

  create_ticket random_body() {
    create_ticket body;
    body.title = one_of(words);
    if (pick(3) != 0)
      body.category = one_of(categories);
    if (pick(3) != 0)
      body.priority = any<ticket_priority>();
    if (pick(3) == 0)
      body.assignee_id = one_of(people);
    if (pick(2) == 0)
      body.department = one_of(places);
    if (pick(2) == 0)
      body.created_by = one_of(people);
    for (const auto& tag : tags)
      if (pick(4) == 0)
        body.tags.push_back(tag);
    return body;
  }

  std::vector<journal_item> random_changes(test_ticket& t) {
    std::vector<journal_item> items;
    for (int n = pick(3); n > 0; --n) {
      change_ticket change;
      auto to = any<ticket_status>();
      auto moves = allowed_moves(t.state.ticket.status);
      if (std::find(moves.begin(), moves.end(), to) != moves.end())
        change.status = to;
      if (pick(3) == 0)
        change.tags = texts{one_of(tags)};
      if (pick(3) == 0)
        change.priority = {true, pick(2) == 0 ? std::nullopt : std::optional{any<ticket_priority>()}};
      auto item = t.asked(change, any_time() + duration_ms{1'000});
      if (!ticket_part(item).events.empty())
        items.push_back(std::move(item));
    }
    if (pick(10) == 0)
      items.push_back(t.asked(delete_ticket{}, at(3'000)));
    return items;
  }

  /// Of one kind each; what it asks for is random.
  std::vector<std::function<void(ticket_filter&)>> each_filter() {
    return {
      [](ticket_filter&) {},
      [&](ticket_filter& f) { f.status = {any<ticket_status>()}; },
      [](ticket_filter& f) {
        f.status = {ticket_status::open, ticket_status::waiting, ticket_status::resolved};
      },
      [&](ticket_filter& f) { f.priority = {any<ticket_priority>()}; },
      [](ticket_filter& f) {
        f.priority = {ticket_priority::low, ticket_priority::urgent};
      },
      [&](ticket_filter& f) { f.category = one_of(categories); },
      [&](ticket_filter& f) { f.ai_status = any<ai_status>(); },
      [&](ticket_filter& f) { f.assignee_id = one_of(people); },
      [&](ticket_filter& f) { f.department = one_of(places); },
      [&](ticket_filter& f) { f.created_by = one_of(people); },
      [&](ticket_filter& f) { f.tag = one_of(tags); },
      [&](ticket_filter& f) { f.created_after = any_time(); },
      [&](ticket_filter& f) { f.created_before = any_time(); },
    };
  }

  ticket_filter random_filter() {
    ticket_filter f;
    for (int n = pick(3); n > 0; --n)
      f.status.push_back(any<ticket_status>());
    if (pick(4) == 0)
      f.priority = {any<ticket_priority>(), any<ticket_priority>()};
    if (pick(5) == 0)
      f.category = one_of(categories);
    if (pick(5) == 0)
      f.ai_status = any<ai_status>();
    if (pick(5) == 0)
      f.assignee_id = one_of(people);
    if (pick(5) == 0)
      f.department = one_of(places);
    if (pick(5) == 0)
      f.created_by = one_of(people);
    if (pick(5) == 0)
      f.tag = one_of(tags);
    if (pick(5) == 0)
      f.created_after = any_time();
    if (pick(5) == 0)
      f.created_before = any_time();
    return f;
  }

  template <class T>
  static bool among(const std::vector<T>& wanted, const std::optional<T>& value) {
    return wanted.empty() || (value && std::find(wanted.begin(), wanted.end(), *value) != wanted.end());
  }
  template <class T>
  static bool is(const std::optional<T>& wanted, const std::optional<T>& value) {
    return !wanted || wanted == value;
  }
  /// As `questions` ask.
  static bool is_found(const std::optional<std::string>& text, const ticket& t) {
    return !text || (text->starts_with('-') ? t.title != text->substr(1) : t.title == *text);
  }
  static bool passes(const ticket_filter& f, const ticket& t) {
    return is_found(f.text, t) && among(f.status, std::optional{t.status}) && among(f.priority, t.priority)
           && is(f.category, t.category) && is(f.ai_status, std::optional{t.ai.status})
           && is(f.assignee_id, t.assignee_id) && is(f.department, t.department) && is(f.created_by, t.created_by)
           && (!f.tag || std::count(t.tags.begin(), t.tags.end(), *f.tag) > 0)
           && (!f.created_after || t.created_at > *f.created_after)
           && (!f.created_before || t.created_at < *f.created_before);
  }
  static std::int64_t sort_key(ticket_sort sort, const ticket& t) {
    switch (sort) {
      case ticket_sort::id: return 0;
      case ticket_sort::created_at: return to_micros(t.created_at);
      case ticket_sort::updated_at: return to_micros(t.updated_at);
      case ticket_sort::priority: return t.priority ? static_cast<std::int64_t>(*t.priority) + 1 : 0;
    }
    return 0;
  }

  texts expected(const list_tickets& asked) const {
    auto rows = model;
    std::erase_if(rows, [&](const ticket& t) { return !passes(asked.filter, t); });
    std::sort(rows.begin(), rows.end(), [&](const ticket& a, const ticket& b) {
      auto before = std::pair{sort_key(asked.sort, a), a.id} < std::pair{sort_key(asked.sort, b), b.id};
      return before == asked.ascending;
    });
    texts all;
    for (const auto& t : rows)
      all.push_back(to_json(t));
    return all;
  }

  /// All pages, one after the other.
  texts all_pages(list_tickets asked) {
    texts all;
    for (int n = 0; n <= ticket_count; ++n) {
      auto page = reader->list(asked).value();
      EXPECT_LE(page.items.size(), static_cast<std::size_t>(asked.page.limit));
      all.insert(all.end(), page.items.begin(), page.items.end());
      if (page.next.empty())
        return all;
      asked.page.after = page.next;
    }
    ADD_FAILURE() << "the pages do not end";
    return all;
  }

  unsigned seed = std::random_device{}();
  std::mt19937 dice{seed};
  std::vector<user_id> people;
  std::vector<department_id> places;
  texts categories{"billing", "technical", "general"};
  texts tags{"vip", "späti", "x\ny", "\"q\""};
  texts words{"printer", "zebra", "späti"};
  texts questions{"printer", "zebra", "-printer"};
  std::vector<ticket> model;
};

TEST_P(list_contract, any_filters_sort_and_page_find_what_a_look_at_each_ticket_finds) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (int round = 0; round < 400; ++round) {
    list_tickets asked;
    asked.scope = staff;
    asked.filter = random_filter();
    asked.sort = any<ticket_sort>();
    asked.ascending = pick(2) == 0;
    asked.page.limit = 1 + pick(30);
    auto wanted = expected(asked);
    ASSERT_EQ(all_pages(asked), wanted) << "round " << round;
    asked.page.offset = pick(40);
    auto page = reader->list(asked).value();
    auto from = std::min(wanted.size(), static_cast<std::size_t>(asked.page.offset));
    auto to = std::min(wanted.size(), from + static_cast<std::size_t>(asked.page.limit));
    texts slice{wanted.begin() + std::ptrdiff_t(from), wanted.begin() + std::ptrdiff_t(to)};
    ASSERT_EQ(page.items, slice) << "round " << round << " by offset";
    ASSERT_EQ(page.next.empty(), to == wanted.size());
  }
}

TEST_P(list_contract, any_two_filters_in_any_order_page_by_page) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  auto filters = each_filter();
  for (std::size_t one = 0; one < filters.size(); ++one)
    for (std::size_t other = one; other < filters.size(); ++other)
      for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
        for (bool ascending : {false, true}) {
          list_tickets asked{staff, {}, sort, ascending, {7, {}, 0}};
          filters[one](asked.filter);
          filters[other](asked.filter);
          ASSERT_EQ(all_pages(asked), expected(asked))
            << "filters " << one << " and " << other << " by " << enum_name(sort) << (ascending ? " ascending" : "");
        }
}

/// For engines that find words.
class found_list_contract : public list_contract {};

TEST_P(found_list_contract, words_and_any_filter_in_any_order_page_by_page) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const auto& narrow : each_filter())
    for (const auto& question : questions)
      for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
        for (bool ascending : {false, true}) {
          list_tickets asked{staff, {}, sort, ascending, {7, {}, 0}};
          narrow(asked.filter);
          asked.filter.text = question;
          ASSERT_EQ(all_pages(asked), expected(asked)) << question << " by " << enum_name(sort);
        }
}

TEST_P(list_contract, a_place_that_no_ticket_has_is_a_place_all_the_same) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  constexpr std::string_view id = ":018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e";
  for (auto any_status : {std::vector<ticket_status>{}, {ticket_status::open, ticket_status::waiting}})
    for (auto any_priority : {std::vector<ticket_priority>{}, {ticket_priority::low, ticket_priority::urgent}})
      for (bool ascending : {false, true}) {
        list_tickets asked{staff, {}, ticket_sort::priority, ascending, {100, {}, 0}};
        asked.filter.status = any_status;
        asked.filter.priority = any_priority;
        auto all = expected(asked);
        asked.page.after = std::string{"99"}.append(id);
        EXPECT_EQ(all_pages(asked), ascending ? texts{} : all);
        asked.page.after = std::string{"-99"}.append(id);
        EXPECT_EQ(all_pages(asked), ascending ? all : texts{});
      }
}

TEST_P(list_contract, a_page_goes_on_where_the_last_ended_whatever_came_between) {
  list_tickets asked;
  asked.scope = staff;
  asked.page.limit = 10;
  auto first = reader->list(asked).value();
  auto second = list_tickets{asked};
  second.page.after = first.next;
  auto before = reader->list(second).value();
  store(1'000, at(5'000));
  EXPECT_EQ(reader->list(second).value().items, before.items);
}

TEST_P(list_contract, a_cursor_of_another_list_or_of_nobody_is_refused) {
  list_tickets asked;
  asked.scope = staff;
  for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
    for (std::string after :
         {"x", "1:2", ":", "1:", "12", "' OR 1=1 --", "99999999999999999999:018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e",
          "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0", "1x:018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e"}) {
      asked.sort = sort;
      asked.page.after = after;
      auto answer = reader->list(asked);
      ASSERT_FALSE(answer) << after;
      EXPECT_EQ(answer.error().code, error_code::invalid_cursor) << after;
    }
}

TEST_P(list_contract, who_may_see_no_tickets_sees_none_and_customers_see_no_advice) {
  list_tickets asked;
  EXPECT_TRUE(reader->list(asked).value().items.empty());
  asked.scope = {true, false};
  auto page = reader->list(asked).value();
  ASSERT_FALSE(page.items.empty());
  for (const auto& item : page.items) {
    EXPECT_EQ(item.find("\"ai\""), std::string::npos);
    EXPECT_NE(item.find("\"title\""), std::string::npos);
  }
}

TEST_P(list_contract, times_at_the_ends_of_the_calendar_are_only_filters) {
  list_tickets asked;
  asked.scope = staff;
  asked.page.limit = 100;
  asked.filter.created_after = timestamp::min();
  asked.filter.created_before = timestamp::max();
  auto all = all_pages(asked);
  EXPECT_EQ(all.size(), model.size());
  asked.filter.created_after = timestamp::max();
  EXPECT_TRUE(all_pages(asked).empty());
  asked.filter.created_after.reset();
  asked.filter.created_before = timestamp::min();
  EXPECT_TRUE(all_pages(asked).empty());
}

TEST_P(list_contract, counts_are_those_of_the_lists) {
  auto counts = reader->count();
  for (auto name : enum_names<ticket_status>())
    EXPECT_EQ(counts.tickets_by_status.at(std::string{name}),
              std::count_if(model.begin(), model.end(), [&](const ticket& t) { return enum_name(t.status) == name; }));
}

} // namespace callboard::contract
