#include "tests/http/live/live_fixture.hpp"

#include <random>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;
using test::event_wish;
using test::sse_client;
using test::sse_event;

class sse : public test::live_test {
protected:
  std::int64_t number_of(const sse_event& event) {
    return boost::json::parse(event.data).at("data").at("number").as_int64();
  }
  std::string problem_of(const std::string& target, int status, const std::string& fields = {}) {
    sse_client client;
    EXPECT_EQ(client.open(port, target, fields), status) << target;
    EXPECT_NE(client.head.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_EQ(client.head.find("Retry-After: ") != std::string::npos, status == 503) << client.head;
    return client.body();
  }
};

TEST_F(sse, begins_with_the_cursor_of_now_then_sends_events) {
  commit();
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets", "Accept: text/event-stream\r\n"), 200);
  for (auto field : {"Content-Type: text/event-stream\r\n", "Cache-Control: no-cache\r\n", "X-Accel-Buffering: no\r\n",
                     "X-Content-Type-Options: nosniff\r\n", "X-Request-Id: request-1\r\n", "Date: "})
    EXPECT_NE(client.head.find(field), std::string::npos) << field;
  auto first = client.hear();
  EXPECT_EQ(first.event, "cursor");
  EXPECT_EQ(first.id, cursor_at(1));
  EXPECT_EQ(first.data, "{}");
  EXPECT_EQ(client.retry, "2000");
  auto event = commit();
  publish({event});
  auto second = client.hear_news();
  EXPECT_EQ(second.event, "ticket.changed");
  EXPECT_EQ(second.id, cursor_at(2));
  EXPECT_EQ(second.data, event->json);
}

TEST_F(sse, speaks_http_1_0_too) {
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets", {}, "1.0"), 200);
  EXPECT_EQ(client.head.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(client.hear().event, "cursor");
  commit_and_publish(1);
  EXPECT_EQ(number_of(client.hear_news()), 1);
}

TEST_F(sse, resumes_from_the_header_rather_than_the_query) {
  start();
  commit_and_publish(6);
  sse_client client;
  ASSERT_EQ(
    client.open(port, "/api/v1/events?topic=tickets&cursor=" + cursor_at(1), "Last-Event-ID: " + cursor_at(4) + "\r\n"),
    200);
  EXPECT_EQ(client.hear().id, cursor_at(4)) << "a client that is cut now resumes where it was";
  EXPECT_EQ(number_of(client.hear_news()), 5);
  EXPECT_EQ(number_of(client.hear_news()), 6);
  commit_and_publish(1);
  EXPECT_EQ(number_of(client.hear_news()), 7);
}

TEST_F(sse, misses_nothing_and_repeats_nothing_over_cuts_anywhere) {
  constexpr std::int64_t total = 1'000;
  auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 dice{seed};
  settings.limits.live_queue_messages = 40;
  table.set_page_max(37);
  start();
  std::thread feed{[&, feed_dice = std::mt19937{seed + 1}]() mutable {
    while (committed < total)
      commit_and_publish(static_cast<int>(std::min<std::int64_t>(1 + feed_dice() % 120, total - committed)));
  }};
  std::int64_t seen = 0;
  auto cursor = cursor_at(0);
  while (seen < total) {
    sse_client client;
    ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets", "Last-Event-ID: " + cursor + "\r\n"), 200);
    for (auto left = dice() % 100; left > 0 && seen < total; --left) {
      auto heard = client.hear();
      ASSERT_FALSE(heard.is_end);
      if (heard.event == "ticket.changed") {
        ASSERT_EQ(number_of(heard), ++seen);
      }
      cursor = heard.id;
    }
    client.cut();
  }
  feed.join();
}

TEST_F(sse, filters_as_asked) {
  event_wish urgent;
  urgent.context.priority = ticket_priority::urgent;
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets&priority=high,urgent"), 200);
  EXPECT_EQ(client.hear().event, "cursor");
  publish({commit(), commit(urgent), commit()});
  EXPECT_EQ(number_of(client.hear_news()), 2);
  urgent.before = urgent.context;
  urgent.context.priority = ticket_priority::low;
  publish({commit(urgent)});
  EXPECT_EQ(client.hear_news().event, "ticket.left");
  std::swap(*urgent.before, urgent.context);
  urgent.ticket_view = R"({"title":"Back again"})";
  publish({commit(urgent)});
  auto entered = client.hear_news();
  EXPECT_EQ(entered.event, "ticket.entered");
  EXPECT_NE(entered.data.find(R"("data":{"ticket":{"title":"Back again"}})"), std::string::npos) << entered.data;
}

TEST_F(sse, refuses_what_it_does_not_understand) {
  tickets[ticket_id::make()] = 7;
  start();
  commit_and_publish(1);
  EXPECT_NE(problem_of("/api/v1/events", 400).find("query:topic"), std::string::npos);
  EXPECT_NE(problem_of("/api/v1/events?topic=x", 400).find("invalid_topic"), std::string::npos);
  EXPECT_NE(problem_of("/api/v1/events?topic=tickets&token=x", 400).find("query:token"), std::string::npos);
  EXPECT_NE(problem_of("/api/v1/events?topic=tickets&cursor=x", 400).find("invalid_cursor"), std::string::npos);
  problem_of("/api/v1/events?topic=tickets", 400, "Last-Event-ID: 17\r\n");
  problem_of("/api/v1/events?topic=ticket:8", 404);
  problem_of("/api/v1/events?topic=tickets", 406, "Accept: application/json\r\n");
  reads_to_fail = 1;
  problem_of("/api/v1/events?topic=tickets&cursor=" + cursor_at(0), 503);
}

TEST_F(sse, is_gone_for_a_cursor_older_than_what_is_kept) {
  start();
  commit_and_publish(10);
  table.forget(5);
  auto body = problem_of("/api/v1/events?topic=tickets&status=open", 410, "Last-Event-ID: " + cursor_at(4) + "\r\n");
  EXPECT_EQ(boost::json::parse(body).at("list").as_string(), "/api/v1/tickets?status=open");
  EXPECT_EQ(boost::json::parse(body).at("code").as_string(), "cursor_expired");
  problem_of("/api/v1/events?topic=tickets&cursor=" + cursor_at(8, 2), 410);
}

TEST_F(sse, beats_in_comments) {
  timings.heartbeat = 50ms;
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets"), 200);
  EXPECT_EQ(client.hear().event, "cursor");
  EXPECT_TRUE(client.hear().is_comment);
}

TEST_F(sse, ends_a_stream_that_is_not_read_where_it_can_be_resumed) {
  settings.limits.live_queue_messages = 32;
  settings.limits.live_queue_bytes = 16 * 1024;
  settings.limits.live_behind_timeout = 100ms;
  start();
  sse_client slow;
  ASSERT_EQ(slow.open(port, "/api/v1/events?topic=tickets", {}, "1.1", 4'096), 200);
  for (int i = 0; i < 8; ++i)
    commit_and_publish(50, {.padding = 2'000});
  let_pass(300ms);
  std::int64_t seen = 0;
  sse_event heard, last;
  for (heard = slow.hear(); !heard.is_end; heard = slow.hear()) {
    last = heard;
    if (heard.event == "ticket.changed") {
      ASSERT_EQ(number_of(heard), ++seen);
    }
  }
  EXPECT_LT(seen, 400);
  EXPECT_EQ(last.event, "cursor");
  EXPECT_EQ(last.id, cursor_at(seen));
  EXPECT_TRUE(slow.has_last_chunk);
  EXPECT_TRUE(eventually([&] { return meters.live.closed(live_close::slow).value() == 1; }));
}

TEST_F(sse, drains_with_a_cursor_and_a_proper_end) {
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets&status=closed"), 200);
  EXPECT_EQ(client.hear().event, "cursor");
  commit_and_publish(3);
  on_thread([&] {
    service->drain(10ms);
    return true;
  });
  auto last = client.hear();
  EXPECT_EQ(last.event, "cursor");
  EXPECT_EQ(last.id, cursor_at(3)) << "what was filtered away is not looked at again";
  EXPECT_TRUE(client.hear().is_end);
  EXPECT_TRUE(client.has_last_chunk);
  client.cut();
  EXPECT_TRUE(eventually([&] { return service->open() == 0; }));
  problem_of("/api/v1/events?topic=tickets", 503);
}

TEST_F(sse, notices_that_the_client_has_gone) {
  start();
  sse_client client;
  ASSERT_EQ(client.open(port, "/api/v1/events?topic=tickets"), 200);
  EXPECT_EQ(client.hear().event, "cursor");
  client.cut();
  EXPECT_TRUE(eventually([&] { return service->open() == 0; }));
  EXPECT_EQ(meters.live.closed(live_close::client).value(), 1);
}

class classification : public test::live_test {
protected:
  std::shared_ptr<void> wait(const ticket_id& ticket, std::chrono::milliseconds span) {
    return on_thread([&, until = std::chrono::steady_clock::now() + span] {
      return service->wait_for_classification(ticket, until, [&] { ++called; });
    });
  }
  void drop(std::shared_ptr<void>& token) {
    on_thread([&] {
      token.reset();
      return true;
    });
  }
  std::atomic<int> called{0};
};

TEST_F(classification, ends_a_wait_when_it_is_done_or_the_ticket_is_gone) {
  event_wish ours, theirs, gone;
  theirs.context.ai_status = ai_status::done;
  gone.type = "ticket.deleted";
  start();
  auto token = wait(ours.ticket, 1h), twin = wait(ours.ticket, 1h), last = wait(gone.ticket, 1h);
  publish({commit(ours), commit(theirs)});
  EXPECT_EQ(called, 0);
  ours.context.ai_status = ai_status::fallback;
  publish({commit(ours)});
  EXPECT_EQ(called, 2);
  publish({commit(ours), commit(gone)});
  EXPECT_EQ(called, 3);
  drop(token), drop(twin), drop(last);
}

TEST_F(classification, ends_every_wait_when_ai_is_switched_off) {
  start();
  auto one = wait(ticket_id::make(), 1h), two = wait(ticket_id::make(), 1h), dropped = wait(ticket_id::make(), 1h);
  drop(dropped);
  for (const auto& sink : house.sinks())
    sink->end_classification_waits();
  EXPECT_TRUE(eventually([&] { return called == 2; }));
  drop(one), drop(two);
}

TEST_F(classification, ends_every_wait_when_the_server_drains) {
  start();
  auto token = wait(ticket_id::make(), 1h);
  on_thread([&] {
    service->drain(0ms);
    return true;
  });
  EXPECT_TRUE(eventually([&] { return called == 1; }));
  drop(token);
}

TEST_F(classification, ends_a_wait_in_time_and_forgets_one_that_is_dropped) {
  event_wish wish;
  wish.context.ai_status = ai_status::done;
  start();
  auto short_one = wait(wish.ticket, 1ms), dropped = wait(wish.ticket, 1h);
  EXPECT_TRUE(eventually([&] { return called == 1; }));
  drop(dropped);
  publish({commit(wish)});
  EXPECT_EQ(called, 1);
  drop(short_one);
}

} // namespace
} // namespace callboard::http
