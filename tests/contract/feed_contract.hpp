#pragma once

#include "tests/contract/store_fixture.hpp"

#include "domain/views.hpp"

// What was committed, in the order of commits; messages and histories.
namespace callboard::contract {

TEST_P(store_contract, the_feed_has_every_event_once_in_the_order_of_commits) {
  EXPECT_EQ(reader->read({0, 10}).head, 0);
  EXPECT_EQ(reader->read({0, 10}).oldest, 0);
  auto made = store(1);
  auto ann = test_user("Ann", "ann@example.com", at(1));
  commit(directory_item("user.created", ann));
  commit(made.asked(claim_ticket{ann.id}, at(2)));
  auto all = reader->read({0, 100});
  texts types;
  std::int64_t id = 0;
  for (const auto& event : all.events) {
    types.push_back(event->type);
    EXPECT_EQ(event->feed_id, ++id);
  }
  EXPECT_EQ(types, (texts{"ticket.created", "user.created", "ticket.claimed", "ticket.assigned",
                          "ticket.status_changed", "ai.cancelled"}));
  EXPECT_EQ(all.head, 6);
  EXPECT_EQ(all.oldest, 1);
  auto part = reader->read({2, 3});
  ASSERT_EQ(part.events.size(), 3u);
  EXPECT_EQ(part.events[0]->type, "ticket.claimed");
  EXPECT_GE(part.head, 5) << "of a full page its last, or more";
  EXPECT_TRUE(reader->read({6, 10}).events.empty());
  EXPECT_TRUE(reader->read({1'000, 10}).events.empty());
}

TEST_P(store_contract, the_index_is_told_each_ticket_whose_words_may_have_changed) {
  EXPECT_EQ(reader->texts({0, 10}).feed_id, 0);
  auto first = store(1);
  auto second = store(2);
  commit(first.said("the first", at(1)));
  commit(first.said("the second", at(2)));
  commit(directory_item("user.created", test_user("Ann", "ann@example.com", at(3))));
  auto all = reader->texts({0, 100});
  EXPECT_EQ(all.feed_id, reader->read({0, 100}).head);
  EXPECT_FALSE(all.more);
  ASSERT_EQ(all.entries.size(), 2u);
  auto entry = std::find_if(all.entries.begin(), all.entries.end(),
                            [&](const search_entry& e) { return e.id == first.state.ticket.id; });
  ASSERT_NE(entry, all.entries.end());
  EXPECT_EQ(entry->title, first.state.ticket.title);
  EXPECT_EQ(entry->text, first.state.ticket.description + "\nthe second\nthe first");

  auto part = reader->texts({0, 1});
  EXPECT_EQ(part.feed_id, 1);
  EXPECT_TRUE(part.more);
  ASSERT_EQ(part.entries.size(), 1u);
  EXPECT_EQ(part.entries[0].id, first.state.ticket.id);

  change_ticket change;
  change.status = ticket_status::in_progress;
  commit(second.asked(change, at(4)));
  auto silent = reader->texts({all.feed_id, 100});
  EXPECT_TRUE(silent.entries.empty());
  EXPECT_EQ(silent.feed_id, reader->read({0, 100}).head) << "the index moves on all the same";
  commit(second.asked(delete_ticket{}, at(5)));
  auto gone = reader->texts({silent.feed_id, 100});
  ASSERT_EQ(gone.entries.size(), 1u);
  EXPECT_TRUE(gone.entries[0].remove);
  EXPECT_EQ(reader->texts({gone.feed_id, 100}).feed_id, gone.feed_id);
}

TEST_P(store_contract, a_fed_event_has_all_that_a_subscription_needs) {
  create_ticket body;
  body.category = "billing";
  auto made = store(1, at(0), body);
  change_ticket edit;
  edit.status = ticket_status::waiting;
  auto change = made.asked(edit, at(1), {actor_type::user, "ann"});
  commit(change);
  auto event = reader->read({1, 1}).events.at(0);
  EXPECT_EQ(event->source, feed_source::ticket);
  EXPECT_EQ(event->subject, made.state.ticket.id.bytes);
  EXPECT_EQ(event->version, 2);
  EXPECT_EQ(event->context, context_of(made.state.ticket));
  ASSERT_TRUE(event->before);
  EXPECT_EQ(event->before->status, ticket_status::open);
  auto view = from_json_text<event_view>(event->json, read_as::request);
  ASSERT_TRUE(view) << event->json;
  EXPECT_EQ(view->id, ticket_part(change).events[0].id);
  EXPECT_EQ(view->type, "ticket.status_changed");
  EXPECT_EQ(view->ticket_id, made.state.ticket.id);
  EXPECT_EQ(view->version, 2);
  EXPECT_EQ(view->actor, (principal{actor_type::user, "ann"}));
  EXPECT_EQ(view->data.text, ticket_part(change).events[0].data);
  EXPECT_FALSE(reader->read({0, 1}).events.at(0)->before);
  EXPECT_EQ(reader->list(list_events{staff, made.state.ticket.id, {}}).value().items.at(1), event->json)
    << "history and feed say the same";
}

TEST_P(store_contract, a_fed_event_of_the_directory_shows_its_subject) {
  auto sales = test_department("Sales", at(0));
  commit(directory_item("department.created", sales));
  auto event = reader->read({0, 1}).events.at(0);
  EXPECT_EQ(event->source, feed_source::directory);
  EXPECT_EQ(event->subject, sales.id.bytes);
  auto view = from_json_text<event_view>(event->json, read_as::request);
  ASSERT_TRUE(view) << event->json;
  EXPECT_FALSE(view->ticket_id);
  EXPECT_EQ(view->data.text, "{\"department\":" + to_json(sales) + "}");
}

TEST_P(store_contract, the_feed_is_tidied_up_to_what_search_has_read_and_never_emptied) {
  for (int i = 1; i <= 4; ++i)
    store(i, at(i * 1'000));
  auto tidy = [&](int ms) { writer->tidy({at(ms), duration_ms{1'000'000}, duration_ms{10'000}}); };
  tidy(50'000);
  EXPECT_EQ(reader->read({0, 10}).oldest, 1) << "search has read nothing";
  writer->index({{}, 3});
  tidy(12'500);
  EXPECT_EQ(reader->read({0, 10}).oldest, 3) << "two were old enough";
  tidy(50'000);
  EXPECT_EQ(reader->read({0, 10}).oldest, 4) << "search is at three";
  writer->index({{}, 4});
  tidy(50'000);
  auto left = reader->read({0, 10});
  EXPECT_EQ(left.oldest, 4);
  EXPECT_EQ(left.head, 4) << "the newest stays: what comes next counts on";
  auto made = store(5, at(60'000));
  EXPECT_EQ(reader->read({4, 10}).events.at(0)->feed_id, 5);
  EXPECT_EQ(events_of(made.state.ticket.id).size(), 1u);
}

TEST_P(store_contract, messages_are_listed_oldest_first_by_page) {
  auto made = store(1);
  commit(made.said("one", at(1)));
  commit(made.said("a note", at(2), message_kind::note));
  commit(made.asked(claim_ticket{person()}, at(3)));
  auto three = made.said("three", at(4));
  commit(three);
  auto list = [&](scope who, page_request page) {
    return reader->list(list_messages{who, made.state.ticket.id, std::move(page)});
  };
  auto first = list(staff, {2, {}, 0}).value();
  EXPECT_EQ(member_texts(first.items, "body"), (texts{"one", "a note"}));
  auto rest = list(staff, {2, first.next, 0}).value();
  EXPECT_EQ(member_texts(rest.items, "body"), texts{"three"});
  EXPECT_EQ(rest.next, "");
  auto view = from_json_text<message_view>(rest.items[0], read_as::request);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->id, ticket_part(three).events[0].id);
  EXPECT_EQ(view->ticket_id, made.state.ticket.id);
  EXPECT_EQ(view->version, made.state.ticket.version);
  EXPECT_EQ(view->kind, message_kind::reply);
  EXPECT_EQ(view->author, principal{});
  EXPECT_EQ(member_texts(list(staff, {5, {}, 1}).value().items, "body"), (texts{"a note", "three"}));
  scope customer{true, false};
  EXPECT_EQ(member_texts(list(customer, {5, {}, 0}).value().items, "body"), (texts{"one", "three"}));
  EXPECT_EQ(member_texts(list(customer, {1, {}, 0}).value().items, "body"), texts{"one"});
  EXPECT_EQ(list({false, false}, {}).error().code, error_code::not_found);
  EXPECT_EQ(list(staff, {2, "x1", 0}).error().code, error_code::invalid_cursor);
  EXPECT_EQ(list(staff, {2, "-1", 0}).error().code, error_code::invalid_cursor);
  EXPECT_EQ(reader->list(list_messages{staff, ticket_id::make(), {}}).error().code, error_code::not_found);
}

TEST_P(store_contract, a_history_is_listed_oldest_first_by_page) {
  auto made = store(1);
  for (int i = 1; i <= 4; ++i)
    commit(made.said("m", at(i)));
  auto list = [&](page_request page) {
    return member_texts(reader->list(list_events{staff, made.state.ticket.id, std::move(page)}).value().items,
                        "version");
  };
  EXPECT_EQ(list({2, {}, 0}), (texts{"1", "2"}));
  EXPECT_EQ(list({2, reader->list(list_events{staff, made.state.ticket.id, {2, {}, 0}}).value().next, 0}),
            (texts{"3", "4"}));
  EXPECT_EQ(list({9, {}, 5}), texts{"6"}) << "the first reply ended AI's turn";
  EXPECT_EQ(reader->list(list_events{{true, false}, made.state.ticket.id, {}}).error().code, error_code::not_found);
  EXPECT_EQ(reader->list(list_events{staff, made.state.ticket.id, {2, "1a", 0}}).error().code,
            error_code::invalid_cursor);
}

} // namespace callboard::contract
