#include "actors/ai/gateway.hpp"

#include "tests/actors/actor_test.hpp"

namespace callboard::testing {
namespace {

/// Says the next of `answers` each time, the last one again and again; an empty list: nothing at all.
class gateway : public actor_test {
protected:
  struct stand_in {
    std::vector<ai_answer> answers;
    std::size_t calls = 0;
    callboard::deadline deadline; ///< of the last call
    std::shared_ptr<address<provider_actor>> place = std::make_shared<address<provider_actor>>();
  };
  std::map<std::string, stand_in> kinds;
  std::vector<std::pair<std::string, std::string>> noted;
  bool is_on = true;
  gateway_actor actor;

  void start(const std::vector<std::string>& chain) {
    gateway_options options;
    options.classify_chain = chain;
    options.timeout = 5s;
    options.is_on = [this] { return is_on; };
    options.note = [this](std::string_view provider, std::string_view outcome, double) {
      noted.emplace_back(provider, outcome);
    };
    for (const auto& name : chain) {
      auto& kind = kinds[name];
      kind.place->set(keep(make(kind)));
      options.providers.emplace(name, kind.place);
    }
    actor = keep(spawn_gateway(system, std::move(options)));
    settle();
  }

  classify_task task(caf::timespan time = 1min) {
    return {ticket_id::make(), "title", "text", {"billing", "general"}, deadline::at(scheduler.clock().now() + time)};
  }

  ai_answer classify() { return ask<ai_answer>(actor, task()); }

  static ai_answer good(std::string by) {
    ai_answer said;
    said.answer = classification{"billing", ticket_priority::high, 0.9, sentiment::neutral, "en"};
    said.provider = std::move(by);
    return said;
  }
  static ai_answer failing(ai_fault fault) {
    ai_answer said;
    said.failure = ai_failure{fault, "no", {}};
    return said;
  }

private:
  provider_actor make(stand_in& kind) {
    return system.spawn([&kind](provider_actor::pointer self) -> provider_actor::behavior_type {
      return {
        [&kind, self](const classify_task& asked) -> caf::result<ai_answer> {
          kind.deadline = asked.deadline;
          auto turn = kind.calls++;
          if (kind.answers.empty())
            return self->make_response_promise<ai_answer>();
          return kind.answers[std::min(turn, kind.answers.size() - 1)];
        },
        [](get_providers) {
          provider_info told;
          told.kind = "stand-in";
          return providers{{told}};
        },
      };
    });
  }
};

using outcomes = std::vector<std::pair<std::string, std::string>>;

TEST_F(gateway, asks_the_first_and_nobody_else_while_it_answers) {
  kinds["first"].answers = {good("first")};
  kinds["second"].answers = {good("second")};
  start({"first", "second"});
  EXPECT_EQ(classify().provider, "first");
  EXPECT_EQ(kinds["second"].calls, 0u);
  EXPECT_EQ(noted, (outcomes{{"first", "ok"}}));
}

TEST_F(gateway, falls_back_to_the_second_however_the_first_fails) {
  for (auto fault : {ai_fault::transient, ai_fault::permanent, ai_fault::credential, ai_fault::quota}) {
    kinds["first"].answers = {failing(fault)};
    kinds["second"].answers = {good("second")};
    noted.clear();
    start({"first", "second"});
    auto said = classify();
    EXPECT_TRUE(said.answer);
    EXPECT_EQ(said.provider, "second");
    EXPECT_EQ(noted, (outcomes{{"first", std::string{enum_name(fault)}}, {"second", "ok"}}));
  }
}

TEST_F(gateway, does_not_believe_an_answer_that_breaks_the_rules) {
  auto wrong = good("first");
  wrong.answer->category = "no such category";
  kinds["first"].answers = {wrong};
  kinds["second"].answers = {good("second")};
  start({"first", "second"});
  EXPECT_EQ(classify().provider, "second");
  EXPECT_EQ(noted.front(), (std::pair<std::string, std::string>{"first", "bad_output"}));
  auto told = ask<providers>(actor, get_providers{});
  ASSERT_EQ(told.value.size(), 2u);
  EXPECT_EQ(told.value[0].failures, 1);
  EXPECT_EQ(told.value[0].last_error.find("no such category"), std::string::npos) << "its words may be a customer's";
}

TEST_F(gateway, gives_each_provider_its_timeout_and_never_more_than_the_task_has_left) {
  kinds["first"];
  kinds["second"];
  kinds["third"].answers = {good("third")};
  start({"first", "second", "third"});
  auto begun = scheduler.clock().now();
  auto pending = send_request(actor, task(7s));
  settle();
  EXPECT_EQ(kinds["first"].deadline, deadline::at(begun + 5s));
  pass(5s);
  EXPECT_EQ(kinds["second"].deadline, deadline::at(begun + 7s));
  pass(2s);
  auto said = answer_of<ai_answer>(pending);
  EXPECT_EQ(kinds["third"].calls, 0u);
  ASSERT_TRUE(said.failure);
  EXPECT_EQ(said.failure->fault, ai_fault::transient);
  EXPECT_NE(said.failure->detail.find("timeout"), std::string::npos) << "what the one that was asked said";
  EXPECT_EQ(noted.size(), 2u) << "who was not asked has not failed";
}

TEST_F(gateway, goes_on_when_a_provider_does_not_answer_in_time) {
  kinds["first"];
  kinds["second"].answers = {good("second")};
  start({"first", "second"});
  auto pending = send_request(actor, task());
  settle();
  EXPECT_EQ(kinds["second"].calls, 0u);
  pass(5s);
  EXPECT_EQ(answer_of<ai_answer>(pending).provider, "second");
  EXPECT_EQ(noted.front(), (std::pair<std::string, std::string>{"first", "transient"}));
}

TEST_F(gateway, a_provider_that_is_gone_charges_no_attempt) {
  kinds["only"].answers = {good("only")};
  start({"only"});
  client->send_exit(kinds["only"].place->get(), caf::exit_reason::kill);
  settle();
  auto gone = classify();
  ASSERT_TRUE(gone.failure);
  EXPECT_EQ(gone.failure->fault, ai_fault::parked);
  kinds["only"].place->set({});
  auto starting = classify();
  ASSERT_TRUE(starting.failure);
  EXPECT_EQ(starting.failure->fault, ai_fault::parked);
  EXPECT_FALSE(ask<providers>(actor, get_providers{}).value.at(0).available);
}

TEST_F(gateway, the_last_failure_is_the_answer_when_all_fail) {
  kinds["first"].answers = {failing(ai_fault::quota)};
  kinds["second"].answers = {failing(ai_fault::transient)};
  start({"first", "second"});
  auto said = classify();
  ASSERT_TRUE(said.failure);
  EXPECT_EQ(said.failure->fault, ai_fault::transient);
  EXPECT_EQ(said.provider, "second");
}

TEST_F(gateway, a_failure_that_may_pass_outweighs_one_that_will_not) {
  for (auto [first, second] :
       {std::pair{ai_fault::transient, ai_fault::permanent}, {ai_fault::permanent, ai_fault::quota}}) {
    kinds["first"].answers = {failing(first)};
    kinds["second"].answers = {failing(second)};
    start({"first", "second"});
    EXPECT_NE(classify().failure->fault, ai_fault::permanent);
  }
  kinds["first"].answers = kinds["second"].answers = {failing(ai_fault::permanent)};
  start({"first", "second"});
  EXPECT_EQ(classify().failure->fault, ai_fault::permanent);
}

TEST_F(gateway, without_providers_or_switched_off_the_task_is_parked) {
  start({});
  EXPECT_EQ(classify().failure.value().fault, ai_fault::parked);
  EXPECT_TRUE(ask<providers>(actor, get_providers{}).value.empty());
  kinds["first"].answers = {good("first")};
  start({"first"});
  is_on = false;
  EXPECT_EQ(classify().failure.value().fault, ai_fault::parked);
  EXPECT_EQ(kinds["first"].calls, 0u);
}

} // namespace
} // namespace callboard::testing
