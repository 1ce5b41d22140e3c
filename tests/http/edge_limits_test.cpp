#include "tests/http/edge_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <list>
#include <set>
#include <thread>

namespace callboard::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(edge_limits, permits_run_out_for_one_and_for_all) {
  edge_fixture house{[](config::settings& s) {
    s.limits.permits_per_principal = 2;
    s.limits.permits_total = 3;
  }};
  house.hold_commands();
  wire_client first{house.port()};
  wire_client second{house.port()};
  first.send(request_text("POST", "/api/v1/tickets", good_body));
  second.send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house.held(2));
  wire_client third{house.port()};
  // Its body never comes: nobody waits for it.
  third.send(
    "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
  auto refused = third.read_answer();
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.field("Retry-After"), "");
  EXPECT_EQ(refused.field("Connection"), "close");
  EXPECT_EQ(ask(house.port(), "GET", "/healthz").status, 200) << "what needs no permit is served";
  house.release_commands();
  EXPECT_EQ(first.read_answer().status, 201);
  EXPECT_EQ(second.read_answer().status, 201);
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body).status, 201) << "permits come back";
}

TEST(edge_limits, a_question_keeps_its_permit_until_the_reader_is_done_with_it) {
  edge_fixture house;
  house.hold_reads();
  std::list<wire_client> impatient;
  for (int i = 0; i < 8; ++i)
    impatient.emplace_back(house.port()).send(request_text("GET", "/api/v1/tickets", {}, {"X-Request-Timeout: 50ms"}));
  for (auto& each : impatient)
    EXPECT_EQ(text_at(json_of(each.read_answer()), "code"), "deadline_exceeded");
  auto refused = ask(house.port(), "GET", "/api/v1/tickets");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(text_at(json_of(refused), "code"), "overloaded") << "eight questions are still in the reader's mailbox";
  house.release_reads();
  int status = 0;
  for (int tries = 0; status != 200 && tries < 1'000; ++tries)
    status = ask(house.port(), "GET", "/api/v1/tickets").status;
  EXPECT_EQ(status, 200) << "permits come back";
}

TEST(edge_limits, a_question_that_no_reader_has_begun_in_time_is_refused_while_there_is_time_left) {
  edge_fixture house{[](config::settings& s) { s.limits.read_wait_max = 50ms; }};
  house.hold_reads();
  std::list<wire_client> clients;
  for (auto status : {"open", "closed"})
    clients.emplace_back(house.port()).send(request_text("GET", "/api/v1/tickets?status="s + status));
  // Whoever has given up after twice the time tells that it is over.
  auto impatient = ask(house.port(), "GET", "/api/v1/tickets", {}, {"X-Request-Timeout: 100ms"});
  EXPECT_EQ(text_at(json_of(impatient), "code"), "deadline_exceeded");
  house.release_reads();
  std::multiset<int> statuses;
  for (auto& client : clients) {
    auto answer = client.read_answer();
    statuses.insert(answer.status);
    if (answer.status == 503) {
      EXPECT_EQ(text_at(json_of(answer), "code"), "overloaded");
      EXPECT_NE(answer.field("Retry-After"), "");
    }
  }
  EXPECT_EQ(statuses, (std::multiset{200, 503})) << "how long the one that was begun takes is another matter";
  EXPECT_NE(house.metrics_text().find("http_server_refused_total{reason=\"reads\"} 1"), std::string::npos);
}

TEST(edge_limits, no_change_is_begun_while_too_many_wait_for_the_store) {
  edge_fixture house;
  auto places = house.fill_writes();
  wire_client client{house.port()};
  // Its body never comes: nobody waits for it.
  client.send(
    "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
  auto refused = client.read_answer();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(text_at(json_of(refused), "code"), "overloaded");
  EXPECT_NE(refused.field("Retry-After"), "");
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/users", R"({"name":"Ann"})").status, 503);
  EXPECT_EQ(house.effects(), 0);
  EXPECT_NE(house.metrics_text().find("http_server_refused_total{reason=\"writes\"} 2"), std::string::npos);
  EXPECT_EQ(ask(house.port(), "GET", "/api/v1/tickets").status, 200);
  EXPECT_EQ(ask(house.port(), "GET", "/api/v1/system/actors").status, 200);
  auto released = ask(house.port(), "POST", "/api/v1/system/quarantine/018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e/release");
  EXPECT_EQ(text_at(json_of(released), "code"), "not_found") << "what does not wait for the store is asked";
  places.pop_back();
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body).status, 201);
}

TEST(edge_limits, changes_that_are_being_handled_are_bounded_apart_from_what_changes_nothing) {
  edge_fixture house{[](config::settings& s) { s.limits.writes_max = 2; }};
  house.hold_commands();
  std::list<wire_client> begun;
  for (int i = 0; i < 2; ++i)
    begun.emplace_back(house.port()).send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house.held(2));
  auto refused = ask(house.port(), "POST", "/api/v1/tickets", good_body);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(text_at(json_of(refused), "code"), "overloaded");
  EXPECT_EQ(ask(house.port(), "GET", "/api/v1/system/actors").status, 200);
  house.release_commands();
  for (auto& each : begun)
    EXPECT_EQ(each.read_answer().status, 201);
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body).status, 201);
}

TEST(edge_limits, who_dawdles_with_a_body_holds_no_permit) {
  edge_fixture house{[](config::settings& s) { s.limits.permits_total = 1; }};
  auto asks_first = [](wire_client& client) {
    client.send("POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                + std::to_string(good_body.size()) + "\r\nExpect: 100-continue\r\n\r\n");
    return client.read_answer().status;
  };
  wire_client first{house.port()};
  wire_client second{house.port()};
  EXPECT_EQ(asks_first(first), 100);
  EXPECT_EQ(asks_first(second), 100);
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body).status, 201);
  first.send(good_body);
  EXPECT_EQ(first.read_answer().status, 201);
  house.hold_commands();
  wire_client working{house.port()};
  working.send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house.held(1));
  second.send(good_body);
  auto refused = second.read_answer();
  EXPECT_EQ(refused.status, 503) << "by now the permit is another's";
  EXPECT_NE(refused.field("Retry-After"), "");
  house.release_commands();
  EXPECT_EQ(working.read_answer().status, 201);
}

TEST(edge_limits, who_waits_for_a_classification_asks_for_a_permit_again) {
  edge_fixture house{[](config::settings& s) { s.limits.permits_total = 1; }};
  wire_client waiting{house.port()};
  waiting.send(request_text("POST", "/api/v1/tickets?wait=30", good_body));
  while (house.effects() == 0)
    std::this_thread::yield();
  house.hold_commands();
  // Until the other one has given its permit back this one is refused.
  std::optional<wire_client> working;
  auto get_permit = [&] {
    working.emplace(house.port());
    working->send(request_text("POST", "/api/v1/tickets", good_body));
    return house.held(1, 100ms);
  };
  for (int tries = 0; !get_permit(); ++tries)
    ASSERT_LT(tries, 100);
  auto asked = house.asked();
  house.end_waits();
  auto answer = waiting.read_answer();
  EXPECT_EQ(answer.status, 201) << "there is none, so it is what was created";
  EXPECT_NE(answer.body.find("\"status\":\"pending\""), std::string::npos);
  EXPECT_EQ(house.asked(), asked);
  house.release_commands();
  EXPECT_EQ(working->read_answer().status, 201);
}

TEST(edge_limits, the_total_is_503) {
  edge_fixture house{[](config::settings& s) { s.limits.permits_total = 1; }};
  house.hold_commands();
  wire_client first{house.port()};
  first.send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house.held(1));
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body).status, 503);
  house.release_commands();
  EXPECT_EQ(first.read_answer().status, 201);
}

TEST(edge_limits, accepting_pauses_while_all_connections_are_taken) {
  edge_fixture house{[](config::settings& s) { s.limits.connections_max = 2; }};
  auto first = std::make_unique<wire_client>(house.port());
  first->send(request_text("GET", "/healthz"));
  EXPECT_EQ(first->read_answer().status, 200);
  wire_client second{house.port()};
  second.send(request_text("GET", "/healthz"));
  EXPECT_EQ(second.read_answer().status, 200);
  wire_client third{house.port()};
  third.send(request_text("GET", "/healthz"));
  EXPECT_EQ(ask(house.operations_port(), "GET", "/healthz").status, 200) << "operators are let in";
  first.reset();
  EXPECT_EQ(third.read_answer().status, 200);
}

} // namespace
} // namespace callboard::test
