#include "base/json_write.hpp"
#include "http/live/frames.hpp"
#include "http/live/live_event.hpp"
#include "tests/http/live/feed_fixture.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

TEST(live_command, subscribes_with_everything) {
  auto read = read_command(R"({"type":"subscribe","id":"a","topic":"tickets","cursor":"xyz",
                              "filter":{"status":["open","waiting"],"priority":"urgent","category":"billing"}})");
  ASSERT_TRUE(read);
  subscribe_request expected{"a", {}, {}, "xyz"};
  expected.filter.status = {ticket_status::open, ticket_status::waiting};
  expected.filter.priority = {ticket_priority::urgent};
  expected.filter.category = {"billing"};
  EXPECT_EQ(std::get<subscribe_request>(*read), expected);
}

TEST(live_command, unsubscribes) {
  auto read = read_command(R"({"type":"unsubscribe","id":"a"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<unsubscribe_request>(*read).id, "a");
}

TEST(live_command, that_is_wrong_names_every_mistake) {
  struct row {
    std::string_view text;
    error_code code;
    std::vector<std::string> mistakes; ///< pointer and code
  };
  using enum error_code;
  std::string long_id(65, 'x');
  for (const auto& [text, code, mistakes] : std::vector<row>{
         {"", malformed_json, {}},
         {"{", malformed_json, {}},
         {"[[[[[[[[[[1]]]]]]]]]]", malformed_json, {}},
         {"[]", invalid_request, {" wrong_type"}},
         {"{}", invalid_request, {"/type missing"}},
         {R"({"type":"hello"})", invalid_request, {"/type invalid_choice"}},
         {R"({"type":7})", invalid_request, {"/type invalid_choice"}},
         {R"({"type":"subscribe"})", invalid_request, {"/id missing", "/topic missing"}},
         {R"({"type":"subscribe","id":"","topic":"tickets"})", invalid_request, {"/id too_short"}},
         {R"({"type":"subscribe","id":"a","topic":"nothing"})", invalid_request, {"/topic invalid_topic"}},
         {R"({"type":"subscribe","id":"a","topic":"me"})", invalid_request, {"/topic login_required"}},
         {R"({"type":"subscribe","id":"a","topic":"x","more":1})",
          invalid_request,
          {"/more unknown_member", "/topic invalid_topic"}},
         {R"({"type":"subscribe","id":"a","topic":"tickets","filter":{"status":"opne"}})",
          invalid_request,
          {"/filter/status invalid_choice"}},
         {R"({"type":"subscribe","id":"a","topic":"tickets","filter":{"status":["opne"]}})",
          invalid_request,
          {"/filter/status/0 invalid_choice"}},
         {R"({"type":"subscribe","id":"a","topic":"tickets","filter":{"assignee_id":"me","stauts":"open"}})",
          invalid_request,
          {"/filter/assignee_id invalid_id", "/filter/stauts unknown_member"}},
         {R"({"type":"subscribe","id":"a","topic":"tickets","filter":[]})", invalid_request, {"/filter wrong_type"}},
         {R"({"type":"unsubscribe"})", invalid_request, {"/id missing"}},
         {R"({"type":"unsubscribe","id":"a","topic":"tickets"})", invalid_request, {"/topic unknown_member"}},
         {R"({"type":"unsubscribe","id":"a","id":"b"})", invalid_request, {"/id duplicate_member"}}}) {
    auto read = read_command(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(enum_name(read.error().why.code), enum_name(code)) << text;
    std::vector<std::string> found;
    for (const auto& each : read.error().why.errors)
      found.push_back(each.pointer + ' ' + each.code);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, mistakes) << text;
    EXPECT_FALSE(read.error().why.detail.empty()) << text;
  }
}

TEST(live_command, that_is_wrong_is_answered_under_its_id) {
  EXPECT_EQ(read_command(R"({"type":"hello","id":"a"})").error().id, "a");
  EXPECT_EQ(read_command(R"({"type":"subscribe","id":"a"})").error().id, "a");
  EXPECT_EQ(read_command(R"({"type":"subscribe","id":7})").error().id, std::nullopt);
}

TEST(live_frames, are_what_is_described) {
  EXPECT_EQ(to_json(subscribed_frame{{}, "a", "c"}), R"({"type":"subscribed","id":"a","cursor":"c"})");
  EXPECT_EQ(to_json(resync_frame{{}, "a", "c", "/l"}), R"({"type":"resync","id":"a","cursor":"c","list":"/l"})");
  EXPECT_EQ(to_json(heartbeat_frame{{}, "c"}), R"({"type":"heartbeat","cursor":"c"})");
  problem why{error_code::conflict, "No."};
  EXPECT_EQ(to_json(error_frame_of(std::nullopt, why)),
            R"({"type":"error","id":null,"code":"conflict","detail":"No.","errors":[]})");
}

TEST(live_frames, of_events_read_back_as_described) {
  auto event = test::make_event({});
  auto text = event_frame_label("a \"quoted\" id") + "the-cursor";
  text += event_frame_middle;
  text += event->json + '}';
  auto read = from_json_text<event_frame>(text, read_as::request);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->id, "a \"quoted\" id");
  EXPECT_EQ(read->cursor, "the-cursor");
  EXPECT_EQ(to_json(read->event), event->json);
}

TEST(live_frames, have_one_schema_for_each_side) {
  schema_set schemas;
  auto client = client_frame_schema(schemas), server = server_frame_schema(schemas);
  EXPECT_EQ(client["oneOf"].get_array().size(), 2u);
  EXPECT_EQ(server["oneOf"].get_array().size(), 6u);
  for (auto name : {"subscribe_command", "live_filter", "event_frame", "event_view", "error_frame", "heartbeat_frame"})
    EXPECT_TRUE(schemas.named().contains(name)) << name;
}

TEST(text_frame_head, has_the_shortest_length) {
  auto head = [](std::size_t size) {
    std::string out;
    append_text_frame_head(out, size);
    return out;
  };
  using namespace std::string_literals;
  EXPECT_EQ(head(0), "\x81\x00"s);
  EXPECT_EQ(head(125), "\x81\x7d"s);
  EXPECT_EQ(head(126), "\x81\x7e\x00\x7e"s);
  EXPECT_EQ(head(65'535), "\x81\x7e\xff\xff"s);
  EXPECT_EQ(head(65'536), "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(live_event, that_leaves_tells_nothing_but_that) {
  cursor_maker cursors{{"key", 3, 0}};
  auto event = test::make_event({.feed_id = 9, .padding = 100});
  live_event going{*event, cursors};
  auto left = from_json_text<event_view>(going.json(verdict::left), read_as::request);
  auto whole = from_json_text<event_view>(going.json(verdict::deliver), read_as::request);
  ASSERT_TRUE(left && whole);
  EXPECT_EQ(left->type, "ticket.left");
  EXPECT_EQ(left->id, whole->id);
  EXPECT_EQ(left->ticket_id, whole->ticket_id);
  EXPECT_EQ(left->version, 9);
  EXPECT_EQ(left->data.text, "{}");
}

TEST(live_event, that_enters_brings_the_whole_ticket) {
  cursor_maker cursors{{"key", 3, 0}};
  auto event = test::make_event({.feed_id = 9, .ticket_view = R"({"title":"Cannot log in","version":11})"});
  live_event going{*event, cursors};
  EXPECT_EQ(going.type(verdict::entered), "ticket.entered");
  auto entered = from_json_text<event_view>(going.json(verdict::entered), read_as::request);
  ASSERT_TRUE(entered);
  EXPECT_EQ(entered->type, "ticket.entered");
  EXPECT_EQ(entered->version, 9);
  EXPECT_EQ(entered->data.text, R"({"ticket":{"title":"Cannot log in","version":11}})");
}

TEST(cursor_maker, reads_its_own_cursors_only) {
  cursor_maker ours{{"key", 3, 0}}, restored{{"key", 4, 0}}, theirs{{"other", 3, 0}};
  EXPECT_EQ(ours.read(ours.at(17)), 17);
  EXPECT_EQ(ours.read(std::string{ours.at(18)}), 18);
  EXPECT_EQ(restored.read(ours.at(17)), cursor_maker::expired);
  EXPECT_EQ(theirs.read(ours.at(17)), std::nullopt);
  EXPECT_EQ(ours.read("17"), std::nullopt);
  EXPECT_EQ(ours.read(""), std::nullopt);
}

} // namespace
} // namespace callboard::http
