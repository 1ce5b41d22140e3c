#include "tests/simulation/process.hpp"

#include "actors/ai/gateway.hpp"
#include "actors/ai/job_runner.hpp"
#include "actors/directory.hpp"
#include "actors/feed_tail.hpp"
#include "actors/housekeeper.hpp"
#include "actors/journal.hpp"
#include "actors/reader.hpp"
#include "actors/search_indexer.hpp"
#include "actors/ticket_router.hpp"
#include "base/check.hpp"
#include "tests/simulation/fake_provider.hpp"

#include <algorithm>

namespace callboard::simulation {
namespace {

using namespace std::chrono_literals;

// Shorter than by default, so that more of them end within a run.
constexpr duration_ms store_timeout{1'000};
constexpr duration_ms lease{8'000};
constexpr duration_ms retention{100 * 3'600'000};
constexpr int reads_max = 8;
constexpr int writes_max = 8;

supervisor_options supervisor_named(std::string path, const restart_policy& policy, const surroundings& s) {
  supervisor_options options;
  options.path = std::move(path);
  options.world = s.world;
  options.policy = policy;
  options.notify = [gave_up = s.gave_up](const supervision_note& note) {
    if (note.step == supervision_step::give_up)
      gave_up();
  };
  return options;
}

} // namespace

process::config::config() {
  add_message_types<caf::id_block::callboard>();
  set("scheduler.policy", caf::atom("testing"));
}

process::process(const surroundings& s)
    : engine_(std::make_shared<fake_engine>(s.data, s.weather, s.world.wall)),
      home_(1, reads_max, writes_max, engine_->identity()),
      system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  home_.feed_head = s.data->feed_head; // where the live feed begins, as in app/serve.cpp
  home_.search_feed_id = s.data->search_feed_id;
  home_.add_sink(s.sink);
  home_.root.set(spawn_supervisor(system_, tree(s)));
  settle();
  CALLBOARD_CHECK(home_.router.get() && home_.feed.get() && home_.runner.get(), "everybody has started");
}

process::~process() {
  engine_->close();
  for (const auto& client : clients_)
    if (auto alive = caf::actor_cast<caf::actor>(client))
      caf::anon_send_exit(alive, caf::exit_reason::kill);
  caf::anon_send_exit(home_.root.get(), caf::exit_reason::user_shutdown);
  settle();
  home_.clear();
  provider_->set({});
  // Who awaits an answer that will not come ends at its time-out.
  for (int seconds = 0; seconds < 400 && system_.registry().running() > 0; ++seconds) {
    scheduler_.advance_time(1s);
    settle();
  }
  CALLBOARD_CHECK(system_.registry().running() == 0, "every actor ends with its process");
  scheduler_.inline_all_enqueues();
}

void process::settle() {
  while (scheduler_.try_run_once()) {}
}

std::vector<caf::actor> process::killable() const {
  auto as_actor = [](const auto& place) { return caf::actor_cast<caf::actor>(place.get()); };
  return {as_actor(home_.journal), as_actor(home_.internal_reader), as_actor(home_.router), as_actor(home_.directory),
          as_actor(home_.gateway), as_actor(home_.runner),          as_actor(home_.feed),   as_actor(*provider_)};
}

supervisor_options process::tree(const surroundings& s) {
  auto options = supervisor_named("root", {.restarts_max = 3, .window = 300s}, s);
  options.children = {store_branch(s), desk_branch(s), live_branch(s), ai_branch(s)};
  return options;
}

/// The journal and the readers are detached in the real house, because engines block. Here the world goes on inside a
/// call that blocks, so they run with the others.
child_spec process::store_branch(const surroundings& s) {
  auto options = supervisor_named("root/store", {.restarts_max = std::nullopt, .survives_invariants = false}, s);
  auto reader = [engine = engine_](caf::actor_system& system) -> reader_actor {
    return system.spawn<acting<reader_state>>(reader_options{engine});
  };
  options.children.push_back(child("journal", home_.journal, [this](caf::actor_system& system) -> journal_actor {
    journal_options journal{home_, engine_, 8};
    // What it has measured is real time, which no two runs share.
    journal.note = [this](const batch_note&) { home_.journal_wait_us = 0; };
    return system.spawn<acting<journal_state>>(std::move(journal));
  }));
  options.children.push_back(child("internal_reader", home_.internal_reader, reader));
  options.children.push_back(child("reader", home_.readers.at(0), reader));
  options.children.push_back(child("housekeeper", [this, world = s.world](caf::actor_system& system) {
    return spawn_housekeeper(system, {.home = home_,
                                      .counting_reader = [this] { return home_.readers.next(); },
                                      .interval = 3'000ms,
                                      .store_timeout = store_timeout,
                                      .idempotency_retention = retention,
                                      .feed_retention = retention,
                                      .world = world});
  }));
  options.children.push_back(child("search_indexer", [this, world = s.world](caf::actor_system& system) {
    return system.spawn<acting<indexer_state>>(indexer_options{.home = home_,
                                                               .engine = engine_,
                                                               .interval = 2'000ms,
                                                               .store_timeout = store_timeout,
                                                               .page = 20,
                                                               .world = world});
  }));
  return supervisor_spec("store", std::move(options));
}

child_spec process::desk_branch(const surroundings& s) {
  auto options = supervisor_named("root/desk", {.restarts_max = 5, .window = 30s}, s);
  options.children.push_back(child("ticket_router", home_.router, [this, s](caf::actor_system& system) {
    ++router_lives_;
    router_options router{home_, std::make_shared<const ticket_policy>()};
    router.writes_per_ticket = 6;
    router.warm_max = 4;
    router.idle_timeout = 10s;
    router.store_timeout = store_timeout;
    router.has_predecessor = home_.router.get() != nullptr;
    router.world = s.world;
    return spawn_ticket_router(system, std::move(router));
  }));
  options.children.push_back(child("directory", home_.directory, [this, s](caf::actor_system& system) {
    ++directory_lives_;
    return spawn_directory(system, {home_, store_timeout, s.world});
  }));
  return supervisor_spec("desk", std::move(options));
}

child_spec process::live_branch(const surroundings& s) {
  auto options = supervisor_named("root/live", {.restarts_max = 5, .window = 30s}, s);
  options.children.push_back(child("feed", home_.feed, [this](caf::actor_system& system) {
    return spawn_feed(system, {.home = home_, .poll = 1'000ms, .store_timeout = store_timeout, .page = 10});
  }));
  auto branch = supervisor_spec("live", std::move(options));
  branch.role = child_role::vital;
  return branch;
}

child_spec process::ai_branch(const surroundings& s) {
  auto options = supervisor_named("root/ai", {.restarts_max = 10, .window = 60s, .then = too_often::rest}, s);
  options.children.push_back(child("provider", *provider_, [s](caf::actor_system& system) {
    return spawn_fake_provider(system, {s.chance, s.rates});
  }));
  options.children.push_back(child("gateway", home_.gateway, [this](caf::actor_system& system) {
    gateway_options gateway;
    gateway.classify_chain = {"fake"};
    gateway.providers.emplace("fake", provider_);
    gateway.timeout = 1'500ms;
    gateway.is_on = [this] { return home_.ai_enabled.load(); };
    return spawn_gateway(system, std::move(gateway));
  }));
  options.children.push_back(child("job_runner", home_.runner, [this, s](caf::actor_system& system) {
    runner_options runner{.home = home_, .categories = ticket_policy{}.categories};
    runner.concurrency = 4;
    runner.retry_max = 5s;
    runner.lease = lease;
    runner.store_timeout = store_timeout;
    runner.world = s.world;
    return spawn_job_runner(system, std::move(runner));
  }));
  return supervisor_spec("ai", std::move(options));
}

} // namespace callboard::simulation
