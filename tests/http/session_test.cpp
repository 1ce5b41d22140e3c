#include "http/framing/framing_limits.hpp"
#include "http/framing/request_head.hpp"
#include "tests/http/edge_fixture.hpp"
#include "tests/http/framing/framing_table.hpp"

#include <gtest/gtest.h>

#include <thread>

// One connection as a raw socket sees it.
namespace callboard::test {
namespace {

using namespace std::chrono_literals;

const std::string good_body = R"({"title":"Charged twice","description":"My card was charged twice."})";

class session : public testing::Test {
protected:
  /// Answers in what came before the connection closed.
  static std::size_t answers_in(const std::string& text) {
    std::size_t count = 0;
    for (auto at = text.find("HTTP/1.1 "); at != std::string::npos; at = text.find("HTTP/1.1 ", at + 1))
      count += at == 0 || text[at - 1] == '\n' || text[at - 1] == '}' ? 1 : 0;
    return count;
  }

  edge_fixture house_{[](config::settings& s) {
    s.limits.header_timeout = 300ms;
    s.limits.body_timeout = 300ms;
    s.limits.idle_timeout = 400ms;
  }};
};

// --- framing ------------------------------------------------------------------------------------------------------

/// A good request behind a refused one must never be read: it would create a ticket.
const std::string smuggled = request_text("POST", "/api/v1/tickets", good_body);

const std::string chunked_head =
  "POST /api/v1/tickets HTTP/1.1\r\nHost: desk.example\r\nContent-Type: application/json\r\n"
  "Transfer-Encoding: chunked\r\n\r\n";

TEST_F(session, every_refused_framing_gets_one_answer_and_a_close) {
  auto tried = 0;
  auto try_all = [&](const std::vector<framing_row>& rows, const std::string& head) {
    for (const auto& row : rows) {
      if (row.status == 0)
        continue;
      SCOPED_TRACE(row.name);
      wire_client client{house_.port(), 3s};
      client.send(head + row.raw + smuggled);
      auto text = client.read_all();
      EXPECT_EQ(answers_in(text), 1u) << text;
      EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos);
      EXPECT_EQ(text.substr(9, 3), std::to_string(row.status));
      ++tried;
    }
  };
  try_all(framing_rows(), {});
  try_all(framing_byte_rows(), {});
  try_all(chunk_rows(), chunked_head);
  EXPECT_EQ(house_.effects(), 0);
  EXPECT_GT(tried, 400);
}

TEST(session_settings, nothing_can_be_set_that_framing_does_not_keep) {
  EXPECT_EQ(marks_of<&config::limit_settings::header_bytes_max>.maximum,
            static_cast<std::int64_t>(http::head_bytes_ceiling));
  EXPECT_EQ(marks_of<&config::limit_settings::header_fields_max>.maximum,
            static_cast<std::int64_t>(http::head_fields::capacity));
}

TEST_F(session, a_refused_head_has_no_content) {
  for (const std::string rest : {"X\r\n\r\n", "Content-Length: 3\r\n\r\nabc", "Host: twice\r\n\r\n"}) {
    wire_client client{house_.port()};
    client.send("HEAD /healthz HTTP/1.1\r\nHost: desk.example\r\n" + rest);
    auto text = client.read_all();
    EXPECT_EQ(text.substr(9, 3), "400");
    EXPECT_NE(text.find("\r\nContent-Length: "), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
  }
}

TEST_F(session, a_chunked_body_that_is_framed_well_keeps_the_connection) {
  for (const auto& row : chunk_rows()) {
    if (row.status != 0)
      continue;
    SCOPED_TRACE(row.name);
    wire_client client{house_.port(), 3s};
    client.send(chunked_head + row.raw + request_text("GET", "/healthz"));
    EXPECT_EQ(client.read_answer().status, 400) << "what came is not JSON";
    EXPECT_EQ(client.read_answer().status, 200) << "the request behind it";
  }
}

TEST_F(session, a_request_may_come_byte_by_byte) {
  wire_client client{house_.port()};
  for (char c : request_text("POST", "/api/v1/tickets", good_body))
    client.send({&c, 1});
  EXPECT_EQ(client.read_answer().status, 201);
}

TEST_F(session, a_chunked_body_is_read) {
  wire_client client{house_.port()};
  std::string request = "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";
  for (char c : good_body)
    request += std::string{"1\r\n"} + c + "\r\n";
  request += "0\r\n\r\n" + request_text("GET", "/healthz");
  client.send(request);
  EXPECT_EQ(client.read_answer().status, 201);
  EXPECT_EQ(client.read_answer().status, 200) << "the request behind the last chunk";
}

// --- connections --------------------------------------------------------------------------------------------------

TEST_F(session, pipelined_requests_are_answered_in_their_order) {
  wire_client client{house_.port()};
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += request_text("GET", "/healthz", {}, {"X-Request-Id: n" + std::to_string(i)});
  client.send(all);
  for (int i = 0; i < 200; ++i) {
    auto answer = client.read_answer();
    ASSERT_EQ(answer.status, 200);
    ASSERT_EQ(answer.field("X-Request-Id"), "n" + std::to_string(i));
  }
}

TEST_F(session, a_close_that_is_asked_for_is_made) {
  wire_client client{house_.port()};
  client.send(request_text("GET", "/healthz", {}, {"Connection: close"}) + request_text("GET", "/healthz"));
  EXPECT_EQ(client.read_answer().field("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(session, http_1_0_closes_unless_asked_otherwise) {
  wire_client once{house_.port()};
  once.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.read_answer().field("Connection"), "close");
  EXPECT_TRUE(once.is_closed());
  wire_client kept{house_.port()};
  kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read_answer().field("Connection"), "keep-alive");
  kept.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(kept.read_answer().status, 200);
}

TEST_F(session, a_client_that_waits_is_told_to_continue) {
  wire_client client{house_.port()};
  std::string head = "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                     + std::to_string(good_body.size()) + "\r\nExpect: 100-continue\r\n\r\n";
  client.send(head);
  auto interim = client.read_answer();
  EXPECT_EQ(interim.status, 100);
  client.send(good_body);
  EXPECT_EQ(client.read_answer().status, 201);
}

TEST_F(session, a_client_that_waits_in_vain_gets_the_answer) {
  wire_client client{house_.port()};
  client.send("POST /api/v1/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
  auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.field("Connection"), "close");
}

// --- sizes and times ----------------------------------------------------------------------------------------------

TEST_F(session, a_body_that_is_announced_too_large_is_refused_unread) {
  wire_client client{house_.port()};
  client.send(
    "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 413);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(session, a_body_of_the_largest_size_is_read_whole) {
  wire_client client{house_.port()};
  std::string body = R"({"title":"a","description":"b")" + std::string(1'048'576 - 31, ' ') + "}";
  client.send(request_text("POST", "/api/v1/tickets", body));
  EXPECT_EQ(client.read_answer().status, 201);
  client.send(request_text("GET", "/healthz"));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(session, a_header_that_dawdles_is_408) {
  wire_client client{house_.port()};
  client.send("GET /healthz HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(session, a_body_that_dawdles_is_408) {
  wire_client client{house_.port()};
  client.send(
    "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(session, what_says_nothing_is_closed_without_a_word) {
  wire_client fresh{house_.port()};
  EXPECT_EQ(fresh.read_all(), "");
  wire_client used{house_.port()};
  used.send(request_text("GET", "/healthz"));
  EXPECT_EQ(used.read_answer().status, 200);
  EXPECT_EQ(used.read_all(), "");
}

TEST_F(session, a_request_that_is_cut_off_is_400) {
  wire_client in_head{house_.port()};
  in_head.send("GET /healthz HTTP/1.1\r\nHo");
  in_head.shutdown_send();
  EXPECT_EQ(in_head.read_answer().status, 400);
  wire_client in_body{house_.port()};
  in_body.send(
    "POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{");
  in_body.shutdown_send();
  EXPECT_EQ(in_body.read_answer().status, 400);
  EXPECT_EQ(house_.effects(), 0);
}

TEST_F(session, who_closes_their_side_still_gets_the_answer) {
  wire_client client{house_.port()};
  client.send(request_text("GET", "/healthz"));
  client.shutdown_send();
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(session, who_does_not_read_the_answer_hinders_nobody) {
  wire_client lazy{house_.port()};
  std::string all;
  for (int i = 0; i < 300; ++i)
    all += request_text("GET", "/openapi.json");
  std::thread sending{[&] { lazy.send(all); }};
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(ask(house_.port(), "GET", "/healthz").status, 200);
  lazy.shutdown_send();
  sending.join();
}

TEST_F(session, hostile_answers_quote_nothing) {
  auto answer = ask(house_.port(), "GET", "/api/v1/%3Cscript%3E");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.field("Server"), "");
}

TEST_F(session, counted_are_requests_by_route_and_never_by_path) {
  ask(house_.port(), "GET", "/api/v1/tickets/4711");
  ask(house_.port(), "GET", "/api/v1/secret-path");
  auto text = house_.metrics_text();
  EXPECT_NE(text.find("http_route=\"/tickets/{id}\""), std::string::npos) << text;
  EXPECT_EQ(text.find("4711"), std::string::npos);
  EXPECT_EQ(text.find("secret-path"), std::string::npos);
}

TEST_F(session, counted_is_what_was_answered) {
  auto count = [&](const std::string& labels) {
    auto text = house_.metrics_text();
    auto at = text.find("http_server_request_duration_seconds_count{" + labels + "} ");
    return at == std::string::npos ? 0 : std::stoi(text.substr(text.find("} ", at) + 2));
  };
  const std::string creations = R"(http_request_method="POST",http_route="/tickets",http_response_status_code=)";
  const std::string streams = R"(http_request_method="GET",http_route="/events",http_response_status_code=)";
  ask(house_.port(), "POST", "/api/v1/tickets", good_body);
  ask(house_.port(), "GET", "/api/v1/events?topic=tickets");
  {
    wire_client lost{house_.port()};
    lost.send("POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
              "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(lost.read_answer().status, 100);
    lost.reset();
  }
  EXPECT_EQ(count(streams + "\"404\""), 1) << "as the stand-in refused it";
  EXPECT_EQ(count(streams + "\"200\""), 0);
  while (count(creations + "\"499\"") == 0 || count(creations + "\"201\"") == 0)
    std::this_thread::yield();
  EXPECT_EQ(count(creations + "\"201\""), 1);
  EXPECT_EQ(count(creations + "\"200\""), 0);
}

} // namespace
} // namespace callboard::test
