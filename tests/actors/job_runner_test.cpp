#include "actors/ai/job_runner.hpp"

#include "actors/ai/gateway.hpp"
#include "actors/ticket_router.hpp"
#include "tests/actors/actor_test.hpp"

namespace callboard::testing {
namespace {

class job_runner : public actor_test {
protected:
  std::vector<ai_answer> answers; ///< what the provider says, in turn; the last one again and again
  int calls = 0;
  bool holding = false; ///< the provider keeps its answers until `release`
  std::function<void()> on_call = [] {};
  std::vector<std::pair<std::string, std::string>> finished;
  std::shared_ptr<address<provider_actor>> provider = std::make_shared<address<provider_actor>>();
  runner_actor runner;
  std::vector<new_job> created_jobs;

  void SetUp() override {
    actor_test::SetUp();
    provider->set(keep(make_provider()));
    gateway_options gateway;
    gateway.classify_chain = {"fake"};
    gateway.providers.emplace("fake", provider);
    gateway.is_on = [this] { return home.ai_enabled.load(); };
    home.gateway.set(keep(spawn_gateway(system, std::move(gateway))));
    router_options router{home, std::make_shared<const ticket_policy>()};
    router.world = world;
    home.router.set(keep(spawn_ticket_router(system, std::move(router))));
    start_runner(64);
  }

  void start_runner(int concurrency) {
    if (runner)
      client->send_exit(runner, caf::exit_reason::user_shutdown);
    settle();
    runner_options options{.home = home, .categories = {"billing", "technical", "general"}};
    options.concurrency = concurrency;
    options.world = world;
    options.note = [this](std::string_view kind, std::string_view outcome) { finished.emplace_back(kind, outcome); };
    runner = keep(spawn_job_runner(system, std::move(options)));
    home.runner.set(runner);
    settle();
  }

  static ai_answer good(std::string category = "technical", double confidence = 0.9) {
    return {.answer = classification{std::move(category), ticket_priority::high, confidence, sentiment::negative, "en"},
            .failure = {},
            .provider = "fake",
            .model = "m",
            .prompt_version = "classify-1"};
  }

  static ai_answer bad(ai_fault fault) {
    return {
      .answer = {}, .failure = ai_failure{fault, "no", {}}, .provider = "fake", .model = {}, .prompt_version = {}};
  }

  ticket create() {
    create_ticket_command command{meta(), ticket_id::make(), {}};
    command.body.title = "Cannot log in";
    command.body.description = "It says no.";
    EXPECT_EQ(ask<reply>(home.router.get(), command).status, 201);
    created_jobs = store.jobs;
    return store.tickets[command.id].ticket;
  }

  const ticket& now_is(const ticket& t) { return store.tickets[t.id].ticket; }

  /// By the provider itself: its promises are its own.
  void release() {
    holding = false;
    ask<providers>(provider->get(), get_providers{});
    settle();
  }

  void wake() {
    client->send(runner, jobs_hint{});
    settle();
  }

private:
  provider_actor make_provider() {
    return system.spawn([this](provider_actor::pointer self) -> provider_actor::behavior_type {
      using promise = caf::typed_response_promise<ai_answer>;
      auto held = std::make_shared<std::vector<std::pair<promise, ai_answer>>>();
      return {
        [this, self, held](const classify_task&) -> caf::result<ai_answer> {
          auto index = std::min<std::size_t>(static_cast<std::size_t>(calls++), answers.size() - 1);
          on_call();
          if (!holding)
            return answers[index];
          auto later = self->make_response_promise<ai_answer>();
          held->emplace_back(later, answers[index]);
          return later;
        },
        [held](get_providers) {
          for (auto& [later, answer] : *held)
            later.deliver(answer);
          held->clear();
          return providers{};
        },
      };
    });
  }
};

TEST_F(job_runner, classifies_a_new_ticket_and_completes_the_job_in_the_same_write) {
  answers = {good()};
  auto t = create();
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::done);
  EXPECT_EQ(now_is(t).category, "technical");
  EXPECT_EQ(now_is(t).priority, ticket_priority::high);
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::done);
  EXPECT_EQ(store.completions[0].claim_token, 7);
  EXPECT_EQ(finished, (std::vector<std::pair<std::string, std::string>>{{"classify", "done"}}));
}

TEST_F(job_runner, a_low_confidence_is_kept_as_advice_only) {
  answers = {good("technical", 0.3)};
  auto t = create();
  wake();
  EXPECT_EQ(now_is(t).ai.category, "technical");
  EXPECT_FALSE(now_is(t).category);
}

TEST_F(job_runner, a_failure_is_tried_again_later_and_charges_an_attempt) {
  answers = {bad(ai_fault::transient)};
  auto t = create();
  wake();
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_TRUE(store.updates[0].charge_attempt);
  EXPECT_EQ(store.updates[0].run_at, wall + 1s); // half of base * 2^1, by the dice of the test
  EXPECT_EQ(now_is(t).ai.status, ai_status::pending);
}

TEST_F(job_runner, what_no_provider_will_ever_take_gets_safe_values_at_once) {
  answers = {bad(ai_fault::permanent)};
  auto t = create();
  wake();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(now_is(t).ai.status, ai_status::fallback);
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::dead);
}

TEST_F(job_runner, the_last_failure_gives_safe_values_and_a_dead_job) {
  answers = {bad(ai_fault::transient)};
  home.ai_enabled = false; // nothing is claimed by itself
  auto t = create();
  store.jobs.clear();
  home.ai_enabled = true;
  ASSERT_EQ(created_jobs.size(), 1u);
  // As the store would give it the third time.
  const auto& job = created_jobs[0];
  store.claimable = claimed_job{job.id, job.kind, job.subject, job.input_hash, job.prompt_version, 3, 7, 0};
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::fallback);
  EXPECT_TRUE(now_is(t).ai.fallback);
  EXPECT_EQ(now_is(t).category, "general");
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::dead);
  EXPECT_EQ(store.completions[0].reason, "every provider failed; the last one: no");
}

TEST_F(job_runner, a_job_that_ended_its_process_three_times_is_not_run_again_and_gives_safe_values) {
  answers = {good()};
  home.ai_enabled = false; // nothing is claimed by itself
  auto t = create();
  store.jobs.clear();
  home.ai_enabled = true;
  const auto& job = created_jobs.at(0);
  store.claimable = claimed_job{job.id, job.kind, job.subject, job.input_hash, job.prompt_version, 4, 7, 3};
  wake();
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(now_is(t).ai.status, ai_status::fallback);
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::dead);
  EXPECT_EQ(store.completions[0].reason, "poison: 3 times the process ended or hung while this ran");
}

TEST_F(job_runner, a_poisonous_job_without_a_ticket_is_set_dead) {
  store.claimable = claimed_job{job_id::make(), job_kind::forget_user, {}, {}, {}, 4, 7, 3};
  wake();
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::dead);
}

TEST_F(job_runner, an_answer_that_breaks_the_schema_is_not_believed) {
  answers = {good("poetry")};
  auto t = create();
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::pending);
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_NE(store.updates[0].error.find("category"), std::string::npos);
}

TEST_F(job_runner, an_answer_that_only_the_ticket_finds_wrong_gives_safe_values_and_a_dead_job) {
  home.ai_enabled = false;
  auto t = create();
  ASSERT_EQ(created_jobs.size(), 1u);
  auto command =
    command_on(t.id, record_ai_result{created_jobs[0].input_hash, good("poetry").answer, "fake", "m", "classify-1"});
  command.meta.who = {actor_type::ai, "ai"};
  command.job = created_jobs[0].id;
  command.claim_token = 7;
  EXPECT_EQ(ask<reply>(home.router.get(), command).status, 200);
  EXPECT_EQ(now_is(t).ai.status, ai_status::fallback);
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::dead) << "and so replayable";
}

TEST_F(job_runner, a_result_that_cannot_be_recorded_leaves_the_job_alive) {
  answers = {good()};
  store.refuse = [](const journal_item& item) {
    auto write = std::get_if<ticket_write>(&item.write);
    return write && write->completion ? std::optional{journal_status::failed} : std::nullopt;
  };
  auto t = create();
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::pending);
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_EQ(store.updates[0].run_at, wall + 300s);
}

TEST_F(job_runner, a_claim_by_a_person_cancels_the_result) {
  answers = {good()};
  home.ai_enabled = false;
  auto t = create();
  EXPECT_EQ(ask<reply>(home.router.get(), command_on(t.id, claim_ticket{user_id::make()})).status, 200);
  home.ai_enabled = true;
  store.jobs = created_jobs; // the runner had claimed it just before
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::off);
  EXPECT_FALSE(now_is(t).ai.category);
  ASSERT_EQ(store.completions.size(), 1u);
  EXPECT_EQ(store.completions[0].state, job_state::cancelled);
}

TEST_F(job_runner, makes_every_ticket_forget_a_deleted_user) {
  auto ann = user_id::make();
  for (int i = 0; i < 250; ++i)
    store.tickets[put_ticket().ticket.id].ticket.created_by = ann;
  store.claimable = claimed_job{job_id::make(), job_kind::forget_user, ann.bytes, {}, {}, 1, 7, 0};
  wake();
  for (const auto& [id, state] : store.tickets)
    EXPECT_FALSE(state.ticket.created_by);
  EXPECT_EQ(finished.back(), (std::pair<std::string, std::string>{"forget_user", "done"}));
}

TEST_F(job_runner, a_walk_that_outlasts_its_lease_goes_back_before_and_is_ended_by_the_next_claim) {
  auto ann = user_id::make();
  for (int i = 0; i < 250; ++i)
    store.tickets[put_ticket().ticket.id].ticket.created_by = ann;
  claimed_job job{job_id::make(), job_kind::forget_user, ann.bytes, {}, {}, 1, 7, 0};
  store.on_of_user = [this] { scheduler.clock().current_time += 20s; };
  store.claimable = job;
  wake();
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_FALSE(store.updates[0].charge_attempt);
  EXPECT_EQ(store.of_user({ann, {}, 1'000}).size(), 150u) << "a page of 100 is done";
  store.on_of_user = [] {};
  store.claimable = job;
  wake();
  EXPECT_TRUE(store.of_user({ann, {}, 1'000}).empty());
  EXPECT_EQ(store.updates.back().state, job_state::done);
}

TEST_F(job_runner, the_kill_switch_claims_nothing_to_classify) {
  answers = {good()};
  home.ai_enabled = false;
  auto t = create();
  wake();
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(ask<bool>(runner, set_ai_enabled{true}));
  wake();
  EXPECT_EQ(now_is(t).ai.status, ai_status::done);
}

TEST_F(job_runner, the_kill_switch_gives_running_calls_back_uncharged_and_ignores_their_answers) {
  answers = {good()};
  holding = true;
  auto t = create();
  wake();
  ASSERT_EQ(calls, 1);
  EXPECT_FALSE(ask<bool>(runner, set_ai_enabled{false}));
  ASSERT_EQ(store.updates.size(), 1u) << "at once, whenever the provider may answer";
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_FALSE(store.updates[0].charge_attempt);
  EXPECT_EQ(store.updates[0].run_at, wall);
  EXPECT_EQ(store.updates[0].claim_token, 7);
  release();
  EXPECT_EQ(now_is(t).ai.status, ai_status::pending);
  EXPECT_TRUE(store.completions.empty());
  EXPECT_EQ(store.updates.size(), 1u);

  store.jobs = created_jobs;
  EXPECT_TRUE(ask<bool>(runner, set_ai_enabled{true}));
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(now_is(t).ai.status, ai_status::done);
  EXPECT_EQ(store.completions.size(), 1u);
}

TEST_F(job_runner, the_kill_switch_gives_back_what_is_being_claimed) {
  answers = {good()};
  create();
  client->send(runner, jobs_hint{});
  EXPECT_FALSE(ask<bool>(runner, set_ai_enabled{false}));
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_FALSE(store.updates[0].charge_attempt);
}

TEST_F(job_runner, a_call_that_was_given_back_keeps_its_place_until_it_ends) {
  start_runner(1);
  answers = {good()};
  holding = true;
  auto t = create();
  wake();
  ask<bool>(runner, set_ai_enabled{false});
  store.jobs = created_jobs;
  ask<bool>(runner, set_ai_enabled{true});
  wake();
  EXPECT_EQ(calls, 1);
  release();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(now_is(t).ai.status, ai_status::done);
}

TEST_F(job_runner, the_kill_switch_asks_no_further_provider) {
  gateway_options gateway;
  gateway.classify_chain = {"fake", "other"};
  gateway.providers = {{"fake", provider}, {"other", provider}};
  gateway.is_on = [this] { return home.ai_enabled.load(); };
  home.gateway.set(keep(spawn_gateway(system, std::move(gateway))));
  answers = {bad(ai_fault::transient), good()};
  on_call = [this] { client->send(runner, set_ai_enabled{false}); };
  create();
  wake();
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_FALSE(store.updates[0].charge_attempt);
}

TEST_F(job_runner, the_kill_switch_tells_those_who_wait_for_a_classification) {
  struct counting_sink final : live_sink {
    int told = 0;
    void publish(std::shared_ptr<const feed_batch>, std::function<void()> done) override { done(); }
    void end_classification_waits() override { ++told; }
  };
  auto sink = std::make_shared<counting_sink>();
  home.add_sink(sink);
  ask<bool>(runner, set_ai_enabled{false});
  EXPECT_EQ(sink->told, 1);
  ask<bool>(runner, set_ai_enabled{true});
  EXPECT_EQ(sink->told, 1);
}

TEST_F(job_runner, gives_way_when_peoples_writes_wait_for_the_journal) {
  answers = {good()};
  home.journal_wait_us = 200'000;
  create();
  home.journal_wait_us = 200'000;
  wake();
  EXPECT_EQ(calls, 0);
  home.journal_wait_us = 0;
  pass(1s);
  EXPECT_EQ(calls, 1);
}

TEST_F(job_runner, what_goes_back_while_the_store_is_away_is_stored_when_it_is_there_again) {
  answers = {bad(ai_fault::transient)};
  for (auto away : {journal_status::unavailable, journal_status::in_doubt}) {
    store.refuse = [away](const journal_item& item) -> std::optional<journal_status> {
      return std::holds_alternative<job_update>(item.write) ? std::optional{away} : std::nullopt;
    };
    store.updates.clear();
    finished.clear();
    create();
    wake();
    pass(3s);
    EXPECT_TRUE(store.updates.empty());
    EXPECT_TRUE(finished.empty()) << "it keeps its place";
    store.refuse = [](const journal_item&) -> std::optional<journal_status> { return std::nullopt; };
    pass(1s);
    EXPECT_EQ(store.updates.size(), 1u);
    EXPECT_EQ(finished.size(), 1u);
  }
}

TEST_F(job_runner, what_cannot_go_back_is_left_to_its_lease) {
  answers = {bad(ai_fault::transient)};
  store.refuse = [](const journal_item& item) -> std::optional<journal_status> {
    return std::holds_alternative<job_update>(item.write) ? std::optional{journal_status::unavailable} : std::nullopt;
  };
  create();
  wake();
  for (int n = 0; n < 50; ++n)
    pass(1s);
  EXPECT_TRUE(finished.empty());
  for (int n = 0; n < 15; ++n)
    pass(1s);
  EXPECT_EQ(finished.size(), 1u);
}

TEST_F(job_runner, gives_way_when_memory_is_short) {
  answers = {good()};
  home.memory_is_short = true;
  create();
  wake();
  EXPECT_EQ(calls, 0);
  home.memory_is_short = false;
  pass(1s);
  EXPECT_EQ(calls, 1);
}

TEST_F(job_runner, a_claim_that_is_answered_late_is_used_all_the_same) {
  answers = {good()};
  home.ai_enabled = false;
  auto t = create();
  home.ai_enabled = true;
  store.jobs = created_jobs;
  journal_holds = true;
  wake();
  pass(10s); // longer than the store may take, and the jobs are running in the store
  EXPECT_EQ(calls, 0);
  release_journal();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(now_is(t).ai.status, ai_status::done);
}

TEST_F(job_runner, what_is_claimed_while_it_drains_goes_back_uncharged) {
  answers = {good()};
  home.ai_enabled = false;
  auto t = create();
  home.ai_enabled = true;
  store.jobs = created_jobs;
  client->send(runner, jobs_hint{}); // the claim is on its way
  EXPECT_TRUE(ask<bool>(runner, drain{}));
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_FALSE(store.updates[0].charge_attempt);
  EXPECT_EQ(now_is(t).ai.status, ai_status::pending);
}

TEST_F(job_runner, an_answer_that_is_still_out_keeps_nobody_who_drains) {
  answers = {good()};
  holding = true;
  create();
  wake();
  ASSERT_EQ(calls, 1);
  EXPECT_TRUE(ask<bool>(runner, drain{}));
  ASSERT_EQ(store.updates.size(), 1u);
  EXPECT_EQ(store.updates[0].state, job_state::available);
  EXPECT_FALSE(store.updates[0].charge_attempt);
  release();
}

TEST_F(job_runner, drains_when_nothing_runs_and_claims_nothing_after) {
  answers = {good()};
  EXPECT_TRUE(ask<bool>(runner, drain{}));
  create();
  wake();
  EXPECT_EQ(calls, 0);
}

} // namespace
} // namespace callboard::testing
