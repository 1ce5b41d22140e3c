#pragma once

#include "actors/acting.hpp"
#include "base/json_write.hpp"
#include "domain/ticket_rules.hpp"
#include "protocol/house.hpp"
#include "tests/actors/memory_directory.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>

// Actors on CAF's test coordinator: one thread, every message run by hand, time moved by hand.
namespace callboard::testing {

using namespace std::chrono_literals;

class test_config : public caf::actor_system_config {
public:
  test_config() {
    add_message_types<caf::id_block::callboard>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

/// A store that lives in memory and answers as the ports say, for actors that only need some rows. The contract of the
/// real engines is tested elsewhere.
struct memory_store {
  std::map<ticket_id, ticket_state> tickets;
  std::map<ticket_id, std::map<command_id, committed_command>> commands;
  std::map<ticket_id, std::vector<event_row>> events;
  std::map<job_id, claimed_job> running;
  std::vector<new_job> jobs;
  std::optional<claimed_job> claimable; ///< given to the next claim as it is
  std::vector<job_update> updates;
  std::vector<job_completion> completions;
  std::map<std::string, stored_reply> replies;
  std::int64_t next_number = 1;
  std::int64_t feed_id = 0;
  bool reads_fail = false;
  memory_directory directory;
  std::vector<std::string> unknown; ///< what the next writes name and is not there
  std::function<std::optional<journal_status>(const journal_item&)> refuse = [](const journal_item&) {
    return std::optional<journal_status>{};
  };

  std::vector<std::shared_ptr<const feed_event>> feed;
  std::map<std::int64_t, timestamp> published;
  std::int64_t feed_horizon = std::numeric_limits<std::int64_t>::max(); ///< what comes after it is not told yet
  mutable int feed_reads = 0;
  std::vector<index_search> indexed;
  int chunks_to_tidy = 0;

  /// The next event of the feed, committed.
  void publish(std::string type, const ticket_id& about, timestamp time = {}) {
    auto event = std::make_shared<feed_event>();
    event->feed_id = feed.empty() ? 1 : feed.back()->feed_id + 1;
    published[event->feed_id] = time;
    event->subject = about.bytes;
    event->type = std::move(type);
    feed.push_back(std::move(event));
  }

  feed_page read(const read_feed& q) const {
    ++feed_reads;
    feed_page page;
    for (const auto& event : feed)
      if (event->feed_id > q.after && event->feed_id <= feed_horizon && static_cast<int>(page.events.size()) < q.limit)
        page.events.push_back(event);
    page.head = feed.empty() ? 0 : feed.back()->feed_id;
    return page;
  }

  search_page texts(const search_texts& q) const {
    search_page page{.entries = {}, .feed_id = q.after, .time = {}, .more = false};
    std::set<ticket_id> changed;
    for (const auto& event : read({q.after, q.limit}).events) {
      page.feed_id = event->feed_id;
      page.time = published.at(event->feed_id);
      if (event->type == "ticket.created" || event->type == "message.added")
        changed.insert({event->subject});
    }
    page.more = !feed.empty() && page.feed_id < feed.back()->feed_id;
    for (const auto& id : changed)
      page.entries.push_back({.id = id, .remove = false, .title = {}, .text = {}});
    return page;
  }

  std::function<void()> on_of_user = [] {};
  std::function<void(const load_ticket&, const caf::actor& asker)> on_load = [](const load_ticket&, const caf::actor&) {
  };

  std::vector<ticket_id> of_user(const tickets_of_user& q) {
    on_of_user();
    std::vector<ticket_id> found;
    for (const auto& [id, state] : tickets)
      if (id > q.after && static_cast<int>(found.size()) < q.limit && state.ticket.created_by == q.user_id)
        found.push_back(id);
    return found;
  }

  journal_outcome store(const journal_item& item) {
    if (!unknown.empty())
      return {journal_status::unknown_reference, {}, {}, unknown, 0};
    if (auto status = refuse(item))
      return {*status, "refused by the test", {}, {}, 0};
    if (item.keep) {
      auto found = replies.find(item.keep->idempotency.key);
      if (found != replies.end())
        return {journal_status::duplicate_key, {}, found->second, {}, 0};
    }
    auto outcome = write(item);
    if (item.keep && outcome.status == journal_status::stored)
      replies.emplace(item.keep->idempotency.key, *item.keep);
    return outcome;
  }

  journal_outcome write(const journal_item& item) {
    if (auto update = std::get_if<job_update>(&item.write))
      updates.push_back(*update);
    if (auto write = std::get_if<ticket_write>(&item.write))
      return store(item, *write);
    if (auto write = std::get_if<directory_write>(&item.write))
      return directory.store(*write);
    return {};
  }

  journal_outcome store(const journal_item& item, const ticket_write& write) {
    auto id = write.after.ticket.id;
    auto found = tickets.find(id);
    auto version = found == tickets.end() ? 0 : found->second.ticket.version;
    if (commands[id].contains(item.command_id))
      return {journal_status::duplicate_command, {}, {}, {}, 0};
    if (version != write.expected_version)
      return {journal_status::version_conflict, {}, {}, {}, 0};
    if (write.completion)
      completions.push_back(*write.completion);
    if (write.events.empty())
      return {};
    commands[id][item.command_id] = {write.events.front().id, write.events.front().version, write.events.back().version,
                                     item.time};
    tickets[id] = write.after;
    auto& all = events[id];
    all.insert(all.end(), write.events.begin(), write.events.end());
    jobs.insert(jobs.end(), write.jobs.begin(), write.jobs.end());
    feed_id += static_cast<std::int64_t>(write.events.size());
    return {journal_status::stored, {}, {}, {}, feed_id};
  }
};

class actor_test : public ::testing::Test {
protected:
  test_config config;
  caf::actor_system system{config};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  caf::scoped_actor client{system};
  memory_store store;
  house home{1, 10, 10, {}};
  timestamp wall = *from_rfc3339("2026-11-20T09:00:00Z");
  outside_world world{[this] { return wall; }, [] { return 0.5; }};
  std::vector<caf::actor> spawned;
  bool journal_holds = false;  ///< items wait for `release_journal`
  bool loads_hold = false;     ///< tickets to load wait for `release_loads`
  caf::timespan index_takes{}; ///< of the time of the test, for each page of the index
  bool index_fails = false;
  std::vector<std::pair<journal_item, caf::typed_response_promise<journal_outcome>>> held_items;
  std::vector<std::pair<std::int64_t, caf::typed_response_promise<number_block>>> held_numbers;
  std::vector<std::pair<claim_jobs, caf::typed_response_promise<claimed_jobs>>> held_claims;
  std::vector<std::pair<load_ticket, caf::typed_response_promise<loaded_ticket>>> held_loads;

  void SetUp() override {
    home.journal.set(make_journal());
    auto reader = make_reader();
    home.internal_reader.set(reader);
    home.readers.at(0).set(reader);
  }

  void TearDown() override {
    held_items.clear();
    held_numbers.clear();
    held_loads.clear();
    for (auto a = spawned.rbegin(); a != spawned.rend(); ++a)
      client->send_exit(*a, caf::exit_reason::user_shutdown);
    client->send_exit(home.journal.get(), caf::exit_reason::user_shutdown);
    client->send_exit(home.internal_reader.get(), caf::exit_reason::user_shutdown);
    settle();
    spawned.clear();
    home.clear();
    scheduler.inline_all_enqueues();
  }

  void settle() {
    while (scheduler.try_run_once()) {}
  }

  void pass(caf::timespan span) {
    scheduler.advance_time(span);
    settle();
  }

  /// What the journal has held is stored now, and answered for who still waits.
  void release_journal() {
    journal_holds = false;
    client->send(home.journal.get(), tick{});
    settle();
  }

  template <class Handle>
  Handle keep(Handle handle) {
    spawned.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

  void release_loads() {
    loads_hold = false;
    for (auto& [question, promise] : std::exchange(held_loads, {}))
      promise.deliver(load(question));
    settle();
  }

  /// Sends and runs everything; the answer is read later with `answer_of`.
  template <class Handle, class Message>
  auto send_request(const Handle& whom, Message message) {
    return client->request(whom, caf::timespan{1h}, std::move(message));
  }

  template <class Answer, class Pending>
  Answer answer_of(Pending& pending) {
    settle();
    Answer answer{};
    pending.receive([&](Answer& came) { answer = std::move(came); },
                    [&](caf::error& why) { ADD_FAILURE() << system.render(why); });
    return answer;
  }

  template <class Answer, class Handle, class Message>
  Answer ask(const Handle& whom, Message message) {
    auto pending = send_request(whom, std::move(message));
    return answer_of<Answer>(pending);
  }

  command_meta meta() {
    command_meta m;
    m.id = command_id::make();
    m.request_id = "test";
    m.deadline = deadline::at(scheduler.clock().now() + 10s);
    return m;
  }

  /// A stored ticket that is waiting for its classification.
  ticket_state put_ticket(std::string title = "Cannot log in") {
    ticket_policy policy;
    auto id = ticket_id::make();
    auto decided = decide_create({.title = std::move(title),
                                  .description = "It says no.",
                                  .priority = {},
                                  .category = {},
                                  .tags = {},
                                  .department = {},
                                  .assignee_id = {},
                                  .requester = {},
                                  .created_by = {}},
                                 id, store.next_number++, policy, wall);
    ticket_state state;
    for (const auto& event : *decided)
      apply(state, event, wall);
    store.tickets[id] = state;
    return state;
  }

  ticket_command command_on(const ticket_id& id, ticket_request body) {
    ticket_command command;
    command.meta = meta();
    command.ticket.id = id;
    command.body = std::move(body);
    return command;
  }

private:
  journal_actor make_journal() {
    return system.spawn([this](journal_actor::pointer self) -> journal_actor::behavior_type {
      return {
        [this, self](const journal_item& item) -> caf::result<journal_outcome> {
          if (!journal_holds)
            return store.store(item);
          auto promise = self->make_response_promise<journal_outcome>();
          held_items.emplace_back(item, promise);
          return promise;
        },
        [this, self](const claim_jobs& wanted) -> caf::result<claimed_jobs> {
          if (!journal_holds)
            return claim(wanted);
          auto promise = self->make_response_promise<claimed_jobs>();
          held_claims.emplace_back(wanted, promise);
          return promise;
        },
        [this, self](reserve_numbers wanted) -> caf::result<number_block> {
          if (!journal_holds)
            return reserve(wanted.count);
          auto promise = self->make_response_promise<number_block>();
          held_numbers.emplace_back(wanted.count, promise);
          return promise;
        },
        [this](const index_search& found) -> caf::result<bool> {
          if (index_takes.count() > 0)
            scheduler.advance_time(index_takes);
          if (index_fails)
            return store_fault("refused by the test");
          store.indexed.push_back(found);
          return true;
        },
        [this](const tidy_store&) { return store.chunks_to_tidy-- > 0; },
        [](flush_batch) {},
        [this](tick) {
          for (auto& [item, promise] : std::exchange(held_items, {}))
            promise.deliver(store.store(item));
          for (auto& [count, promise] : std::exchange(held_numbers, {}))
            promise.deliver(reserve(count));
          for (auto& [wanted, promise] : std::exchange(held_claims, {}))
            promise.deliver(claim(wanted));
        },
      };
    });
  }

  number_block reserve(std::int64_t count) {
    return {std::exchange(store.next_number, store.next_number + count), count};
  }

  claimed_jobs claim(const claim_jobs& wanted) {
    claimed_jobs found;
    auto wants = [&](job_kind kind) {
      return std::find(wanted.kinds.begin(), wanted.kinds.end(), kind) != wanted.kinds.end();
    };
    if (store.claimable) {
      found.jobs.push_back(*store.claimable);
      store.claimable.reset();
    }
    while (!store.jobs.empty() && wants(store.jobs.front().kind)
           && static_cast<int>(found.jobs.size()) < wanted.limit) {
      auto& job = store.jobs.front();
      found.jobs.push_back({job.id, job.kind, job.subject, job.input_hash, job.prompt_version, 1, 7});
      store.jobs.erase(store.jobs.begin());
    }
    return found;
  }

  reader_actor make_reader() {
    return system.spawn([this](reader_actor::pointer self) -> reader_actor::behavior_type {
      return {
        [this, self](const load_ticket& q) -> caf::result<loaded_ticket> {
          store.on_load(q, caf::actor_cast<caf::actor>(self->current_sender()));
          if (store.reads_fail)
            return store_fault("refused by the test");
          if (!loads_hold)
            return load(q);
          auto promise = self->make_response_promise<loaded_ticket>();
          held_loads.emplace_back(q, promise);
          return promise;
        },
        [](const list_tickets&) { return page_result{page{}}; },
        [](const list_messages&) { return page_result{page{}}; },
        [](const list_events&) {
          return page_result{page{{"{\"type\":\"ticket.changed\"}"}, {}}};
        },
        [](const list_users&) { return page_result{page{}}; },
        [](const list_departments&) { return page_result{page{}}; },
        [](const list_jobs&) { return page_result{page{}}; },
        [this](const find_user& q) -> caf::result<optional_user> {
          if (store.reads_fail)
            return store_fault("refused by the test");
          return optional_user{memory_directory::find<user>(store.directory.users, q.id)};
        },
        [this](const find_department& q) -> caf::result<optional_department> {
          if (store.reads_fail)
            return store_fault("refused by the test");
          return optional_department{memory_directory::find<department>(store.directory.departments, q.id)};
        },
        [this](const find_reply& q) {
          auto found = store.replies.find(q.key);
          return found == store.replies.end() ? optional_reply{} : optional_reply{found->second};
        },
        [this](const read_feed& q) -> caf::result<feed_page> {
          if (store.reads_fail)
            return store_fault("refused by the test");
          return store.read(q);
        },
        [this](const tickets_of_user& q) { return ticket_ids{store.of_user(q)}; },
        [](const count_store&) { return store_counts{}; },
        [](flush_batch) {},
      };
    });
  }

  loaded_ticket load(const load_ticket& q) {
    loaded_ticket loaded;
    for (const auto& [id, state] : store.tickets)
      if (id == q.ticket.id || (q.ticket.id.is_nil() && state.ticket.number == q.ticket.number))
        loaded.state = state;
    if (loaded.state && q.command)
      if (auto found = store.commands[q.ticket.id].find(*q.command); found != store.commands[q.ticket.id].end())
        loaded.committed = found->second;
    return loaded;
  }
};

} // namespace callboard::testing
