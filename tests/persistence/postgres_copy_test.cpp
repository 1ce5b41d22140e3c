#include "tests/persistence/copied_postgres.hpp"
#include "tests/persistence/other_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;

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
  EXPECT_EQ(of_database, all_but({"feed.xid", "feed.day", "meta.only_row", "meta.origin"}));
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
  auto head = copied->make_reader()->read({0, 1'000}).head;
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

} // namespace
} // namespace callboard::contract
