#include "persistence/sqlite/ticket_list.hpp"
#include "tests/persistence/sqlite_store.hpp"

#include <random>

namespace callboard::contract {
namespace {

using namespace std::string_view_literals;

/// What SQLite says it will do, and how much it did for one page.
struct list_cost {
  std::string plan;
  int machine_steps = 0;
  int rows = 0;
};

class list_plan : public testing::Test {
protected:
  static constexpr int ticket_count = 20'000;

  /// One store for all: it is only read.
  static void SetUpTestSuite() {
    place = std::make_unique<sqlite_store>();
    auto engine = place->open();
    auto writer = engine->make_writer();
    writer->commit(
      std::vector{directory_item("user.created", person), directory_item("department.created", place_of_work)});
    std::mt19937 dice{7};
    auto pick = [&](int below) { return std::uniform_int_distribution<int>{0, below - 1}(dice); };
    std::vector<journal_item> batch;
    std::vector<search_entry> entries;
    for (int i = 1; i <= ticket_count; ++i) {
      create_ticket body;
      // The newest and the oldest are open and nobody has given them a priority.
      bool untouched = i <= ticket_count / 10 || i > ticket_count - ticket_count / 5;
      if (!untouched)
        body.priority = static_cast<ticket_priority>(pick(4));
      body.category = "billing";
      body.assignee_id = agent;
      body.department = sales;
      body.created_by = agent;
      body.tags = {"vip"};
      auto [made, item] = test_ticket::made(i, now(), body);
      // As they pile up: nearly all are closed.
      made.state.ticket.status = static_cast<ticket_status>(untouched ? 0 : pick(8) == 0 ? pick(4) : 4);
      ticket_part(item).after = made.state;
      entries.push_back({made.state.ticket.id, false, "printer", "number " + std::to_string(i)});
      batch.push_back(std::move(item));
      if (batch.size() == 500) {
        writer->commit(batch);
        batch.clear();
      }
    }
    writer->index({entries, ticket_count});
  }
  static void TearDownTestSuite() { place.reset(); }

  static list_tickets ask(auto&& change) {
    list_tickets asked;
    asked.scope = staff;
    change(asked);
    return asked;
  }

  list_cost cost_of(const list_tickets& asked, const std::optional<list_position>& after = std::nullopt) {
    auto composed = sqlite::compose_list(asked, after, {1'000'000, 0}).value();
    list_cost cost;
    auto explained = prepare("EXPLAIN QUERY PLAN " + composed.sql, composed.values);
    while (sqlite3_step(explained) == SQLITE_ROW)
      cost.plan.append(reinterpret_cast<const char*>(sqlite3_column_text(explained, 3))).append("\n");
    sqlite3_finalize(explained);
    auto run = prepare(composed.sql, composed.values);
    while (sqlite3_step(run) == SQLITE_ROW)
      ++cost.rows;
    cost.machine_steps = sqlite3_stmt_status(run, SQLITE_STMTSTATUS_VM_STEP, 0);
    sqlite3_finalize(run);
    return cost;
  }

  sqlite3_stmt* prepare(const std::string& sql, const list_values& values) {
    sqlite3_stmt* made = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &made, nullptr), SQLITE_OK) << sql;
    int index = 0;
    for (const auto& value : values) {
      ++index;
      if (auto number = std::get_if<std::int64_t>(&value))
        sqlite3_bind_int64(made, index, *number);
      else if (auto text = std::get_if<std::string>(&value))
        sqlite3_bind_text(made, index, text->c_str(), -1, SQLITE_TRANSIENT);
      else
        sqlite3_bind_blob(made, index, std::get<uuid_bytes>(value).data(), 16, SQLITE_TRANSIENT);
    }
    EXPECT_EQ(index, sqlite3_bind_parameter_count(made)) << sql;
    return made;
  }

  /// An index gives the rows in order, and no more of them are looked at than the page needs.
  void expect_ordered(const char* what, const list_tickets& asked, std::string_view index,
                      const std::optional<list_position>& after = std::nullopt) {
    SCOPED_TRACE(what);
    auto cost = cost_of(asked, after);
    EXPECT_EQ(cost.plan.find("TEMP B-TREE"), std::string::npos) << cost.plan;
    EXPECT_NE(cost.plan.find(index), std::string::npos) << cost.plan;
    EXPECT_LT(cost.machine_steps, 2'000) << cost.plan;
    EXPECT_EQ(cost.rows, 21) << cost.plan;
  }

  /// Where a page in the middle begins; `key` is its created_at.
  list_position middle_of_all() {
    auto row = prepare("SELECT created_at, id FROM ticket WHERE number = 10000", {});
    EXPECT_EQ(sqlite3_step(row), SQLITE_ROW);
    list_position middle{sqlite3_column_int64(row, 0), {}};
    __builtin_memcpy(middle.id.bytes.data(), sqlite3_column_blob(row, 1), 16);
    sqlite3_finalize(row);
    return middle;
  }

  /// In the middle of the open ones of low priority.
  list_position middle_of_rare(ticket_sort sort) {
    auto row = prepare("SELECT updated_at, id FROM ticket WHERE status = 'open' AND priority_rank = 1 ORDER BY id"
                       " LIMIT 1 OFFSET 40",
                       {});
    EXPECT_EQ(sqlite3_step(row), SQLITE_ROW);
    list_position middle{sort == ticket_sort::priority ? 1 : sqlite3_column_int64(row, 0), {}};
    __builtin_memcpy(middle.id.bytes.data(), sqlite3_column_blob(row, 1), 16);
    sqlite3_finalize(row);
    return middle;
  }

  static inline std::unique_ptr<sqlite_store> place;
  static inline const user person = test_user("Agent", "agent@example.com", now());
  static inline const department place_of_work = test_department("Sales", now());
  static inline const user_id agent = person.id;
  static inline const department_id sales = place_of_work.id;
  raw_database db{place->file()};
};

TEST_F(list_plan, each_filter_reads_its_index_in_the_default_order) {
  expect_ordered("none", ask([](auto&) {}), "ticket_by_live_id");
  expect_ordered("status", ask([](auto& l) { l.filter.status = {ticket_status::open}; }), "ticket_by_status");
  expect_ordered("statuses", ask([](auto& l) {
                   l.filter.status = {ticket_status::open, ticket_status::waiting};
                 }),
                 "ticket_by_status");
  expect_ordered("priority", ask([](auto& l) { l.filter.priority = {ticket_priority::high}; }), "ticket_by_priority");
  expect_ordered("priorities", ask([](auto& l) {
                   l.filter.priority = {ticket_priority::high, ticket_priority::urgent};
                 }),
                 "ticket_by_priority");
  expect_ordered("category", ask([](auto& l) { l.filter.category = "billing"; }), "ticket_by_category");
  expect_ordered("ai_status", ask([](auto& l) { l.filter.ai_status = ai_status::pending; }), "ticket_by_ai_status");
  expect_ordered("assignee", ask([](auto& l) { l.filter.assignee_id = agent; }), "ticket_by_assignee");
  expect_ordered("department", ask([](auto& l) { l.filter.department = sales; }), "ticket_by_department");
  expect_ordered("created_by", ask([](auto& l) { l.filter.created_by = agent; }), "ticket_by_creator");
  expect_ordered("tag", ask([](auto& l) { l.filter.tag = "vip"; }), "PRIMARY KEY (tag=?)");
}

TEST_F(list_plan, each_sort_reads_its_index_in_both_directions) {
  for (bool ascending : {false, true}) {
    auto by = [&](ticket_sort sort) {
      return ask([&](auto& l) {
        l.sort = sort;
        l.ascending = ascending;
      });
    };
    expect_ordered("id", by(ticket_sort::id), "ticket_by_live_id");
    expect_ordered("created_at", by(ticket_sort::created_at), "ticket_by_created_at");
    expect_ordered("updated_at", by(ticket_sort::updated_at), "ticket_by_updated_at");
    expect_ordered("priority", by(ticket_sort::priority), "ticket_by_priority");
  }
}

TEST_F(list_plan, a_page_in_the_middle_begins_where_it_should) {
  auto middle = middle_of_all();
  for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at})
    expect_ordered("middle", ask([&](auto& l) { l.sort = sort; }), "USING INDEX", middle);
  expect_ordered("middle of a filter", ask([&](auto& l) { l.filter.assignee_id = agent; }), "ticket_by_assignee",
                 middle);
}

TEST_F(list_plan, times_are_a_range_of_ids) {
  auto middle = middle_of_all();
  expect_ordered("before", ask([&](auto& l) { l.filter.created_before = from_micros(middle.key); }),
                 "ticket_by_live_id (id<?)");
  expect_ordered("between", ask([&](auto& l) {
                   l.filter.created_before = from_micros(middle.key);
                   l.filter.created_after = from_micros(0);
                   l.filter.department = sales;
                 }),
                 "ticket_by_department (department_id=? AND id<?)");
  auto nothing = cost_of(ask([](auto& l) { l.filter.created_before = from_micros(1'000'000); }));
  EXPECT_LT(nothing.machine_steps, 100) << nothing.plan;
  EXPECT_EQ(nothing.rows, 0);
}

TEST_F(list_plan, a_rare_status_is_found_without_looking_at_the_common_ones) {
  expect_ordered("two filters", ask([](auto& l) {
                   l.filter.status = {ticket_status::waiting, ticket_status::in_progress};
                   l.filter.category = "billing";
                   l.filter.department = std::nullopt;
                 }),
                 "ticket_by_status");
}

TEST_F(list_plan, what_is_rare_among_the_newest_of_a_status_is_read_without_passing_them) {
  constexpr auto by_pair = "ticket_by_status_and_priority (status=? AND priority_rank=?"sv;
  constexpr auto by_change = "ticket_by_status_and_change (status=? AND priority_rank=?"sv;
  auto pair = [](ticket_filter& f) {
    f.status = {ticket_status::open};
    f.priority = {ticket_priority::low};
  };
  auto pairs = [](ticket_filter& f) {
    f.status = {ticket_status::open, ticket_status::waiting};
    f.priority = {ticket_priority::low, ticket_priority::urgent};
  };
  auto status = [](ticket_filter& f) { f.status = {ticket_status::open}; };
  auto priority = [](ticket_filter& f) { f.priority = {ticket_priority::low}; };
  struct rare_case {
    const char* name;
    void (*set)(ticket_filter&);
    ticket_sort sort;
    std::string_view index;
  };
  for (const auto& each : {
         rare_case{"a pair by id", pair, ticket_sort::id, by_pair},
         rare_case{"a pair by change", pair, ticket_sort::updated_at, by_change},
         rare_case{"a pair by priority", pair, ticket_sort::priority, by_pair},
         rare_case{"pairs by id", pairs, ticket_sort::id, by_pair},
         rare_case{"pairs by change", pairs, ticket_sort::updated_at, by_change},
         rare_case{"pairs by priority", pairs, ticket_sort::priority, by_pair},
         rare_case{"a status by change", status, ticket_sort::updated_at, by_change},
         rare_case{"a status by priority", status, ticket_sort::priority, "ticket_by_status_and_priority (status=?"},
         rare_case{"a priority by change", priority, ticket_sort::updated_at, by_change},
         rare_case{"a priority by priority", priority, ticket_sort::priority, "ticket_by_priority (priority_rank=?"},
       })
    for (bool ascending : {false, true}) {
      auto asked = ask([&](list_tickets& l) {
        each.set(l.filter);
        l.sort = each.sort;
        l.ascending = ascending;
      });
      expect_ordered(each.name, asked, each.index);
      expect_ordered(each.name, asked, each.index, middle_of_rare(each.sort));
    }
}

TEST_F(list_plan, what_must_be_sorted_is_only_what_a_narrow_filter_left) {
  auto cost = cost_of(ask([](auto& l) {
    l.filter.assignee_id = agent;
    l.sort = ticket_sort::priority;
  }));
  EXPECT_NE(cost.plan.find("ticket_by_assignee"), std::string::npos) << cost.plan;
  auto words = cost_of(ask([](auto& l) { l.filter.text = "4711"; }));
  EXPECT_EQ(words.rows, 1);
  EXPECT_LT(words.machine_steps, 500) << words.plan;
}

TEST_F(list_plan, a_question_is_broken_off_when_its_time_is_over) {
  auto settings = settings_for(place->file());
  settings.timeout = duration_ms{0};
  auto engine = open_store(settings, at_once());
  auto reader = engine->make_reader();
  auto asked = ask([](auto& l) { l.filter.text = "printer"; });
  try {
    (void)reader->list(asked);
    FAIL() << "it took its time";
  } catch (const store_failure& e) {
    EXPECT_STREQ(e.what(), "the question took longer than store.timeout");
    EXPECT_FALSE(e.in_doubt);
  }
  EXPECT_TRUE(reader->load({{{}, 1}, {}}).state) << "the reader goes on";
}

} // namespace
} // namespace callboard::contract
