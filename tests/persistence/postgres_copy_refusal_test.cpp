#include "persistence/sqlite/migrate.hpp"
#include "tests/persistence/copied_postgres.hpp"

#include <gmock/gmock.h>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

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
