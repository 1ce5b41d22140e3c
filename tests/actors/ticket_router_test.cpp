#include "tests/actors/router_test.hpp"

#include <set>

namespace callboard::testing {
namespace {

class ticket_router : public router_test {
protected:
  create_ticket_command creation(std::string title = "Charged twice") {
    create_ticket_command command{meta(), ticket_id::make(), {}};
    command.body.title = std::move(title);
    command.body.description = "See the invoice.";
    return command;
  }
};

TEST_F(ticket_router, creates_without_an_actor_and_numbers_tickets_in_order) {
  auto first = ask<reply>(router, creation());
  auto second = ask<reply>(router, creation());
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.etag, "\"v1\"");
  EXPECT_NE(first.body.find("\"number\":1,"), std::string::npos);
  EXPECT_NE(second.body.find("\"number\":2,"), std::string::npos);
  EXPECT_EQ(store.jobs.size(), 2u);
  EXPECT_EQ(home.snapshots.size(), 0u);
}

TEST_F(ticket_router, says_who_of_those_named_is_not_there) {
  store.unknown = {"created_by", "department"};
  auto mistakes = [](const reply& answer) {
    std::vector<std::string> all;
    auto value = parse_json(answer.body);
    for (const auto& each : value->at("errors").as_array())
      all.emplace_back(each.at("pointer").as_string());
    return all;
  };
  auto created = ask<reply>(router, creation());
  EXPECT_EQ(created.status, 400);
  EXPECT_EQ(mistakes(created), (std::vector<std::string>{"/created_by", "/department"}));
  auto t = put_ticket().ticket;
  store.unknown = {"assignee_id", "claimed_by"};
  auto claimed = ask<reply>(router, command_on(t.id, claim_ticket{user_id::make()}));
  EXPECT_EQ(claimed.status, 400);
  EXPECT_EQ(mistakes(claimed), std::vector<std::string>{"/user_id"});
  store.unknown.clear();
  EXPECT_EQ(ask<reply>(router, command_on(t.id, claim_ticket{user_id::make()})).status, 200)
    << "nothing was kept of it";
  EXPECT_TRUE(crashes.empty());
}

TEST_F(ticket_router, a_creation_with_the_same_key_is_answered_with_the_stored_bytes) {
  auto command = creation();
  command.meta.idempotency = idempotency{"key-1", "hash"};
  auto first = ask<reply>(router, command);
  command.id = ticket_id::make();
  command.meta.id = command_id::make();
  auto again = ask<reply>(router, command);
  EXPECT_EQ(again.body, first.body);
  EXPECT_TRUE(again.replayed);
  command.meta.idempotency->request_hash = "other";
  EXPECT_EQ(ask<reply>(router, command).status, 422);
  EXPECT_EQ(store.tickets.size(), 1u);
}

TEST_F(ticket_router, refuses_a_creation_with_an_unknown_category_and_uses_no_number) {
  auto command = creation();
  command.body.category = "poetry";
  EXPECT_EQ(ask<reply>(router, command).status, 400);
  EXPECT_NE(ask<reply>(router, creation()).body.find("\"number\":1,"), std::string::npos);
}

TEST_F(ticket_router, a_command_spawns_the_actor_and_publishes_the_snapshot) {
  auto t = put_ticket().ticket;
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "looked at it"}));
  EXPECT_EQ(answer.status, 201);
  auto snapshot = home.snapshots.find(t.id);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->version, 2);
  EXPECT_EQ(home.snapshots.find(t.number), snapshot);
}

TEST_F(ticket_router, finds_a_ticket_by_its_number) {
  auto t = put_ticket().ticket;
  read_ticket question{{{}, t.number}, meta().deadline, "r", "/t"};
  auto answer = ask<reply>(router, question);
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find(to_string(t.id)), std::string::npos);
  EXPECT_EQ(ask<reply>(router, read_ticket{{{}, 999}, meta().deadline, {}, {}}).status, 404);
}

TEST_F(ticket_router, answers_404_for_unknown_and_deleted_tickets) {
  EXPECT_EQ(ask<reply>(router, read_ticket{{ticket_id::make(), 0}, meta().deadline, {}, {}}).status, 404);
  auto t = put_ticket().ticket;
  EXPECT_EQ(ask<reply>(router, command_on(t.id, delete_ticket{})).status, 204);
  EXPECT_EQ(ask<reply>(router, command_on(t.id, delete_ticket{})).status, 404);
  EXPECT_EQ(ask<reply>(router, read_ticket{{t.id, 0}, meta().deadline, {}, {}}).status, 404);
  EXPECT_EQ(home.snapshots.size(), 0u);
}

TEST_F(ticket_router, a_stale_version_gets_412_with_what_changed) {
  auto t = put_ticket().ticket;
  ask<reply>(router, command_on(t.id, add_message{message_kind::note, "one"}));
  auto command = command_on(t.id, add_message{message_kind::note, "two"});
  command.meta.expected_version = 1;
  auto answer = ask<reply>(router, command);
  EXPECT_EQ(answer.status, 412);
  auto body = parse_json(answer.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("current_version").as_int64(), 2);
  EXPECT_EQ(body->at("changes").as_array().size(), 1u);
}

TEST_F(ticket_router, commands_on_one_ticket_are_handled_in_order_and_none_is_lost) {
  auto t = put_ticket().ticket;
  auto a = send_request(router, command_on(t.id, add_message{message_kind::note, "a"}));
  auto b = send_request(router, command_on(t.id, add_message{message_kind::note, "b"}));
  auto c = send_request(router, command_on(t.id, add_message{message_kind::note, "c"}));
  EXPECT_EQ(answer_of<reply>(a).etag, "\"v2\"");
  EXPECT_EQ(answer_of<reply>(b).etag, "\"v3\"");
  EXPECT_EQ(answer_of<reply>(c).etag, "\"v4\"");
}

TEST_F(ticket_router, a_version_conflict_in_the_store_makes_the_actor_load_again) {
  auto t = put_ticket().ticket;
  ask<reply>(router, command_on(t.id, add_message{message_kind::note, "warm"}));
  // Somebody else wrote: what the actor believes is old.
  ++store.tickets[t.id].ticket.version;
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "late"}));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.etag, "\"v4\"");
}

TEST_F(ticket_router, a_store_that_is_unavailable_is_503_and_changes_nothing) {
  auto t = put_ticket().ticket;
  store.refuse = [](const journal_item&) { return std::optional{journal_status::unavailable}; };
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(ask<reply>(router, creation()).status, 503);
  store.refuse = [](const journal_item&) { return std::optional<journal_status>{}; };
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"})).etag, "\"v2\"");
}

TEST_F(ticket_router, what_is_published_is_marked_while_a_change_of_it_is_on_its_way) {
  auto id = put_ticket().ticket.id;
  EXPECT_EQ(ask<reply>(router, read_ticket{{id, 0}, meta().deadline, "test", {}}).status, 200);
  auto before = home.snapshots.find(id);
  EXPECT_FALSE(before->is_changing);
  journal_holds = true;
  auto change = send_request(router, command_on(id, add_message{message_kind::note, "x"}));
  settle();
  EXPECT_TRUE(before->is_changing);
  auto read = send_request(router, read_ticket{{id, 0}, meta().deadline, "test", {}});
  release_journal();
  EXPECT_EQ(answer_of<reply>(change).status, 201);
  EXPECT_EQ(answer_of<reply>(read).etag, "\"v2\"") << "who asks meanwhile is told what came of it";
  EXPECT_FALSE(home.snapshots.find(id)->is_changing);

  store.refuse = [](const journal_item&) { return std::optional{journal_status::unavailable}; };
  EXPECT_EQ(ask<reply>(router, command_on(id, add_message{message_kind::note, "y"})).status, 503);
  EXPECT_FALSE(home.snapshots.find(id)->is_changing) << "nothing was changed";
}

TEST_F(ticket_router, who_waits_for_a_number_keeps_nobody_else) {
  auto id = put_ticket().ticket.id;
  journal_holds = true;
  std::vector<decltype(send_request(router, creation()))> creations;
  for (int i = 0; i < 3; ++i)
    creations.push_back(send_request(router, creation()));
  settle();
  EXPECT_EQ(held_numbers.size(), 1u) << "they ask together";
  EXPECT_EQ(ask<reply>(router, read_ticket{{id, 0}, meta().deadline, "test", {}}).status, 200);
  release_journal();
  for (auto& pending : creations)
    EXPECT_EQ(answer_of<reply>(pending).status, 201);
}

TEST_F(ticket_router, without_numbers_nothing_was_changed) {
  journal_holds = true;
  auto waiting = send_request(router, creation());
  settle();
  pass(5s);
  EXPECT_EQ(code_of(answer_of<reply>(waiting)), "store_unavailable");
  release_journal();
  EXPECT_EQ(ask<reply>(router, creation()).status, 201);
  EXPECT_EQ(store.tickets.size(), 1u);
}

TEST_F(ticket_router, who_gets_a_number_too_late_is_told_so) {
  start([](router_options& o) { o.store_timeout = 1min; });
  journal_holds = true;
  auto waiting = send_request(router, creation());
  settle();
  pass(11s);
  release_journal();
  EXPECT_EQ(code_of(answer_of<reply>(waiting)), "deadline_exceeded");
  EXPECT_TRUE(store.tickets.empty());
}

TEST_F(ticket_router, a_creation_that_is_overdue_is_in_doubt_and_counts_when_it_is_stored) {
  int created = 0;
  start([&](router_options& o) { o.note_created = [&] { ++created; }; });
  EXPECT_EQ(ask<reply>(router, creation()).status, 201);
  journal_holds = true;
  auto first = send_request(router, creation());
  settle();
  pass(3s);
  auto second = send_request(router, creation());
  settle();
  pass(2s);
  EXPECT_EQ(code_of(answer_of<reply>(first)), "store_in_doubt");
  pass(2s);
  EXPECT_EQ(created, 1);
  release_journal();
  EXPECT_EQ(answer_of<reply>(second).status, 201) << "it had two seconds left";
  EXPECT_EQ(created, 3);
  EXPECT_EQ(store.tickets.size(), 3u);
  EXPECT_EQ(ask<reply>(router, creation()).status, 201);
}

TEST_F(ticket_router, what_the_journal_is_not_done_with_is_counted_also_when_nobody_waits_for_it) {
  EXPECT_EQ(ask<reply>(router, creation()).status, 201) << "there are numbers";
  auto id = put_ticket().ticket.id;
  journal_holds = true;
  auto created = send_request(router, creation());
  auto said = send_request(router, command_on(id, add_message{message_kind::note, "x"}));
  settle();
  EXPECT_EQ(home.writes.taken(), 2);
  pass(6s);
  EXPECT_EQ(code_of(answer_of<reply>(created)), "store_in_doubt");
  EXPECT_EQ(code_of(answer_of<reply>(said)), "store_in_doubt");
  EXPECT_EQ(home.writes.taken(), 2) << "they still wait for the store";
  EXPECT_EQ(held_numbers.size(), 1u);
  pass(60s);
  EXPECT_EQ(held_numbers.size(), 1u) << "who waits out the journal asks once";
  release_journal();
  settle();
  EXPECT_EQ(home.writes.taken(), 0);
}

TEST_F(ticket_router, what_ends_with_the_journal_is_in_doubt_though_nobody_says_so) {
  EXPECT_EQ(ask<reply>(router, creation()).status, 201) << "there are numbers";
  auto id = put_ticket().ticket.id;
  journal_holds = true;
  auto created = send_request(router, creation());
  auto said = send_request(router, command_on(id, add_message{message_kind::note, "x"}));
  settle();
  EXPECT_EQ(held_items.size(), 2u);
  held_items.clear();
  client->send_exit(home.journal.get(), caf::exit_reason::kill);
  settle();
  pass(5s);
  EXPECT_EQ(code_of(answer_of<reply>(created)), "store_in_doubt");
  EXPECT_EQ(code_of(answer_of<reply>(said)), "store_in_doubt");
}

TEST_F(ticket_router, while_nobody_waits_nothing_looks_at_what_is_overdue) {
  auto& clock = dynamic_cast<caf::detail::test_actor_clock&>(scheduler.clock());
  auto reminders = [&] { return clock.schedule().size(); };
  EXPECT_EQ(ask<reply>(router, creation()).status, 201) << "there are numbers";
  auto id = put_ticket().ticket.id;
  EXPECT_EQ(ask<reply>(router, command_on(id, add_message{message_kind::note, "x"})).status, 201) << "it is warm";
  pass(10s);
  const auto idle = reminders();
  journal_holds = true;
  client->send(router, command_on(id, add_message{message_kind::note, "x"}));
  for (int i = 0; i < 20; ++i)
    client->send(router, creation());
  settle();
  EXPECT_EQ(held_items.size(), 21u);
  EXPECT_EQ(reminders(), idle + 1) << "one for all who wait";
  pass(1s);
  EXPECT_EQ(reminders(), idle + 1);
  release_journal();
  pass(1s);
  EXPECT_EQ(reminders(), idle);
}

TEST_F(ticket_router, a_write_in_doubt_says_so) {
  auto t = put_ticket().ticket;
  store.refuse = [](const journal_item&) { return std::optional{journal_status::in_doubt}; };
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(code_of(answer), "store_in_doubt");
}

TEST_F(ticket_router, a_ticket_that_cannot_be_loaded_is_503_and_nobody_is_blamed) {
  auto t = put_ticket().ticket;
  store.reads_fail = true;
  std::vector<decltype(send_request(router, ticket_command{}))> pending;
  for (int i = 0; i < 6; ++i)
    pending.push_back(send_request(router, command_on(t.id, add_message{message_kind::note, "x"})));
  for (auto& p : pending) {
    auto answer = answer_of<reply>(p);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(code_of(answer), "store_unavailable");
  }
  EXPECT_TRUE(aside.empty());
  EXPECT_TRUE(quarantined.empty());
  store.reads_fail = false;
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"})).status, 201);
}

TEST_F(ticket_router, a_journal_that_is_gone_leaves_writes_in_doubt_and_nobody_is_blamed) {
  auto t = put_ticket().ticket;
  client->send_exit(home.journal.get(), caf::exit_reason::kill);
  settle();
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(code_of(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}))), "store_in_doubt");
  EXPECT_TRUE(aside.empty());
  EXPECT_TRUE(quarantined.empty());
}

TEST_F(ticket_router, a_ticket_is_found_once_it_is_created_whatever_became_of_who_asked_too_early) {
  auto late = creation();
  auto early = command_on(late.id, add_message{message_kind::note, "too early"});
  early.meta.idempotency = idempotency{"early", "hash"};
  store.refuse = [](const journal_item&) { return journal_status::unavailable; };
  EXPECT_EQ(ask<reply>(router, early).status, 503);
  store.refuse = [](const journal_item&) { return std::optional<journal_status>{}; };
  EXPECT_EQ(ask<reply>(router, late).status, 201);
  EXPECT_EQ(ask<reply>(router, read_ticket{{late.id, 0}, meta().deadline, {}, {}}).status, 200);
}

TEST_F(ticket_router, many_who_ask_for_what_is_not_there_all_get_404) {
  auto id = ticket_id::make();
  std::vector<decltype(send_request(router, ticket_command{}))> pending;
  for (int i = 0; i < 10; ++i) {
    pending.push_back(send_request(router, command_on(id, add_message{message_kind::note, "x"})));
    pending.push_back(send_request(router, read_ticket{{id, 0}, meta().deadline, {}, {}}));
  }
  for (auto& p : pending)
    EXPECT_EQ(answer_of<reply>(p).status, 404);
  EXPECT_TRUE(crashes.empty());
  EXPECT_TRUE(quarantined.empty());
}

TEST_F(ticket_router, work_whose_deadline_has_passed_is_not_begun) {
  auto t = put_ticket().ticket;
  auto command = command_on(t.id, add_message{message_kind::note, "late"});
  scheduler.advance_time(11s);
  auto answer = ask<reply>(router, command);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(code_of(answer), "deadline_exceeded");
  EXPECT_EQ(store.tickets[t.id].ticket.version, 1);
}

TEST_F(ticket_router, too_many_waiting_requests_on_one_ticket_are_refused) {
  int noted = 0;
  start([&](router_options& o) {
    o.writes_per_ticket = 2;
    o.note_refused = [&] { ++noted; };
  });
  auto t = put_ticket().ticket;
  std::vector<decltype(send_request(router, ticket_command{}))> pending;
  for (int i = 0; i < 5; ++i)
    pending.push_back(send_request(router, command_on(t.id, add_message{message_kind::note, "x"})));
  int refused = 0;
  for (auto& p : pending)
    refused += answer_of<reply>(p).status == 503 ? 1 : 0;
  EXPECT_EQ(refused, 2); // one is being handled, two may wait
  EXPECT_EQ(noted, 2);
}

TEST_F(ticket_router, reads_that_wait_keep_no_change_out) {
  start([](router_options& o) { o.writes_per_ticket = 2; });
  auto t = put_ticket().ticket;
  std::vector<decltype(send_request(router, read_ticket{}))> reads;
  for (int i = 0; i < 10; ++i)
    reads.push_back(send_request(router, read_ticket{{t.id, 0}, meta().deadline, {}, {}}));
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"})).status, 201);
  for (auto& p : reads)
    EXPECT_EQ(answer_of<reply>(p).status, 200);
}

TEST_F(ticket_router, counts_what_was_created_and_said) {
  int created = 0;
  std::vector<message_kind> said;
  start([&](router_options& o) {
    o.note_created = [&] { ++created; };
    o.note_message = [&](message_kind kind) { said.push_back(kind); };
  });
  ask<reply>(router, creation());
  auto t = put_ticket().ticket;
  auto command = command_on(t.id, add_message{message_kind::note, "x"});
  command.meta.idempotency = idempotency{"key", "hash"};
  ask<reply>(router, command);
  ask<reply>(router, command);
  EXPECT_EQ(created, 1);
  EXPECT_EQ(said, std::vector{message_kind::note}) << "a replay says nothing new";
}

TEST_F(ticket_router, many_reads_of_a_cold_ticket_are_all_answered) {
  start([](router_options& o) { o.writes_per_ticket = 2; });
  auto t = put_ticket().ticket;
  std::vector<decltype(send_request(router, read_ticket{}))> pending;
  for (int i = 0; i < 10; ++i)
    pending.push_back(send_request(router, read_ticket{{t.id, 0}, meta().deadline, {}, {}}));
  for (auto& p : pending)
    EXPECT_EQ(answer_of<reply>(p).status, 200);
}

TEST_F(ticket_router, idle_tickets_leave_and_come_back_when_they_are_needed) {
  auto t = put_ticket().ticket;
  ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}));
  ASSERT_TRUE(home.snapshots.find(t.id));
  pass(6min);
  pass(6s);
  EXPECT_FALSE(home.snapshots.find(t.id));
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "y"})).etag, "\"v3\"");
}

TEST_F(ticket_router, the_least_recently_used_ticket_leaves_when_there_are_too_many) {
  start([](router_options& o) { o.warm_max = 2; });
  auto a = put_ticket().ticket, b = put_ticket().ticket, c = put_ticket().ticket;
  for (auto id : {a.id, b.id, a.id, c.id})
    ask<reply>(router, command_on(id, add_message{message_kind::note, "x"}));
  EXPECT_TRUE(home.snapshots.find(a.id));
  EXPECT_FALSE(home.snapshots.find(b.id));
  EXPECT_TRUE(home.snapshots.find(c.id));
}

TEST_F(ticket_router, a_new_router_trusts_no_old_snapshot) {
  auto t = put_ticket().ticket;
  ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}));
  client->send_exit(router, caf::exit_reason::kill);
  settle();
  start({});
  EXPECT_EQ(home.snapshots.size(), 0u);
}

TEST_F(ticket_router, shows_its_ticket_actors_those_in_trouble_first) {
  auto quiet = put_ticket("quiet").ticket.id;
  auto troubled = put_ticket("troubled").ticket.id;
  ask<reply>(router, command_on(troubled, change_ticket{}));
  set_failpoints({"ticket.decide@poison=throw*1"});
  ask<reply>(router, command_on(troubled, add_message{message_kind::note, "poison"}));
  ask<reply>(router, command_on(quiet, add_message{message_kind::note, "all is well"}));
  auto tree = ask<actor_info>(router, get_actor_info{});
  EXPECT_EQ(tree.children_total, 2);
  ASSERT_EQ(tree.children.size(), 2u);
  EXPECT_EQ(tree.children[0].path, "root/desk/ticket_router/" + to_string(troubled));
  EXPECT_EQ(tree.children[0].restarts, 1);
  EXPECT_EQ(tree.children[0].last_error, "failpoint ticket.decide");
  EXPECT_EQ(tree.children[0].last_restart_at, wall);
  EXPECT_EQ(tree.children[1].name, to_string(quiet));
  EXPECT_EQ(tree.children[1].restarts, 0);
  EXPECT_EQ(tree.children[1].handled, 1);
  pass(61s);
  tree = ask<actor_info>(router, get_actor_info{});
  EXPECT_EQ(tree.children[0].name, to_string(quiet)) << "a minute later it is forgotten, and the last used is first";
  EXPECT_EQ(tree.children[1].restarts, 0);
}

TEST_F(ticket_router, a_mistake_keeps_no_key) {
  auto t = put_ticket().ticket.id;
  auto keyed = [&](std::string category) {
    change_ticket change;
    change.category = {true, std::move(category)};
    auto command = command_on(t, change);
    command.meta.idempotency = idempotency{"key", "hash of " + *change.category.value};
    return ask<reply>(router, std::move(command)).status;
  };
  EXPECT_EQ(keyed("poetry"), 400);
  EXPECT_TRUE(store.replies.empty());
  EXPECT_EQ(keyed("billing"), 200);
  EXPECT_EQ(store.replies.size(), 1u);
}

TEST_F(ticket_router, shows_at_most_fifty_ticket_actors_and_how_many_there_are) {
  for (int i = 0; i < 60; ++i)
    ask<reply>(router, command_on(put_ticket().ticket.id, add_message{message_kind::note, "hello"}));
  auto tree = ask<actor_info>(router, get_actor_info{});
  EXPECT_EQ(tree.children_total, 60);
  EXPECT_EQ(tree.children.size(), 50u);
}

} // namespace
} // namespace callboard::testing
