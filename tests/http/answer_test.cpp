#include "http/answer.hpp"

#include "base/describe.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

std::string head_of(const answer& a, answer_frame frame = {}) {
  if (frame.request_id.empty())
    frame.request_id = "r-1";
  std::string out;
  append_head(out, a, frame);
  return out;
}

bool has(const std::string& head, std::string_view line) {
  return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

TEST(answer, the_date_is_written_as_http_wants_it) {
  EXPECT_EQ(date_line_of(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  EXPECT_EQ(date_line_of(0), "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
}

TEST(answer, a_head_says_what_follows_and_how_safely) {
  answer a;
  a.body = "{}";
  auto head = head_of(a);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has(head, "Content-Type: application/json"));
  EXPECT_TRUE(has(head, "Content-Length: 2"));
  EXPECT_TRUE(has(head, "X-Content-Type-Options: nosniff"));
  EXPECT_TRUE(has(head, "Referrer-Policy: no-referrer"));
  EXPECT_TRUE(has(head, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"));
  EXPECT_TRUE(has(head, "X-Request-Id: r-1"));
  EXPECT_TRUE(has(head, "Cache-Control: no-store"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(head.find("Server:"), std::string::npos);
  EXPECT_EQ(head.find("Access-Control"), std::string::npos);
}

TEST(answer, without_content_there_is_no_length) {
  answer a;
  a.status = 204;
  EXPECT_EQ(head_of(a).find("\nContent-"), head_of(a).find("\nContent-Security")) << "type and length are left out";
  a.status = 304;
  a.etag = "\"v3\"";
  auto head = head_of(a);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(has(head, "ETag: \"v3\""));
  EXPECT_TRUE(has(head, "Cache-Control: private, no-cache"));
}

TEST(answer, shared_bytes_stand_in_for_the_body) {
  answer a;
  a.body = "not this";
  a.shared = "{\"a\":1}";
  EXPECT_EQ(a.content(), "{\"a\":1}");
  EXPECT_TRUE(has(head_of(a), "Content-Length: 7"));
}

TEST(answer, a_problem_replaces_what_was_prepared) {
  answer a;
  a.etag = "\"v1\"";
  a.add_field("Location", "/x");
  a.close = true;
  problem p{error_code::overloaded, "Too much.", {}, 2, {}};
  a.set_problem(p, "r-9", "/api/v1/tickets");
  EXPECT_EQ(a.status, 503);
  EXPECT_TRUE(a.close);
  auto head = head_of(a);
  EXPECT_TRUE(has(head, "Content-Type: application/problem+json"));
  EXPECT_TRUE(has(head, "Retry-After: 2"));
  EXPECT_EQ(head.find("Location"), std::string::npos);
  EXPECT_EQ(head.find("ETag"), std::string::npos);
  EXPECT_NE(a.body.find("\"request_id\":\"r-9\""), std::string::npos);
  EXPECT_NE(a.body.find("\"instance\":\"/api/v1/tickets\""), std::string::npos);
}

TEST(answer, connections_are_kept_or_closed_in_words) {
  answer a;
  answer_frame frame;
  EXPECT_EQ(head_of(a, frame).find("Connection"), std::string::npos);
  frame.http_1_0 = true;
  EXPECT_TRUE(has(head_of(a, frame), "Connection: keep-alive"));
  frame.keep_alive = false;
  EXPECT_TRUE(has(head_of(a, frame), "Connection: close"));
}

TEST(answer, an_allowed_origin_is_told_so) {
  answer a;
  answer_frame frame;
  frame.cors_origin = "https://desk.example";
  auto head = head_of(a, frame);
  EXPECT_TRUE(has(head, "Access-Control-Allow-Origin: https://desk.example"));
  EXPECT_TRUE(has(head, "Vary: Origin"));
}

TEST(answer, a_page_may_run_its_own_scripts_only) {
  answer a;
  a.page = true;
  auto head = head_of(a);
  EXPECT_NE(head.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(head.find("frame-ancestors 'none'"), std::string::npos);
}

TEST(answer, every_status_of_the_error_table_has_a_reason) {
  for (auto name : enum_names<error_code>()) {
    auto status = row_of(*enum_from_name<error_code>(name)).status;
    EXPECT_TRUE(status == 500 || reason_of(status) != reason_of(500)) << status;
  }
}

TEST(answer, who_speaks_another_websocket_is_told_ours) {
  auto bytes = refusal_bytes({error_code::websocket_version, "Another version."}, "r-1", "/api/v1/live", {});
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
  for (auto field : {"Sec-WebSocket-Version: 13", "Upgrade: websocket", "Connection: Upgrade"})
    EXPECT_TRUE(has(bytes, field)) << field;
}

TEST(answer, a_refusal_is_whole_and_closes) {
  auto bytes = refusal_bytes({error_code::cursor_expired, "Too old.", {}, {}, {}}, "r-1", "/api/v1/events", {});
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 410 Gone\r\n"));
  EXPECT_TRUE(has(bytes, "Connection: close"));
  EXPECT_TRUE(bytes.ends_with("}"));
}

} // namespace
} // namespace callboard::http
