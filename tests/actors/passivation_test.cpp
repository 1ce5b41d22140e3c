#include "tests/actors/router_test.hpp"

// How ticket actors leave, and what meets them at the door.
namespace callboard::testing {
namespace {

class passivation : public router_test {
protected:
  std::vector<load_ticket> loads;
  caf::actor last_loader;
  std::size_t warm = 0;

  void SetUp() override {
    router_test::SetUp();
    store.on_load = [this](const load_ticket& question, const caf::actor& asker) {
      loads.push_back(question);
      last_loader = asker;
    };
    start_over({});
  }

  void TearDown() override {
    last_loader = nullptr;
    router_test::TearDown();
  }

  void start_over(std::function<void(router_options&)> change) {
    start([&](router_options& o) {
      o.note = [this](std::size_t now, std::size_t) { warm = now; };
      if (change)
        change(o);
    });
  }

  ticket_command note_on(const ticket_id& id, std::string text = "x") {
    return command_on(id, add_message{message_kind::note, std::move(text)});
  }
  read_ticket question(const ticket_id& id) { return {{id, 0}, meta().deadline, "r", "/t"}; }

  ticket_id put_warm() {
    auto id = put_ticket().ticket.id;
    EXPECT_EQ(ask<reply>(router, question(id)).status, 200);
    EXPECT_TRUE(is_warm(id));
    return id;
  }
  /// A write whose answer does not come in time.
  void leave_in_doubt(const ticket_id& id) {
    journal_holds = true;
    auto doubtful = send_request(router, note_on(id));
    settle();
    pass(5s);
    EXPECT_EQ(code_of(answer_of<reply>(doubtful)), "store_in_doubt");
  }
  bool is_warm(const ticket_id& id) { return home.snapshots.find(id) != nullptr; }
  std::size_t said_on(const ticket_id& id) {
    auto& events = store.events[id];
    return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [](const event_row& e) { return e.type == "message.added"; }));
  }

  /// Lets the ticket's time run out, and `steps` messages of its leaving be handled. False when that is all of it.
  bool leave(int steps) {
    scheduler.advance_time(6min);
    for (int i = 0; i < steps; ++i)
      if (!scheduler.try_run_once())
        return false;
    return true;
  }
};

TEST_F(passivation, a_command_is_done_once_at_whatever_step_of_leaving_it_comes) {
  int met_at_the_door = 0;
  bool more = true;
  for (int steps = 0; more; ++steps) {
    SCOPED_TRACE(steps);
    auto id = put_warm();
    loads.clear();
    more = leave(steps);
    bool was_there = is_warm(id);
    auto a = send_request(router, note_on(id, "a"));
    auto b = send_request(router, note_on(id, "b"));
    EXPECT_EQ(answer_of<reply>(a).etag, "\"v2\"");
    EXPECT_EQ(answer_of<reply>(b).etag, "\"v3\"");
    EXPECT_EQ(said_on(id), 2u);
    EXPECT_EQ(home.snapshots.find(id)->version, 3);
    met_at_the_door += was_there && loads.size() == 1 ? 1 : 0;
  }
  EXPECT_GT(met_at_the_door, 0);
  EXPECT_TRUE(crashes.empty());
}

TEST_F(passivation, what_is_read_of_a_leaving_ticket_is_true_at_every_step) {
  int read_at_the_door = 0;
  bool more = true;
  for (int steps = 0; more; ++steps) {
    SCOPED_TRACE(steps);
    auto id = put_warm();
    ask<reply>(router, note_on(id));
    loads.clear();
    more = leave(steps);
    auto snapshot = home.snapshots.find(id);
    auto answer = ask<reply>(router, question(id));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.etag, "\"v2\"");
    if (snapshot) {
      EXPECT_EQ(snapshot->version, 2);
      EXPECT_EQ(snapshot->body, answer.body) << "who holds it goes on reading";
      read_at_the_door += loads.empty() ? 0 : 1;
    }
    EXPECT_TRUE(is_warm(id)) << "its successor has published it";
  }
  EXPECT_GT(read_at_the_door, 0);
}

TEST_F(passivation, a_ticket_that_has_left_is_neither_published_nor_counted) {
  auto id = put_warm();
  EXPECT_EQ(warm, 1u);
  pass(6min);
  EXPECT_FALSE(is_warm(id));
  EXPECT_EQ(warm, 0u);
}

TEST_F(passivation, use_puts_leaving_off) {
  auto id = put_warm();
  for (int i = 0; i < 4; ++i) {
    pass(4min);
    EXPECT_TRUE(is_warm(id));
    EXPECT_EQ(ask<reply>(router, question(id)).status, 200);
  }
  EXPECT_EQ(loads.size(), 1u);
}

TEST_F(passivation, a_busy_ticket_stays_however_long_it_takes) {
  start_over([](router_options& o) { o.store_timeout = 1h; });
  auto id = put_warm();
  journal_holds = true;
  auto command = note_on(id);
  command.meta.deadline = deadline::at(scheduler.clock().now() + 1h);
  auto pending = send_request(router, command);
  settle();
  for (int i = 0; i < 5; ++i)
    pass(10s);
  EXPECT_TRUE(is_warm(id));
  release_journal();
  EXPECT_EQ(answer_of<reply>(pending).etag, "\"v2\"");
  EXPECT_EQ(loads.size(), 1u);
}

TEST_F(passivation, sixteen_busy_tickets_at_the_end_keep_the_others_warm_until_they_are_done) {
  constexpr std::size_t looks = 16;
  start_over([](router_options& o) { o.warm_max = looks + 4; });
  std::vector<ticket_id> busy, idle;
  for (std::size_t i = 0; i < looks; ++i)
    busy.push_back(put_warm());
  journal_holds = true;
  std::vector<decltype(send_request(router, ticket_command{}))> pending;
  for (const auto& id : busy)
    pending.push_back(send_request(router, note_on(id)));
  settle();
  for (int i = 0; i < 4; ++i)
    idle.push_back(put_warm());
  auto one_more = put_warm();
  EXPECT_EQ(home.snapshots.size(), looks + 5) << "only so many are looked at";
  release_journal();
  for (auto& p : pending)
    EXPECT_EQ(answer_of<reply>(p).status, 201);
  auto last = put_warm();
  settle();
  EXPECT_EQ(home.snapshots.size(), looks + 4) << "the next one makes room for both";
  EXPECT_FALSE(is_warm(busy[0]) || is_warm(busy[1]));
  EXPECT_TRUE(is_warm(idle[0]) && is_warm(one_more) && is_warm(last));
}

TEST_F(passivation, fifteen_busy_tickets_at_the_end_are_passed_over) {
  constexpr std::size_t fewer = 15;
  start_over([](router_options& o) { o.warm_max = fewer + 2; });
  std::vector<ticket_id> busy;
  for (std::size_t i = 0; i < fewer; ++i)
    busy.push_back(put_warm());
  journal_holds = true;
  for (const auto& id : busy)
    client->send(router, note_on(id));
  settle();
  auto first = put_warm(), second = put_warm();
  auto third = put_warm();
  settle();
  EXPECT_FALSE(is_warm(first));
  EXPECT_TRUE(is_warm(second) && is_warm(third));
  for (const auto& id : busy)
    EXPECT_TRUE(is_warm(id));
  release_journal();
}

TEST_F(passivation, who_had_not_begun_is_not_blamed_for_the_end_of_its_actor) {
  auto id = put_warm();
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    loads.clear();
    auto version = store.tickets[id].ticket.version;
    auto pending = send_request(router, note_on(id));
    // Stands in the mailbox before what the router will hand over.
    client->send_exit(last_loader, caf::make_error(caf::sec::runtime_error, std::string{"somebody else's fault"}));
    auto answer = answer_of<reply>(pending);
    EXPECT_EQ(answer.etag, etag_of(version + 1)) << answer.body;
    ASSERT_EQ(loads.size(), 1u) << "nobody looks whether it was stored: it had not begun";
    EXPECT_FALSE(loads[0].command);
  }
  EXPECT_EQ(crashes.size(), 3u);
  EXPECT_TRUE(quarantined.empty());
  EXPECT_EQ(said_on(id), 3u);
}

TEST_F(passivation, a_command_that_waited_behind_one_in_doubt_is_refused_and_can_be_repeated) {
  auto id = put_warm();
  loads.clear();
  int writes = 0;
  store.refuse = [&](const journal_item&) {
    return ++writes == 1 ? std::optional{journal_status::in_doubt} : std::nullopt;
  };
  auto doubtful = send_request(router, note_on(id));
  auto next = send_request(router, note_on(id));
  EXPECT_EQ(code_of(answer_of<reply>(doubtful)), "store_in_doubt");
  EXPECT_EQ(code_of(answer_of<reply>(next)), "store_unavailable") << "what the store holds is not known yet";
  settle();
  EXPECT_EQ(ask<reply>(router, note_on(id)).etag, "\"v2\"");
  EXPECT_EQ(said_on(id), 1u);
  ASSERT_EQ(loads.size(), 1u) << "the actor began again from the store once the journal had answered";
  EXPECT_TRUE(crashes.empty());
}

TEST_F(passivation, who_loads_while_a_write_may_still_be_coming_would_believe_what_is_old) {
  auto id = put_warm();
  loads.clear();
  journal_holds = true;
  auto doubtful = send_request(router, note_on(id));
  settle();
  pass(5s);
  EXPECT_EQ(code_of(answer_of<reply>(doubtful)), "store_in_doubt");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(code_of(ask<reply>(router, note_on(id))), "store_unavailable");
    EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v1\"") << "it is read meanwhile";
    pass(5s);
  }
  EXPECT_EQ(loads.size(), 3u) << "each read asks the store, and nobody else does";
  release_journal();
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v2\"");
  EXPECT_EQ(ask<reply>(router, note_on(id)).etag, "\"v3\"");
  EXPECT_EQ(said_on(id), 2u);
  EXPECT_EQ(loads.size(), 4u);
  EXPECT_TRUE(crashes.empty());
}

TEST_F(passivation, a_write_in_doubt_is_read_as_soon_as_it_is_committed) {
  auto id = put_warm();
  leave_in_doubt(id);
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v1\"");
  store.store(held_items.front().first); // the feed may have shown it to somebody, though the journal has not answered
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v2\"");
  store.reads_fail = true;
  EXPECT_EQ(ask<reply>(router, question(id)).status, 503);
}

TEST_F(passivation, who_is_in_doubt_does_not_make_room_for_one_that_loads_too_early) {
  auto id = put_warm();
  leave_in_doubt(id);
  pass(6min);
  auto read = send_request(router, question(id));
  settle();
  release_journal();
  EXPECT_EQ(answer_of<reply>(read).etag, "\"v2\"");
  EXPECT_EQ(ask<reply>(router, note_on(id)).etag, "\"v3\"");
  EXPECT_TRUE(crashes.empty());
}

TEST_F(passivation, a_new_router_waits_for_what_its_predecessors_actors_have_sent) {
  auto id = put_warm();
  journal_holds = true;
  client->send(router, note_on(id));
  settle();
  client->send_exit(router, caf::exit_reason::kill);
  pass(5s); // its ticket actor ends with it, but not what that has sent
  start_over([](router_options& o) { o.has_predecessor = true; });
  EXPECT_EQ(code_of(ask<reply>(router, note_on(id))), "store_unavailable");
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v1\"");
  EXPECT_FALSE(is_warm(id));
  release_journal();
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v2\"");
  EXPECT_EQ(ask<reply>(router, note_on(id)).etag, "\"v3\"");
  EXPECT_EQ(said_on(id), 2u);
}

TEST_F(passivation, who_loads_when_its_router_dies_begins_nothing_any_more) {
  auto id = put_ticket().ticket.id;
  loads_hold = true;
  client->send(router, note_on(id));
  settle();
  client->send_exit(router, caf::exit_reason::kill);
  settle();
  start_over([](router_options& o) { o.has_predecessor = true; });
  release_loads();
  EXPECT_EQ(said_on(id), 0u);
  EXPECT_EQ(ask<reply>(router, question(id)).etag, "\"v1\"");
}

TEST_F(passivation, what_is_remembered_of_crashes_takes_nobodys_place) {
  start_over([](router_options& o) { o.warm_max = 3; });
  set_failpoints({"ticket.decide=throw"});
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(code_of(ask<reply>(router, note_on(put_ticket().ticket.id))), "set_aside");
  set_failpoints({});
  auto first = put_warm(), second = put_warm(), third = put_warm();
  EXPECT_TRUE(is_warm(first) && is_warm(second) && is_warm(third));
  auto fourth = put_warm();
  settle();
  EXPECT_FALSE(is_warm(first));
  EXPECT_TRUE(is_warm(second) && is_warm(third) && is_warm(fourth));
}

TEST_F(passivation, short_memory_makes_idle_tickets_leave_the_least_recently_used_first) {
  start_over([](router_options& o) { o.idle_timeout = o.store_timeout = 1h; });
  std::vector<ticket_id> ids;
  for (int n = 0; n < 8; ++n)
    ids.push_back(put_warm());
  pass(5s);
  EXPECT_TRUE(is_warm(ids[0])) << "while memory suffices they stay";
  home.memory_is_short = true;
  journal_holds = true;
  auto command = note_on(ids[0]);
  command.meta.deadline = deadline::at(scheduler.clock().now() + 1h);
  auto pending = send_request(router, command);
  settle();
  pass(5s);
  EXPECT_FALSE(is_warm(ids[1]));
  EXPECT_TRUE(is_warm(ids[7])) << "not all at once: who knows what it takes";
  for (int n = 0; n < 5; ++n)
    pass(5s);
  EXPECT_FALSE(is_warm(ids[7]));
  EXPECT_TRUE(is_warm(ids[0])) << "it has something to do";
  release_journal();
  EXPECT_EQ(answer_of<reply>(pending).etag, "\"v2\"");
}

TEST_F(passivation, a_store_may_be_given_as_long_as_the_settings_say) {
  start_over([](router_options& o) { o.store_timeout = 5min; });
  auto id = put_warm();
  loads.clear();
  journal_holds = true;
  auto command = note_on(id);
  command.meta.deadline = deadline::at(scheduler.clock().now() + 10min);
  auto pending = send_request(router, command);
  settle();
  for (int n = 0; n < 4; ++n)
    pass(1min);
  release_journal();
  EXPECT_EQ(answer_of<reply>(pending).etag, "\"v2\"");
  EXPECT_EQ(said_on(id), 1u);
  EXPECT_TRUE(crashes.empty());
  EXPECT_TRUE(loads.empty());
}

TEST_F(passivation, a_ticket_that_crashed_is_forgotten_when_its_crashes_are) {
  start_over([](router_options& o) { o.idle_timeout = 10s; });
  auto id = put_ticket().ticket.id;
  set_failpoints({"ticket.decide=throw"});
  EXPECT_EQ(code_of(ask<reply>(router, note_on(id))), "set_aside");
  pass(20s);
  EXPECT_EQ(warm, 1u) << "it counts towards quarantine";
  for (int i = 0; i < 10; ++i)
    pass(10s);
  ask<bool>(router, release_quarantine{id}); // has it counted
  EXPECT_EQ(warm, 0u);
}

} // namespace
} // namespace callboard::testing
