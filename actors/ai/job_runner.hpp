#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

#include <set>

namespace callboard {

struct runner_options {
  house& home;
  std::vector<std::string> categories;
  int concurrency = 64;
  int attempts = 3;
  duration_ms retry_base{1'000};
  duration_ms retry_max{300'000};
  duration_ms lease{60'000}; ///< half of it, from the claim on, is for the work; the rest for recording what came out
  duration_ms store_timeout{5'000};
  duration_ms poll{1'000};
  std::int64_t journal_wait_max_us = 100'000; ///< people first: above this no new job is claimed
  std::function<void(std::string_view kind, std::string_view outcome)> note = [](std::string_view, std::string_view) {};
  outside_world world = {};
};

/// Turns durable jobs into work: claims them, asks AI outside any transaction, and sends the result to the ticket's actor
/// like any other command. The call is at least once, the effect exactly once (reliability C-2).
///
/// The kill switch ends with the process: the settings give its first value. Off, no job is claimed to classify, those
/// whose answer is still out go back at once without a charge, and whoever waits for a classification is told. What is
/// already being recorded stands. Bounded stays what is asked: an abandoned call takes its place until it ends.
///
/// Spawned by: the `ai` supervisor. Monitors: nobody. Bounded by: `concurrency` jobs under way. When it dies, its jobs
/// stay `running` until their lease ends or the process starts anew; a late result of the old claim is thrown away.
class runner_state {
public:
  using interface = runner_actor;
  using options = runner_options;
  static inline const char* name = "callboard.job_runner";

  explicit runner_state(interface::pointer self) : self_(self) {}
  interface::behavior_type start(options given);

private:
  using steady_point = std::chrono::steady_clock::time_point;

  struct leased_job : claimed_job {
    steady_point until; ///< its lease ends, at the earliest
  };
  using shared_job = std::shared_ptr<const leased_job>;

  /// A job on its way back to the store.
  struct job_return {
    shared_job job;
    journal_item item;
  };

  /// In the order of claims: an order by address would differ from one run of a simulation to the next.
  struct earlier_claim {
    bool operator()(const shared_job& a, const shared_job& b) const { return a->claim_token < b->claim_token; }
  };

  /// Through the tickets that name a deleted user, page by page.
  struct forget_walk {
    shared_job job;
    std::vector<ticket_id> tickets;
    std::size_t at = 0;
    steady_point until; ///< well before the job's lease ends
  };

  bool switch_ai(bool enabled);
  /// Those whose answer is still out go back at once, without a charge.
  void take_back_asked(const char* why);
  /// Whether the job's answer is still wanted. Called once when it comes.
  bool is_asked(const shared_job& job);
  void claim();
  void on_claimed(claimed_jobs& found, int asked, steady_point until);
  void run(leased_job job);
  void bury(shared_job job);
  void end_drain();
  void classify(shared_job job);
  void ask_gateway(shared_job job, const ticket& about);
  void on_no_time(shared_job job);
  void on_answer(shared_job job, ai_answer& answer);
  /// Without an answer the ticket gets the safe values and the job is dead, with `failure` as the reason.
  void record(shared_job job, record_ai_result result, std::string failure);
  void forget_user_everywhere(shared_job job);
  void go_on(std::shared_ptr<forget_walk> walk);
  void forget_on_next(std::shared_ptr<forget_walk> walk);
  void try_later(shared_job job, std::string why);
  void retry_or_give_up(shared_job job, const ai_failure& why, const ai_answer& last);
  void give_back(shared_job job, job_state state, duration_ms delay, bool charge, std::string error);
  void store(job_return back);
  void finish(const job_return& back);
  void finish(std::string_view kind, std::string_view outcome);
  duration_ms delay_before(int attempt);
  command_meta meta_for(const leased_job& job);

  interface::pointer self_;
  std::optional<options> options_;
  int running_ = 0;
  std::set<shared_job, earlier_claim> asked_; ///< to classify, and their answer is not there
  int abandoned_ = 0;                         ///< given back by the switch, and their answer is not there
  std::vector<job_return> unstored_;          ///< the store was away; each keeps its place in `running_`
  bool claiming_ = false;
  steady_point claim_due_;  ///< until when its answer is waited for in a drain
  bool more_waits_ = false; ///< a hint came while a claim was under way
  bool draining_ = false;
  std::optional<caf::typed_response_promise<bool>> drained_;
};

runner_actor spawn_job_runner(caf::actor_system&, runner_options);

} // namespace callboard
