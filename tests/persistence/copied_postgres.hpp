#pragma once

#include "base/failpoint.hpp"
#include "persistence/copy/copy_store.hpp"
#include "tests/persistence/postgres_store.hpp"
#include "tests/persistence/sqlite_store.hpp"
#include "tests/persistence/store_dump.hpp"

// A store of SQLite with everything in it that there can be, and the database that it is copied into.
namespace callboard::contract {

inline journal_item update_of(const claimed_job& job, job_state state, timestamp time, timestamp run_at = {}) {
  return item_of(time, job_update{job.id, job.claim_token, state, run_at, true, "why"});
}

/// A store of SQLite, and an empty database that it is to be copied into.
class postgres_copy : public testing::Test {
protected:
  ~postgres_copy() override { set_failpoints({}); }

  void open_source() {
    engine = source.open();
    writer = engine->make_writer();
    reader = engine->make_reader();
  }
  void close() {
    reader.reset();
    writer.reset();
    engine.reset();
  }
  journal_outcome commit(const journal_item& item) { return writer->commit({&item, 1}).front(); }
  void keep(const journal_item& item) { ASSERT_EQ(commit(item).status, stored); }

  test_ticket add(std::int64_t number, create_ticket body = {}) {
    auto [made, item] = test_ticket::made(number, at(number), std::move(body));
    keep(keyed(item, "key " + std::to_string(number), "{\"number\":" + std::to_string(number) + "}"));
    replies.push_back({{}, "key " + std::to_string(number)});
    return std::move(made);
  }
  void add_people() {
    ann = test_user("Ann", "Ann@Example.com", at(1));
    keep(directory_item("user.created", ann));
    auto gone = test_user("Bob", "bob@example.com", at(1));
    keep(directory_item("user.created", gone));
    auto place = test_department("Büro \"eins\"", at(2));
    place.members = {gone.id, ann.id};
    keep(directory_item("department.created", place));
    gone.deleted = true;
    gone.name = gone.email = std::nullopt;
    gone.version = 2;
    keep(directory_item("user.deleted", gone));
  }
  /// What COPY must not mistake for its own: tabs, line ends, backslashes, its sign for NULL; and all there is besides.
  void add_tickets() {
    create_ticket odd;
    odd.title = "\\N \t grün \\. \"quoted\" 'so'";
    odd.description = "one\r\ntwo\n\\.\n\\N\x01 \xF0\x9F\x94\xA5";
    odd.tags = {"a,\"b\"\\", "{x}", "NULL", "ü"};
    odd.priority = ticket_priority::urgent;
    odd.created_by = ann.id;
    add(1, odd);
    auto talked = add(2);
    keep(keyed(talked.said("printer \\x41", at(50)), "said"));
    replies.push_back({{}, "said"});
    keep(talked.said("only for us", at(51), message_kind::note));
    auto claimed = add(3);
    keep(claimed.asked(claim_ticket{ann.id}, at(52)));
    create_ticket tagged;
    tagged.tags = {"a,\"b\"\\"};
    auto deleted = add(4, tagged);
    keep(deleted.asked(delete_ticket{}, at(53)));
    for (int number = 5; number <= 30; ++number)
      add(number, tagged);
  }
  /// One done, one dead, one parked; the others wait.
  void end_some_jobs() {
    auto due = writer->claim({{job_kind::classify}, 4, at(100), duration_ms{60'000}}).jobs;
    keep(update_of(due.at(0), job_state::done, at(101)));
    keep(update_of(due.at(1), job_state::dead, at(101)));
    keep(update_of(due.at(2), job_state::parked, at(101), at(9'000)));
    keep(update_of(due.at(3), job_state::available, at(101), at(9'000)));
  }
  void index_all() {
    auto page = reader->texts({0, 100'000});
    writer->index({page.entries, page.feed_id - 1});
  }
  /// Everything, and what it answers. The source is closed then.
  void fill() {
    open_source();
    writer->reserve_numbers(41);
    add_people();
    add_tickets();
    end_some_jobs();
    index_all();
    wanted = store_dump::of(*engine, replies);
    close();
  }

  copy_report copy(copy_options options = {}) {
    auto from = open_copy_source(settings_for(source.file()), at_once());
    auto to = open_copy_target(target.settings(), at_once());
    return copy_store(*from, *to, options);
  }
  /// Many batches: some that end within a table, some that end with it.
  static copy_options small() {
    copy_options options;
    options.batch_rows = 3;
    return options;
  }
  template <class Work>
  static std::string refusal_of(Work work) {
    try {
      work();
    } catch (const store_open_error& e) {
      return e.what();
    } catch (const store_failure& e) {
      return e.what();
    }
    return "no refusal";
  }
  std::string copy_refusal() {
    return refusal_of([&] { copy(); });
  }
  std::string serve_refusal() {
    return refusal_of([&] { open_store(target.settings(), at_once()); });
  }
  void expect_all_there() {
    auto copied = open_store(target.settings(), at_once());
    EXPECT_EQ(store_dump::of(*copied, replies), wanted);
  }
  void change(std::string_view sql) {
    auto look = target.look();
    look.run(sql);
  }
  std::string value(std::string_view sql) {
    auto look = target.look();
    auto all = rows_of(look, sql, 1);
    return all.empty() ? "" : all.front();
  }
  std::string file_value(const std::string& sql) { return raw_database{source.file()}.value(sql); }

  sqlite_store source;
  test_database target;
  std::unique_ptr<store_engine> engine;
  std::unique_ptr<store_writer> writer;
  std::unique_ptr<store_reader> reader;
  user ann;
  std::vector<find_reply> replies;
  texts wanted;
};

} // namespace callboard::contract
