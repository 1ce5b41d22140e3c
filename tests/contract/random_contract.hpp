#pragma once

#include "tests/contract/store_fixture.hpp"

#include <map>
#include <random>

// Random batches against a model of what a store promises, with restarts between.
namespace callboard::contract {

class random_contract : public store_contract {
protected:
  struct kept_ticket {
    test_ticket ticket;
    std::vector<command_id> commands;
  };

  /// What the store must answer to one item, and the effect on the model if it is stored.
  journal_status judge(const journal_item& item, std::size_t subject, const test_ticket& after) {
    if (item.keep && !keys.emplace(item.keep->idempotency.key, item.keep->reply.body).second) {
      return duplicate_key;
    }
    auto refuse = [&](journal_status status) {
      if (item.keep)
        keys.erase(item.keep->idempotency.key);
      return status;
    };
    const auto& w = std::get<ticket_write>(item.write);
    if (w.expected_version == 0) {
      if (used_numbers.contains(w.after.ticket.number))
        return refuse(failed);
      used_numbers.insert(w.after.ticket.number);
      all.push_back({after, {item.command_id}});
      return stored;
    }
    auto& present = all[subject];
    if (std::count(present.commands.begin(), present.commands.end(), item.command_id) > 0)
      return refuse(duplicate_command);
    if (present.ticket.state.ticket.version != w.expected_version)
      return refuse(version_conflict);
    present.ticket = after;
    present.commands.push_back(item.command_id);
    return stored;
  }

  int pick(std::size_t below) {
    return static_cast<int>(std::uniform_int_distribution<std::size_t>{0, below - 1}(dice));
  }

  ticket_request any_request(int i) {
    change_ticket change;
    change.title = "Title " + std::to_string(i);
    switch (pick(4)) {
      case 0: return change;
      case 1: return claim_ticket{claimer};
      case 2: return release_ticket{};
      default: return add_message{message_kind::reply, "message " + std::to_string(i)};
    }
  }

  void add_random_item(int i) {
    auto time = at(i);
    bool create = all.empty() || pick(4) == 0;
    auto subject = create ? 0 : static_cast<std::size_t>(pick(all.size()));
    test_ticket after;
    journal_item item;
    if (create) {
      auto made = test_ticket::made(pick(10) == 0 ? 1 : i + 2, time);
      after = made.first;
      item = made.second;
    } else {
      // Now and then a state from before: somebody else was faster.
      after = pick(5) == 0 ? stale.at(subject) : all[subject].ticket;
      stale[subject] = all[subject].ticket;
      item = after.asked(any_request(i), time);
      if (ticket_part(item).events.empty())
        return;
      if (pick(8) == 0)
        item.command_id = all[subject].commands[static_cast<std::size_t>(pick(all[subject].commands.size()))];
    }
    if (pick(4) == 0)
      item = keyed(std::move(item), "key" + std::to_string(pick(40)), "\"" + std::to_string(i) + "\"");
    wanted.push_back(judge(item, subject, after));
    if (create && wanted.back() == stored)
      stale.push_back(after);
    batch.push_back(std::move(item));
  }

  void check_store() {
    std::map<uuid_bytes, std::int64_t> versions;
    std::int64_t last = 0;
    for (const auto& event : reader->read({0, 100'000}).events) {
      EXPECT_EQ(event->feed_id, last + 1);
      last = event->feed_id;
      EXPECT_EQ(event->version, versions[event->subject] + 1) << "each ticket's events are dense and in order";
      versions[event->subject] = event->version;
    }
    EXPECT_EQ(versions.size(), all.size() + 1) << "the tickets and who claims them";
    for (const auto& each : all) {
      const auto& t = each.ticket.state.ticket;
      EXPECT_EQ(loaded(t.id), each.ticket.state);
      EXPECT_EQ(versions[t.id.bytes], t.version);
    }
    for (const auto& [key, body] : keys)
      EXPECT_EQ(reader->find(find_reply{{}, key}).value().reply.body, body);
  }

  unsigned seed = std::random_device{}();
  std::mt19937 dice{seed};
  user_id claimer = person();
  std::vector<kept_ticket> all;
  std::vector<test_ticket> stale;
  std::set<std::int64_t> used_numbers;
  std::map<std::string, std::string> keys;
  std::vector<journal_item> batch;
  std::vector<journal_status> wanted;
};

TEST_P(random_contract, random_batches_leave_what_the_model_says) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (int round = 0, i = 0; round < 60; ++round) {
    batch.clear();
    wanted.clear();
    for (int n = pick(64); n >= 0; --n)
      add_random_item(i++);
    ASSERT_EQ(commit_all(batch), wanted) << "round " << round;
    if (round % 20 == 19)
      reopen();
  }
  check_store();
}

} // namespace callboard::contract
