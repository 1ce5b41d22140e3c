#pragma once

#include "tests/contract/store_fixture.hpp"

// Writing tickets: all or nothing, each item alone, once.
namespace callboard::contract {

TEST_P(store_contract, a_created_ticket_loads_as_it_was_written) {
  create_ticket body;
  body.title = "Überraschung \"quoted\" \n\t 漢字 😀";
  body.tags = {"vip", "späti"};
  body.priority = ticket_priority::urgent;
  body.requester = requester{"Ann", "ann@example.com"};
  auto made = store(17, at(5), body);
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
  EXPECT_EQ(reader->load({{{}, 17}, {}}).state, made.state) << "by its number";
  EXPECT_EQ(tickets().items, std::vector{to_json(made.state.ticket)}) << "byte for byte";
  EXPECT_FALSE(reader->load({{{}, 18}, {}}).state);
  EXPECT_FALSE(loaded(ticket_id::make()));
}

TEST_P(store_contract, every_time_of_a_ticket_keeps_its_microseconds) {
  auto made = store(1, at(1));
  change_ticket resolve;
  resolve.status = ticket_status::resolved;
  commit(made.asked(resolve, at(2)));
  change_ticket close;
  close.status = ticket_status::closed;
  commit(made.asked(close, at(3)));
  auto back = loaded(made.state.ticket.id);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, made.state);
  EXPECT_EQ(back->ticket.resolved_at, at(2));
  EXPECT_EQ(back->ticket.closed_at, at(3));
}

TEST_P(store_contract, a_stale_write_conflicts_and_leaves_nothing) {
  auto made = store(1);
  auto stale = made;
  ASSERT_EQ(commit(made.said("first", at(1))).status, stored);
  auto late = keyed(stale.said("second", at(2)), "late");
  ticket_part(late).jobs.push_back(classify_job(made.state.ticket.id, "another input"));
  auto head = reader->read({0, 100}).head;
  EXPECT_EQ(commit(late).status, version_conflict);
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
  EXPECT_EQ(events_of(made.state.ticket.id), (texts{"ticket.created", "message.added", "ai.cancelled"}));
  EXPECT_EQ(reader->read({0, 100}).head, head);
  EXPECT_EQ(jobs("state").size(), 1u);
  EXPECT_FALSE(reader->find(find_reply{{}, "late"}));
}

TEST_P(store_contract, a_write_to_a_ticket_that_is_not_there_conflicts) {
  auto [made, creation] = test_ticket::made(1, at(0));
  EXPECT_EQ(commit(made.said("hello", at(1))).status, version_conflict);
  EXPECT_TRUE(tickets().items.empty());
}

TEST_P(store_contract, creating_twice_conflicts_and_the_same_command_is_recognised) {
  auto [made, creation] = test_ticket::made(1, at(0));
  auto other = creation;
  other.command_id = command_id::make();
  EXPECT_EQ(commit_all({creation, creation, other}), (statuses{stored, duplicate_command, version_conflict}));
  EXPECT_EQ(commit(creation).status, duplicate_command);
}

TEST_P(store_contract, a_command_is_recognised_however_far_the_ticket_has_gone_on) {
  auto made = store(1);
  auto first = made.said("first", at(1));
  commit(first);
  commit(made.said("second", at(2)));
  auto again = made.said("first", at(3));
  again.command_id = first.command_id;
  EXPECT_EQ(commit(again).status, duplicate_command);
  EXPECT_EQ(events_of(made.state.ticket.id).size(), 4u);
  auto id = made.state.ticket.id;
  auto found = reader->load({{id, 0}, first.command_id}).committed;
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, ticket_part(first).events.front().id);
  EXPECT_EQ(found->first_version, ticket_part(first).events.front().version);
  EXPECT_EQ(found->last_version, ticket_part(first).events.back().version);
  EXPECT_EQ(found->time, at(1));
  EXPECT_FALSE(reader->load({{id, 0}, command_id::make()}).committed);
}

TEST_P(store_contract, several_tickets_are_loaded_at_once_each_as_it_was_asked_for) {
  auto [one, creation] = test_ticket::made(1, at(0));
  auto [two, second] = test_ticket::made(2, at(1));
  ASSERT_EQ(commit_all({creation, second}), (statuses{stored, stored}));
  std::vector<load_ticket> asked{{{two.state.ticket.id, 0}, second.command_id},
                                 {{ticket_id::make(), 0}, {}},
                                 {{{}, 1}, {}},
                                 {{{}, 3}, creation.command_id},
                                 {{two.state.ticket.id, 0}, creation.command_id}};
  auto found = reader->load_each(asked);
  ASSERT_EQ(found.size(), asked.size());
  EXPECT_EQ(found[0]->state, two.state);
  ASSERT_TRUE(found[0]->committed);
  EXPECT_EQ(found[0]->committed->first_version, 1);
  EXPECT_FALSE(found[1]->state);
  EXPECT_EQ(found[2]->state, one.state);
  EXPECT_FALSE(found[2]->committed);
  EXPECT_FALSE(found[3]->state);
  EXPECT_EQ(found[4]->state, two.state);
  EXPECT_FALSE(found[4]->committed) << "another ticket's command";
  EXPECT_TRUE(reader->load_each({}).empty());
}

TEST_P(store_contract, a_command_of_several_events_is_stored_whole) {
  auto made = store(1);
  auto item = made.asked(claim_ticket{person()}, at(1));
  ASSERT_GT(ticket_part(item).events.size(), 2u);
  auto outcome = commit(item);
  EXPECT_EQ(outcome.status, stored);
  EXPECT_EQ(outcome.feed_id, reader->read({0, 100}).head);
  EXPECT_EQ(events_of(made.state.ticket.id),
            (texts{"ticket.created", "ticket.claimed", "ticket.assigned", "ticket.status_changed", "ai.cancelled"}));
}

TEST_P(store_contract, writes_to_one_ticket_in_one_batch_build_on_each_other) {
  auto [made, creation] = test_ticket::made(1, at(0));
  auto stale = made;
  auto first = made.said("first", at(1));
  auto second = made.said("second", at(2));
  auto beside = stale.said("beside", at(3));
  EXPECT_EQ(commit_all({creation, first, beside, second}), (statuses{stored, stored, version_conflict, stored}));
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
}

TEST_P(store_contract, versions_with_a_gap_are_refused) {
  auto [made, creation] = test_ticket::made(1, at(0));
  auto gap = creation;
  ticket_part(gap).events.front().version = 2;
  EXPECT_EQ(commit(gap).status, failed);
  auto ahead = creation;
  ticket_part(ahead).after.ticket.version = 5;
  EXPECT_EQ(commit(ahead).status, failed);
  EXPECT_TRUE(tickets().items.empty());
}

TEST_P(store_contract, one_poisoned_item_among_many_fails_alone) {
  std::vector<journal_item> batch;
  for (int i = 1; i <= 64; ++i)
    batch.push_back(keyed(test_ticket::made(i == 40 ? 7 : i, at(i)).second, "key" + std::to_string(i)));
  auto outcomes = writer->commit(batch);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    EXPECT_EQ(outcomes[i].status, i == 39 ? failed : stored) << i;
  EXPECT_FALSE(outcomes[39].detail.empty());
  EXPECT_EQ(numbers().size(), 63u);
  EXPECT_FALSE(reader->find(find_reply{{}, "key40"}));
  EXPECT_TRUE(reader->find(find_reply{{}, "key41"}));
  auto feed = reader->read({0, 100});
  EXPECT_EQ(feed.events.size(), 63u);
  EXPECT_EQ(feed.head - feed.oldest, 62) << "the failed item left no hole";
}

TEST_P(store_contract, a_batch_of_poison_fails_item_by_item) {
  auto made = store(1);
  std::vector<journal_item> batch;
  for (int i = 0; i < 8; ++i)
    batch.push_back(test_ticket::made(1, at(i)).second);
  EXPECT_EQ(commit_all(batch), statuses(8, failed));
  EXPECT_EQ(commit(made.said("still here", at(9))).status, stored);
}

TEST_P(store_contract, an_empty_batch_is_nothing) { EXPECT_TRUE(writer->commit({}).empty()); }

TEST_P(store_contract, a_deleted_ticket_loads_and_is_in_no_view) {
  create_ticket body;
  body.tags = {"gone"};
  auto made = store(1, at(0), body);
  auto id = made.state.ticket.id;
  commit(made.said("hello", at(1)));
  commit(made.asked(delete_ticket{}, at(2)));
  ASSERT_TRUE(loaded(id));
  EXPECT_TRUE(loaded(id)->memory.deleted);
  EXPECT_TRUE(tickets().items.empty());
  ticket_filter by_tag;
  by_tag.tag = "gone";
  EXPECT_TRUE(tickets(by_tag).items.empty());
  EXPECT_EQ(reader->list(list_messages{staff, id, {}}).error().code, error_code::not_found);
  EXPECT_EQ(reader->list(list_events{staff, id, {}}).error().code, error_code::not_found);
  EXPECT_EQ(reader->count().tickets_by_status.at("open"), 0);
  EXPECT_TRUE(reader->texts({0, 10}).entries.at(0).remove);
}

TEST_P(store_contract, a_write_without_events_leaves_the_ticket_alone) {
  auto made = store(1);
  auto job = claim(at(1)).jobs.at(0);
  ticket_write w;
  w.after = made.state;
  w.expected_version = 99;
  w.completion = job_completion{job.id, job.claim_token, job_state::cancelled, "claimed"};
  auto outcome = commit(keyed(item_of(at(2), w), "refused"));
  EXPECT_EQ(outcome.status, stored);
  EXPECT_EQ(outcome.feed_id, 0);
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
  EXPECT_EQ(jobs("state"), texts{"cancelled"});
  EXPECT_EQ(jobs("last_error"), texts{"claimed"});
  EXPECT_TRUE(reader->find(find_reply{{}, "refused"}));
}

// --- replies kept under a key ---

TEST_P(store_contract, a_kept_reply_comes_back_byte_for_byte_and_the_effect_happens_once) {
  auto first = keyed(test_ticket::made(1, at(0)).second, "k", "{\"a\":\"ü\"}");
  first.keep->reply.retry_after_s = 3;
  first.keep->reply.problem = true;
  auto twin = keyed(test_ticket::made(2, at(0)).second, "k", "{\"b\":2}");
  auto outcomes = writer->commit(std::vector{first, twin});
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[1].status, duplicate_key);
  ASSERT_TRUE(outcomes[1].kept);
  EXPECT_EQ(outcomes[1].kept->reply, first.keep->reply);
  EXPECT_EQ(outcomes[1].kept->idempotency, first.keep->idempotency);
  EXPECT_EQ(numbers(), texts{"1"});
  auto later = commit(twin);
  EXPECT_EQ(later.status, duplicate_key);
  EXPECT_EQ(later.kept->reply, first.keep->reply);
  EXPECT_EQ(reader->find(find_reply{{}, "k"})->reply, first.keep->reply);
}

TEST_P(store_contract, a_key_is_its_principals_own) {
  auto mine = keyed(item_of(at(0), reply_only{}), "k", "mine");
  auto theirs = keyed(item_of(at(0), reply_only{}), "k", "theirs");
  theirs.who = {actor_type::user, "somebody else"};
  auto systems = keyed(item_of(at(0), reply_only{}), "k", "system's");
  systems.who = {actor_type::system, "anonymous"};
  EXPECT_EQ(commit_all({mine, theirs, systems}), (statuses{stored, stored, stored}));
  EXPECT_EQ(reader->find(find_reply{theirs.who, "k"})->reply.body, "theirs");
  EXPECT_EQ(reader->find(find_reply{systems.who, "k"})->reply.body, "system's");
  EXPECT_FALSE(reader->find(find_reply{{actor_type::ai, "anonymous"}, "k"}));
}

TEST_P(store_contract, expired_replies_are_tidied_away_and_their_keys_are_free) {
  for (int i = 0; i < 3; ++i)
    commit(keyed(item_of(at(i * 1'000), reply_only{}), "k" + std::to_string(i)));
  EXPECT_FALSE(writer->tidy({at(11'500), duration_ms{10'000}, duration_ms{1'000'000}}));
  EXPECT_FALSE(reader->find(find_reply{{}, "k0"}));
  EXPECT_FALSE(reader->find(find_reply{{}, "k1"}));
  EXPECT_TRUE(reader->find(find_reply{{}, "k2"}));
  EXPECT_EQ(commit(keyed(item_of(at(20'000), reply_only{}), "k0")).status, stored);
}

TEST_P(store_contract, tidying_goes_by_chunks_and_says_when_there_is_more) {
  std::vector<journal_item> batch;
  for (int i = 0; i < 600; ++i)
    batch.push_back(keyed(item_of(at(0), reply_only{}), "k" + std::to_string(i)));
  writer->commit(batch);
  tidy_store all{at(100'000), duration_ms{1}, duration_ms{1'000'000}};
  EXPECT_TRUE(writer->tidy(all));
  EXPECT_FALSE(writer->tidy(all));
  EXPECT_FALSE(reader->find(find_reply{{}, "k599"}));
}

// --- numbers ---

TEST_P(store_contract, blocks_of_numbers_never_overlap_not_even_after_a_restart) {
  auto first = writer->reserve_numbers(100);
  auto second = writer->reserve_numbers(1);
  reopen();
  auto third = writer->reserve_numbers(10);
  EXPECT_EQ(first.first, 1);
  EXPECT_EQ(first.count, 100);
  EXPECT_EQ(second.first, 101);
  EXPECT_EQ(third.first, 102);
}

TEST_P(store_contract, everything_is_there_after_a_restart) {
  auto made = store(1);
  commit(made.said("hello", at(1)));
  auto before = engine->identity();
  auto feed = reader->read({0, 10});
  reopen();
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
  EXPECT_EQ(engine->identity().cursor_key, before.cursor_key);
  EXPECT_EQ(before.cursor_key.size(), 32u);
  EXPECT_EQ(engine->identity().feed_epoch, before.feed_epoch);
  EXPECT_EQ(reader->read({0, 10}).head, feed.head);
  EXPECT_EQ(commit(made.said("again", at(2))).feed_id, feed.head + 1);
}

} // namespace callboard::contract
