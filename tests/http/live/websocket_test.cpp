#include "tests/http/live/live_fixture.hpp"

#include <random>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;
using test::event_wish;
using test::ws_client;
using test::ws_heard;

class websocket : public test::live_test {
protected:
  /// Subscribes to everything and has heard so.
  std::unique_ptr<ws_client> open(const std::string& cursor = {}, int receive_buffer = 0) {
    auto client = std::make_unique<ws_client>();
    EXPECT_EQ(client->open(port, {}, receive_buffer), 101);
    client->subscribe("all", "tickets", cursor);
    EXPECT_EQ(client->hear_news().type(), "subscribed");
    return client;
  }

  /// What an error frame says: its code, and where.
  std::string error_for(ws_client& client, const std::string& command) {
    client.send(command);
    auto heard = client.hear_news();
    EXPECT_EQ(heard.type(), "error") << boost::json::serialize(heard.frame);
    auto said = heard.text("code");
    for (const auto& each : heard.frame.at("errors").as_array())
      said += ' ' + std::string{each.at("pointer").as_string()} + ' ' + std::string{each.at("code").as_string()};
    return said;
  }
};

TEST_F(websocket, gives_each_subscriber_the_events_as_they_are_published) {
  start();
  auto a = open(), b = open();
  auto event = commit();
  publish({event, commit()});
  for (auto* client : {a.get(), b.get()}) {
    auto first = client->hear_news(), second = client->hear_news();
    EXPECT_EQ(first.type(), "event");
    EXPECT_EQ(first.text("id"), "all");
    EXPECT_EQ(first.text("cursor"), cursor_at(1));
    EXPECT_EQ(first.frame.at("event"), boost::json::parse(event->json));
    EXPECT_EQ(second.number(), 2);
    EXPECT_EQ(second.text("cursor"), cursor_at(2));
  }
  EXPECT_EQ(meters.live.deliveries.value(), 4);
  EXPECT_EQ(meters.live.connections(live_transport::websocket).value(), 2);
  EXPECT_EQ(meters.live.subscriptions.value(), 2);
}

TEST_F(websocket, says_where_a_subscription_begins) {
  commit();
  commit();
  start();
  ws_client client;
  ASSERT_EQ(client.open(port), 101);
  EXPECT_EQ(client.answer["X-Request-Id"], "request-1");
  EXPECT_EQ(client.answer["Server"], "callboard") << "and not the name of a library";
  client.subscribe("a", "tickets");
  auto heard = client.hear_news();
  EXPECT_EQ(heard.type(), "subscribed");
  EXPECT_EQ(heard.text("cursor"), cursor_at(2));
  client.subscribe("b", "tickets", cursor_at(1));
  EXPECT_EQ(client.hear_news().text("cursor"), cursor_at(1)) << "a client that is cut now resumes where it was";
}

TEST_F(websocket, resumes_with_what_was_missed_then_says_that_it_is_through) {
  start();
  commit_and_publish(5);
  auto client = open(cursor_at(2));
  for (std::int64_t i = 3; i <= 5; ++i)
    EXPECT_EQ(client->hear_news().number(), i);
  auto through = client->hear_news();
  EXPECT_EQ(through.type(), "caught_up");
  EXPECT_EQ(through.text("cursor"), cursor_at(5));
  commit_and_publish(1);
  EXPECT_EQ(client->hear_news().number(), 6);
}

TEST_F(websocket, resumes_from_each_cursor_whichever_page_is_under_way) {
  start();
  commit_and_publish(10);
  auto held = table.hold(); // the page after 9 is under way
  ws_client client;
  ASSERT_EQ(client.open(port), 101);
  client.subscribe("newer", "tickets", cursor_at(9));
  client.subscribe("older", "tickets", cursor_at(2));
  client.subscribe("lost", "tickets", cursor_at(50));
  for (auto id : {"newer", "older", "lost"})
    EXPECT_EQ(client.hear_news().text("id"), id);
  held.unlock();
  std::map<std::string, std::string> told;
  for (int heard = 0; heard < 1 + 8 + 3; ++heard) {
    auto frame = client.hear_news();
    auto& of_id = told[frame.text("id")];
    of_id += frame.type() == "event" ? std::to_string(frame.number()) : frame.type();
    of_id += ' ';
  }
  EXPECT_EQ(told["newer"], "10 caught_up ");
  EXPECT_EQ(told["older"], "3 4 5 6 7 8 9 10 caught_up ");
  EXPECT_EQ(told["lost"], "resync ");
}

TEST_F(websocket, resumes_from_now_without_asking_the_table) {
  start();
  commit_and_publish(3);
  reads_to_fail = 1'000'000;
  auto client = open(cursor_at(3));
  EXPECT_EQ(client->hear_news().type(), "caught_up");
}

TEST_F(websocket, reads_what_is_committed_and_not_published_only_once) {
  start();
  commit_and_publish(2);
  auto late = commit(); // the table is ahead of the feed
  auto client = open(cursor_at(0));
  for (std::int64_t i = 1; i <= 3; ++i)
    EXPECT_EQ(client->hear_news().number(), i);
  EXPECT_EQ(client->hear_news().type(), "caught_up");
  publish({late, commit()});
  EXPECT_EQ(client->hear_news().number(), 4);
}

TEST_F(websocket, tries_again_when_the_table_cannot_be_read) {
  timings.retry = 1ms;
  start();
  commit_and_publish(2);
  reads_to_fail = 3;
  auto client = open(cursor_at(0));
  EXPECT_EQ(client->hear_news().number(), 1);
}

TEST_F(websocket, misses_nothing_and_repeats_nothing_over_cuts_anywhere) {
  constexpr std::int64_t total = 1'500;
  auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 dice{seed};
  settings.limits.live_queue_messages = 40;
  settings.limits.live_behind_timeout = 1h;
  table.set_page_max(37);
  start();
  std::thread feed{[&, feed_dice = std::mt19937{seed + 1}]() mutable {
    while (committed < total)
      commit_and_publish(static_cast<int>(std::min<std::int64_t>(1 + feed_dice() % 120, total - committed)));
  }};
  std::int64_t seen = 0;
  int connections = 0;
  std::string cursor = cursor_at(0);
  while (seen < total) {
    ++connections;
    ws_client client;
    ASSERT_EQ(client.open(port), 101);
    client.subscribe("all", "tickets", cursor);
    for (auto left = dice() % 100; left > 0 && seen < total; --left) {
      auto heard = client.hear();
      ASSERT_FALSE(heard.is_cut);
      if (heard.type() == "event") {
        ASSERT_EQ(heard.number(), ++seen) << "on connection " << connections;
      }
      cursor = heard.text("cursor");
    }
    client.cut();
  }
  feed.join();
  EXPECT_GT(connections, 10);
}

TEST_F(websocket, closes_a_client_that_does_not_read_and_lets_the_others_be) {
  settings.limits.live_queue_messages = 32;
  settings.limits.live_queue_bytes = 16 * 1024;
  settings.limits.live_behind_timeout = 100ms;
  start();
  auto slow = open({}, 4096), quick = open();
  constexpr std::int64_t total = 400;
  for (std::int64_t i = 0; i < total;) {
    commit_and_publish(8, {.padding = 2'000}); // no more than the kernel takes, however seldom the test gets to run
    for (int each = 0; each < 8; ++each)
      ASSERT_EQ(quick->hear_news().number(), ++i);
  }
  let_pass(300ms);

  std::int64_t seen = 0;
  ws_heard heard;
  while (!(heard = slow->hear_news()).close_code)
    ASSERT_EQ(heard.number(), ++seen);
  EXPECT_LT(seen, total);
  EXPECT_EQ(heard.close_code, 4008u);
  EXPECT_EQ(heard.close_reason, cursor_at(seen)) << "the last one that it got";
  EXPECT_TRUE(eventually([&] { return meters.live.closed(live_close::slow).value() == 1; }));
  // It comes back until it has everything; a test that seldom runs may be too slow again.
  for (auto back = open(heard.close_reason); seen < total;) {
    heard = back->hear_news();
    if (heard.close_code) {
      back = open(heard.close_reason);
    } else if (heard.type() == "event") {
      ASSERT_EQ(heard.number(), ++seen);
    }
  }
}

TEST_F(websocket, reads_a_client_up_that_was_behind_and_reads_again) {
  settings.limits.live_behind_timeout = 1h;
  settings.limits.live_queue_messages = 32;
  settings.limits.live_queue_bytes = 16 * 1024;
  start();
  auto client = open({}, 4096);
  constexpr std::int64_t total = 400;
  commit_and_publish(total, {.padding = 2'000});
  for (std::int64_t i = 1; i <= total; ++i)
    ASSERT_EQ(client->hear_news().number(), i);
  commit_and_publish(1);
  EXPECT_EQ(client->hear_news().number(), total + 1);
}

TEST_F(websocket, drains_with_1012_and_a_cursor) {
  start();
  auto a = open(), b = open();
  commit_and_publish(3);
  on_thread([&] {
    service->drain(20ms);
    return true;
  });
  for (auto* client : {a.get(), b.get()}) {
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(client->hear_news().type(), "event");
    auto heard = client->hear_news();
    EXPECT_EQ(heard.close_code, 1012u);
    EXPECT_EQ(heard.close_reason, cursor_at(3));
  }
  EXPECT_TRUE(eventually([&] { return service->open() == 0; }));
  EXPECT_EQ(meters.live.closed(live_close::draining).value(), 2);
  ws_client late;
  EXPECT_EQ(late.open(port), 503);
}

TEST_F(websocket, opens_for_our_own_pages_and_allowed_ones_only) {
  start();
  struct row {
    ws_client::fields fields;
    int status;
  };
  for (const auto& [fields, status] :
       {row{{}, 101}, row{{{"Origin", "https://desk.example"}}, 101}, row{{{"Origin", "https://app.example"}}, 101},
        row{{{"Origin", "https://evil.example"}}, 403}, row{{{"Origin", "null"}}, 403},
        row{{{"Sec-WebSocket-Version", "8"}}, 426}}) {
    ws_client client;
    EXPECT_EQ(client.open(port, fields), status);
    EXPECT_EQ(client.answer["Content-Type"] == "application/problem+json", status != 101);
    EXPECT_EQ(client.answer["Sec-WebSocket-Version"], status == 426 ? "13" : "");
  }
  EXPECT_EQ(meters.http.refused(http_refusal::origin).value(), 2);
  ws_client client;
  EXPECT_EQ(client.open(port, {}, 0, "/api/v1/live?token=x"), 400);
}

TEST_F(websocket, answers_each_bad_command_and_stays) {
  settings.limits.live_subscriptions_max = 2;
  auto known = ticket_id::make();
  tickets[known] = 7;
  start();
  auto client = open();
  EXPECT_EQ(error_for(*client, "{"), "malformed_json");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"x"})"), "invalid_request /topic missing");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"all","topic":"tickets"})"), "conflict");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"x","topic":"ticket:8"})"), "not_found");
  EXPECT_EQ(
    error_for(*client, R"({"type":"subscribe","id":"x","topic":"ticket:)" + to_string(ticket_id::make()) + "\"}"),
    "not_found");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"x","topic":"department:)" + to_string(known) + "\"}"),
            "not_found");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"x","topic":"me"})"),
            "invalid_request /topic login_required");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"x","topic":"tickets","cursor":"zzz"})"),
            "invalid_cursor /cursor invalid_cursor");
  EXPECT_EQ(error_for(*client, R"({"type":"unsubscribe","id":"x"})"), "not_found");
  client->subscribe("x", "ticket:7");
  EXPECT_EQ(client->hear_news().type(), "subscribed");
  EXPECT_EQ(error_for(*client, R"({"type":"subscribe","id":"y","topic":"tickets"})"), "too_many_requests");
  commit_and_publish(1);
  EXPECT_EQ(client->hear_news().number(), 1);
}

TEST_F(websocket, closes_after_twenty_bad_commands) {
  start();
  auto client = open();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(error_for(*client, "nonsense"), "malformed_json");
  EXPECT_EQ(client->hear_news().close_code, 1008u);
  EXPECT_TRUE(eventually([&] { return meters.live.closed(live_close::protocol).value() == 1; }));
}

TEST_F(websocket, closes_for_binary_for_too_large_and_for_garbled_messages) {
  settings.limits.live_message_bytes_max = 4'096;
  start();
  auto binary = open();
  binary->send_binary("x");
  EXPECT_EQ(binary->hear_news().close_code, 1003u);
  auto large = open();
  large->send(std::string(4'097, ' ')); // Beast's client sends it as a fragment of 4,096 and one of 1
  EXPECT_EQ(large->hear_news().close_code, 1009u);
  auto larger = open();
  larger->send(std::string(20'000, ' '));
  EXPECT_EQ(larger->hear_news().close_code, 1009u);
  auto just_right = open();
  EXPECT_EQ(error_for(*just_right, std::string(4'096, ' ')), "malformed_json");
  auto garbled = open();
  garbled->send("\xff\xfe");
  EXPECT_EQ(garbled->hear_news().close_code, 1007u);
  EXPECT_TRUE(eventually([&] { return meters.live.closed(live_close::protocol).value() == 4; }));
}

TEST_F(websocket, watches_one_ticket_or_department_and_says_what_leaves) {
  event_wish ours, theirs;
  tickets[ours.ticket] = 7;
  ours.context.department = department;
  start();
  ws_client client;
  ASSERT_EQ(client.open(port), 101);
  client.subscribe("one", "ticket:7");
  client.subscribe("open", "department:" + to_string(department), {}, R"({"status":"open"})");
  EXPECT_EQ(client.hear_news().text("id"), "one");
  EXPECT_EQ(client.hear_news().text("id"), "open");
  publish({commit(theirs), commit(ours)});
  auto first = client.hear_news(), second = client.hear_news();
  EXPECT_EQ(first.number(), 2);
  EXPECT_EQ(second.number(), 2);
  EXPECT_NE(first.text("id"), second.text("id"));
  ours.before = ours.context;
  ours.context.status = ticket_status::closed;
  publish({commit(ours)});
  std::map<std::string, ws_heard> last;
  for (int i = 0; i < 2; ++i) {
    auto heard = client.hear_news();
    last[heard.text("id")] = heard;
  }
  EXPECT_EQ(last["one"].frame.at("event").at("type"), "ticket.changed");
  EXPECT_EQ(last["open"].frame.at("event").at("type"), "ticket.left");
  EXPECT_EQ(last["open"].frame.at("event").at("ticket_id").as_string(), to_string(ours.ticket));
  EXPECT_EQ(last["open"].text("cursor"), cursor_at(3));
}

TEST_F(websocket, sends_nothing_more_for_what_was_unsubscribed) {
  start();
  auto client = open();
  client->subscribe("other", "tickets");
  EXPECT_EQ(client->hear_news().type(), "subscribed");
  client->send(R"({"type":"unsubscribe","id":"all"})");
  EXPECT_EQ(error_for(*client, R"({"type":"unsubscribe","id":"all"})"), "not_found");
  commit_and_publish(2);
  for (std::int64_t i = 1; i <= 2; ++i) {
    auto heard = client->hear_news();
    EXPECT_EQ(heard.text("id"), "other");
    EXPECT_EQ(heard.number(), i);
  }
  EXPECT_EQ(meters.live.subscriptions.value(), 1);
}

TEST_F(websocket, begins_anew_when_the_cursor_is_older_than_what_is_kept) {
  start();
  commit_and_publish(10);
  table.forget(5);
  struct row {
    std::string cursor;
    bool kept;
  };
  for (const auto& [cursor, kept] :
       {row{cursor_at(5), true}, row{cursor_at(4), false}, row{cursor_at(7, 2), false}, row{cursor_at(99), false}}) {
    auto client = open(cursor);
    auto heard = client->hear_news();
    EXPECT_EQ(heard.type(), kept ? "event" : "resync");
    if (kept)
      continue;
    EXPECT_EQ(heard.text("cursor"), cursor_at(committed));
    EXPECT_EQ(heard.text("list"), "/api/v1/tickets");
    commit_and_publish(1);
    EXPECT_EQ(client->hear_news().number(), committed) << "it goes on from there";
  }
}

TEST_F(websocket, knows_that_everything_was_forgotten) {
  start();
  commit_and_publish(3);
  table.forget(3);
  auto old = open(cursor_at(2)), present = open(cursor_at(3));
  EXPECT_EQ(old->hear_news().type(), "resync");
  EXPECT_EQ(present->hear_news().type(), "caught_up");
}

TEST_F(websocket, beats_with_a_cursor_and_pings) {
  timings.heartbeat = 60ms;
  timings.ping = 2s; // silence for two of these would end it
  start();
  auto client = open();
  commit_and_publish(2);
  ws_heard heard;
  while ((heard = client->hear()).type() != "heartbeat" || client->pings == 0)
    ASSERT_FALSE(heard.close_code);
  EXPECT_EQ(heard.text("cursor"), cursor_at(2));
}

TEST_F(websocket, closes_for_a_peer_that_answers_no_ping) {
  timings.ping = 50ms;
  start();
  auto client = open(); // and reads no more, so that its pongs are not sent
  EXPECT_TRUE(eventually([&] { return meters.live.closed(live_close::silent).value() == 1; }));
  EXPECT_EQ(on_thread([&] { return service->open(); }), 0u);
}

TEST_F(websocket, says_goodbye_to_a_client_that_closes) {
  start();
  auto client = open();
  client->close();
  EXPECT_TRUE(eventually([&] { return service->open() == 0; }));
  EXPECT_EQ(meters.live.closed(live_close::client).value(), 1);
  EXPECT_EQ(meters.live.subscriptions.value(), 0);
  EXPECT_EQ(meters.live.connections(live_transport::websocket).value(), 0);
}

} // namespace
} // namespace callboard::http
