#include "http/route_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace callboard::http {
namespace {

std::string_view operation_at(std::string_view method, std::string_view path, bool unprefixed = false) {
  route_index index{route_table(), false, unprefixed};
  auto match = index.match(method, path);
  return match.found ? match.found->operation : std::string_view{};
}

TEST(route_table, every_row_is_found_at_its_own_path) {
  route_index open{route_table(), false, false};
  route_index admin{route_table(), true, false};
  for (const auto& row : route_table()) {
    auto path = (row.place == route_place::api ? "/api/v1" : "") + std::string{row.path};
    const auto& index = row.place == route_place::admin ? admin : open;
    auto match = index.match(row.method, path);
    ASSERT_TRUE(match.found) << row.operation;
    EXPECT_EQ(match.found->operation, row.operation);
  }
}

TEST(route_table, rows_are_whole) {
  std::set<std::string_view> operations;
  for (const auto& row : route_table()) {
    SCOPED_TRACE(row.operation);
    EXPECT_TRUE(operations.insert(row.operation).second) << "an operation's name is its own";
    EXPECT_TRUE(row.now || row.later || row.stream) << "somebody answers";
    EXPECT_FALSE(row.summary.empty());
    EXPECT_FALSE(row.tag.empty());
    if (row.documented) {
      EXPECT_FALSE(row.responses.empty());
    }
    if (row.method == "POST" || row.method == "PATCH" || row.method == "PUT") {
      EXPECT_TRUE(row.has_request());
    }
    if (row.method == "POST" || row.method == "PATCH") {
      EXPECT_TRUE(row.fields.idempotency_key) << "every POST and PATCH takes a key";
    }
    bool has_id = row.path.find('{') != std::string_view::npos && row.path.find("{file}") == std::string_view::npos;
    EXPECT_EQ(has_id, row.ids[0] != id_kind::none);
  }
}

TEST(route_table, ids_are_cut_out_of_the_path) {
  route_index index{route_table(), false, false};
  auto one = index.match("GET", "/api/v1/tickets/42");
  ASSERT_TRUE(one.found);
  EXPECT_EQ(one.ids[0], "42");
  auto two = index.match("PUT", "/api/v1/departments/a/members/b");
  ASSERT_TRUE(two.found);
  EXPECT_EQ(two.ids[0], "a");
  EXPECT_EQ(two.ids[1], "b");
}

TEST(route_table, paths_are_taken_as_they_are) {
  EXPECT_EQ(operation_at("GET", "/api/v1/tickets"), "list_tickets");
  for (auto path : {"/api/v1/tickets/", "/api/v1//tickets", "/api/v1/Tickets", "/api/v1", "/api/v1/", "/tickets",
                    "/api/v2/tickets", "/api/v1x/tickets", "tickets", "", "/a/b/c/d/e/f/g/h/i/j/k"})
    EXPECT_EQ(operation_at("GET", path), "") << path;
}

TEST(route_table, without_the_prefix_only_where_that_is_set) {
  EXPECT_EQ(operation_at("GET", "/tickets/1", true), "read_ticket");
  EXPECT_EQ(operation_at("POST", "/users", true), "create_user");
  EXPECT_EQ(operation_at("GET", "/api/v1/tickets/1", true), "read_ticket");
}

TEST(route_table, documents_are_at_the_root_and_below_the_prefix) {
  for (auto path : {"/docs", "/redoc", "/docs.json", "/openapi.json"}) {
    EXPECT_NE(operation_at("GET", path), "") << path;
    EXPECT_NE(operation_at("GET", std::string{"/api/v1"} + path), "") << path;
  }
  EXPECT_EQ(operation_at("GET", "/healthz"), "healthz");
  EXPECT_EQ(operation_at("GET", "/api/v1/healthz"), "");
}

TEST(route_table, the_listeners_do_not_show_each_others_paths) {
  for (auto path : {"/readyz", "/metrics"})
    EXPECT_EQ(operation_at("GET", path), "") << path;
  route_index admin{route_table(), true, false};
  EXPECT_TRUE(admin.match("GET", "/metrics").found);
  EXPECT_TRUE(admin.match("GET", "/readyz").found);
  EXPECT_FALSE(admin.match("GET", "/api/v1/tickets").found);
  EXPECT_FALSE(admin.match("GET", "/docs").found);
}

TEST(route_table, head_is_answered_by_get) { EXPECT_EQ(operation_at("HEAD", "/api/v1/tickets/1"), "read_ticket"); }

TEST(route_table, head_of_a_stream_is_not_allowed) {
  route_index index{route_table(), false, false};
  for (auto path : {"/api/v1/live", "/api/v1/events"}) {
    auto match = index.match("HEAD", path);
    EXPECT_FALSE(match.found) << path;
    EXPECT_EQ(match.allowed, "GET, OPTIONS") << path;
    EXPECT_TRUE(index.match("GET", path).found) << path;
  }
}

TEST(route_table, a_known_path_tells_its_methods) {
  route_index index{route_table(), false, false};
  auto match = index.match("PUT", "/api/v1/tickets/1");
  EXPECT_FALSE(match.found);
  EXPECT_EQ(match.allowed, "GET, HEAD, PATCH, DELETE, OPTIONS");
  EXPECT_EQ(index.match("PUT", "/api/v1/nowhere").allowed, "");
}

} // namespace
} // namespace callboard::http
