#include "persistence/postgres/read_sql.hpp"
#include "persistence/postgres/ticket_list.hpp"
#include "tests/persistence/large_desk.hpp"
#include "tests/persistence/postgres_store.hpp"

#include <charconv>
#include <map>
#include <random>

namespace callboard::contract {
namespace {

using namespace std::string_view_literals;

/// What PostgreSQL does for one page, and how much it reads.
struct list_cost {
  std::string plan;
  std::int64_t blocks = 0;
  std::size_t rows = 0;
};

list_tickets ask(auto&& change) {
  list_tickets asked;
  asked.scope = staff;
  change(asked);
  return asked;
}

/// A filter, and the index that it reads in the default order.
struct filter_case {
  const char* name;
  std::string_view index;
  void (*set)(ticket_filter&);
};

user_id agent() { return *user_id::parse("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaa1f"); }
user_id customer() { return *user_id::parse("cccccccc-cccc-cccc-cccc-cccccccccc1f"); }
department_id sales() { return *department_id::parse("dddddddd-dddd-dddd-dddd-ddddddddddd3"); }
department_id closed_branch() { return *department_id::parse("dddddddd-dddd-dddd-dddd-ddddddddddd7"); }

constexpr std::array filters{
  filter_case{"none", "ticket_by_live_id", [](ticket_filter&) {}},
  filter_case{"status", "ticket_by_status", [](ticket_filter& f) { f.status = {ticket_status::open}; }},
  filter_case{"statuses", "ticket_by_status",
              [](ticket_filter& f) {
                f.status = {ticket_status::open, ticket_status::waiting, ticket_status::closed};
              }},
  filter_case{"priority", "ticket_by_priority", [](ticket_filter& f) { f.priority = {ticket_priority::high}; }},
  filter_case{"priorities", "ticket_by_priority",
              [](ticket_filter& f) {
                f.priority = {ticket_priority::high, ticket_priority::urgent};
              }},
  filter_case{"category", "ticket_by_category", [](ticket_filter& f) { f.category = "billing"; }},
  filter_case{"ai_status", "ticket_by_ai_status", [](ticket_filter& f) { f.ai_status = ai_status::pending; }},
  filter_case{"assignee", "ticket_by_assignee", [](ticket_filter& f) { f.assignee_id = agent(); }},
  filter_case{"department", "ticket_by_department", [](ticket_filter& f) { f.department = sales(); }},
  filter_case{"old department", "ticket_by_department", [](ticket_filter& f) { f.department = closed_branch(); }},
  filter_case{"created_by", "ticket_by_creator", [](ticket_filter& f) { f.created_by = customer(); }},
  filter_case{"a customer's closed ones", "ticket_by_creator",
              [](ticket_filter& f) {
                f.created_by = customer();
                f.status = {ticket_status::closed};
                f.ai_status = ai_status::done;
              }},
  filter_case{"rare tag", "ticket_tag_pkey", [](ticket_filter& f) { f.tag = "rare"; }},
  filter_case{"common tag", "ticket_tag_pkey", [](ticket_filter& f) { f.tag = "common"; }},
};

class postgres_plan : public testing::Test {
protected:
  /// One store for all, kept in the cluster as each test is a process: it is only read. Its name says that it is whole.
  static void SetUpTestSuite() {
    auto cluster = look_at("postgres");
    if (cluster.query("SELECT FROM pg_database WHERE datname = 'plans'").size() == 1)
      return;
    postgres_store made;
    made.open();
    {
      auto db = made.database.look();
      db.run("SET statement_timeout = 0");
      db.run(large_desk::no_log);
      for (auto fill : large_desk::fills)
        db.run(fill);
      db.run("VACUUM ANALYZE");
    }
    cluster.run("SET statement_timeout = 0");
    auto keep = std::string{"CREATE DATABASE plans TEMPLATE "};
    cluster.run(keep.append(made.database.name()));
  }

  static std::string quoted(const std::optional<std::string>& value) {
    if (!value)
      return "NULL";
    std::string out{"'"};
    for (char c : *value)
      out.append(c == '\'' ? 2 : 1, c);
    return out.append(1, '\'');
  }

  /// Each statement is prepared once, with one plan for all values, as by a reader.
  list_cost cost_of(const std::string& sql, const postgres::parameters& values) {
    auto [known, is_new] = names.emplace(sql, "kept" + std::to_string(names.size()));
    const auto& name = known->second;
    if (is_new)
      db.run("PREPARE " + name + " AS " + sql);
    auto call = name;
    for (std::string_view between{"("}; const auto& value : values.values())
      call.append(std::exchange(between, ", ")).append(quoted(value));
    if (!values.values().empty())
      call += ')';
    list_cost cost;
    cost.rows = db.run("EXECUTE " + call).size();
    auto line = db.run("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE " + call);
    while (line.next())
      cost.plan.append(line.get<std::string>(0)).append(1, '\n');
    // Of the whole statement: what stands first.
    auto blocks = std::string_view{cost.plan}.substr(cost.plan.find("Buffers:"));
    blocks = blocks.substr(0, blocks.find('\n'));
    for (auto kind : {"hit="sv, "read="sv})
      if (auto at = blocks.find(kind); at != std::string::npos) {
        std::int64_t count = 0;
        std::from_chars(blocks.data() + at + kind.size(), blocks.data() + blocks.size(), count);
        cost.blocks += count;
      }
    return cost;
  }
  list_cost cost_of(const list_tickets& asked, const std::optional<list_position>& after = std::nullopt) {
    auto composed = postgres::compose_list(asked, after).value();
    return cost_of(composed.sql, composed.values);
  }

  /// No table is read as a whole but those that have a row or a few.
  static void expect_no_scan(const list_cost& cost) {
    for (auto at = cost.plan.find("Seq Scan on "); at != std::string::npos;
         at = cost.plan.find("Seq Scan on ", at + 1)) {
      auto table = std::string_view{cost.plan}.substr(at + "Seq Scan on "sv.size());
      EXPECT_TRUE(table.starts_with("callboard_meta") || table.starts_with("ticket_count")) << cost.plan;
    }
  }

  static bool reads(const list_cost& cost, std::string_view index) {
    return cost.plan.find(std::string{" using "}.append(index).append(" on ")) != std::string::npos;
  }

  /// An index gives the rows in order, and no more is read than the page needs; of several values that much of each,
  /// which is sorted then.
  void expect_ordered(const list_tickets& asked, std::string_view index,
                      const std::optional<list_position>& after = std::nullopt) {
    auto cost = cost_of(asked, after);
    expect_no_scan(cost);
    bool several = cost.plan.find("Append (actual") != std::string::npos;
    // What is sorted at the end is the page.
    std::size_t page = cost.plan.starts_with("Sort (actual rows=21 ") ? 1 : 0;
    EXPECT_TRUE(several || cost.plan.find("Sort (actual", page) == std::string::npos) << cost.plan;
    EXPECT_TRUE(reads(cost, index)) << cost.plan;
    EXPECT_LT(cost.blocks, 700) << cost.plan; // a look at a ticket is four
    EXPECT_EQ(cost.rows, 21u) << cost.plan;
  }

  /// Where a page in the middle begins.
  list_position middle(ticket_sort sort) {
    auto row =
      db.query("SELECT micros(created_at), micros(updated_at), priority_rank, id FROM ticket WHERE number = 50000");
    EXPECT_TRUE(row.next());
    auto key = sort == ticket_sort::priority ? 2 : sort == ticket_sort::updated_at ? 1 : 0;
    return {row.get<std::int64_t>(key), row.get<ticket_id>(3)};
  }

  void check_filters();
  void check_sorts();
  void check_filters_with_sorts();
  void check_times();
  void check_times_with_sorts();
  void check_rare_pairs();
  void check_far_page();
  void check_words();
  void check_other_questions();
  void check_feed();
  void check_all() {
    check_filters();
    check_sorts();
    check_filters_with_sorts();
    check_times();
    check_times_with_sorts();
    check_rare_pairs();
    check_far_page();
    check_words();
    check_other_questions();
    check_feed();
  }

  postgres::connection db = look_at("plans", postgres::connection_use::reader);
  std::map<std::string, std::string> names; ///< of what is prepared, by its text
};

void postgres_plan::check_filters() {
  for (const auto& each : filters)
    for (bool ascending : {false, true}) {
      SCOPED_TRACE(each.name);
      expect_ordered(ask([&](list_tickets& l) {
                       each.set(l.filter);
                       l.ascending = ascending;
                     }),
                     each.index);
    }
}

TEST_F(postgres_plan, each_filter_reads_its_index_in_the_default_order) { check_filters(); }

void postgres_plan::check_sorts() {
  for (bool ascending : {false, true})
    for (auto [sort, index] : {std::pair{ticket_sort::id, "ticket_by_live_id"sv},
                               std::pair{ticket_sort::created_at, "ticket_by_created_at"sv},
                               std::pair{ticket_sort::updated_at, "ticket_change_by_time"sv},
                               std::pair{ticket_sort::priority, "ticket_by_priority"sv}}) {
      SCOPED_TRACE(enum_name(sort));
      auto asked = ask([&](list_tickets& l) {
        l.sort = sort;
        l.ascending = ascending;
      });
      expect_ordered(asked, index);
      expect_ordered(asked, index, middle(sort));
    }
}

TEST_F(postgres_plan, each_sort_reads_its_index_in_both_directions_from_any_place) { check_sorts(); }

void postgres_plan::check_filters_with_sorts() {
  for (const auto& each : filters)
    for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
      for (bool ascending : {false, true}) {
        SCOPED_TRACE(std::string{each.name}.append(1, ' ').append(enum_name(sort)));
        auto asked = ask([&](list_tickets& l) {
          each.set(l.filter);
          l.sort = sort;
          l.ascending = ascending;
        });
        // With another sort than by id, what is common and old is the worst: its tickets are sorted, or many are passed
        // by on the way to them.
        bool worst = each.name == "common tag"sv || each.name == "old department"sv;
        auto most = worst && sort != ticket_sort::id ? 200'000 : 8'000;
        for (const auto& after : {std::optional<list_position>{}, std::optional{middle(sort)}}) {
          auto cost = cost_of(asked, after);
          expect_no_scan(cost);
          EXPECT_LT(cost.blocks, most) << cost.plan;
        }
      }
}

TEST_F(postgres_plan, no_filter_with_any_sort_reads_a_table) { check_filters_with_sorts(); }

void postgres_plan::check_times() {
  auto half = from_micros(middle(ticket_sort::created_at).key);
  expect_ordered(ask([&](list_tickets& l) { l.filter.created_before = half; }), "ticket_by_live_id");
  expect_ordered(ask([&](list_tickets& l) {
                   l.filter.created_before = half;
                   l.filter.created_after = from_micros(0);
                   l.filter.department = sales();
                 }),
                 "ticket_by_department");
  expect_ordered(ask([&](list_tickets& l) {
                   l.filter.created_after = half;
                   l.ascending = true;
                 }),
                 "ticket_by_live_id");
  auto of_status = cost_of(ask([&](list_tickets& l) {
    l.filter.created_after = half + std::chrono::milliseconds{49'900};
    l.filter.status = {ticket_status::in_progress, ticket_status::closed};
  }));
  EXPECT_LT(of_status.blocks, 50) << of_status.plan;
  for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority}) {
    auto nothing = cost_of(ask([&](list_tickets& l) {
      l.sort = sort;
      l.filter.created_before = from_micros(1'000'000);
    }));
    EXPECT_LT(nothing.blocks, 50) << nothing.plan;
    EXPECT_EQ(nothing.rows, 0u);
  }
}

TEST_F(postgres_plan, times_are_a_range_of_ids) { check_times(); }

void postgres_plan::check_times_with_sorts() {
  auto half = from_micros(middle(ticket_sort::created_at).key);
  for (auto [sort, index] : {std::pair{ticket_sort::updated_at, "ticket_change_by_time"sv},
                             std::pair{ticket_sort::priority, "ticket_by_priority"sv}})
    for (bool ascending : {false, true}) {
      SCOPED_TRACE(enum_name(sort));
      auto asked = ask([&](list_tickets& l) {
        l.sort = sort;
        l.ascending = ascending;
        l.filter.created_after = half - duration_ms{500};
        l.filter.created_before = half + duration_ms{500};
      });
      for (const auto& after : {std::optional<list_position>{}, std::optional{middle(sort)}}) {
        auto few = cost_of(asked, after);
        expect_no_scan(few);
        EXPECT_TRUE(reads(few, "ticket_by_live_id")) << few.plan;
        EXPECT_EQ(few.rows, 21u) << few.plan;
        EXPECT_LT(few.blocks, 6'000) << few.plan;
      }
      asked.filter.created_before = half + std::chrono::seconds{45};
      for (const auto& after : {std::optional<list_position>{}, std::optional{middle(sort)}}) {
        auto many = cost_of(asked, after);
        expect_no_scan(many);
        EXPECT_TRUE(reads(many, index)) << many.plan;
        EXPECT_EQ(many.rows, 21u) << many.plan;
        EXPECT_LT(many.blocks, 16'000) << many.plan;
      }
    }
}

TEST_F(postgres_plan, times_in_another_order_are_found_if_they_are_rare_and_on_the_way_if_they_are_not) {
  check_times_with_sorts();
}

void postgres_plan::check_rare_pairs() {
  constexpr auto by_pair = "ticket_by_status_and_priority"sv;
  constexpr auto by_change = "ticket_change_by_status_and_priority"sv;
  struct rare_case {
    const char* name;
    std::array<std::string_view, 3> indexes; ///< by id, by the last change, by priority
    void (*set)(ticket_filter&);
  };
  constexpr std::array cases{
    rare_case{"a pair",
              {by_pair, by_change, by_pair},
              [](ticket_filter& f) {
                f.status = {ticket_status::open};
                f.priority = {ticket_priority::low};
              }},
    rare_case{"four pairs",
              {by_pair, by_change, by_pair},
              [](ticket_filter& f) {
                f.status = {ticket_status::open, ticket_status::waiting};
                f.priority = {ticket_priority::low, ticket_priority::urgent};
              }},
    rare_case{"pairs and a category",
              {by_pair, by_change, by_pair},
              [](ticket_filter& f) {
                f.status = {ticket_status::open};
                f.priority = {ticket_priority::low, ticket_priority::high};
                f.category = "billing";
              }},
    rare_case{"a status",
              {"ticket_by_status", by_change, by_pair},
              [](ticket_filter& f) { f.status = {ticket_status::waiting}; }},
    rare_case{"a priority",
              {"ticket_by_priority", by_change, "ticket_by_priority"},
              [](ticket_filter& f) { f.priority = {ticket_priority::low}; }},
  };
  constexpr std::array orders{ticket_sort::id, ticket_sort::updated_at, ticket_sort::priority};
  // So many open ones of low priority come before, the oldest first.
  auto place = [&](ticket_sort sort, int before) {
    constexpr auto by_id = "SELECT micros(updated_at), id FROM ticket WHERE status = 'open' AND priority_rank = 1"
                           " AND NOT deleted ORDER BY id OFFSET $1 LIMIT 1"sv;
    constexpr auto by_time = "SELECT micros(updated_at), id FROM ticket WHERE status = 'open' AND priority_rank = 1"
                             " AND NOT deleted ORDER BY updated_at OFFSET $1 LIMIT 1"sv;
    auto row = db.ask(sort == ticket_sort::updated_at ? by_time : by_id, before);
    EXPECT_TRUE(row.next());
    return list_position{sort == ticket_sort::priority ? 1 : row.get<std::int64_t>(0), row.get<ticket_id>(1)};
  };
  for (const auto& each : cases)
    for (std::size_t order = 0; order < orders.size(); ++order)
      for (bool ascending : {false, true}) {
        SCOPED_TRACE(std::string{each.name}.append(1, ' ').append(enum_name(orders[order])));
        auto asked = ask([&](list_tickets& l) {
          each.set(l.filter);
          l.sort = orders[order];
          l.ascending = ascending;
        });
        expect_ordered(asked, each.indexes[order]);
        expect_ordered(asked, each.indexes[order], place(orders[order], 70));
      }
  // At the end of a pair there are the thousands of the next one.
  for (auto order : orders) {
    SCOPED_TRACE(enum_name(order));
    auto asked = ask([&](list_tickets& l) {
      cases.front().set(l.filter);
      l.sort = order;
    });
    auto cost = cost_of(asked, place(order, 5));
    EXPECT_EQ(cost.rows, 5u);
    EXPECT_LT(cost.blocks, 150) << cost.plan;
  }
}

TEST_F(postgres_plan, what_is_rare_among_the_newest_of_a_status_is_read_without_passing_them) { check_rare_pairs(); }

void postgres_plan::check_far_page() {
  auto cost = cost_of(ask([](list_tickets& l) {
    l.filter.status = {ticket_status::open, ticket_status::closed};
    l.page.offset = 1'000;
  }));
  expect_no_scan(cost);
  EXPECT_EQ(cost.rows, 21u);
  EXPECT_LT(cost.blocks, 6'000) << cost.plan;
}

TEST_F(postgres_plan, a_far_page_is_no_more_than_the_rows_before_it) { check_far_page(); }

void postgres_plan::check_words() {
  for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
    for (bool narrow : {false, true}) {
      SCOPED_TRACE(std::string{enum_name(sort)} + (narrow ? " of an agent" : ""));
      auto search = [&](std::string text) {
        auto cost = cost_of(ask([&](list_tickets& l) {
          l.filter.text = std::move(text);
          l.sort = sort;
          if (narrow)
            l.filter.assignee_id = agent();
        }));
        expect_no_scan(cost);
        return cost;
      };
      auto rare = search("4711");
      EXPECT_NE(rare.plan.find("ticket_search_by_words"), std::string::npos) << rare.plan;
      EXPECT_LE(rare.rows, 1u);
      EXPECT_LT(rare.blocks, 50) << rare.plan;
      auto some = search("group 77 -4711");
      EXPECT_EQ(some.rows, narrow ? some.rows : 21u);
      EXPECT_LT(some.blocks, 4'000) << some.plan;
      auto common = search("printer prin*");
      EXPECT_EQ(common.rows, 21u);
      EXPECT_LT(common.blocks, 12'000) << common.plan;
      auto absent = search("-4711");
      EXPECT_EQ(absent.rows, 21u);
      EXPECT_LT(absent.blocks, 12'000) << absent.plan;
    }
}

TEST_F(postgres_plan, words_are_found_by_their_index_if_they_are_rare_and_on_the_way_if_they_are_not) { check_words(); }

void postgres_plan::check_other_questions() {
  namespace sql = postgres::sql;
  auto top = uuid_bytes{0xff};
  auto ticket = middle(ticket_sort::id).id;
  auto check = [&](std::string_view question, const auto&... values) {
    auto cost = cost_of(std::string{question}, postgres::parameters::of(values...));
    expect_no_scan(cost);
    return cost;
  };
  auto nobody = std::optional<ticket_id>{};
  auto no_command = std::optional<command_id>{};
  EXPECT_LT(check(sql::load_tickets, postgres::array_of(std::vector{std::optional{ticket}, nobody}),
                  postgres::array_of(std::vector<std::int64_t>{0, 4711}),
                  postgres::array_of(std::vector{std::optional{command_id::make()}, no_command}))
              .blocks,
            40);
  EXPECT_LT(check(sql::list_messages, ticket, 0, 21, 0, true).blocks, 20);
  EXPECT_LT(check(sql::list_events, ticket, 0, 21, 0).blocks, 20);
  EXPECT_LT(check(sql::list_tickets_of_user, agent(), ticket_id{}, 100).blocks, 400);
  EXPECT_LT(check(sql::read_texts, 199'980, 20, 262'144).blocks, 400);
  EXPECT_LT(check(sql::read_texts, 200'000, 500, 262'144).blocks, 20);
  EXPECT_LT(check(sql::find_user, ticket).blocks, 10);
  EXPECT_LT(check(sql::find_user_by_name, "n77"sv).blocks, 10);
  EXPECT_LT(check(sql::list_users, top, 21, 0).blocks, 50);
  EXPECT_LT(check(sql::find_user_by_email, top, 21, 0, "e77"sv).blocks, 10);
  EXPECT_LT(check(sql::find_department, sales()).blocks, 10);
  EXPECT_LT(check(sql::list_departments, top, 21, 0).blocks, 10);
  EXPECT_LT(check(sql::find_reply, "user:ann"sv, "key"sv).blocks, 10);
  EXPECT_LT(check(sql::list_jobs, top, 21, 0).blocks, 50);
  EXPECT_LT(check(sql::list_jobs_in_state, top, 21, 0, job_state::dead).blocks, 50);
  auto counts = check(sql::count_all, 0);
  EXPECT_TRUE(reads(counts, "desk_user_by_live_id"));
  auto jobs = std::string_view{counts.plan}.substr(std::min(counts.plan.find("job_by_state"), counts.plan.size()));
  EXPECT_NE(jobs.substr(0, jobs.find('\n')).find("(actual rows=1000 "), std::string_view::npos)
    << "the dead, and none of those that are done\n"
    << counts.plan;
}

TEST_F(postgres_plan, no_other_question_reads_a_table) { check_other_questions(); }

void postgres_plan::check_feed() {
  auto old = cost_of(std::string{postgres::sql::read_feed}, postgres::parameters::of(100'000, 500));
  expect_no_scan(old);
  EXPECT_EQ(old.rows, 500u);
  EXPECT_LT(old.blocks, 6'000) << old.plan;
  auto newest = cost_of(std::string{postgres::sql::read_feed}, postgres::parameters::of(199'990, 500));
  EXPECT_EQ(newest.rows, 10u);
  EXPECT_LT(newest.blocks, 200) << newest.plan;
  auto none = cost_of(std::string{postgres::sql::read_feed}, postgres::parameters::of(200'000, 500));
  EXPECT_EQ(none.rows, 1u) << "the ends";
  EXPECT_LT(none.blocks, 50) << none.plan;
}

TEST_F(postgres_plan, the_feed_is_read_from_where_it_was) { check_feed(); }

// Somebody's transaction that stays open holds back all that is stored after it. A transaction's own rows are as
// far beyond the horizon as any.
TEST_F(postgres_plan, what_is_held_back_is_not_read_to_learn_that_it_is) {
  postgres_store fresh;
  fresh.open();
  db = look_at(fresh.database.name(), postgres::connection_use::reader);
  auto fill = [](postgres::connection& by, int from, int to) {
    by.ask("INSERT INTO feed (id, time, subject_id, version, source)"
           " SELECT n, now(), gen_random_uuid(), 1, 'ticket' FROM generate_series($1::integer, $2::integer) AS n",
           from, to);
  };
  auto other = fresh.database.look();
  fill(other, 1, 10);
  db.run("BEGIN READ WRITE");
  fill(db, 11, 100'000);
  auto feed = std::string{postgres::sql::read_feed};
  auto told = cost_of(feed, postgres::parameters::of(0, 500));
  EXPECT_EQ(told.rows, 10u) << told.plan;
  EXPECT_LT(told.blocks, 200) << told.plan;
  auto none = cost_of(feed, postgres::parameters::of(10, 500));
  EXPECT_EQ(none.rows, 1u) << "the ends";
  EXPECT_LT(none.blocks, 50) << none.plan;
  auto texts = cost_of(std::string{postgres::sql::read_texts}, postgres::parameters::of(10, 5'000, 262'144));
  EXPECT_LT(texts.blocks, 200) << texts.plan;
  auto full = cost_of(feed, postgres::parameters::of(0, 10));
  EXPECT_EQ(full.rows, 10u) << full.plan;
  EXPECT_LT(full.blocks, 200) << full.plan;
  auto row = db.ask(postgres::sql::read_feed, 10, 500);
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.get<int>(0), 10) << "the newest that may be told";
  db.run("ROLLBACK");
}

// A plan is made when a reader first needs it, perhaps while the store is empty and nobody has counted anything, and is
// kept while the store grows.
TEST_F(postgres_plan, plans_made_while_the_store_was_empty_are_as_good) {
  check_all(); // what there is to prepare
  postgres_store fresh;
  fresh.open();
  auto seed = std::to_string(std::random_device{}());
  SCOPED_TRACE("seed " + seed);
  auto filler = fresh.database.look();
  filler.run("SET statement_timeout = 0");
  filler.ask("SELECT set_config('callboard.seed', $1, false)", seed);
  filler.run(large_desk::no_log);
  filler.run(large_desk::remake_indexes);
  db = look_at(fresh.database.name(), postgres::connection_use::reader);
  for (const auto& [sql, name] : names) {
    db.run("PREPARE " + name + " AS " + sql);
    auto row = db.ask("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1", name);
    row.next();
    std::string call = "EXPLAIN EXECUTE " + name;
    for (int i = 0; i < row.get<int>(0); ++i)
      call.append(i == 0 ? "(NULL" : ", NULL");
    db.run(row.get<int>(0) == 0 ? call : call + ")");
  }
  for (auto fill : large_desk::fills)
    filler.run(fill);
  filler.run("SELECT gin_clean_pending_list('ticket_search_by_words')");
  check_all();
}

} // namespace
} // namespace callboard::contract
