#include "tests/persistence/postgres_store.hpp"

namespace callboard::contract {
namespace {

using postgres::connection;
using postgres::connection_use;

connection session(const test_database& database, connection_use use, duration_ms timeout) {
  return connection{{postgres::read_address(database.settings()).conninfo, "", timeout}, use};
}

TEST(postgres_connection, a_statement_ends_at_its_time_out_whoever_asks) {
  test_database database;
  for (auto use : {connection_use::writer, connection_use::indexer, connection_use::reader, connection_use::keeper}) {
    auto db = session(database, use, duration_ms{500});
    EXPECT_THROW(db.query("SELECT pg_sleep(60)"), postgres::took_too_long);
    EXPECT_EQ(db.query("SELECT 1").size(), 1u) << "the session goes on";
  }
}

TEST(postgres_connection, a_view_of_a_row_outlives_the_next_row_and_no_row_is_a_fault_with_words) {
  test_database database;
  auto db = session(database, connection_use::reader, duration_ms{5'000});
  auto row = db.query("SELECT n, CASE WHEN n = 2 THEN n END AS even, n || ' of two' FROM generate_series(1, 2) AS n");
  EXPECT_THROW(row.get<int>(0), store_failure) << "before the first";
  ASSERT_TRUE(row.next());
  auto first = row.get<std::string_view>(2);
  EXPECT_TRUE(row.is_null(1));
  auto copy = row;
  ASSERT_TRUE(row.next());
  EXPECT_EQ(first, "1 of two");
  EXPECT_EQ(copy.get<int>(0), 1);
  EXPECT_EQ(row.get<std::optional<int>>(1), 2);
  EXPECT_FALSE(row.next());
  EXPECT_FALSE(row.next());
  try {
    row.is_null(1);
    ADD_FAILURE() << "behind the last";
  } catch (const store_failure& why) {
    EXPECT_STREQ(why.what(), "a row with the column even, which must be there, is not in the store");
  }
}

TEST(postgres_connection, a_lock_that_is_not_to_be_had_ends_a_statement) {
  test_database database;
  auto other = database.look();
  other.run("CREATE TABLE public.wanted (); BEGIN; LOCK TABLE public.wanted");
  connection db{{postgres::read_address(database.settings()).conninfo, "", duration_ms{60'000}, duration_ms{50}},
                connection_use::writer};
  EXPECT_THROW(db.run("LOCK TABLE public.wanted"), store_failure);
}

TEST(postgres_connection, commits_are_durable_and_readers_read_whatever_the_database_has_as_its_defaults) {
  test_database database;
  auto change = std::string{"ALTER DATABASE "}.append(database.name());
  auto look = look_at("postgres");
  for (std::string_view settings : {" SET synchronous_commit = off", " SET statement_timeout = '1s'",
                                    " SET lock_timeout = '1s'", " SET search_path = public"})
    look.run(std::string{change}.append(settings));
  for (auto use : {connection_use::writer, connection_use::indexer, connection_use::keeper}) {
    auto db = session(database, use, duration_ms{7'000});
    EXPECT_EQ(rows_of(db, "SELECT current_setting('synchronous_commit'), current_setting('statement_timeout')", 2),
              texts{"on|7s"});
  }
  auto db = session(database, connection_use::reader, duration_ms{7'000});
  EXPECT_EQ(rows_of(db, "SELECT current_setting('transaction_read_only'), current_setting('search_path')", 2),
            texts{"on|callboard"});
}

} // namespace
} // namespace callboard::contract
