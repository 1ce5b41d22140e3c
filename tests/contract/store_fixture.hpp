#pragma once

#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "domain/ticket_rules.hpp"
#include "protocol/queries.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

// What the tests of the store contract stand on: a store of some engine, and items as the actors make them.
namespace callboard::contract {

/// A store that one test has for itself. It is open at most once at a time.
class test_store {
public:
  virtual ~test_store() = default;
  virtual std::unique_ptr<store_engine> open() = 0;
};

struct engine_kind {
  std::string name;
  std::function<std::unique_ptr<test_store>()> fresh;
};

inline std::ostream& operator<<(std::ostream& out, const engine_kind& kind) { return out << kind.name; }

/// A moment of the tests' day.
inline timestamp at(std::int64_t ms) {
  return from_micros(1'767'225'600'000'000) + std::chrono::milliseconds{ms} + std::chrono::microseconds{7};
}

inline journal_item item_of(timestamp time, decltype(journal_item::write) write) {
  journal_item item;
  item.command_id = command_id::make();
  item.time = time;
  item.request_id = "request";
  item.write = std::move(write);
  return item;
}

inline journal_item keyed(journal_item item, std::string key, std::string body = "{}") {
  item.keep = stored_reply{{std::move(key), "hash"},
                           {.status = 201,
                            .body = std::move(body),
                            .etag = "\"v1\"",
                            .location = "/there",
                            .problem = false,
                            .replayed = false,
                            .retry_after_s = std::nullopt}};
  return item;
}

inline new_job classify_job(const ticket_id& id, std::string input) {
  return {job_id::make(), job_kind::classify, id.bytes, std::move(input), "classify-1"};
}

/// A ticket as its actor holds it: commands go in, items for the journal come out.
struct test_ticket {
  ticket_state state;
  ticket_policy policy;

  /// The first item. `number` is the caller's to keep unique.
  static std::pair<test_ticket, journal_item> made(std::int64_t number, timestamp time, create_ticket body = {}) {
    if (body.title.empty())
      body.title = "Printer on fire";
    if (body.description.empty())
      body.description = "It burns since this morning.";
    test_ticket made;
    auto events = decide_create(body, ticket_id::make(), number, made.policy, time);
    auto item = made.written(*events, time);
    return {std::move(made), std::move(item)};
  }

  /// The item of one command that the rules accept.
  journal_item asked(const ticket_request& request, timestamp time, const principal& who = {}) {
    auto events = decide(state, request, who, policy, time);
    EXPECT_TRUE(events) << events.error().detail;
    auto item = written(events.value_or(std::vector<ticket_event>{}), time);
    item.who = who;
    return item;
  }

  journal_item said(std::string body, timestamp time, message_kind kind = message_kind::reply) {
    return asked(add_message{kind, std::move(body)}, time);
  }

  journal_item written(const std::vector<ticket_event>& events, timestamp time) {
    ticket_write w;
    w.expected_version = state.ticket.version;
    auto input = state.memory.classify_input;
    int nth = 0;
    for (const auto& event : events) {
      auto before = to_json(context_of(state.ticket));
      apply(state, event, time);
      auto context = to_json(context_of(state.ticket));
      bool differs = w.expected_version + nth > 0 && before != context;
      w.events.push_back({event_id::make(), state.ticket.version, nth++, std::string{event_type(event)},
                          encode_event(event), context, differs ? before : ""});
    }
    if (state.ticket.ai.status == ai_status::pending && state.memory.classify_input != input)
      w.jobs.push_back(classify_job(state.ticket.id, state.memory.classify_input));
    w.cancel_jobs = !w.jobs.empty() || state.ticket.ai.status != ai_status::pending;
    w.after = state;
    w.view = to_json(state.ticket);
    return item_of(time, std::move(w));
  }
};

inline ticket_write& ticket_part(journal_item& item) { return std::get<ticket_write>(item.write); }

inline user test_user(std::string name, std::string email, timestamp time) {
  return {.id = user_id::make(),
          .name = std::move(name),
          .email = std::move(email),
          .deleted = false,
          .version = 1,
          .created_at = time,
          .updated_at = time};
}

inline department test_department(std::string name, timestamp time) {
  return {.id = department_id::make(),
          .name = std::move(name),
          .members = {},
          .deleted = false,
          .version = 1,
          .created_at = time,
          .updated_at = time};
}

/// The write that makes the user or department what it is now, one version on from before.
inline journal_item directory_item(std::string type, const user& now_is) {
  directory_event event{std::move(type), now_is, std::nullopt};
  return item_of(now_is.updated_at, directory_write{event_id::make(), std::move(event), now_is.version - 1, {}});
}
inline journal_item directory_item(std::string type, const department& now_is) {
  directory_event event{std::move(type), std::nullopt, now_is};
  return item_of(now_is.updated_at, directory_write{event_id::make(), std::move(event), now_is.version - 1, {}});
}

inline std::string member_text(const std::string& json, std::string_view name) {
  auto value = parse_json(json);
  if (!value)
    return "not JSON";
  const auto& member = value->as_object().at(name);
  return member.is_string() ? std::string{member.as_string()} : boost::json::serialize(member);
}

inline std::vector<std::string> member_texts(const std::vector<std::string>& items, std::string_view name) {
  std::vector<std::string> all;
  for (const auto& each : items)
    all.push_back(member_text(each, name));
  return all;
}

inline constexpr scope staff{true, true};

using statuses = std::vector<journal_status>;
using texts = std::vector<std::string>;
using enum journal_status;

class store_contract : public testing::TestWithParam<engine_kind> {
protected:
  store_contract() { open(); }

  void open() {
    engine = place->open();
    writer = engine->make_writer();
    reader = engine->make_reader();
  }
  /// As after a restart.
  void reopen() {
    reader.reset();
    writer.reset();
    engine.reset();
    open();
  }

  journal_outcome commit(const journal_item& item) { return writer->commit({&item, 1}).front(); }
  statuses commit_all(const std::vector<journal_item>& items) {
    statuses all;
    for (const auto& outcome : writer->commit(items))
      all.push_back(outcome.status);
    return all;
  }

  /// A ticket that is in the store.
  test_ticket store(std::int64_t number, timestamp time = at(0), create_ticket body = {}) {
    auto [made, item] = test_ticket::made(number, time, std::move(body));
    EXPECT_EQ(commit(item).status, journal_status::stored);
    return std::move(made);
  }

  /// Somebody, and some place, that tickets may name.
  user_id person() {
    auto made = test_user("Somebody", to_string(user_id::make()) + "@example.com", at(0));
    EXPECT_EQ(commit(directory_item("user.created", made)).status, journal_status::stored);
    return made.id;
  }
  department_id place_of_work() {
    auto made = test_department(to_string(department_id::make()), at(0));
    EXPECT_EQ(commit(directory_item("department.created", made)).status, journal_status::stored);
    return made.id;
  }

  /// As the indexer does it, from the begin.
  void index_all() {
    auto page = reader->texts({0, 100'000});
    writer->index({std::move(page.entries), page.feed_id});
  }

  std::optional<ticket_state> loaded(const ticket_id& id) { return reader->load({{id, 0}, std::nullopt}).state; }
  std::vector<std::string> events_of(const ticket_id& id) {
    return member_texts(reader->list(list_events{staff, id, {100, {}, 0}}).value().items, "type");
  }
  page tickets(const ticket_filter& filter = {}) {
    list_tickets asked;
    asked.scope = staff;
    asked.filter = filter;
    asked.page.limit = 100;
    return reader->list(asked).value();
  }
  std::vector<std::string> numbers(const ticket_filter& filter = {}) {
    return member_texts(tickets(filter).items, "number");
  }
  /// Every job as the list shows it, oldest first.
  std::vector<std::string> jobs(std::string_view member) {
    auto items = reader->list(list_jobs{std::nullopt, {100, {}, 0}}).value().items;
    return member_texts({items.rbegin(), items.rend()}, member);
  }
  claimed_jobs claim(timestamp time, int limit = 10, std::vector<job_kind> kinds = {job_kind::classify}) {
    return writer->claim({std::move(kinds), limit, time, duration_ms{60'000}});
  }

  std::unique_ptr<test_store> place = GetParam().fresh();
  std::unique_ptr<store_engine> engine;
  std::unique_ptr<store_writer> writer;
  std::unique_ptr<store_reader> reader;
};

} // namespace callboard::contract
