#pragma once

#include "tests/contract/store_fixture.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

// What words find, and how the index follows the tickets.
namespace callboard::contract {

class search_contract : public store_contract {
protected:
  /// Writes a ticket and indexes it, as the indexer does.
  ticket_id indexed(std::int64_t number, std::string title, std::string description, texts messages = {}) {
    create_ticket body;
    body.title = std::move(title);
    body.description = std::move(description);
    body.category = number % 2 == 0 ? "billing" : "technical";
    auto made = store(number, at(number), body);
    for (auto& message : messages)
      commit(made.said(std::move(message), at(number)));
    index_all();
    return made.state.ticket.id;
  }
  texts found(std::string text, std::optional<std::string> category = std::nullopt) {
    ticket_filter f;
    f.text = std::move(text);
    f.category = std::move(category);
    return numbers(f);
  }
};

TEST_P(search_contract, words_phrases_and_what_must_be_absent) {
  indexed(1, "Refund for March", "The card was charged twice.");
  indexed(2, "Card declined", "My card was declined, please refund nothing.");
  indexed(3, "Printer", "It does not print.", {"Have you tried the café downstairs?", "charged twice again"});
  EXPECT_EQ(found("card"), (texts{"2", "1"}));
  EXPECT_EQ(found("CARD refund"), (texts{"2", "1"}));
  EXPECT_EQ(found("\"charged twice\""), (texts{"3", "1"}));
  EXPECT_EQ(found("\"twice charged\""), texts{});
  EXPECT_EQ(found("card -declined"), texts{"1"});
  EXPECT_EQ(found("card -\"charged twice\" -zebra"), texts{"2"});
  EXPECT_EQ(found("-card"), texts{"3"}) << "only absence";
  EXPECT_EQ(found("cafe"), texts{"3"}) << "accents do not matter";
  EXPECT_EQ(found("print*"), texts{"3"});
  EXPECT_EQ(found("pri"), texts{}) << "whole words unless asked otherwise";
  EXPECT_EQ(found("card", "billing"), texts{"2"});
  EXPECT_EQ(found("-card", "billing"), texts{});
  EXPECT_EQ(found("zebra"), texts{});
  EXPECT_EQ(found("refund – card"), (texts{"2", "1"})) << "a dash alone is no word";
  EXPECT_EQ(found("?!"), texts{}) << "no word at all finds nothing";
  EXPECT_EQ(found("  "), (texts{"3", "2", "1"})) << "nothing typed filters nothing";
}

TEST_P(search_contract, nothing_that_is_typed_is_an_operator_or_an_error) {
  indexed(1, "Refund AND card", "NEAR the OR, NOT here");
  for (std::string text : {"AND",
                           "OR",
                           "NOT",
                           "NEAR(a b)",
                           "title:card",
                           "{title text}:card",
                           "a AND",
                           "(",
                           ")",
                           "\"",
                           "\"unclosed card",
                           "^card",
                           "card^",
                           "a+b",
                           "*",
                           "-",
                           "--",
                           "-\"",
                           "\"\"",
                           "a\"b",
                           "card'; DROP TABLE ticket; --",
                           "%",
                           "_",
                           "\\",
                           "[x]",
                           "😀",
                           "\xff\xfe",
                           "a:b:c",
                           "-*",
                           "* *",
                           "\"a\"\"b\"",
                           "-(",
                           "col : x"}) {
    ticket_filter f;
    f.text = text;
    EXPECT_NO_THROW(tickets(f)) << text;
  }
  EXPECT_EQ(found("AND"), texts{"1"}) << "a word like any other";
  EXPECT_EQ(found(std::string{"re\0fund", 7}), texts{});
  std::string many;
  for (int i = 0; i < 5'000; ++i)
    many += "card ";
  EXPECT_EQ(found(many), texts{"1"});
}

TEST_P(search_contract, every_sort_and_page_holds_for_searches_too) {
  for (int i = 1; i <= 9; ++i)
    indexed(i, "card", "number " + std::to_string(i));
  for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
    for (bool ascending : {false, true}) {
      list_tickets asked{staff, {}, sort, ascending, {4, {}, 0}};
      asked.filter.text = "card";
      asked.filter.created_after = at(0);
      texts all;
      do {
        auto page = reader->list(asked).value();
        for (auto& number : member_texts(page.items, "number"))
          all.push_back(number);
        asked.page.after = page.next;
      } while (!asked.page.after.empty());
      texts wanted{"1", "2", "3", "4", "5", "6", "7", "8", "9"};
      if (!ascending)
        std::reverse(wanted.begin(), wanted.end());
      EXPECT_EQ(all, wanted) << enum_name(sort) << ascending;
      asked.page.offset = 7;
      EXPECT_EQ(reader->list(asked).value().items.size(), 2u);
    }
}

TEST_P(search_contract, the_index_follows_changes_and_deletions) {
  auto id = indexed(1, "Refund", "card");
  test_ticket made{*loaded(id), {}};
  change_ticket edit;
  edit.title = "Printer";
  edit.description = "paper";
  commit(made.asked(edit, at(5)));
  EXPECT_EQ(found("refund"), texts{"1"}) << "the index is behind until the indexer comes";
  index_all();
  EXPECT_EQ(found("refund"), texts{});
  EXPECT_EQ(found("printer paper"), texts{"1"});
  commit(made.asked(delete_ticket{}, at(6)));
  EXPECT_EQ(found("printer"), texts{}) << "a deleted ticket is gone at once";
  auto page = reader->texts({0, 10});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_TRUE(page.entries[0].remove);
  writer->index({page.entries, page.feed_id});
  EXPECT_EQ(found("-zebra"), texts{});
  EXPECT_EQ(engine->identity().search_feed_id, page.feed_id);
  writer->index({{}, page.feed_id - 1});
  EXPECT_EQ(engine->identity().search_feed_id, page.feed_id) << "the index never goes back";
}

TEST_P(search_contract, texts_are_the_description_and_all_messages) {
  auto made = store(1);
  commit(made.said("first \"quoted\"\nline", at(1)));
  commit(made.said("a note", at(2), message_kind::note));
  auto entry = reader->texts({0, 100}).entries.at(0);
  EXPECT_FALSE(entry.remove);
  EXPECT_EQ(entry.title, made.state.ticket.title);
  EXPECT_EQ(entry.text, made.state.ticket.description + "\na note\nfirst \"quoted\"\nline");
}

TEST_P(search_contract, texts_without_end_are_cut_the_newest_messages_stay) {
  auto made = store(1);
  for (int i = 1; i <= 40; ++i)
    commit(made.said(std::to_string(i) + std::string(10'000, 'x'), at(i)));
  auto entry = reader->texts({0, 100}).entries.at(0);
  EXPECT_LT(entry.text.size(), 300'000u);
  EXPECT_NE(entry.text.find("\n40x"), std::string::npos);
  EXPECT_EQ(entry.text.find("\n1x"), std::string::npos);
}

TEST_P(search_contract, whatever_was_changed_up_to_a_page_is_told_by_then_however_often_it_was) {
  constexpr int ticket_count = 6;
  std::mt19937 dice{11};
  std::vector<test_ticket> all;
  std::map<ticket_id, std::int64_t> last; // where each was changed last
  for (int i = 0; i < ticket_count; ++i)
    all.push_back(store(i + 1));
  for (int i = 0; i < 90; ++i) {
    auto& ticket = all[std::min(dice() % ticket_count, dice() % ticket_count)];
    last[ticket.state.ticket.id] = commit(ticket.said(std::to_string(i) + std::string(20'000, 'x'), at(i))).feed_id;
  }
  for (int limit : {1, 2, 5, 40, 1'000}) {
    std::set<ticket_id> told;
    std::int64_t after = 0;
    for (bool more = true; more;) {
      auto page = reader->texts({after, limit});
      more = page.more;
      ASSERT_TRUE(page.feed_id > after || !more) << limit;
      after = page.feed_id;
      for (const auto& entry : page.entries)
        told.insert(entry.id);
      for (const auto& [id, last_change] : last)
        EXPECT_TRUE(last_change > after || told.contains(id)) << limit;
      EXPECT_LE(page.entries.size(), static_cast<std::size_t>(limit));
    }
    EXPECT_EQ(told.size(), all.size()) << limit;
  }
}

TEST_P(search_contract, a_page_has_not_too_many_tickets_however_little_each_says) {
  create_ticket body;
  body.title = body.description = "x";
  std::vector<journal_item> items;
  for (int i = 1; i <= 1'200; ++i)
    items.push_back(test_ticket::made(i, at(i), body).second);
  writer->commit(items);
  auto page = reader->texts({0, 1'000});
  EXPECT_LE(page.entries.size(), 600u);
  EXPECT_GE(page.entries.size(), 100u);
  EXPECT_TRUE(page.more);
}

TEST_P(search_contract, a_page_goes_as_far_as_what_it_tells) {
  for (int i = 1; i <= 60; ++i)
    store(i, at(i));
  auto page = reader->texts({0, 60});
  EXPECT_EQ(page.feed_id, static_cast<std::int64_t>(page.entries.size())) << "each ticket is one event";
  EXPECT_GE(page.feed_id, 10);
}

TEST_P(search_contract, a_ticket_that_is_changed_all_the_time_is_told_all_the_same) {
  constexpr std::size_t ticket_count = 6;
  std::vector<test_ticket> all;
  std::map<ticket_id, int> told;
  for (std::size_t i = 0; i < ticket_count; ++i)
    all.push_back(store(static_cast<std::int64_t>(i) + 1));
  auto say_more = [&](int round) {
    for (auto& ticket : all)
      commit(ticket.said(std::string(20'000, 'x'), at(round)));
  };
  for (int i = 0; i < 14; ++i)
    say_more(i);
  auto after = reader->read({0, 1'000}).head; // from here on they come as they are changed
  for (int round = 0; round < 60; ++round) {
    say_more(20 + round);
    auto page = reader->texts({after, 30});
    after = page.feed_id;
    for (const auto& entry : page.entries)
      ++told[entry.id];
  }
  for (const auto& ticket : all)
    EXPECT_GE(told[ticket.state.ticket.id], 3) << ticket.state.ticket.number;
}

TEST_P(search_contract, customers_cannot_search_what_they_cannot_see) {
  indexed(1, "Refund", "card");
  list_tickets asked{{true, false}, {}, ticket_sort::id, false, {}};
  asked.filter.text = "card";
  EXPECT_TRUE(reader->list(asked).value().items.empty());
}

} // namespace callboard::contract
