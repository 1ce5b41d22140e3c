#include "actors/supervisor.hpp"

#include "tests/actors/actor_test.hpp"

namespace callboard::testing {
namespace {

/// A child that does nothing and ends when it is told to.
caf::behavior idle_child(caf::event_based_actor*) {
  return {[](int) {}};
}

class supervisor : public actor_test {
protected:
  std::map<std::string, std::vector<caf::actor>> started; ///< by child, in order
  std::vector<std::string> start_order;
  std::vector<supervision_note> notes;

  child_spec child(std::string name) {
    return {name, [this, name](caf::actor_system& s) {
              auto handle = s.spawn(idle_child);
              started[name].push_back(handle);
              start_order.push_back(name);
              return handle;
            }};
  }

  supervisor_options options(std::vector<child_spec> children) {
    supervisor_options o;
    o.path = "root";
    o.children = std::move(children);
    o.policy = {.restarts_max = 3, .window = 30s};
    o.notify = [this](const supervision_note& note) { notes.push_back(note); };
    o.world = world;
    return o;
  }

  void crash(const std::string& name) {
    client->send_exit(started[name].back(), caf::make_error(caf::sec::runtime_error, std::string{"boom"}));
    settle();
    pass(2s); // any back-off
  }

  bool is_down(const caf::actor& handle) {
    client->monitor(handle);
    settle();
    bool down = false;
    client->receive([&](const caf::down_msg&) { down = true; }, caf::after(0s) >> [] {});
    return down;
  }
};

TEST_F(supervisor, starts_its_children_in_order_and_shows_them) {
  auto root = keep(spawn_supervisor(system, options({child("a"), child("b")})));
  settle();
  EXPECT_EQ(start_order, (std::vector<std::string>{"a", "b"}));
  auto tree = ask<actor_info>(root, get_actor_info{});
  EXPECT_EQ(tree.path, "root");
  ASSERT_EQ(tree.children.size(), 2u);
  EXPECT_EQ(tree.children[0].path, "root/a");
  EXPECT_EQ(tree.children[1].state, actor_state::running);
}

TEST_F(supervisor, restarts_only_the_child_that_ended_and_says_why) {
  auto root = keep(spawn_supervisor(system, options({child("a"), child("b")})));
  settle();
  crash("a");
  EXPECT_EQ(started["a"].size(), 2u);
  EXPECT_EQ(started["b"].size(), 1u);
  auto tree = ask<actor_info>(root, get_actor_info{});
  EXPECT_EQ(tree.children[0].restarts, 1);
  EXPECT_NE(tree.children[0].last_error.find("boom"), std::string::npos);
  EXPECT_EQ(tree.children[0].last_restart_at, wall);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].step, supervision_step::restart);
}

TEST_F(supervisor, waits_before_the_second_restart) {
  keep(spawn_supervisor(system, options({child("a")})));
  settle();
  auto end = [&] {
    client->send_exit(started["a"].back(), caf::exit_reason::kill);
    settle();
  };
  end();
  pass(0ms);
  ASSERT_EQ(started["a"].size(), 2u);
  end();
  pass(20ms);
  EXPECT_EQ(started["a"].size(), 2u);
  pass(10ms); // half of 50 ms: the dice say 0.5
  EXPECT_EQ(started["a"].size(), 3u);
}

TEST_F(supervisor, gives_up_when_restarts_come_too_often_and_takes_its_children_along) {
  auto root = spawn_supervisor(system, options({child("a"), child("b")}));
  settle();
  caf::error reason;
  client->monitor(root);
  for (int i = 0; i < 4; ++i)
    crash("a");
  client->receive([&](const caf::down_msg& down) { reason = down.reason; }, caf::after(0s) >> [] {});
  EXPECT_TRUE(reason);
  EXPECT_NE(text_of(reason, system).find("root/a ended: "), std::string::npos);
  EXPECT_TRUE(is_down(started["b"].back()));
  EXPECT_EQ(notes.back().step, supervision_step::give_up);
  EXPECT_EQ(notes.back().path, "root/a");
}

TEST_F(supervisor, tells_why_a_child_ended) {
  auto o = options({child("a")});
  o.policy.restarts_max = std::nullopt;
  keep(spawn_supervisor(system, o));
  settle();
  auto end_with = [&](caf::error reason) {
    client->send_exit(started["a"].back(), std::move(reason));
    settle();
    pass(2s);
    return notes.back().why;
  };
  auto thrown = [](auto what) {
    auto pointer = std::make_exception_ptr(what);
    return reason_of(pointer);
  };
  EXPECT_EQ(end_with(thrown(std::runtime_error{"no"})), restart_reason::exception);
  EXPECT_EQ(notes.back().reason, "no");
  EXPECT_EQ(end_with(thrown(invariant_broken{"never"})), restart_reason::invariant);
  EXPECT_EQ(end_with(thrown(7)), restart_reason::exception);
  EXPECT_EQ(end_with(caf::make_error(caf::sec::runtime_error)), restart_reason::error);
  EXPECT_EQ(end_with(caf::exit_reason::kill), restart_reason::killed);
  EXPECT_EQ(restart_reason_of({}), restart_reason::other);
}

TEST_F(supervisor, the_dice_spread_the_wait_up_to_the_longest) {
  auto o = options({child("a")});
  o.policy.restarts_max = std::nullopt;
  double fallen = 0.999;
  o.world.random = [&] { return fallen; };
  keep(spawn_supervisor(system, o));
  settle();
  auto end = [&] {
    client->send_exit(started["a"].back(), caf::exit_reason::kill);
    settle();
  };
  for (int i = 0; i < 10; ++i) {
    end();
    pass(1s);
    ASSERT_EQ(started["a"].size(), static_cast<std::size_t>(i + 2)) << "never longer than 1 s";
  }
  end();
  pass(990ms);
  EXPECT_EQ(started["a"].size(), 11u);
  pass(10ms);
  fallen = 0;
  end();
  pass(0ms);
  EXPECT_EQ(started["a"].size(), 13u);
}

TEST_F(supervisor, without_a_bound_it_tries_for_ever) {
  auto o = options({child("a")});
  o.policy.restarts_max = std::nullopt;
  auto root = keep(spawn_supervisor(system, o));
  settle();
  for (int i = 0; i < 100; ++i)
    crash("a");
  EXPECT_EQ(started["a"].size(), 101u);
  EXPECT_FALSE(is_down(caf::actor_cast<caf::actor>(root)));
}

TEST_F(supervisor, what_ends_too_often_rests_for_a_window_when_the_policy_says_so) {
  auto o = options({child("a"), child("b")});
  o.policy.then = too_often::rest;
  auto root = keep(spawn_supervisor(system, o));
  settle();
  for (int i = 0; i < 4; ++i)
    crash("a");
  EXPECT_EQ(started["a"].size(), 4u);
  EXPECT_EQ(notes.back().step, supervision_step::rest);
  auto tree = ask<actor_info>(root, get_actor_info{});
  EXPECT_EQ(tree.children[0].state, actor_state::failed);
  EXPECT_EQ(tree.children[1].state, actor_state::running);
  EXPECT_EQ(started["b"].size(), 1u);
  crash("b");
  EXPECT_EQ(started["b"].size(), 2u) << "what another did is not its fault";
  pass(25s);
  EXPECT_EQ(started["a"].size(), 4u);
  pass(3s);
  EXPECT_EQ(started["a"].size(), 5u);
  EXPECT_EQ(ask<actor_info>(root, get_actor_info{}).children[0].state, actor_state::running);
}

TEST_F(supervisor, a_broken_invariant_ends_it_where_data_may_be_in_question) {
  auto o = options({child("a")});
  o.policy = {.restarts_max = std::nullopt, .survives_invariants = false};
  auto root = spawn_supervisor(system, o);
  settle();
  crash("a");
  EXPECT_EQ(started["a"].size(), 2u);
  client->send_exit(started["a"].back(), own_error(restart_reason::invariant, "never"));
  settle();
  pass(2s);
  EXPECT_EQ(started["a"].size(), 2u);
  EXPECT_TRUE(is_down(caf::actor_cast<caf::actor>(root)));
}

TEST_F(supervisor, a_child_that_cannot_start_is_tried_again) {
  int tries = 0;
  auto late = child("late");
  late.start = [&, start = late.start](caf::actor_system& s) {
    if (++tries < 3)
      throw std::runtime_error{"no thread is left"};
    return start(s);
  };
  auto root = keep(spawn_supervisor(system, options({child("a"), late})));
  settle();
  for (int i = 0; i < 3; ++i)
    pass(2s); // each try has its own back-off
  EXPECT_EQ(started["late"].size(), 1u);
  EXPECT_EQ(started["a"].size(), 1u);
  EXPECT_EQ(ask<actor_info>(root, get_actor_info{}).children[1].last_error, "no thread is left");
}

TEST_F(supervisor, the_end_of_a_vital_child_is_its_own) {
  auto vital = child("a");
  vital.role = child_role::vital;
  auto root = spawn_supervisor(system, options({vital, child("b")}));
  settle();
  crash("a");
  EXPECT_EQ(started["a"].size(), 1u);
  EXPECT_TRUE(is_down(started["b"].back()));
  EXPECT_TRUE(is_down(caf::actor_cast<caf::actor>(root)));
}

TEST_F(supervisor, restarts_that_are_far_apart_do_not_add_up) {
  auto root = keep(spawn_supervisor(system, options({child("a")})));
  settle();
  for (int i = 0; i < 10; ++i) {
    crash("a");
    pass(31s);
  }
  EXPECT_EQ(started["a"].size(), 11u);
  EXPECT_FALSE(is_down(caf::actor_cast<caf::actor>(root)));
}

TEST_F(supervisor, a_branch_that_gives_up_is_restarted_by_its_own_supervisor) {
  auto branch = options({child("leaf")});
  branch.path = "root/branch";
  auto root = keep(spawn_supervisor(system, options({supervisor_spec("branch", branch)})));
  settle();
  for (int i = 0; i < 4; ++i)
    crash("leaf");
  EXPECT_EQ(started["leaf"].size(), 5u);
  auto tree = ask<actor_info>(root, get_actor_info{});
  EXPECT_EQ(tree.children[0].restarts, 1);
  ASSERT_EQ(tree.children[0].children.size(), 1u);
  EXPECT_EQ(tree.children[0].children[0].path, "root/branch/leaf");
}

TEST_F(supervisor, stops_its_children_in_the_opposite_order_when_it_is_told_to_end) {
  auto root = spawn_supervisor(system, options({child("a"), child("b")}));
  settle();
  std::vector<std::string> ended;
  for (auto& [name, handles] : started)
    handles.back()->attach_functor([&ended, name = name](const caf::error&) { ended.push_back(name); });
  client->send_exit(root, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_EQ(ended, (std::vector<std::string>{"b", "a"}));
  EXPECT_TRUE(is_down(caf::actor_cast<caf::actor>(root)));
  EXPECT_TRUE(notes.empty());
}

} // namespace
} // namespace callboard::testing
