#include "tests/simulation/world.hpp"

#include "base/failpoint.hpp"

#include <caf/scheduled_actor.hpp>

#include <algorithm>

namespace callboard::simulation {
namespace {

using namespace std::chrono_literals;

/// Far more than any run needs: one that takes more does not end.
constexpr std::uint64_t steps_max = 400'000;
constexpr int depth_max = 3;

enum kind_of_step : std::uint64_t {
  ran,
  passed,
  noted
};

} // namespace

world::world(std::uint64_t seed, const planted_bugs& planted, std::size_t steps_in_words)
    : seed_(seed),
      dice_(seed),
      rates_(plan_of(dice_)),
      trace_(steps_in_words),
      checks_(*disk_, record_),
      clients_(
        {dice_, record_, [this](const attempt& a) { checks_.told(a); },
         [this](const ticket_id& id, std::int64_t seen_before, const reply& r) { checks_.shown(id, seen_before, r); },
         [this](const ticket_id& id, std::int64_t seen_before, std::int64_t events) {
           checks_.listed(id, seen_before, events);
         },
         [this](std::string_view what) { note(what); }}),
      weather_(std::make_shared<planned_weather>(
        dice_, rates_, [this](std::chrono::nanoseconds span) { let_pass(span); },
        [this](std::string_view what) { note(what); })),
      sink_(std::make_shared<recording_sink>([this](const feed_batch& batch) { checks_.fed(batch); })) {
  disk_->planted = planted;
  plan_ids(seed);
  requests_left_ = rates_.requests;
}

world::~world() {
  set_failpoints({});
  end_process();
}

std::chrono::nanoseconds world::elapsed() const {
  return process_ ? before_process_ + process_->scheduler().clock().now().time_since_epoch() : before_process_;
}

timestamp world::wall() const {
  return from_micros(1'767'225'600'000'000) + std::chrono::duration_cast<std::chrono::microseconds>(elapsed());
}

void world::note(std::string_view what) {
  trace_.add(what);
  trace_.step(elapsed(), {noted}, [&] { return std::string{what}; });
}

// --- processes -------------------------------------------------------------------------------------------------------

void world::start_process() {
  is_calm_ = true;
  ended_ = false;
  auto rates = std::exchange(rates_, plan{});
  checks_.feed_begins(disk_->feed_head);
  surroundings around{
    disk_, weather_, dice_, rates_, {[this] { return wall(); }, [this] { return dice_.unit(); }}, sink_, [this] {
      note("a supervisor gave up: the process ends");
      ended_ = true;
    }};
  process_ = std::make_unique<process>(around);
  rates_ = rates;
  is_calm_ = false;
}

void world::end_process() {
  if (!process_)
    return;
  before_process_ = elapsed();
  clients_.lose_all();
  sink_->forget();
  is_calm_ = true;
  process_.reset();
  sink_->forget();
}

void world::restart_if_ended() {
  if (!ended_)
    return;
  set_failpoints({});
  end_process();
  note("a new process");
  start_process();
}

// --- one thing happens ------------------------------------------------------------------------------------------------

void world::step() {
  do_harm();
  if (sink_->owes() && dice_.below(4) == 0)
    sink_->pay();
  if (requests_left_ > 0 && elapsed() >= next_request_) {
    --requests_left_;
    next_request_ = elapsed() + dice_.span(rates_.request_gap);
    clients_.act(*process_);
  }
  if (process_->scheduler().jobs.empty())
    pass_until_something();
  else if (dice_.chance(rates_.time_jumps))
    pass(dice_.span(1s));
  else
    run_one();
  checks_.look_at_snapshots(process_->home());
}

void world::do_harm() {
  if (dice_.chance(rates_.process_killed)) {
    note("the process is killed");
    ended_ = true;
  }
  if (dice_.chance(rates_.actor_killed)) {
    auto victims = process_->killable();
    auto nth = dice_.below(victims.size());
    note(fmt::format("actor {} is killed", nth));
    caf::anon_send_exit(victims[nth], caf::exit_reason::kill);
  }
  if (dice_.chance(rates_.failpoint)) {
    static const std::vector<std::string> points{
      "ticket.decide=throw*1",        "ticket.reply=throw*1", "journal.before_commit=throw*1",
      "journal.after_commit=throw*1", "feed.read=throw*1",    "search_indexer.read=throw*1"};
    auto point = dice_.one_of(points);
    note(point);
    set_failpoints({point});
  }
}

void world::run_one() {
  auto& jobs = process_->scheduler().jobs;
  auto id_of = [](caf::resumable* job) {
    auto body = dynamic_cast<caf::scheduled_actor*>(job);
    return body ? body->id() : 0;
  };
  auto chosen = dice_.below(jobs.size());
  if (dice_.below(50) == 0)
    lazy_ = id_of(jobs[chosen]);
  // One actor is slow for a while: what the others do meanwhile comes before it.
  if (id_of(jobs[chosen]) == lazy_ && dice_.chance(rates_.lazy_actor))
    chosen = dice_.below(jobs.size());
  std::rotate(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(chosen),
              jobs.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
  auto job = jobs.front();
  trace_.step(elapsed(), {ran, id_of(job)}, [&] {
    auto body = dynamic_cast<caf::scheduled_actor*>(job);
    return body
             ? fmt::format("{}{} #{}", std::string(static_cast<std::size_t>(depth_) * 2, ' '), body->name(), body->id())
             : std::string{"a job"};
  });
  process_->scheduler().run_once();
}

void world::pass(std::chrono::nanoseconds span) {
  trace_.step(elapsed(), {passed, static_cast<std::uint64_t>(span.count())},
              [&] { return fmt::format("{} ms pass", span.count() / 1'000'000); });
  process_->scheduler().advance_time(span);
}

void world::pass_until_something() {
  auto& clock = process_->scheduler().clock();
  auto wait = requests_left_ > 0 ? next_request_ - elapsed() : std::chrono::nanoseconds{1s};
  if (!clock.schedule().empty())
    wait = std::min<std::chrono::nanoseconds>(wait, clock.schedule().begin()->first - clock.now());
  if (sink_->owes())
    wait = std::min<std::chrono::nanoseconds>(wait, 1ms);
  pass(std::max<std::chrono::nanoseconds>(wait, 1us));
}

void world::let_pass(std::chrono::nanoseconds span) {
  if (is_calm_ || depth_ >= depth_max)
    return;
  note(fmt::format("a call of the store takes {} ms", span.count() / 1'000'000));
  auto until = elapsed() + span;
  ++depth_;
  while (elapsed() < until && !ended_ && !checks_.failure() && trace_.steps() < steps_max)
    step();
  --depth_;
  if (ended_)
    throw store_failure("the process has ended", true);
}

// --- a run --------------------------------------------------------------------------------------------------------------

verdict world::run() {
  start_process();
  while (requests_left_ > 0 && !checks_.failure() && trace_.steps() < steps_max) {
    step();
    restart_if_ended();
  }
  if (!checks_.failure())
    come_to_rest();
  return {seed_, trace_.hash(), trace_.steps(), checks_.failure(), trace_.lines()};
}

/// The faults are over: everything must end well, and then the books must balance.
void world::come_to_rest() {
  note("the faults are over");
  rates_ = plan{};
  set_failpoints({});
  caf::anon_send(process_->home().runner.get(), set_ai_enabled{true});
  auto patience = elapsed() + 300s;
  auto is_at_rest = [&] { return checks_.is_all_done() && !clients_.is_waiting(*process_); };
  auto next_release = elapsed();
  auto rests_since = elapsed();
  while (!checks_.failure() && trace_.steps() < steps_max && elapsed() < patience && elapsed() - rests_since < 10s) {
    if (!is_at_rest())
      rests_since = elapsed(); // what nobody waits for any more may still come
    if (elapsed() >= next_release) {
      // What waits for an operator would wait for ever; and who was told of the switch may have died of it.
      for (const auto& id : record_.tickets)
        caf::anon_send(process_->home().router.get(), release_quarantine{id});
      caf::anon_send(process_->home().runner.get(), set_ai_enabled{true});
      next_release = elapsed() + 10s;
    }
    step();
    restart_if_ended();
  }
  if (!is_at_rest())
    checks_.fail(clients_.is_waiting(*process_) ? "somebody was never answered" : checks_.not_done());
  if (process_->home().readers.waiting() != 0)
    checks_.fail(fmt::format("{} permits to read never came back", process_->home().readers.waiting()));
  checks_.look_at_store();
  checks_.look_at_requests();
}

} // namespace callboard::simulation
