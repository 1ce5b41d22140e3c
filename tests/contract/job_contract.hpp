#pragma once

#include "tests/contract/store_fixture.hpp"

// Durable work: claimed by token, done once, never lost (reliability C-2).
namespace callboard::contract {

inline journal_item update_of(const claimed_job& job, job_state state, timestamp time, timestamp run_at = {},
                              bool charge = true) {
  return item_of(time, job_update{job.id, job.claim_token, state, run_at, charge, "why"});
}

inline journal_item completion_of(const test_ticket& made, const claimed_job& job, timestamp time) {
  auto ticket = made;
  record_ai_result result;
  result.input_hash = job.input_hash;
  result.answer = classification{"billing", ticket_priority::low, 0.9, sentiment::neutral, "en"};
  auto item = ticket.asked(result, time, system_principal());
  ticket_part(item).completion = job_completion{job.id, job.claim_token, job_state::done, ""};
  return item;
}

TEST_P(store_contract, a_new_tickets_job_can_be_claimed_once) {
  auto made = store(1, at(0));
  auto claimed = claim(at(1));
  ASSERT_EQ(claimed.jobs.size(), 1u);
  const auto& job = claimed.jobs.front();
  EXPECT_EQ(job.kind, job_kind::classify);
  EXPECT_EQ(job.subject, made.state.ticket.id.bytes);
  EXPECT_EQ(job.input_hash, made.state.memory.classify_input);
  EXPECT_EQ(job.prompt_version, "classify-1");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_FALSE(claimed.next_run_at);
  EXPECT_TRUE(claim(at(2)).jobs.empty());
  EXPECT_EQ(jobs("state"), texts{"running"});
}

TEST_P(store_contract, jobs_are_claimed_in_the_order_in_which_they_are_due) {
  std::vector<ticket_id> made;
  for (int i : {30, 10, 20})
    made.push_back(store(i, at(i)).state.ticket.id);
  auto early = claim(at(5));
  EXPECT_TRUE(early.jobs.empty());
  EXPECT_EQ(early.next_run_at, at(10));
  auto two = claim(at(40), 2);
  ASSERT_EQ(two.jobs.size(), 2u);
  EXPECT_EQ(two.jobs[0].subject, made[1].bytes);
  EXPECT_EQ(two.jobs[1].subject, made[2].bytes);
  EXPECT_NE(two.jobs[0].claim_token, two.jobs[1].claim_token);
  EXPECT_EQ(two.next_run_at, at(30)) << "more is due right now";
  EXPECT_TRUE(claim(at(40), 0).jobs.empty());
}

TEST_P(store_contract, only_the_kinds_asked_for_are_claimed) {
  store(1);
  auto gone = test_user("Ann", "ann@example.com", at(0));
  auto forget = directory_item("user.created", gone);
  std::get<directory_write>(forget.write).jobs = {{job_id::make(), job_kind::forget_user, gone.id.bytes, "", ""}};
  ASSERT_EQ(commit(forget).status, stored);
  auto claimed = claim(at(1), 10, {job_kind::forget_user});
  ASSERT_EQ(claimed.jobs.size(), 1u);
  EXPECT_EQ(claimed.jobs.front().subject, gone.id.bytes);
  EXPECT_FALSE(claimed.next_run_at) << "the other kind is not asked about";
  EXPECT_EQ(claim(at(1), 10, {job_kind::forget_user, job_kind::classify}).jobs.size(), 1u);
  EXPECT_TRUE(claim(at(1), 10, {}).jobs.empty());
}

TEST_P(store_contract, a_result_and_the_end_of_its_job_are_stored_together_once) {
  auto made = store(1);
  auto job = claim(at(1)).jobs.at(0);
  auto done = completion_of(made, job, at(2));
  auto again = completion_of(made, job, at(3));
  EXPECT_EQ(commit_all({done, again}), (statuses{stored, job_lost})) << "twice in one batch";
  EXPECT_EQ(commit(again).status, job_lost);
  EXPECT_EQ(loaded(made.state.ticket.id)->ticket.ai.status, ai_status::done);
  EXPECT_EQ(jobs("state"), texts{"done"});
  EXPECT_TRUE(claim(at(100'000)).jobs.empty());
}

TEST_P(store_contract, a_result_under_another_token_changes_nothing) {
  auto made = store(1);
  auto lost = claim(at(1)).jobs.at(0);
  ASSERT_EQ(commit(update_of(lost, job_state::available, at(2), at(2))).status, stored);
  auto mine = claim(at(3)).jobs.at(0);
  EXPECT_NE(mine.claim_token, lost.claim_token);
  EXPECT_EQ(mine.attempt, 2);
  EXPECT_EQ(commit(keyed(completion_of(made, lost, at(4)), "zombie")).status, job_lost);
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
  EXPECT_FALSE(reader->find(find_reply{{}, "zombie"}));
  EXPECT_EQ(jobs("state"), texts{"running"});
  EXPECT_EQ(commit(completion_of(made, mine, at(5))).status, stored);
}

TEST_P(store_contract, a_job_that_goes_back_waits_for_its_time) {
  store(1);
  auto job = claim(at(1)).jobs.at(0);
  ASSERT_EQ(commit(update_of(job, job_state::available, at(2), at(500))).status, stored);
  EXPECT_EQ(jobs("last_error"), texts{"why"});
  auto early = claim(at(499));
  EXPECT_TRUE(early.jobs.empty());
  EXPECT_EQ(early.next_run_at, at(500));
  EXPECT_EQ(claim(at(500)).jobs.at(0).attempt, 2);
}

TEST_P(store_contract, an_attempt_can_be_given_back_and_a_parked_job_runs_when_due) {
  store(1);
  auto job = claim(at(1)).jobs.at(0);
  ASSERT_EQ(commit(update_of(job, job_state::parked, at(2), at(300), false)).status, stored);
  EXPECT_EQ(jobs("state"), texts{"parked"});
  EXPECT_EQ(claim(at(299)).next_run_at, at(300));
  EXPECT_EQ(claim(at(300)).jobs.at(0).attempt, 1);
}

TEST_P(store_contract, only_the_holder_of_the_token_updates_a_job) {
  store(1);
  auto job = claim(at(1)).jobs.at(0);
  auto other = job;
  ++other.claim_token;
  auto end = update_of(job, job_state::dead, at(2));
  EXPECT_EQ(commit_all({update_of(other, job_state::done, at(2)), end, end}), (statuses{job_lost, stored, job_lost}));
  EXPECT_EQ(jobs("state"), texts{"dead"});
  other.id = job_id::make();
  EXPECT_EQ(commit(update_of(other, job_state::done, at(3))).status, job_lost);
}

TEST_P(store_contract, dead_and_cancelled_jobs_can_be_replayed_and_no_others) {
  store(1);
  auto job = claim(at(1)).jobs.at(0);
  auto replay = [&](int ms) { return commit(item_of(at(ms), job_replay{job.id})).status; };
  EXPECT_EQ(replay(2), missing) << "it runs";
  commit(update_of(job, job_state::dead, at(3)));
  EXPECT_EQ(replay(4), stored);
  EXPECT_EQ(replay(5), missing) << "it waits already";
  EXPECT_EQ(jobs("last_error"), texts{"null"});
  auto again = claim(at(6)).jobs.at(0);
  EXPECT_EQ(again.attempt, 1);
  EXPECT_NE(again.claim_token, job.claim_token);
  commit(update_of(again, job_state::cancelled, at(7)));
  EXPECT_EQ(replay(8), stored);
  commit(update_of(claim(at(9)).jobs.at(0), job_state::done, at(10)));
  EXPECT_EQ(replay(11), missing) << "it is done";
  EXPECT_EQ(commit(item_of(at(12), job_replay{job_id::make()})).status, missing);
}

TEST_P(store_contract, a_lease_that_runs_out_is_swept_and_counted_until_its_end_cannot_be_told_either) {
  store(1);
  tidy_store sweep{{}, duration_ms{1'000'000}, duration_ms{1'000'000}};
  for (int crash = 1; crash <= 6; ++crash) {
    auto claimed = claim(at(crash * 100'000));
    ASSERT_EQ(claimed.jobs.size(), 1u) << crash;
    EXPECT_EQ(claimed.jobs.front().crash_count, crash - 1);
    EXPECT_EQ(claimed.jobs.front().is_poison(), crash > 3) << "this time it is claimed to be ended";
    sweep.now = at(crash * 100'000 + 60'000);
    writer->tidy(sweep);
    EXPECT_EQ(jobs("state"), texts{"running"}) << "its lease ends now, not before";
    sweep.now += duration_ms{1};
    writer->tidy(sweep);
    EXPECT_EQ(jobs("crash_count"), texts{std::to_string(crash)});
  }
  EXPECT_EQ(jobs("state"), texts{"dead"});
  EXPECT_EQ(jobs("last_error"), texts{"poison"});
}

TEST_P(store_contract, a_restart_frees_at_once_what_ran_and_the_third_time_it_is_poison) {
  auto made = store(1);
  for (int crash = 1; crash <= 3; ++crash) {
    auto claimed = claim(now() + duration_ms{1'000});
    ASSERT_EQ(claimed.jobs.size(), 1u) << crash;
    EXPECT_EQ(claimed.jobs.front().attempt, crash) << "an attempt that ended its process is counted";
    EXPECT_FALSE(claimed.jobs.front().is_poison());
    reopen();
    EXPECT_EQ(commit(completion_of(made, claimed.jobs.front(), at(2))).status, job_lost);
  }
  auto last = claim(now() + duration_ms{1'000});
  ASSERT_EQ(last.jobs.size(), 1u) << "somebody has to give the ticket its safe values";
  EXPECT_TRUE(last.jobs.front().is_poison());
  EXPECT_EQ(commit(completion_of(made, last.jobs.front(), now())).status, stored);
}

TEST_P(store_contract, suspects_of_two_crashes_are_claimed_one_at_a_time_and_others_go_on) {
  for (int i = 1; i <= 3; ++i)
    store(i);
  auto soon = now() + duration_ms{1'000};
  for (int crash = 1; crash <= 2; ++crash) {
    EXPECT_EQ(claim(soon, 3).jobs.size(), 3u);
    reopen();
  }
  store(4);
  auto first = claim(soon, 2).jobs;
  ASSERT_EQ(first.size(), 2u) << "one suspect, and the one that never ran, however many suspects stand before it";
  auto suspects = std::count_if(first.begin(), first.end(), [](const auto& job) { return job.is_suspect(); });
  EXPECT_EQ(suspects, 1);
  EXPECT_TRUE(claim(soon, 10).jobs.empty());
  for (const auto& job : first)
    EXPECT_EQ(commit(update_of(job, job_state::done, now())).status, stored);
  EXPECT_EQ(claim(soon, 10).jobs.size(), 1u) << "the next one, when the first is cleared";
}

// --- jobs and the text they are about ---

TEST_P(store_contract, a_repeated_job_is_ignored_while_it_waits_or_runs) {
  auto made = store(1);
  auto job = claim(at(1)).jobs.at(0);
  auto item = made.said("hello", at(2));
  ticket_part(item).jobs = {classify_job(made.state.ticket.id, job.input_hash)};
  ticket_part(item).cancel_jobs = true;
  EXPECT_EQ(commit(item).status, stored);
  EXPECT_EQ(jobs("state"), texts{"running"});
  EXPECT_TRUE(claim(at(3)).jobs.empty());
}

TEST_P(store_contract, a_new_text_cancels_the_job_about_the_old_one) {
  auto made = store(1);
  auto other = store(2);
  auto old = claim(at(1), 1).jobs.at(0);
  change_ticket edit;
  edit.title = "Printer drowned";
  ASSERT_EQ(commit(made.asked(edit, at(2))).status, stored);
  EXPECT_EQ(jobs("state"), (texts{"cancelled", "available", "available"})) << "another ticket's job stays";
  EXPECT_EQ(commit(update_of(old, job_state::done, at(3))).status, job_lost);
}

TEST_P(store_contract, a_text_that_is_changed_back_is_classified_again) {
  auto made = store(1);
  auto first_text = made.state.ticket.title;
  auto job = claim(at(1)).jobs.at(0);
  auto done = completion_of(made, job, at(2));
  ASSERT_EQ(commit(done).status, stored);
  made.state = ticket_part(done).after;
  change_ticket there;
  there.title = "Printer drowned";
  ASSERT_EQ(commit(made.asked(there, at(3))).status, stored);
  change_ticket back;
  back.title = first_text;
  ASSERT_EQ(commit(made.asked(back, at(4))).status, stored);
  EXPECT_EQ(jobs("state"), (texts{"available", "cancelled"}));
  auto again = claim(at(5)).jobs.at(0);
  EXPECT_EQ(again.id, job.id);
  EXPECT_EQ(again.attempt, 1);
  EXPECT_NE(again.claim_token, job.claim_token);
  EXPECT_EQ(commit(completion_of(made, again, at(6))).status, stored);
}

TEST_P(store_contract, a_dead_job_runs_again_when_its_text_is_wanted_again) {
  auto made = store(1);
  commit(update_of(claim(at(1)).jobs.at(0), job_state::dead, at(2)));
  auto item = made.said("hello", at(3));
  ticket_part(item).jobs = {classify_job(made.state.ticket.id, made.state.memory.classify_input)};
  ticket_part(item).cancel_jobs = false;
  commit(item);
  EXPECT_EQ(jobs("state"), texts{"available"});
  EXPECT_EQ(jobs("attempt"), texts{"0"});
}

TEST_P(store_contract, a_claim_by_a_person_cancels_the_job_that_runs) {
  auto made = store(1);
  auto job = claim(at(1)).jobs.at(0);
  ASSERT_EQ(commit(made.asked(claim_ticket{person()}, at(2))).status, stored);
  EXPECT_EQ(jobs("state"), texts{"cancelled"});
  EXPECT_EQ(commit(update_of(job, job_state::done, at(3))).status, job_lost);
}

TEST_P(store_contract, jobs_are_listed_newest_first_by_state_and_by_page) {
  for (int i = 1; i <= 5; ++i)
    store(i, at(i));
  auto running = claim(at(10), 2);
  auto list = [&](std::optional<job_state> state, page_request page) {
    return reader->list(list_jobs{state, std::move(page)}).value();
  };
  EXPECT_EQ(list(job_state::running, {}).items.size(), 2u);
  EXPECT_EQ(list(job_state::dead, {}).items.size(), 0u);
  auto first = list(std::nullopt, {2, {}, 0});
  auto second = list(std::nullopt, {2, first.next, 0});
  auto third = list(std::nullopt, {2, second.next, 0});
  EXPECT_EQ(third.items.size(), 1u);
  EXPECT_EQ(third.next, "");
  EXPECT_EQ(list(std::nullopt, {2, {}, 2}).items, second.items);
  EXPECT_EQ(member_text(third.items[0], "id"), to_string(running.jobs[0].id));
  EXPECT_EQ(reader->list(list_jobs{std::nullopt, {2, "nonsense", 0}}).error().code, error_code::invalid_cursor);
  auto counts = reader->count().jobs_by_state;
  EXPECT_EQ(counts.at("running"), 2);
  EXPECT_EQ(counts.at("available"), 3);
  EXPECT_EQ(counts.at("dead"), 0);
  for (auto& job : claim(at(10), 3).jobs)
    running.jobs.push_back(job);
  for (auto [nth, state] :
       {std::pair{0, job_state::done}, {1, job_state::dead}, {2, job_state::parked}, {3, job_state::cancelled}})
    ASSERT_EQ(commit(update_of(running.jobs.at(nth), state, at(11), at(500))).status, stored);
  EXPECT_EQ(reader->count().jobs_by_state,
            (std::map<std::string, std::int64_t>{{"available", 0}, {"dead", 1}, {"parked", 1}, {"running", 1}}))
    << "nobody counts all that were ever done";
}

} // namespace callboard::contract
