#include "tests/domain/ticket_fixture.hpp"

#include "base/json_read.hpp"

namespace callboard {
namespace {

std::string times(std::size_t count, std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += part;
  return out;
}

template <class T>
std::string faults(std::string_view text) {
  auto read = from_json_text<T>(text, read_as::request);
  std::string all;
  if (!read)
    for (const auto& e : read.error().errors)
      all += (all.empty() ? "" : " ") + e.pointer + ":" + e.code;
  return all;
}

std::string created_with(std::string_view members) {
  return faults<create_ticket>(R"({"title":"T","description":"D",)" + std::string{members} + "}");
}

std::string changed_with(std::string_view members) { return faults<change_ticket>("{" + std::string{members} + "}"); }

TEST(create_body, needs_title_and_description_only) {
  EXPECT_EQ(faults<create_ticket>(R"({"title":"T","description":"D"})"), "");
  EXPECT_EQ(faults<create_ticket>("{}"), "/title:missing /description:missing");
  EXPECT_EQ(faults<create_ticket>("[]"), ":wrong_type");
  EXPECT_EQ(faults<create_ticket>(R"({"title":null,"description":7})"), "/title:wrong_type /description:wrong_type");
}

TEST(create_body, bounds_every_text) {
  auto title = [](const std::string& text) {
    return faults<create_ticket>(R"({"title":")" + text + R"(","description":"D"})");
  };
  auto description = [](const std::string& text) {
    return faults<create_ticket>(R"({"title":"T","description":")" + text + R"("})");
  };
  EXPECT_EQ(title(times(200, "\xe2\x82\xac")), "");
  EXPECT_EQ(title(times(201, "x")), "/title:too_long");
  EXPECT_EQ(title(""), "/title:too_short");
  EXPECT_EQ(title("  "), "/title:blank");
  EXPECT_EQ(title("a\\nb"), "/title:invalid_character");
  EXPECT_EQ(title("a\\u0000b"), "/title:invalid_character");
  EXPECT_EQ(description(times(20'000, "\xf0\x9f\x98\x80")), "");
  EXPECT_EQ(description(times(20'001, "x")), "/description:too_long");
  EXPECT_EQ(description("a\\nb\\tc\\r\\n"), "");
  EXPECT_EQ(description("a\\u0007b"), "/description:invalid_character");
  EXPECT_EQ(description(" \\n "), "/description:blank");
}

TEST(create_body, checks_each_optional_member) {
  EXPECT_EQ(
    created_with(R"("priority":"urgent","category":"billing","tags":["a"],"department":null,"assignee_id":null,)"
                 R"("requester":{"name":"Ann","email":"ann@example.com"},"created_by":null)"),
    "");
  EXPECT_EQ(created_with(R"("priority":"asap")"), "/priority:invalid_choice");
  EXPECT_EQ(created_with(R"("category":"")"), "/category:too_short");
  EXPECT_EQ(created_with(R"("category":")" + times(51, "x") + "\""), "/category:too_long");
  EXPECT_EQ(created_with(R"("tags":[")" + times(51, "x") + R"("])"), "/tags/0:too_long");
  EXPECT_EQ(created_with(R"("tags":["ok",""," ","a\tb"])"),
            "/tags/1:too_short /tags/2:blank /tags/3:invalid_character");
  EXPECT_EQ(created_with(R"("tags":[)" + times(20, "\"a\",") + R"("a"])"), "/tags:too_many_items");
  EXPECT_EQ(created_with(R"("department":"sales")"), "/department:invalid_id");
  EXPECT_EQ(created_with(R"("assignee_id":7)"), "/assignee_id:invalid_id");
  EXPECT_EQ(created_with(R"("created_by":"x")"), "/created_by:invalid_id");
  EXPECT_EQ(created_with(R"("requester":{})"), "");
  EXPECT_EQ(created_with(R"("requester":{"email":"nobody","name":"","phone":"1"})"),
            "/requester/name:too_short /requester/email:invalid_email /requester/phone:unknown_member");
}

TEST(create_body, cannot_set_what_callboard_sets) {
  for (std::string member : {"id", "number", "status", "claimed_by", "ai", "version", "created_at", "updated_at",
                             "resolved_at", "closed_at", "deleted", "classify_input"})
    EXPECT_EQ(created_with("\"" + member + "\":null"), "/" + member + ":unknown_member");
}

TEST(change_body, may_be_empty_and_clears_only_what_can_be_empty) {
  EXPECT_EQ(faults<change_ticket>("{}"), "");
  EXPECT_EQ(changed_with(R"("priority":null,"category":null,"department":null,"assignee_id":null,"requester":null)"),
            "");
  EXPECT_EQ(changed_with(R"("title":null,"description":null,"status":null,"tags":null)"),
            "/title:null /description:null /status:null /tags:null");
}

TEST(change_body, holds_to_the_limits_of_creation) {
  EXPECT_EQ(
    changed_with(R"("title":")" + times(201, "x")
                 + R"(","description":"","status":"done","priority":"asap","category":"",)"
                   R"("tags":[""],"department":"x","assignee_id":"x","requester":{"email":"x"})"),
    "/title:too_long /description:too_short /status:invalid_choice /priority:invalid_choice /category:too_short "
    "/tags/0:too_short /department:invalid_id /assignee_id:invalid_id /requester/email:too_short");
  for (std::string member : {"id", "version", "ai", "created_by", "claimed_by"})
    EXPECT_EQ(changed_with("\"" + member + "\":null"), "/" + member + ":unknown_member");
}

TEST(message_body, needs_a_kind_and_a_text) {
  EXPECT_EQ(faults<add_message>(R"({"kind":"note","body":"b"})"), "");
  EXPECT_EQ(faults<add_message>("{}"), "/kind:missing /body:missing");
  EXPECT_EQ(faults<add_message>(R"({"kind":"shout","body":" ","author":"me"})"),
            "/kind:invalid_choice /body:blank /author:unknown_member");
  EXPECT_EQ(faults<add_message>(R"({"kind":"reply","body":")" + times(20'001, "x") + R"("})"), "/body:too_long");
}

TEST(classification_answer, has_exactly_five_members_within_bounds) {
  EXPECT_EQ(faults<classification>(
              R"({"category":"billing","priority":"low","confidence":1,"sentiment":"neutral","language":"de-CH"})"),
            "");
  EXPECT_EQ(faults<classification>("{}"),
            "/category:missing /priority:missing /confidence:missing /sentiment:missing /language:missing");
  EXPECT_EQ(
    faults<classification>(R"({"category":"","priority":"none","confidence":1.01,"sentiment":"sad","language":")"
                           + times(36, "x") + R"(","reason":"because"})"),
    "/category:too_short /priority:invalid_choice /confidence:too_large /sentiment:invalid_choice /language:too_long "
    "/reason:unknown_member");
  EXPECT_EQ(faults<classification>(
              R"({"category":"a\nb","priority":"low","confidence":-1,"sentiment":"neutral","language":""})"),
            "/category:invalid_character /confidence:too_small /language:too_short");
}

} // namespace
} // namespace callboard
