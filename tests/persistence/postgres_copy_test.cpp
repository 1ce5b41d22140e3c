#include "base/failpoint.hpp"
#include "persistence/copy/copy_store.hpp"
#include "persistence/postgres/migrate.hpp"
#include "persistence/sqlite/migrate.hpp"
#include "tests/persistence/other_process.hpp"
#include "tests/persistence/postgres_store.hpp"
#include "tests/persistence/sqlite_store.hpp"
#include "tests/persistence/store_dump.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

journal_item update_of(const claimed_job& job, job_state state, timestamp time, timestamp run_at = {}) {
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
    writer->index({page.entries, page.head - 1});
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

TEST_F(postgres_copy, all_that_the_store_answers_is_the_same) {
  fill();
  auto report = copy();
  EXPECT_EQ(report.begin, copy_begin::fresh);
  EXPECT_TRUE(report.is_equal);
  for (const auto& each : report.tables)
    EXPECT_TRUE(each.is_equal()) << each.table << ": " << testing::PrintToString(each.differences);
  expect_all_there();
}

TEST_F(postgres_copy, every_column_of_both_schemas_is_copied_or_left_out_on_purpose) {
  source.open();
  migrate_store(target.settings());
  std::set<std::string> copied;
  for (const auto& card : all_copied_tables)
    if (card.is_copied && card.table != copied_table::search_text)
      for (const auto& column : card.columns)
        copied.insert(fmt::format("{}.{}", enum_name(card.table), column.name));
  auto all_but = [&](std::set<std::string> others) {
    others.insert(copied.begin(), copied.end());
    return others;
  };
  std::set<std::string> of_file;
  for (const auto& each : raw_database{source.file()}.rows(
         "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
         " WHERE t.type = 'table' AND t.name NOT LIKE 'ticket\\_search%' ESCAPE '\\' AND t.name <> 'schema_migration'"))
    of_file.insert(each);
  // Numbers of rows, the store's own count of its holders, what only the other engine keeps.
  for (auto only_there : {"ticket.language", "ticket_count.status", "ticket_count.n", "meta.feed_floor"})
    of_file.insert(only_there);
  EXPECT_EQ(of_file, all_but({"ticket_event.seq", "directory_event.seq", "idem.seq", "ticket_tag.number",
                              "meta.only_row", "meta.epoch"}));
  std::set<std::string> of_database;
  auto look = target.look();
  for (const auto& each : rows_of(
         look,
         "SELECT regexp_replace(regexp_replace(table_name, '^desk_', ''), '^callboard_', '') || '.' || column_name"
         " FROM information_schema.columns WHERE table_schema = 'callboard' AND table_name !~"
         " '^(feed_|store_copy|schema_migration|node|shard|ticket_search|ticket_change)'",
         1))
    of_database.insert(each);
  EXPECT_EQ(of_database, all_but({"feed.xid", "feed.day", "meta.only_row"}));
}

TEST_F(postgres_copy, an_empty_store_is_copied_too) {
  open_source();
  wanted = store_dump::of(*engine, {});
  close();
  EXPECT_TRUE(copy().is_equal);
  expect_all_there();
}

TEST_F(postgres_copy, numbers_tokens_and_the_feed_go_on_where_they_were) {
  fill();
  copy();
  auto copied = open_store(target.settings(), at_once());
  auto writes = copied->make_writer();
  EXPECT_EQ(writes->reserve_numbers(1).first, 42);
  auto head = copied->make_reader()->read({0, 1}).head;
  auto [made, item] = test_ticket::made(42, at(10'000));
  auto outcome = writes->commit({&item, 1}).front();
  EXPECT_EQ(outcome.status, stored);
  EXPECT_EQ(outcome.feed_id, head + 1);
  auto claimed = writes->claim({{job_kind::classify}, 1, at(20'000), duration_ms{60'000}}).jobs.at(0);
  EXPECT_GT(claimed.claim_token, 4);
  auto again = keyed(test_ticket::made(43, at(10'001)).second, "key 1");
  auto repeated = writes->commit({&again, 1}).front();
  EXPECT_EQ(repeated.status, duplicate_key);
  EXPECT_EQ(repeated.kept->reply.body, "{\"number\":1}");
}

TEST_F(postgres_copy, a_feed_whose_beginning_is_gone_still_says_so) {
  fill();
  open_source();
  writer->tidy({at(1'000'000'000), duration_ms{1}, duration_ms{1}});
  auto before = reader->read({0, 1});
  ASSERT_GT(before.oldest, 1);
  close();
  EXPECT_TRUE(copy().is_equal);
  auto copied = open_store(target.settings(), at_once());
  auto after = copied->make_reader()->read({0, 1});
  EXPECT_EQ(after.oldest, before.oldest);
  EXPECT_EQ(after.head, before.head);
}

TEST_F(postgres_copy, a_running_job_is_copied_as_running_and_given_back_by_who_serves) {
  open_source();
  add(1);
  writer->claim({{job_kind::classify}, 1, at(100), duration_ms{60'000}});
  close();
  EXPECT_TRUE(copy(small()).is_equal);
  EXPECT_EQ(value("SELECT state || ' ' || attempt || ' ' || crash_count FROM job"), "running 1 0");
  open_store(target.settings(), at_once());
  EXPECT_EQ(value("SELECT state || ' ' || attempt || ' ' || crash_count FROM job"), "available 1 1");
}

// --- going on ---

TEST_F(postgres_copy, it_goes_on_wherever_it_ended) {
  fill();
  int runs = 0;
  copy_report report;
  for (bool done = false; !done; ++runs) {
    ASSERT_LT(runs, 1'000);
    // In turn: the batch is lost; the batch is stored, but nobody heard of it. The first batch always is.
    auto place = runs % 2 == 0 ? "copy.after_commit" : "copy.before_commit";
    int batches = 0;
    std::string_view table;
    auto options = small();
    options.on_progress = [&](const copy_progress& now) {
      bool same_table = std::exchange(table, now.table) == now.table;
      if (now.phase == copy_phase::copying && same_table && ++batches == 4)
        set_failpoints({std::string{place} + "=throw*1"});
    };
    try {
      report = copy(options);
      done = true;
    } catch (const std::exception&) {
      EXPECT_THAT(serve_refusal(), AllOf(HasSubstr("unfinished copy"), HasSubstr("callboard store copy")));
    }
    set_failpoints({});
  }
  EXPECT_GT(runs, 10);
  EXPECT_EQ(report.begin, copy_begin::resumed);
  EXPECT_TRUE(report.is_equal);
  expect_all_there();
}

TEST_F(postgres_copy, killed_in_the_middle_it_goes_on_in_another_process) {
  fill();
  for (std::string place : {"copy.before_commit@tickets", "copy.after_commit@history of the tickets",
                            "copy.before_commit@feed", "copy.after_commit@jobs", "copy.before_commit@complete"}) {
    other_process killed{[&](const speak& say) {
      set_failpoints({place + "=exit"});
      copy(small());
      say(1);
    }};
    EXPECT_FALSE(killed.next_word()) << place;
    EXPECT_THAT(serve_refusal(), HasSubstr("unfinished copy")) << place;
  }
  auto report = copy(small());
  EXPECT_EQ(report.begin, copy_begin::resumed);
  EXPECT_EQ(report.rows_copied, 0) << "only its end was missing";
  EXPECT_TRUE(report.is_equal);
  expect_all_there();
}

TEST_F(postgres_copy, a_finished_copy_is_not_made_again) {
  fill();
  copy();
  EXPECT_EQ(copy().begin, copy_begin::complete);
  expect_all_there();
}

TEST_F(postgres_copy, a_finished_copy_of_what_was_served_since_is_no_copy_of_it) {
  fill();
  copy();
  open_source();
  add(99);
  close();
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("as it was before"), HasSubstr("create it anew")));
}

TEST_F(postgres_copy, killed_after_its_end_the_sources_cursors_still_end) {
  fill();
  auto epoch = file_value("SELECT feed_epoch FROM meta");
  other_process killed{[&](const speak& say) {
    set_failpoints({"copy.after_commit@complete=exit"});
    copy();
    say(1);
  }};
  EXPECT_FALSE(killed.next_word());
  EXPECT_EQ(file_value("SELECT feed_epoch FROM meta"), epoch);
  EXPECT_EQ(copy().begin, copy_begin::complete);
  EXPECT_NE(file_value("SELECT feed_epoch FROM meta"), epoch);
  EXPECT_EQ(value("SELECT feed_epoch::text FROM callboard_meta"), epoch);
}

TEST_F(postgres_copy, a_source_that_was_served_meanwhile_is_copied_anew) {
  fill();
  set_failpoints({"copy.after_commit@feed=throw*1"});
  EXPECT_THROW(copy(), std::exception);
  set_failpoints({});
  open_source();
  auto more = add(99);
  keep(more.said("meanwhile", at(60)));
  wanted = store_dump::of(*engine, replies);
  close();
  auto report = copy();
  EXPECT_EQ(report.begin, copy_begin::restarted);
  EXPECT_TRUE(report.is_equal);
  expect_all_there();
}

// --- refusals ---

TEST_F(postgres_copy, a_target_with_something_in_it_is_refused) {
  fill();
  {
    auto other = open_store(target.settings(), at_once());
    auto item = directory_item("user.created", test_user("Carl", "carl@example.com", at(1)));
    ASSERT_EQ(other->make_writer()->commit({&item, 1}).front().status, stored);
  }
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("not empty"), HasSubstr("createdb")));
}

TEST_F(postgres_copy, a_target_that_was_only_migrated_or_served_without_use_is_empty) {
  fill();
  migrate_store(target.settings());
  open_store(target.settings(), at_once());
  EXPECT_TRUE(copy().is_equal);
}

TEST_F(postgres_copy, another_stores_copy_is_refused_finished_or_not) {
  fill();
  sqlite_store other;
  other.open();
  auto copy_other = [&] {
    auto from = open_copy_source(settings_for(other.file()), at_once());
    auto to = open_copy_target(target.settings(), at_once());
    copy_store(*from, *to);
  };
  set_failpoints({"copy.after_commit=throw*1"});
  EXPECT_THROW(copy_other(), std::exception);
  set_failpoints({});
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("unfinished copy of another store"), HasSubstr(other.file().string())));
  copy_other();
  EXPECT_THAT(copy_refusal(), HasSubstr("finished copy of another store"));
}

TEST_F(postgres_copy, a_source_that_is_served_is_refused_naming_who_has_it) {
  open_source();
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("in use by process " + std::to_string(::getpid())), HasSubstr("stop")));
}

TEST_F(postgres_copy, while_a_copy_runs_nobody_can_take_the_target) {
  fill();
  copy_options options = small();
  bool asked = false;
  options.on_progress = [&](const copy_progress& now) {
    if (!std::exchange(asked, now.rows > 10) && asked) {
      EXPECT_THAT(serve_refusal(), HasSubstr("in use by process"));
    }
  };
  EXPECT_TRUE(copy(options).is_equal);
  EXPECT_TRUE(asked);
}

TEST_F(postgres_copy, who_lost_the_target_writes_nothing_more) {
  fill();
  auto options = small();
  options.on_progress = [&](const copy_progress& now) {
    if (now.rows > 10)
      change("UPDATE shard SET owner = NULL, epoch = epoch + 1");
  };
  EXPECT_THAT(refusal_of([&] { copy(options); }), HasSubstr("another process has taken the target"));
}

TEST_F(postgres_copy, what_is_no_store_or_a_newer_one_is_refused) {
  auto from = [&](const std::filesystem::path& file) {
    return refusal_of([&] { open_copy_source(settings_for(file), at_once()); });
  };
  auto missing = source.file().parent_path() / "missing.db";
  EXPECT_THAT(from(missing), HasSubstr("no store"));
  EXPECT_FALSE(std::filesystem::exists(missing)) << "nothing is made of a slip";
  fill();
  raw_database{source.file()}.rows("PRAGMA user_version = 99");
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("schema 99"), HasSubstr("newer")));
  raw_database{source.file()}.rows("PRAGMA user_version = " + std::to_string(sqlite::migrations().size()));
  migrate_store(target.settings());
  change("INSERT INTO schema_migration (number, name)"
         " SELECT g, 'later' FROM generate_series((SELECT max(number) + 1 FROM schema_migration), 99) g");
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("schema 99"), HasSubstr("newer")));
}

TEST_F(postgres_copy, engines_that_are_the_wrong_way_round_are_refused) {
  EXPECT_THAT(refusal_of([&] { open_copy_source(target.settings(), at_once()); }), HasSubstr("sqlite:"));
  EXPECT_THAT(refusal_of([&] { open_copy_target(settings_for(source.file()), at_once()); }), HasSubstr("postgres://"));
}

TEST_F(postgres_copy, a_server_that_is_not_there_is_named_without_the_password) {
  auto settings = target.settings();
  settings.url = "postgres://me:secret@127.0.0.1:1/desk";
  EXPECT_THAT(refusal_of([&] { open_copy_target(settings, at_once()); }),
              AllOf(HasSubstr("127.0.0.1:1/desk"), HasSubstr("cannot be reached"), Not(HasSubstr("secret"))));
}

TEST_F(postgres_copy, what_postgresql_cannot_hold_is_named_by_row_and_column) {
  fill();
  raw_database{source.file()}.rows(
    "UPDATE user SET name = 'A' || char(0) || 'B' WHERE id = (SELECT max(id) FROM user)");
  EXPECT_THAT(copy_refusal(), AllOf(HasSubstr("users"), HasSubstr(to_string(ann.id).substr(0, 8)), HasSubstr("name"),
                                    HasSubstr("zero byte")));
}

// --- comparing ---

TEST_F(postgres_copy, whatever_differs_is_found_and_the_copy_stays_shut) {
  fill();
  struct damage {
    std::string_view sql;
    std::string_view table;
    std::string_view says;
  };
  for (
    const auto& [sql, table, says] : std::initializer_list<damage>{
      {"UPDATE ticket SET view = replace(view, 'urgent', 'normal'), updated_at = updated_at + interval '1 microsecond'"
       " WHERE number = 1",
       "tickets", "differs in updated_at, view"},
      {"UPDATE ticket SET language = 'german' WHERE number = 2", "tickets", "differs in language"},
      {"DELETE FROM ticket_event WHERE type = 'message.added' AND version = 2", "history of the tickets",
       "missing in the target"},
      {"INSERT INTO ticket_tag SELECT 'more', id FROM ticket WHERE number = 2", "tags", "only in the target"},
      {"UPDATE ticket_count SET n = n + 1 WHERE status = 'open'", "tickets by status", "differs in n"},
      {"UPDATE feed SET version = version + 1 WHERE id = 3", "feed", "id 3: differs in version"},
      {"UPDATE job SET attempt = attempt + 1 WHERE state = 'dead'", "jobs", "differs in attempt"},
      {"UPDATE idem SET body = body || ' ' WHERE key = 'said'", "kept replies", "differs in body"},
      {"UPDATE desk_user SET name = 'Anne' WHERE name = 'Ann'", "users", "differs in name"},
      {"UPDATE membership SET position = position + 5", "members of departments", "department_id"},
      {"UPDATE directory_event SET request_id = 'x' WHERE type = 'department.created'", "history of the directory",
       "differs in request_id"},
      {"UPDATE callboard_meta SET next_number = 1", "counters and keys", "differs in next_number"},
      {"DELETE FROM ticket_search WHERE ticket_id = (SELECT id FROM ticket WHERE number = 2)", "search index",
       "missing in the target"}}) {
    SCOPED_TRACE(sql);
    change("DROP SCHEMA IF EXISTS callboard CASCADE");
    set_failpoints({"copy.before_commit@complete=throw*1"});
    EXPECT_THROW(copy(), std::exception);
    set_failpoints({});
    change(sql);
    auto report = copy();
    EXPECT_FALSE(report.is_equal);
    for (const auto& each : report.tables) {
      EXPECT_EQ(each.is_equal(), each.table != table) << each.table;
      if (each.table == table) {
        EXPECT_THAT(each.differences, Contains(HasSubstr(std::string{says})));
      }
    }
    EXPECT_THAT(serve_refusal(), HasSubstr("unfinished copy"));
  }
}

TEST_F(postgres_copy, a_copy_that_is_equal_again_can_be_finished) {
  fill();
  set_failpoints({"copy.before_commit@complete=throw*1"});
  EXPECT_THROW(copy(), std::exception);
  set_failpoints({});
  change("UPDATE ticket SET number = number + 1000 WHERE number = 30");
  EXPECT_FALSE(copy().is_equal);
  change("UPDATE ticket SET number = number - 1000 WHERE number = 1030");
  EXPECT_TRUE(copy().is_equal);
  expect_all_there();
}

} // namespace
} // namespace callboard::contract
