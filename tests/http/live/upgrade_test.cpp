#include "http/framing/head_reader.hpp"
#include "http/live/upgrade.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

constexpr std::string_view good_fields = "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// What becomes of a request with these fields: the field at fault, `origin`, `version`, or `ok`.
std::string outcome(std::string fields, std::string_view allowed_origin = {}) {
  auto text = "GET /api/v1/live HTTP/1.1\r\nHost: desk.example\r\n" + fields + "\r\n";
  auto head = read_head(text, {});
  EXPECT_TRUE(std::holds_alternative<request_head>(head)) << text;
  auto why = check_upgrade(std::get<request_head>(head), allowed_origin);
  if (!why)
    return "ok";
  switch (why->code) {
    case error_code::forbidden_origin: return "origin";
    case error_code::websocket_version: return "version";
    default: return why->errors.at(0).pointer;
  }
}

std::string with(std::string_view more) { return std::string{good_fields}.append(more); }

std::string without(std::string_view name) {
  std::string text{good_fields};
  auto at = text.find(name);
  text.erase(at, text.find("\r\n", at) + 2 - at);
  return text;
}

TEST(upgrade, takes_a_handshake_as_it_should_be) { EXPECT_EQ(outcome(with("")), "ok"); }

TEST(upgrade, names_the_field_at_fault) {
  EXPECT_EQ(outcome(""), "header:Upgrade");
  EXPECT_EQ(outcome(without("Upgrade:")), "header:Upgrade");
  EXPECT_EQ(outcome(without("Sec-WebSocket-Version")), "header:Sec-WebSocket-Version");
  EXPECT_EQ(outcome(without("Sec-WebSocket-Version") + "Sec-WebSocket-Version: 8\r\n"), "version");
  EXPECT_EQ(outcome(with("Sec-WebSocket-Version: 13\r\n")), "header:Sec-WebSocket-Version");
  EXPECT_EQ(outcome(without("Sec-WebSocket-Key")), "header:Sec-WebSocket-Key");
  EXPECT_EQ(outcome(with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")), "header:Sec-WebSocket-Key");
  for (auto key : {"", "short", "dGhlIHNhbXBsZSBub25jZQ=x", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub-5jZQ=="})
    EXPECT_EQ(outcome(without("Sec-WebSocket-Key") + "Sec-WebSocket-Key: " + key + "\r\n"), "header:Sec-WebSocket-Key")
      << key;
}

TEST(upgrade, lets_only_our_own_and_allowed_pages_in) {
  EXPECT_EQ(outcome(with("Origin: https://desk.example\r\n")), "ok");
  EXPECT_EQ(outcome(with("Origin: http://DESK.example:80\r\n")), "ok");
  EXPECT_EQ(outcome(with("Origin: https://evil.example\r\n")), "origin");
  EXPECT_EQ(outcome(with("Origin: https://desk.example.evil.example\r\n")), "origin");
  EXPECT_EQ(outcome(with("Origin: https://desk.example:8443\r\n")), "origin");
  EXPECT_EQ(outcome(with("Origin: null\r\n")), "origin");
  EXPECT_EQ(outcome(with("Origin: \r\n")), "origin");
  EXPECT_EQ(outcome(with("Origin: https://desk.example\r\nOrigin: https://desk.example\r\n")), "header:Origin");
  EXPECT_EQ(outcome(with("Origin: https://app.example\r\n"), "https://app.example"), "ok");
}

TEST(upgrade, looks_at_the_origin_first) { EXPECT_EQ(outcome("Origin: https://evil.example\r\n"), "origin"); }

} // namespace
} // namespace callboard::http
