#pragma once

#include "actors/ticket_router.hpp"
#include "base/failpoint.hpp"
#include "base/json_read.hpp"
#include "tests/actors/actor_test.hpp"

// A ticket router over the store in memory, and what it has told.
namespace callboard::testing {

class router_test : public actor_test {
protected:
  router_actor router;
  std::vector<std::string> crashes;
  std::vector<set_aside_command> aside;
  std::vector<quarantined_ticket> quarantined;

  void SetUp() override {
    actor_test::SetUp();
    start({});
  }

  void TearDown() override {
    set_failpoints({});
    actor_test::TearDown();
  }

  void start(std::function<void(router_options&)> change) {
    router_options options{home, std::make_shared<const ticket_policy>()};
    options.world = world;
    options.note_crash = [this](const ticket_id&, restart_reason, const std::string& why) { crashes.push_back(why); };
    options.note_set_aside = [this](const set_aside_command& a) { aside.push_back(a); };
    options.note_quarantine = [this](const quarantined_ticket& q) { quarantined.push_back(q); };
    if (change)
      change(options);
    router = keep(spawn_ticket_router(system, std::move(options)));
    home.router.set(router);
    settle();
  }

  std::string code_of(const reply& answer) {
    auto value = parse_json(answer.body);
    return value ? std::string{value->at("code").as_string()} : "not JSON";
  }
};

} // namespace callboard::testing
