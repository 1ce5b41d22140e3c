#include "http/live/event_stream.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

std::vector<std::string> mistakes_of(std::string_view query) {
  auto read = read_events_request(query, std::nullopt);
  std::vector<std::string> found;
  if (!read)
    for (const auto& each : read.error().errors)
      found.push_back(each.pointer + ' ' + each.code);
  return found;
}

TEST(events_request, has_a_topic_a_filter_and_a_cursor) {
  auto read = read_events_request("topic=ticket%3A7&status=open,waiting&status=closed&category=billing&cursor=abc", {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->topic.number, 7);
  EXPECT_EQ(read->filter.status.size(), 3u);
  EXPECT_EQ(read->filter.category, std::vector<std::string>{"billing"});
  EXPECT_EQ(read->cursor, "abc");
}

TEST(events_request, resumes_where_the_client_stopped) {
  EXPECT_EQ(read_events_request("topic=tickets&cursor=old", "new")->cursor, "new");
  EXPECT_EQ(read_events_request("topic=tickets&cursor=old", "")->cursor, "old");
  EXPECT_EQ(read_events_request("topic=tickets", std::nullopt)->cursor, std::nullopt);
}

TEST(events_request, that_is_wrong_names_every_mistake) {
  using list = std::vector<std::string>;
  EXPECT_EQ(mistakes_of(""), list{"query:topic missing"});
  EXPECT_EQ(mistakes_of("topic=x"), list{"query:topic invalid_topic"});
  EXPECT_EQ(mistakes_of("topic=me"), list{"query:topic login_required"});
  EXPECT_EQ(mistakes_of("topic=tickets&topic=tickets"), list{"query:topic repeated"});
  EXPECT_EQ(mistakes_of("topic=tickets&stauts=open&status=opne"),
            (list{"query:stauts unknown", "query:status invalid_choice"}));
  EXPECT_EQ(mistakes_of("topic=tickets&cursor="), list{"query:cursor too_short"});
}

TEST(event_stream_writer, writes_events_that_can_be_resumed) {
  event_stream_writer plain{false};
  std::string out;
  plain.append_retry(out, 2'000);
  plain.append_cursor(out, "c0");
  plain.append_event(out, "c1", "ticket.created", "{\"a\":1}");
  plain.append_heartbeat(out);
  plain.append_end(out);
  EXPECT_EQ(out, "retry: 2000\n\n"
                 "id: c0\nevent: cursor\ndata: {}\n\n"
                 "id: c1\nevent: ticket.created\ndata: {\"a\":1}\n\n"
                 ": alive\n\n");
}

TEST(event_stream_writer, makes_each_piece_a_chunk) {
  event_stream_writer chunked{true};
  std::string out;
  chunked.append_event(out, "c", "t", "{}");
  chunked.append_end(out);
  EXPECT_EQ(out, "19\r\nid: c\nevent: t\ndata: {}\n\n\r\n0\r\n\r\n");
}

} // namespace
} // namespace callboard::http
