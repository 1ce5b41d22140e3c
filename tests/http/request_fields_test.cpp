#include "http/request_fields.hpp"

#include "http/framing/head_reader.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

TEST(request_fields, a_list_may_come_in_several_lines) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\nAccept: a/b, c/d\r\nX: 1\r\naccept:\r\nACCEPT: e/f\r\n\r\n";
  auto head = std::get<request_head>(read_head(text));
  std::string room;
  EXPECT_EQ(list_field(head.fields, "Accept", room), "a/b, c/d, , e/f");
  EXPECT_EQ(list_field(head.fields, "X", room), "1");
  EXPECT_EQ(list_field(head.fields, "Prefer", room), std::nullopt);
}

TEST(request_fields, entity_tags_are_read_alone_in_lists_and_weak) {
  auto one = read_entity_tags("\"v3\"");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->tags, (std::vector<entity_tag>{{false, "v3"}}));
  auto list = read_entity_tags(" W/\"v1\" , \"v2\",,\"\" ");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->tags, (std::vector<entity_tag>{{true, "v1"}, {false, "v2"}, {false, ""}}));
  auto comma = read_entity_tags("\"a,b\"");
  ASSERT_TRUE(comma);
  EXPECT_EQ(comma->tags.size(), 1u);
  auto any = read_entity_tags("*");
  ASSERT_TRUE(any);
  EXPECT_TRUE(any->any);
}

TEST(request_fields, malformed_entity_tags_are_refused) {
  for (auto text : {"", "v3", "\"v3", "v3\"", "\"v3\" \"v4\"", "*, \"v3\"", "w/\"v3\"", "W/", "\"a b\"", ","})
    EXPECT_FALSE(read_entity_tags(text)) << text;
}

TEST(request_fields, if_match_takes_strong_versions_only) {
  auto tags = read_entity_tags("\"v7\", W/\"v8\", \"abc\", \"v\", \"v-1\", \"v9x\", \"v10\"");
  ASSERT_TRUE(tags);
  EXPECT_EQ(versions_for_match(*tags), (std::vector<std::int64_t>{7, 10}));
}

TEST(request_fields, if_none_match_compares_weakly) {
  auto tags = read_entity_tags("W/\"v3\"");
  ASSERT_TRUE(tags);
  EXPECT_TRUE(has_weak_match(*tags, "\"v3\""));
  EXPECT_FALSE(has_weak_match(*tags, "\"v4\""));
  EXPECT_TRUE(has_weak_match(*read_entity_tags("*"), "\"v4\""));
}

TEST(request_fields, an_idempotency_key_is_visible_ascii) {
  EXPECT_TRUE(is_idempotency_key("8e03978e-40d5-43dd-bc93-6894a57f9324"));
  EXPECT_TRUE(is_idempotency_key("\"quoted\""));
  EXPECT_TRUE(is_idempotency_key(std::string(255, 'k')));
  EXPECT_FALSE(is_idempotency_key(""));
  EXPECT_FALSE(is_idempotency_key(std::string(256, 'k')));
  EXPECT_FALSE(is_idempotency_key("a b"));
  EXPECT_FALSE(is_idempotency_key("a\tb"));
  EXPECT_FALSE(is_idempotency_key("k\xc3\xa4"));
}

TEST(request_fields, a_request_id_is_short_and_plain) {
  EXPECT_TRUE(is_sane_request_id("a.B_c-9"));
  EXPECT_TRUE(is_sane_request_id(std::string(128, 'r')));
  EXPECT_FALSE(is_sane_request_id(std::string(129, 'r')));
  for (auto text : {"", "a b", "a\"b", "a/b", "\xc3\xa4"})
    EXPECT_FALSE(is_sane_request_id(text)) << text;
}

TEST(request_fields, a_traceparent_is_checked_whole) {
  EXPECT_TRUE(is_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  EXPECT_TRUE(is_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
  for (auto text : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                    "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    EXPECT_FALSE(is_traceparent(text)) << text;
}

TEST(request_fields, prefer_wait_is_found_among_others) {
  EXPECT_EQ(preferred_wait("wait=5"), 5);
  EXPECT_EQ(preferred_wait("respond-async, WAIT = 10; foo=\"bar, wait=3\", x"), 10);
  EXPECT_EQ(preferred_wait("wait=\"7\""), 7);
  EXPECT_EQ(preferred_wait("wait=1, wait=2"), 1) << "the first counts";
  EXPECT_EQ(preferred_wait("return=minimal"), std::nullopt);
  EXPECT_EQ(preferred_wait("wait=soon"), std::nullopt);
  EXPECT_EQ(preferred_wait("wait"), std::nullopt);
  EXPECT_EQ(preferred_wait("wait=-1"), std::nullopt);
  EXPECT_EQ(preferred_wait(""), std::nullopt);
}

TEST(request_fields, a_timeout_is_seconds_or_a_duration) {
  EXPECT_EQ(read_request_timeout("5", 30s), 5000ms);
  EXPECT_EQ(read_request_timeout("500ms", 30s), 500ms);
  EXPECT_EQ(read_request_timeout("30", 30s), 30s);
  for (auto text : {"", "0", "31", "-1", "5 s", "five", "99999999999999999999", "0ms", "1h"})
    EXPECT_FALSE(read_request_timeout(text, 30s)) << text;
}

TEST(request_fields, json_may_come_with_utf_8_and_other_parameters) {
  for (auto text : {"application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
                    "application/json ; charset=\"UTF-8\"", "application/json; profile=x", "application/json;"})
    EXPECT_TRUE(is_json_content_type(text)) << text;
  for (auto text :
       {"", "text/json", "application/json; charset=latin1", "application/jsonx", "application/merge-patch+json",
        "text/plain; application/json", "application/x-www-form-urlencoded"})
    EXPECT_FALSE(is_json_content_type(text)) << text;
}

TEST(request_fields, accept_is_read_by_specificity_and_weight) {
  const std::string_view json = "application/json";
  for (auto text : {"*/*", "application/*", "application/json", "text/html, application/json;q=0.1",
                    "text/html,*/*;q=0.8", "Application/JSON; q=1.000"})
    EXPECT_TRUE(accepts(text, json)) << text;
  for (auto text : {"text/html", "text/*", "application/json;q=0", "*/*;q=0.0", "*/*, application/json;q=0",
                    "application/xml, text/*;q=0.9"})
    EXPECT_FALSE(accepts(text, json)) << text;
}

} // namespace
} // namespace callboard::http
