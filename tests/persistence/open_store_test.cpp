#include "persistence/sqlite/migrate.hpp"
#include "tests/persistence/sqlite_store.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace callboard::contract {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// What the operator is told.
std::string refusal_of_url(const std::string& url) {
  config::store_settings settings;
  settings.url = url;
  try {
    open_store(settings, at_once());
  } catch (const store_open_error& e) {
    return e.what();
  }
  return "it opened";
}

std::string refusal(const fs::path& file) { return refusal_of_url("sqlite:" + file.string()); }

class open_store_test : public testing::Test {
protected:
  fs::path file() const { return folder_.path() / "callboard.db"; }
  /// A closed store whose file a test then spoils.
  void make_store() { open_store(settings_for(file()), at_once()); }
  void run(const std::string& sql) { raw_database{file()}.rows(sql); }

private:
  test_folder folder_;
};

TEST_F(open_store_test, folders_on_the_way_are_made) {
  auto deep = file().parent_path() / "a" / "b" / "callboard.db";
  EXPECT_TRUE(open_store(settings_for(deep), at_once()));
  EXPECT_TRUE(fs::exists(deep));
}

TEST_F(open_store_test, other_engines_are_refused_by_name) {
  EXPECT_THAT(refusal_of_url("mysql://user@host/db"), AllOf(HasSubstr("postgres://"), HasSubstr("sqlite:")));
  EXPECT_THAT(refusal_of_url("mysql:x"), HasSubstr("sqlite:"));
  EXPECT_THAT(refusal_of_url("var/callboard.db"), HasSubstr("sqlite:"));
  EXPECT_THAT(refusal_of_url("sqlite:"), HasSubstr("name a file"));
  EXPECT_THAT(refusal_of_url("sqlite::memory:"), HasSubstr("name a file"));
}

TEST_F(open_store_test, a_folder_is_no_store) {
  EXPECT_THAT(refusal(file().parent_path()), HasSubstr("name a file in it"));
}

TEST_F(open_store_test, a_file_of_something_else_is_left_alone) {
  std::ofstream{file()} << std::string(5'000, 'x');
  EXPECT_THAT(refusal(file()), HasSubstr("not an SQLite database"));
  EXPECT_EQ(fs::file_size(file()), 5'000u);
}

TEST_F(open_store_test, a_database_of_another_program_is_left_alone) {
  run("CREATE TABLE recipe (name TEXT)");
  EXPECT_THAT(refusal(file()), HasSubstr("another program"));
  EXPECT_EQ(raw_database{file()}.value("PRAGMA journal_mode"), "delete") << "not even its mode was changed";
  EXPECT_EQ(raw_database{file()}.rows("SELECT name FROM sqlite_schema"), texts{"recipe"});
}

TEST_F(open_store_test, a_store_of_a_newer_binary_is_refused) {
  make_store();
  run("PRAGMA user_version = 99");
  EXPECT_THAT(refusal(file()), AllOf(HasSubstr("schema 99"), HasSubstr("newer")));
}

TEST_F(open_store_test, a_damaged_store_is_called_that) {
  make_store();
  {
    std::fstream f{file(), std::ios::in | std::ios::out | std::ios::binary};
    f.seekp(100);
    f << std::string(8'000, '\x5a');
  }
  EXPECT_THAT(refusal(file()), HasSubstr("damaged"));
}

TEST_F(open_store_test, a_place_where_nothing_can_be_made_is_named) {
  EXPECT_THAT(refusal_of_url("sqlite:/proc/callboard/callboard.db"), HasSubstr("/proc/callboard"));
}

TEST_F(open_store_test, a_folder_without_the_right_to_write_is_named) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write everywhere";
  fs::permissions(file().parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(refusal(file()), AllOf(HasSubstr(file().parent_path().string()), HasSubstr("write")));
}

TEST_F(open_store_test, a_read_only_store_is_named) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write everywhere";
  make_store();
  fs::permissions(file(), fs::perms::owner_read);
  EXPECT_THAT(refusal(file()), HasSubstr("right to write"));
}

TEST_F(open_store_test, another_program_in_the_middle_of_a_write_is_waited_for_and_then_named) {
  make_store();
  raw_database other{file()};
  other.rows("BEGIN IMMEDIATE");
  EXPECT_THAT(refusal(file()), HasSubstr("locked by another program"));
  other.rows("ROLLBACK");
  EXPECT_EQ(refusal(file()), "it opened");
}

// --- migrations ---

TEST_F(open_store_test, migrating_brings_a_store_to_this_schema_once) {
  auto first = migrate_store(settings_for(file()), at_once());
  EXPECT_EQ(first.before, 0);
  EXPECT_EQ(first.after, static_cast<int>(sqlite::migrations().size()));
  auto second = migrate_store(settings_for(file()), at_once());
  EXPECT_EQ(second.before, first.after);
  EXPECT_EQ(second.after, first.after);
  EXPECT_EQ(raw_database{file()}.value("SELECT count(*) FROM schema_migration"), std::to_string(first.after));
}

TEST_F(open_store_test, migrating_releases_no_jobs) {
  auto [made, item] = test_ticket::made(1, at(0));
  {
    auto engine = open_store(settings_for(file()), at_once());
    auto writer = engine->make_writer();
    writer->commit({&item, 1});
    EXPECT_EQ(writer->claim({{job_kind::classify}, 1, at(1), duration_ms{60'000}}).jobs.size(), 1u);
  }
  migrate_store(settings_for(file()), at_once());
  EXPECT_EQ(raw_database{file()}.value("SELECT state FROM job"), "running");
}

TEST_F(open_store_test, a_store_of_an_older_schema_keeps_its_rows_and_gets_the_indexes) {
  test_ticket waiting;
  {
    auto engine = open_store(settings_for(file()), at_once());
    auto writer = engine->make_writer();
    create_ticket body;
    body.priority = ticket_priority::low;
    std::vector<journal_item> items{test_ticket::made(1, at(0)).second};
    auto [made, item] = test_ticket::made(2, at(1), body);
    items.push_back(item);
    waiting = made;
    writer->commit(items);
  }
  auto indexes = "SELECT count(*) FROM sqlite_schema"
                 " WHERE name IN ('ticket_by_status_and_priority', 'ticket_by_status_and_change', 'job_suspect')";
  ASSERT_EQ(raw_database{file()}.value(indexes), "3");
  run("DROP INDEX ticket_by_status_and_priority; DROP INDEX ticket_by_status_and_change; DROP INDEX job_suspect;"
      "DELETE FROM schema_migration WHERE number > 2; PRAGMA user_version = 2");
  EXPECT_EQ(migrate_store(settings_for(file()), at_once()).before, 2);
  EXPECT_EQ(raw_database{file()}.value(indexes), "3");
  list_tickets asked;
  asked.scope = staff;
  asked.filter.status = {ticket_status::open};
  asked.filter.priority = {ticket_priority::low};
  auto reader = open_store(settings_for(file()), at_once())->make_reader();
  EXPECT_EQ(reader->list(asked).value().items, std::vector{to_json(waiting.state.ticket)});
}

TEST_F(open_store_test, migrations_are_numbered_without_gaps_and_mark_the_file) {
  int number = 0;
  for (const auto& step : sqlite::migrations()) {
    EXPECT_EQ(step.number, ++number);
    EXPECT_FALSE(step.name.empty());
  }
  make_store();
  raw_database db{file()};
  EXPECT_EQ(db.value("PRAGMA application_id"), std::to_string(sqlite::application_id));
  EXPECT_EQ(db.value("PRAGMA user_version"), std::to_string(number));
}

TEST_F(open_store_test, a_start_that_was_cut_off_before_the_first_step_goes_on) {
  run("PRAGMA application_id = " + std::to_string(sqlite::application_id));
  EXPECT_EQ(refusal(file()), "it opened");
}

TEST_F(open_store_test, stores_have_secrets_of_their_own) {
  test_folder other;
  auto one = open_store(settings_for(file()), at_once())->identity();
  auto two = open_store(settings_for(other.path() / "callboard.db"), at_once())->identity();
  EXPECT_EQ(one.cursor_key.size(), 32u);
  EXPECT_NE(one.cursor_key, two.cursor_key);
  EXPECT_NE(one.feed_epoch, two.feed_epoch);
}

} // namespace
} // namespace callboard::contract
