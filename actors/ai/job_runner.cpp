#include "actors/ai/job_runner.hpp"

#include "actors/ask_journal.hpp"
#include "actors/ask_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callboard {
namespace {

constexpr int claim_max = 64;

/// Time for the ticket's actor and the journal, on top of the provider's.
constexpr std::chrono::seconds record_timeout{30};

/// How much longer than the gateway may take its verdict is waited for, so that it arrives.
constexpr std::chrono::seconds gateway_grace{1};

constexpr const char* switched_off = "AI was switched off";

} // namespace

runner_actor::behavior_type runner_state::start(options given) {
  options_.emplace(std::move(given));
  self_->send(self_, tick{});
  return {
    [this](jobs_hint) { claim(); },
    [this](tick) {
      // Who stops does not wait for a store that is away; what the claim brings after all goes back.
      if (draining_ && claiming_ && self_->clock().now() > claim_due_) {
        claiming_ = false;
        end_drain();
      }
      for (auto& each : std::exchange(unstored_, {}))
        store(std::move(each));
      claim();
      self_->delayed_send(self_, options_->poll, tick{});
    },
    [this](set_ai_enabled wish) { return switch_ai(wish.enabled); },
    [this](drain) -> caf::result<bool> {
      draining_ = true;
      take_back_asked("draining");
      auto promise = self_->make_response_promise<bool>();
      if (running_ == 0 && !claiming_)
        promise.deliver(true);
      else
        drained_ = promise;
      return promise;
    },
  };
}

bool runner_state::switch_ai(bool enabled) {
  auto& home = options_->home;
  home.ai_enabled.store(enabled);
  if (!enabled) {
    take_back_asked(switched_off);
    for (const auto& sink : home.sinks())
      sink->end_classification_waits();
  }
  claim();
  return enabled;
}

void runner_state::take_back_asked(const char* why) {
  for (const auto& job : std::exchange(asked_, {})) {
    ++abandoned_;
    give_back(job, job_state::available, {}, false, why);
  }
}

bool runner_state::is_asked(const shared_job& job) {
  if (asked_.contains(job))
    return true;
  --abandoned_;
  claim();
  return false;
}

void runner_state::claim() {
  if (claiming_) {
    more_waits_ = true;
    return;
  }
  bool people_first = options_->home.background_waits(options_->journal_wait_max_us);
  int room = std::min(options_->concurrency - running_ - abandoned_, claim_max);
  // Half a window at least, so that a loaded runner claims in batches instead of one by one.
  bool worth_it = room >= std::min(options_->concurrency, claim_max) / 2 || running_ == 0;
  if (draining_ || people_first || room <= 0 || !worth_it)
    return;
  claiming_ = true;
  more_waits_ = false;
  auto asked_at = self_->clock().now();
  auto until = asked_at + options_->lease;
  claim_due_ = asked_at + options_->store_timeout;
  claim_jobs wanted{{job_kind::forget_user},
                    room,
                    options_->world.wall(),
                    options_->lease,
                    deadline::at(asked_at + options_->store_timeout)};
  if (options_->home.ai_enabled.load())
    wanted.kinds.push_back(job_kind::classify);
  // Who waits is told of a claim that came late, too: jobs that nobody hears of wait for their lease.
  self_
    ->request(options_->home.journal.get(), std::max<caf::timespan>(options_->store_timeout, options_->lease / 2),
              wanted)
    .then([this, room, until](claimed_jobs& found) { on_claimed(found, room, until); },
          [this](caf::error&) {
            claiming_ = false; // the next tick tries again; a lost claim's lease ends
            end_drain();
          });
}

void runner_state::on_claimed(claimed_jobs& found, int asked, steady_point until) {
  claiming_ = false;
  bool full = static_cast<int>(found.jobs.size()) == asked;
  if (draining_) {
    for (auto& job : found.jobs) {
      ++running_;
      give_back(std::make_shared<const leased_job>(leased_job{std::move(job), until}), job_state::available, {}, false,
                "draining");
    }
    return end_drain();
  }
  for (auto& job : found.jobs)
    run({std::move(job), until});
  if (full || more_waits_)
    claim();
  else if (found.next_run_at) {
    auto wait = *found.next_run_at - options_->world.wall();
    if (wait < options_->poll)
      self_->delayed_send(self_, std::max<std::chrono::microseconds>(wait, std::chrono::milliseconds{1}), jobs_hint{});
  }
}

void runner_state::run(leased_job job) {
  ++running_;
  auto shared = std::make_shared<const leased_job>(std::move(job));
  if (shared->is_poison())
    return bury(shared);
  switch (shared->kind) {
    case job_kind::classify: return classify(shared);
    case job_kind::forget_user: return forget_user_everywhere(shared);
  }
}

/// What ends its process again and again is not run any more; a ticket does not wait for it for ever.
void runner_state::bury(shared_job job) {
  auto why = fmt::format("poison: {} times the process ended or hung while this ran", job->crash_count);
  if (job->kind == job_kind::classify)
    return record(job, {job->input_hash, std::nullopt, {}, {}, job->prompt_version}, std::move(why));
  give_back(job, job_state::dead, {}, true, std::move(why));
}

command_meta runner_state::meta_for(const leased_job& job) {
  command_meta meta;
  meta.id = command_id::make();
  meta.who = job.kind == job_kind::classify ? principal{actor_type::ai, "ai"} : system_principal();
  meta.deadline = deadline::at(std::min(self_->clock().now() + record_timeout, job.until));
  meta.request_id = "job:" + to_string(job.id);
  return meta;
}

// --- classification --------------------------------------------------------------------------------------------

void runner_state::classify(shared_job job) {
  // Switched off while the claim was under way.
  if (!options_->home.ai_enabled.load())
    return give_back(job, job_state::available, {}, false, switched_off);
  asked_.insert(job);
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout,
             load_ticket{{ticket_id{job->subject}, 0}, {}})
    .then(
      [this, job](const loaded_ticket& loaded) {
        if (!is_asked(job))
          return;
        bool wanted =
          loaded.state && !loaded.state->memory.deleted && loaded.state->memory.classify_input == job->input_hash;
        if (wanted)
          return ask_gateway(job, loaded.state->ticket);
        asked_.erase(job);
        give_back(job, job_state::cancelled, {}, true, "the ticket has changed or is gone");
      },
      [this, job](caf::error& why) {
        if (!is_asked(job))
          return;
        asked_.erase(job);
        try_later(job, text_of(why, self_->system()));
      });
}

void runner_state::ask_gateway(shared_job job, const ticket& about) {
  auto until = job->until - options_->lease / 2;
  auto time = until - self_->clock().now();
  if (time <= time.zero())
    return on_no_time(job);
  classify_task task{about.id, about.title, about.description, options_->categories, deadline::at(until)};
  self_->request(options_->home.gateway.get(), time + gateway_grace, std::move(task))
    .then([this, job](ai_answer& answer) { on_answer(job, answer); },
          [this, job](caf::error& why) {
            ai_answer none;
            none.failure = ai_failure{ai_fault::transient, text_of(why, self_->system()), {}};
            on_answer(job, none);
          });
}

/// The store was slow, and the lease would end before an answer could be recorded.
void runner_state::on_no_time(shared_job job) {
  asked_.erase(job);
  try_later(std::move(job), "no time of the lease was left for a provider");
}

void runner_state::on_answer(shared_job job, ai_answer& answer) {
  if (!is_asked(job))
    return;
  asked_.erase(job);
  if (answer.failure)
    return retry_or_give_up(job, *answer.failure, answer);
  record(job,
         {job->input_hash, std::move(answer.answer), std::move(answer.provider), std::move(answer.model),
          std::move(answer.prompt_version)},
         {});
}

void runner_state::retry_or_give_up(shared_job job, const ai_failure& why, const ai_answer& last) {
  if (why.fault == ai_fault::parked)
    return give_back(job, job_state::parked, options_->poll, false, why.detail);
  bool worth_it = why.fault != ai_fault::permanent; // no provider will ever take this task
  if (worth_it && job->attempt < options_->attempts) {
    auto delay =
      why.retry_after_s ? std::chrono::seconds{std::min(*why.retry_after_s, 3'600)} : delay_before(job->attempt);
    return give_back(job, job_state::available, delay, true, why.detail);
  }
  record(job, {job->input_hash, std::nullopt, last.provider, last.model, job->prompt_version},
         "every provider failed; the last one: " + why.detail);
}

void runner_state::record(shared_job job, record_ai_result result, std::string failure) {
  ticket_command command;
  command.meta = meta_for(*job);
  command.ticket.id = ticket_id{job->subject};
  bool answered = result.answer.has_value();
  command.body = std::move(result);
  command.job = job->id;
  command.claim_token = job->claim_token;
  command.job_failure = std::move(failure);
  self_->request(options_->home.router.get(), record_timeout, std::move(command))
    .then(
      [this, job, answered](const reply& answer) {
        if (answer.status == 200)
          return finish("classify", answered ? "done" : "fallback");
        // What is refused for good has ended the job in the same transaction; what failed for now is tried again.
        if (answer.status == 503)
          return try_later(job, "the ticket could not be reached");
        // Until somebody releases the ticket; each try asks the provider again, so they are few.
        if (answer.status == 423)
          return give_back(job, job_state::available, options_->retry_max, false, "the ticket is in quarantine");
        // Not dead: its ticket would wait for ever.
        if (answer.status == 500)
          return give_back(job, job_state::available, options_->retry_max, true,
                           "recording the result failed repeatedly");
        finish("classify", "refused");
      },
      [this, job](caf::error& why) { try_later(job, text_of(why, self_->system())); });
}

// --- a deleted user's tickets -----------------------------------------------------------------------------------

void runner_state::forget_user_everywhere(shared_job job) {
  auto walk = std::make_shared<forget_walk>();
  walk->job = std::move(job);
  walk->until = walk->job->until - options_->lease / 2;
  go_on(std::move(walk));
}

/// The next page.
void runner_state::go_on(std::shared_ptr<forget_walk> walk) {
  auto after = walk->tickets.empty() ? ticket_id{} : walk->tickets.back();
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout,
             tickets_of_user{user_id{walk->job->subject}, after, 100})
    .then(
      [this, walk](ticket_ids& found) {
        walk->tickets = std::move(found.value);
        walk->at = 0;
        if (walk->tickets.empty())
          give_back(walk->job, job_state::done, {}, true, {});
        else
          forget_on_next(walk);
      },
      [this, job = walk->job](caf::error& why) { try_later(job, text_of(why, self_->system())); });
}

/// Who has many tickets outlasts a lease: the job goes back in time, and its next claim finds only those that still name
/// the user.
void runner_state::forget_on_next(std::shared_ptr<forget_walk> walk) {
  if (draining_)
    return give_back(walk->job, job_state::available, {}, false, "draining");
  if (walk->at == walk->tickets.size())
    return go_on(std::move(walk));
  if (self_->clock().now() >= walk->until)
    return give_back(walk->job, job_state::available, {}, false, "there are more tickets");
  ticket_command command;
  command.meta = meta_for(*walk->job);
  command.ticket.id = walk->tickets[walk->at++];
  command.body = forget_user{user_id{walk->job->subject}};
  self_->request(options_->home.router.get(), record_timeout, std::move(command))
    .then(
      [this, walk](const reply& answer) {
        bool settled = answer.status < 500 && answer.status != 423;
        if (settled) // 404: the ticket was deleted meanwhile
          forget_on_next(walk);
        else
          try_later(walk->job, "a ticket could not be reached");
      },
      [this, job = walk->job](caf::error& why) { try_later(job, text_of(why, self_->system())); });
}

// --- ending ----------------------------------------------------------------------------------------------------

/// Something of ours failed, not the job.
void runner_state::try_later(shared_job job, std::string why) {
  auto delay = delay_before(job->attempt);
  give_back(std::move(job), job_state::available, delay, false, std::move(why));
}

void runner_state::give_back(shared_job job, job_state state, duration_ms delay, bool charge, std::string error) {
  journal_item item;
  item.command_id = command_id::make();
  item.who = system_principal();
  item.time = options_->world.wall();
  item.write = job_update{job->id, job->claim_token, state, item.time + delay, charge, std::move(error)};
  store({std::move(job), std::move(item)});
}

/// Until the store has it or the lease is over: a job that is left running waits for its lease, and is charged with a crash
/// that was none. Who stops does not wait for a store that is away.
void runner_state::store(job_return back) {
  back.item.made = std::chrono::steady_clock::now(); // of a second try the first one's wait is none
  auto asked = ask_journal(self_, options_->home, options_->store_timeout, back.item);
  auto again = [this, back] {
    if (draining_ || self_->clock().now() + options_->poll >= back.job->until)
      finish(back);
    else
      unstored_.push_back(back);
  };
  std::move(asked).then(
    [this, back, again](const journal_outcome& outcome) {
      if (outcome.status == journal_status::unavailable || outcome.status == journal_status::in_doubt)
        again();
      else
        finish(back);
    },
    [again](caf::error&) { again(); });
}

void runner_state::finish(const job_return& back) {
  finish(enum_name(back.job->kind), enum_name(std::get<job_update>(back.item.write).state));
}

void runner_state::finish(std::string_view kind, std::string_view outcome) {
  options_->note(kind, outcome);
  --running_;
  end_drain();
  claim();
}

void runner_state::end_drain() {
  if (!drained_ || running_ > 0 || claiming_)
    return;
  drained_->deliver(true);
  drained_.reset();
}

/// Full jitter: anything up to base * 2^attempt, so that jobs which failed together do not come back together.
duration_ms runner_state::delay_before(int attempt) {
  auto ceiling = std::min(options_->retry_base * (1 << std::clamp(attempt, 0, 20)), options_->retry_max);
  return duration_ms{static_cast<duration_ms::rep>(options_->world.random() * static_cast<double>(ceiling.count()))};
}

runner_actor spawn_job_runner(caf::actor_system& system, runner_options options) {
  return system.spawn<acting<runner_state>>(std::move(options));
}

} // namespace callboard
