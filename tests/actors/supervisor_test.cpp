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
    o.restarts_max = 3;
    o.window = 30s;
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
  EXPECT_FALSE(notes[0].escalated);
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
  pass(40ms);
  EXPECT_EQ(started["a"].size(), 2u);
  pass(20ms);
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
  EXPECT_NE(system.render(reason).find("root/a failed too often"), std::string::npos);
  EXPECT_TRUE(is_down(started["b"].back()));
  EXPECT_TRUE(notes.back().escalated);
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
