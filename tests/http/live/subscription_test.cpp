#include "http/live/subscription.hpp"
#include "http/live/subscription_index.hpp"
#include "tests/http/live/feed_fixture.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

using test::event_wish;
using test::make_event;

const auto billing = *department_id::parse("018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
const auto technical = *department_id::parse("018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0f");
const auto ann = *user_id::parse("018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d10");
constexpr scope staff{true, true};

TEST(live_topic, names_all_tickets_one_ticket_or_a_department) {
  auto id = ticket_id::make();
  EXPECT_EQ(parse_topic("tickets")->kind, topic_kind::tickets);
  EXPECT_EQ(parse_topic("ticket:" + to_string(id))->ticket, id);
  EXPECT_EQ(parse_topic("ticket:42")->number, 42);
  EXPECT_EQ(parse_topic("department:" + to_string(billing))->department, billing);
}

TEST(live_topic, that_is_wrong_says_why) {
  struct row {
    std::string_view text, code;
  };
  for (auto [text, code] :
       {row{"", "invalid_topic"}, row{"ticket", "invalid_topic"}, row{"Tickets", "invalid_topic"},
        row{"tickets:1", "invalid_topic"}, row{"department", "invalid_topic"}, row{"ticket:", "invalid_id"},
        row{"ticket:0", "invalid_id"}, row{"ticket:01", "invalid_id"}, row{"ticket:-1", "invalid_id"},
        row{"ticket:1x", "invalid_id"}, row{"ticket:99999999999999999999", "invalid_id"},
        row{"department:7", "invalid_id"}, row{"me", "login_required"}}) {
    auto topic = parse_topic(text);
    ASSERT_FALSE(topic) << text;
    EXPECT_EQ(topic.error().code, code) << text;
    EXPECT_FALSE(topic.error().detail.empty());
  }
}

TEST(live_filter, wants_each_given_member_to_hold_the_value) {
  ticket_context context;
  context.status = ticket_status::waiting;
  context.category = "billing";
  context.assignee_id = ann;
  EXPECT_TRUE(matches({}, context));
  EXPECT_TRUE(matches({.status = {ticket_status::open, ticket_status::waiting}}, context));
  EXPECT_FALSE(matches({.status = {ticket_status::open}}, context));
  EXPECT_TRUE(matches({.category = {"billing"}, .assignee_id = {ann}}, context));
  EXPECT_FALSE(matches({.category = {"billing"}, .assignee_id = {user_id::make()}}, context));
}

TEST(live_filter, does_not_match_what_has_no_value) {
  EXPECT_FALSE(matches({.priority = {ticket_priority::low}}, {}));
  EXPECT_FALSE(matches({.category = {"billing"}}, {}));
  EXPECT_FALSE(matches({.department = {billing}}, {}));
  EXPECT_TRUE(matches({.ai_status = {ai_status::pending}}, {}));
}

TEST(live_decision, delivers_what_is_in_view) {
  event_wish wish;
  wish.context.department = billing;
  auto event = make_event(wish);
  live_topic one{.kind = topic_kind::ticket, .ticket = wish.ticket};
  live_topic another{.kind = topic_kind::ticket, .ticket = ticket_id::make()};
  live_topic ours{.kind = topic_kind::department, .department = billing};
  live_topic theirs{.kind = topic_kind::department, .department = technical};
  EXPECT_EQ(decide({{}, {}, staff}, *event), verdict::deliver);
  EXPECT_EQ(decide({one, {}, staff}, *event), verdict::deliver);
  EXPECT_EQ(decide({another, {}, staff}, *event), verdict::skip);
  EXPECT_EQ(decide({ours, {}, staff}, *event), verdict::deliver);
  EXPECT_EQ(decide({theirs, {}, staff}, *event), verdict::skip);
}

TEST(live_decision, tells_of_a_ticket_that_leaves_or_enters_the_view) {
  event_wish wish;
  wish.before = ticket_context{};
  wish.before->department = billing;
  wish.context.department = technical;
  wish.context.status = ticket_status::closed;
  auto event = make_event(wish);
  live_topic ours{.kind = topic_kind::department, .department = billing};
  EXPECT_EQ(decide({ours, {}, staff}, *event), verdict::left);
  EXPECT_EQ(decide({{}, {.status = {ticket_status::open}}, staff}, *event), verdict::left);
  live_topic theirs{.kind = topic_kind::department, .department = technical};
  EXPECT_EQ(decide({theirs, {}, staff}, *event), verdict::deliver) << "what is deleted by now brings no ticket";
  wish.ticket_view = "{}";
  event = make_event(wish);
  EXPECT_EQ(decide({theirs, {}, staff}, *event), verdict::entered);
  EXPECT_EQ(decide({{}, {.status = {ticket_status::closed}}, staff}, *event), verdict::entered);
  EXPECT_EQ(decide({{}, {}, staff}, *event), verdict::deliver) << "it was there before";
  EXPECT_EQ(decide({{}, {.status = {ticket_status::waiting}}, staff}, *event), verdict::skip) << "it never was there";
}

TEST(live_decision, delivers_the_end_of_a_ticket_as_it_is) {
  event_wish wish;
  wish.type = "ticket.deleted";
  EXPECT_EQ(decide({{}, {.status = {ticket_status::open}}, staff}, *make_event(wish)), verdict::deliver);
}

TEST(live_decision, keeps_the_directory_and_other_scopes_out) {
  event_wish wish;
  EXPECT_EQ(decide({{}, {}, {}}, *make_event(wish)), verdict::skip);
  EXPECT_EQ(decide({{}, {}, {true, false}}, *make_event(wish)), verdict::skip);
  wish.source = feed_source::directory;
  EXPECT_EQ(decide({{}, {}, staff}, *make_event(wish)), verdict::skip);
}

TEST(live_list_link, says_what_the_subscription_would_have_shown) {
  EXPECT_EQ(list_link({}), "/api/v1/tickets");
  live_topic one{.kind = topic_kind::ticket, .ticket = *ticket_id::parse("018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d11")};
  EXPECT_EQ(list_link({one, {}, {}}), "/api/v1/tickets/018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d11");
  live_topic ours{.kind = topic_kind::department, .department = billing};
  EXPECT_EQ(list_link({ours, {.status = {ticket_status::open, ticket_status::waiting}, .category = {"a&b"}}, {}}),
            "/api/v1/tickets?department=018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e&status=open,waiting&category=a%26b");
}

std::vector<std::string> candidates(const subscription_index& index, const feed_event& event) {
  std::vector<std::string> ids;
  index.for_each_candidate(event, [&](live_subscription& s) { ids.push_back(s.id); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

TEST(subscription_index, asks_only_those_whose_topic_fits) {
  event_wish wish;
  wish.context.department = technical;
  wish.before = ticket_context{};
  wish.before->department = billing;
  auto event = make_event(wish);
  auto make = [](std::string id, live_topic topic) {
    live_subscription s;
    s.id = std::move(id);
    s.rule.topic = topic;
    return s;
  };
  auto all = make("all", {}), one = make("one", {.kind = topic_kind::ticket, .ticket = wish.ticket}),
       other = make("other", {.kind = topic_kind::ticket, .ticket = ticket_id::make()}),
       from = make("from", {.kind = topic_kind::department, .department = billing}),
       to = make("to", {.kind = topic_kind::department, .department = technical}),
       again = make("again", {.kind = topic_kind::department, .department = technical});
  subscription_index index;
  for (auto* each : {&all, &one, &other, &from, &to, &again})
    index.add(*each);
  EXPECT_EQ(candidates(index, *event), (std::vector<std::string>{"again", "all", "from", "one", "to"}));
  index.remove(to);
  index.remove(all);
  EXPECT_EQ(candidates(index, *event), (std::vector<std::string>{"again", "from", "one"}));
  for (auto* each : {&one, &other, &from, &again})
    index.remove(*each);
  EXPECT_EQ(index.size(), 0u);
  EXPECT_TRUE(candidates(index, *event).empty());
}

} // namespace
} // namespace callboard::http
