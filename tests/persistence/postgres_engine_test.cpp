#include "persistence/postgres/batch_sql.hpp"
#include "persistence/postgres/migrate.hpp"
#include "persistence/postgres/schema_parts.hpp"
#include "persistence/search_language.hpp"
#include "tests/persistence/opened_postgres.hpp"

#include <gmock/gmock.h>

#include <future>
#include <iterator>
#include <random>
#include <set>
#include <sstream>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

constexpr std::string_view back_to_schema_2 =
  "DROP INDEX callboard.ticket_by_status_and_priority, callboard.job_suspect; DROP TABLE callboard.ticket_change;"
  " ALTER TABLE callboard.ticket_event DROP CONSTRAINT ticket_event_type_check;"
  " ALTER TABLE callboard.directory_event DROP CONSTRAINT directory_event_type_check;"
  " ALTER TABLE callboard.ticket_count DROP CONSTRAINT ticket_count_status_check;"
  " ALTER TABLE callboard.ticket_search DROP CONSTRAINT ticket_search_language_check;"
  " ALTER TABLE callboard.callboard_meta DROP COLUMN origin;"
  " CREATE INDEX ticket_by_updated_at ON callboard.ticket (updated_at, id) WHERE NOT deleted;"
  " DELETE FROM callboard.schema_migration WHERE number > 2";

class postgres_engine : public opened_postgres {
protected:
  config::store_settings with(std::string_view from, std::string_view to) const {
    auto settings = database.settings();
    settings.url.replace(settings.url.find(from), from.size(), to);
    return settings;
  }
};

// --- opening ---

TEST_F(postgres_engine, what_cannot_be_opened_names_the_remedy) {
  EXPECT_THAT(refusal(with(database.name(), "nowhere")), AllOf(HasSubstr("no database"), HasSubstr("createdb")));
  EXPECT_THAT(refusal(with("user=postgres", "user=nobody_here")), HasSubstr("createuser"));
  auto wrong = with("user=postgres", "user=postgres&password=hunter2&port=1");
  EXPECT_THAT(refusal(wrong), AllOf(HasSubstr("cannot be reached"), HasSubstr("start it"), Not(HasSubstr("hunter2"))));
}

TEST_F(postgres_engine, a_schema_of_somebody_else_is_left_alone) {
  run("CREATE SCHEMA callboard; CREATE TABLE callboard.recipe (name text)");
  EXPECT_THAT(refusal(), HasSubstr("not Callboard's"));
  EXPECT_EQ(value("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'callboard'::regnamespace"), "1");
}

TEST_F(postgres_engine, a_newer_schema_and_a_list_with_a_gap_are_refused) {
  open();
  close();
  auto newest = postgres::migrations().back().number;
  database.look().ask("INSERT INTO callboard.schema_migration (number, name) VALUES ($1, 'x')", newest + 2);
  EXPECT_THAT(refusal(), HasSubstr("gap"));
  database.look().ask("INSERT INTO callboard.schema_migration (number, name) VALUES ($1, 'y')", newest + 1);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("schema " + std::to_string(newest + 2)), HasSubstr("newer")));
}

TEST_F(postgres_engine, a_store_that_has_lost_the_row_about_itself_is_refused) {
  open();
  run("TRUNCATE callboard.callboard_meta");
  EXPECT_THROW(writer->reserve_numbers(1), store_failure);
  close();
  EXPECT_THAT(refusal(), HasSubstr("lost the row that it keeps about itself; restore a backup"));
}

TEST_F(postgres_engine, a_store_that_was_restored_in_part_is_refused) {
  open();
  close();
  auto lacks = [&](const std::string& what) {
    return AllOf(HasSubstr("lacks " + what), HasSubstr("restore a backup"));
  };
  run("ALTER INDEX callboard.idem_pkey RENAME TO away");
  EXPECT_THAT(refusal(), lacks("idem_pkey,"));
  EXPECT_THROW(migrate_store(database.settings()), store_open_error) << "and no migration calls it whole";
  run("ALTER INDEX callboard.away RENAME TO idem_pkey;"
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'callboard.idem_pkey'::regclass");
  EXPECT_THAT(refusal(), lacks("idem_pkey,"));
  run("DROP TABLE callboard.idem; DROP FUNCTION callboard.search_query");
  EXPECT_THAT(refusal(), AllOf(lacks("idem, idem_pkey"), HasSubstr("search_query,")));
}

TEST_F(postgres_engine, an_older_store_that_lacks_what_a_step_needs_is_refused) {
  open();
  close();
  run(back_to_schema_2);
  run("ALTER TABLE callboard.ticket RENAME TO away");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("lacks a part of its schema"), HasSubstr("restore a backup")));
  EXPECT_EQ(value("SELECT max(number)::text FROM callboard.schema_migration"), "2");
}

TEST_F(postgres_engine, every_part_of_the_schema_is_looked_for) {
  open();
  auto made =
    value("SELECT string_agg(name, ' ' ORDER BY name) FROM ("
          "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'callboard'::regnamespace"
          " AND NOT (relispartition AND relname <> 'feed_rest') AND relname NOT LIKE 'schema_migration%'"
          " UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'callboard'::regnamespace) AS parts");
  std::istringstream words{std::string{postgres::schema_parts}};
  std::set<std::string> known{std::istream_iterator<std::string>{words}, {}};
  std::istringstream names{made};
  EXPECT_EQ(known, (std::set<std::string>{std::istream_iterator<std::string>{names}, {}}));
}

TEST_F(postgres_engine, a_database_that_cannot_be_written_is_refused) {
  open();
  close();
  auto forbid = std::string{"ALTER DATABASE "};
  run(forbid.append(database.name()).append(" SET default_transaction_read_only = on"));
  EXPECT_THAT(refusal(), HasSubstr("read-only"));
}

TEST_F(postgres_engine, migrating_says_from_where_to_where_and_goes_on_where_it_stopped) {
  run(
    "CREATE SCHEMA callboard; CREATE TABLE callboard.schema_migration (number integer PRIMARY KEY, name text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now())");
  auto first = migrate_store(database.settings());
  EXPECT_EQ(first.before, 0);
  EXPECT_EQ(first.after, postgres::migrations().back().number);
  auto second = migrate_store(database.settings());
  EXPECT_EQ(second.before, second.after);
}

TEST_F(postgres_engine, a_store_of_an_older_schema_keeps_its_rows_and_gets_the_indexes) {
  open();
  create_ticket body;
  body.priority = ticket_priority::low;
  auto [made, item] = test_ticket::made(1, at(0), body);
  commit(test_ticket::made(2, at(1)).second);
  commit(item);
  close();
  auto indexes = "SELECT count(*)::text FROM pg_indexes"
                 " WHERE indexname IN ('ticket_by_status_and_priority', 'ticket_change_by_status_and_priority',"
                 " 'ticket_change_by_time', 'job_suspect')";
  ASSERT_EQ(value(indexes), "4");
  run(back_to_schema_2);
  EXPECT_EQ(migrate_store(database.settings()).before, 2);
  EXPECT_EQ(value(indexes), "4");
  open();
  list_tickets asked;
  asked.scope = staff;
  asked.filter.status = {ticket_status::open};
  asked.filter.priority = {ticket_priority::low};
  EXPECT_EQ(reader->list(asked).value().items, std::vector{to_json(made.state.ticket)});
  asked.sort = ticket_sort::updated_at;
  EXPECT_EQ(reader->list(asked).value().items, std::vector{to_json(made.state.ticket)});
  asked.filter = {};
  EXPECT_EQ(reader->list(asked).value().items.size(), 2u);
}

TEST_F(postgres_engine, a_start_that_does_not_get_the_store_leaves_its_schema_to_who_serves_it) {
  open();
  run(back_to_schema_2);
  EXPECT_THAT(refusal(), HasSubstr("in use"));
  EXPECT_EQ(value("SELECT max(number)::text FROM callboard.schema_migration"), "2");
}

TEST_F(postgres_engine, two_that_start_at_once_migrate_once) {
  std::vector<std::future<migration_report>> starting;
  for (int i = 0; i < 4; ++i)
    starting.push_back(std::async(std::launch::async, [&] { return migrate_store(database.settings()); }));
  for (auto& each : starting)
    EXPECT_EQ(each.get().after, postgres::migrations().back().number);
}

TEST_F(postgres_engine, closed_sets_are_those_of_the_program) {
  open();
  auto allowed = [&](std::string_view table, std::string_view column) {
    auto look = database.look();
    auto row =
      look.ask("SELECT x[1] FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND"
               " c.conkey = ARRAY[a.attnum], regexp_matches(pg_get_constraintdef(c.oid), '''([\\w.]+)''::text', 'g') x"
               " WHERE c.contype = 'c' AND c.conrelid = $1::regclass AND a.attname = $2",
               table, column);
    std::vector<std::string> names;
    while (row.next())
      names.push_back(row.get<std::string>(0));
    return names;
  };
  EXPECT_THAT(allowed("ticket", "status"), UnorderedElementsAreArray(enum_names<ticket_status>()));
  EXPECT_THAT(allowed("ticket", "ai_status"), UnorderedElementsAreArray(enum_names<ai_status>()));
  EXPECT_THAT(allowed("job", "state"), UnorderedElementsAreArray(enum_names<job_state>()));
  EXPECT_THAT(allowed("job", "kind"), UnorderedElementsAreArray(enum_names<job_kind>()));
  EXPECT_THAT(allowed("feed", "source"), UnorderedElementsAreArray(enum_names<feed_source>()));
  EXPECT_THAT(allowed("ticket_event", "actor_type"), UnorderedElementsAreArray(enum_names<actor_type>()));
  EXPECT_THAT(allowed("directory_event", "actor_type"), UnorderedElementsAreArray(enum_names<actor_type>()));
  EXPECT_THAT(allowed("ticket_event", "type"), UnorderedElementsAreArray(event_types()));
  EXPECT_THAT(allowed("directory_event", "type"),
              UnorderedElementsAre("user.created", "user.changed", "user.deleted", "department.created",
                                   "department.changed", "department.deleted", "department.member_added",
                                   "department.member_removed"));
  for (auto table : {"ticket_count", "ticket_change"})
    EXPECT_THAT(allowed(table, "status"), UnorderedElementsAreArray(enum_names<ticket_status>()));
  std::set<std::string_view> languages;
  for (auto tag : {"en", "de", "es", "pl"})
    languages.insert(search_language(tag));
  EXPECT_EQ(value("SELECT count(*)::text FROM pg_constraint WHERE conrelid = 'callboard.ticket_change'::regclass"
                  " AND pg_get_constraintdef(oid) LIKE '%priority_rank >= 0%priority_rank <= 4%'"),
            "1");
  for (auto table : {"ticket", "ticket_search"})
    EXPECT_THAT(allowed(table, "language"), UnorderedElementsAreArray(languages));
}

TEST_F(postgres_engine, a_row_that_cannot_be_read_is_told_alone) {
  open();
  for (int i = 1; i <= 3; ++i)
    commit(test_ticket::made(i, at(i)).second);
  run("UPDATE callboard.ticket SET memory = '{' WHERE number = 2");
  auto found = reader->load_each(std::vector<load_ticket>{{{{}, 1}, {}}, {{{}, 2}, {}}, {{{}, 3}, {}}});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0]->state->ticket.number, 1);
  ASSERT_FALSE(found[1]);
  EXPECT_NE(found[1].error().find("memory"), std::string::npos) << found[1].error();
  EXPECT_EQ(found[2]->state->ticket.number, 3);
  EXPECT_THROW(reader->load({{{}, 2}, {}}), store_failure);
}

// --- what a text may hold ---

TEST_F(postgres_engine, texts_come_back_from_arrays_as_they_were) {
  auto look = database.look();
  std::vector<std::string> all{"", "NULL", "null", "{}", "{\"a\": \"\\\\\"}", "a,b", " a ", "\"", "\\", "ü\n\t😀", "'"};
  auto row =
    look.ask("SELECT x FROM unnest($1::text[]) WITH ORDINALITY AS u (x, n) ORDER BY n", postgres::array_of(all));
  std::vector<std::string> back;
  while (row.next())
    back.push_back(row.get<std::string>(0));
  EXPECT_EQ(back, all);
}

TEST_F(postgres_engine, what_postgresql_cannot_hold_fails_alone_and_tells_no_values) {
  open();
  for (std::string odd : {std::string{"secret\0text", 11}, std::string{"secret\xff"}}) {
    auto bad = keyed(item_of(at(0), reply_only{}), "odd", odd);
    auto outcomes =
      writer->commit(std::vector{keyed(item_of(at(0), reply_only{}), "good" + std::to_string(odd.size())), bad});
    EXPECT_EQ(outcomes[0].status, stored);
    EXPECT_EQ(outcomes[1].status, failed);
    EXPECT_THAT(outcomes[1].detail, Not(HasSubstr("secret")));
  }
  auto user = test_user(std::string{"A\0n", 3}, "ann@example.com", at(0));
  EXPECT_EQ(commit(directory_item("user.created", user)).status, failed);
}

TEST_F(postgres_engine, a_ticket_is_indexed_again_when_ai_finds_its_language) {
  open();
  create_ticket body;
  body.title = "Fehlende Rechnungen";
  auto [made, item] = test_ticket::made(1, at(0), body);
  commit(item);
  auto index = [&](std::int64_t after) {
    auto page = reader->texts({after, 10});
    auto entries = page.entries.size();
    writer->index({std::move(page.entries), page.feed_id});
    return entries;
  };
  list_tickets asked;
  asked.scope = staff;
  asked.filter.text = "Rechnung";
  EXPECT_EQ(index(0), 1u);
  EXPECT_TRUE(reader->list(asked).value().items.empty());
  ai_classified found{made.state.ticket.ai, {}, {}};
  found.ai.status = ai_status::done;
  found.ai.language = "de";
  commit(made.written({found}, at(1)));
  EXPECT_EQ(index(1), 1u);
  EXPECT_EQ(reader->list(asked).value().items.size(), 1u);
  found.ai.confidence = 0.5;
  commit(made.written({found}, at(2)));
  EXPECT_EQ(index(2), 0u) << "no word has another stem";
}

TEST_F(postgres_engine, when_a_ticket_was_changed_last_is_kept_until_it_is_deleted) {
  open();
  auto [made, item] = test_ticket::made(1, at(0));
  auto kept = "SELECT string_agg(status || ' ' || callboard.micros(updated_at) - callboard.micros("
              "(SELECT min(time) FROM callboard.ticket_event)), ',') FROM callboard.ticket_change";
  change_ticket to_work;
  to_work.status = ticket_status::in_progress;
  commit(item);
  EXPECT_EQ(value(kept), "open 0");
  auto started = made.asked(to_work, at(1));
  auto answered = made.said("soon", at(2));
  for (const auto& outcome : writer->commit(std::vector{started, answered}))
    EXPECT_EQ(outcome.status, stored);
  EXPECT_EQ(value(kept), "in_progress 2000");
  commit(made.asked(delete_ticket{}, at(3)));
  EXPECT_EQ(value("SELECT count(*)::text FROM callboard.ticket_change"), "0");
}

TEST_F(postgres_engine, the_last_changes_are_those_of_the_tickets_whatever_is_written) {
  open();
  std::vector<test_ticket> all;
  std::vector<journal_item> batch;
  for (int i = 1; i <= 40; ++i) {
    auto [made, item] = test_ticket::made(i, at(i % 3));
    all.push_back(std::move(made));
    batch.push_back(std::move(item));
  }
  std::mt19937 dice{7};
  auto pick = [&](int below) { return std::uniform_int_distribution<int>{0, below - 1}(dice); };
  for (int round = 0; round < 6; ++round)
    for (auto& ticket : all) {
      if (ticket.state.memory.deleted)
        continue;
      change_ticket change;
      change.priority = patch_field<ticket_priority>{true, static_cast<ticket_priority>(pick(4))};
      auto time = at(10 + pick(3)); // often the same as another's, or as before
      batch.push_back(pick(12) == 0  ? ticket.asked(delete_ticket{}, time)
                      : pick(2) == 0 ? ticket.asked(change, time)
                                     : ticket.said("again", time));
    }
  for (const auto& outcome : writer->commit(batch))
    EXPECT_EQ(outcome.status, stored);
  EXPECT_EQ(value("WITH kept AS (SELECT ticket_id, updated_at, priority_rank, status FROM callboard.ticket_change),"
                  " live AS (SELECT id, updated_at, priority_rank, status FROM callboard.ticket WHERE NOT deleted)"
                  " SELECT count(*)::text FROM ((TABLE kept EXCEPT ALL TABLE live)"
                  " UNION ALL (TABLE live EXCEPT ALL TABLE kept)) AS differing"),
            "0");
  EXPECT_NE(value("SELECT count(*)::text FROM callboard.ticket WHERE deleted"), "0");
}

TEST_F(postgres_engine, a_batch_finds_a_last_change_by_a_whole_index_also_when_it_was_planned_over_an_empty_table) {
  open();
  auto look = look_at(database.name(), postgres::connection_use::writer);
  look.run("VACUUM ANALYZE ticket_change");
  look.run("PREPARE batch AS " + std::string{postgres::sql::write_batch});
  std::string nulls = "NULL";
  for (int i = 1; i < 64; ++i)
    nulls += ", NULL";
  std::string plan;
  auto line = look.run("EXPLAIN (COSTS OFF) EXECUTE batch (" + nulls + ")");
  while (line.next())
    plan.append(line.get<std::string>(0)).append(1, '\n');
  auto at = plan.find("using ticket_change_");
  ASSERT_NE(at, std::string::npos) << plan;
  auto found = plan.substr(at);
  found = found.substr(found.find("Index Cond"));
  found = found.substr(0, found.find('\n'));
  EXPECT_THAT(found, HasSubstr("updated_at = "));
  EXPECT_THAT(found, HasSubstr("ticket_id = "));
  bool by_time = plan.find("ticket_change_by_time") != std::string::npos;
  EXPECT_TRUE(by_time
              || (found.find("status = ") != std::string::npos && found.find("priority_rank = ") != std::string::npos))
    << plan;
}

TEST_F(postgres_engine, a_message_leaves_the_indexes_of_the_tickets_alone) {
  open();
  auto [made, item] = test_ticket::made(1, at(0));
  commit(item);
  for (int i = 1; i <= 3; ++i)
    commit(made.said("again", at(i)));
  close(); // what a session has done is told when it ends
  auto done = "SELECT n_tup_upd || ' ' || n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'ticket'";
  for (int tries = 0; tries < 100 && value(done) != "3 2"; ++tries)
    run("SELECT pg_sleep(0.05)");
  EXPECT_EQ(value(done), "3 2") << "all but the first, which ended AI's turn";
}

TEST_F(postgres_engine, a_serving_store_is_not_migrated_beside_who_serves_it) {
  open();
  run(back_to_schema_2);
  EXPECT_THROW(migrate_store(database.settings(), at_once()), store_open_error);
  EXPECT_EQ(value("SELECT max(number)::text FROM callboard.schema_migration"), "2");
  close();
  EXPECT_EQ(migrate_store(database.settings(), at_once()).before, 2);
  open();
  EXPECT_EQ(migrate_store(database.settings(), at_once()).before, postgres::migrations().back().number)
    << "who has nothing to do needs nothing";
}

TEST_F(postgres_engine, what_a_message_changes_is_in_no_index_of_the_tickets) {
  open();
  EXPECT_EQ(value("SELECT string_agg(DISTINCT a.attname, ',') FROM pg_index i"
                  " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
                  " WHERE i.indrelid = 'callboard.ticket'::regclass"
                  " AND a.attname IN ('version', 'updated_at', 'view_schema', 'memory', 'view')"),
            "NULL");
}

TEST_F(postgres_engine, a_text_that_is_too_much_for_one_vector_is_indexed_as_far_as_it_goes) {
  open();
  auto made = test_ticket::made(1, at(0));
  commit(made.second);
  std::string many;
  for (int i = 0; i < 120'000; ++i)
    many += "w" + std::to_string(i) + " ";
  writer->index({{{made.first.state.ticket.id, false, "title", many}}, 1});
  EXPECT_EQ(engine->identity().search_feed_id, 1);
  EXPECT_EQ(value("SELECT count(*)::text FROM callboard.ticket_search"), "1");
}

TEST_F(postgres_engine, counts_stay_true_when_they_are_folded) {
  open();
  for (int i = 1; i <= 100; ++i)
    commit(test_ticket::made(i, at(i)).second);
  writer->tidy({at(0), duration_ms{1'000'000}, duration_ms{1'000'000}});
  EXPECT_EQ(value("SELECT count(*)::text FROM callboard.ticket_count"), "1");
  EXPECT_EQ(reader->count().tickets_by_status.at("open"), 100);
}

// A row remembers the transaction and, by its number there, the statement that made it.
TEST_F(postgres_engine, a_batch_of_creations_is_one_statement) {
  open();
  std::vector<journal_item> items;
  for (int i = 1; i <= 64; ++i)
    items.push_back(keyed(test_ticket::made(i, at(0)).second, "key" + std::to_string(i)));
  writer->commit(items);
  auto made_by = value("SELECT string_agg(DISTINCT xmin || '/' || cmin, ' ') || ' ' || count(DISTINCT made) FROM ("
                       " SELECT 'ticket' AS made, xmin, cmin FROM callboard.ticket"
                       " UNION ALL SELECT 'event', xmin, cmin FROM callboard.ticket_event"
                       " UNION ALL SELECT 'change', xmin, cmin FROM callboard.ticket_change"
                       " UNION ALL SELECT 'count', xmin, cmin FROM callboard.ticket_count"
                       " UNION ALL SELECT 'feed', xmin, cmin FROM callboard.feed"
                       " UNION ALL SELECT 'job', xmin, cmin FROM callboard.job"
                       " UNION ALL SELECT 'idem', xmin, cmin FROM callboard.idem) AS made");
  EXPECT_THAT(made_by, testing::MatchesRegex("[0-9]+/[0-9]+ 7")) << "one of each, all made by the same";
}

TEST_F(postgres_engine, a_batch_reads_rows_by_their_keys_however_many_there_are) {
  open();
  // Plans are made now, while all is empty.
  auto [made, creation] = test_ticket::made(1, at(0));
  commit(creation);
  commit(made.said("hello", at(1)));
  std::vector<journal_item> many;
  for (int i = 2; i <= 4'000; ++i)
    many.push_back(test_ticket::made(i, at(i)).second);
  writer->commit(many);
  auto read = [&] {
    auto look = database.look();
    look.run("SELECT pg_stat_force_next_flush()");
    return std::stoll(value("SELECT sum(idx_tup_read + 0)::text FROM pg_stat_user_indexes"));
  };
  writer.reset(); // its statistics are told when it goes
  writer = engine->make_writer();
  auto before = read();
  for (int i = 0; i < 5; ++i)
    commit(made.said("again", at(2 + i)));
  writer.reset();
  EXPECT_LT(read() - before, 2'000);
}

} // namespace
} // namespace callboard::contract
