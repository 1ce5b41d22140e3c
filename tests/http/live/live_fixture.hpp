#pragma once

#include "http/asio_types.hpp"
#include "http/cursor.hpp"
#include "http/live/live_service.hpp"
#include "tests/http/live/feed_fixture.hpp"
#include "tests/http/live/live_clients.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/read_until.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>

// A hub on a thread of its own, behind a listener that reads heads and hands connections over, over a fake table of
// events. The test is the feed: it publishes when it likes.
namespace callboard::http::test {

using namespace std::chrono_literals;

class live_test : public ::testing::Test {
protected:
  config::settings settings;
  live_timings timings;
  feed_table table;
  std::atomic<int> reads_to_fail{0};
  std::map<ticket_id, std::int64_t> tickets; ///< that the store knows, with their numbers
  department_id department = department_id::make();

  void start() {
    house.feed_head = table.read({0, 1}).head;
    house.readers.at(0).set(spawn_reader());
    service = make_live_service(context, io, timings);
    acceptor.open(asio::ip::tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    port = acceptor.local_endpoint().port();
    asio::co_spawn(io, accept(), asio::detached);
    thread = std::thread{[this] { io.run(); }};
  }

  void TearDown() override {
    io.stop();
    if (thread.joinable())
      thread.join();
    io.end();
    service.reset();
    house.clear();
  }

  /// Runs on the hub's thread.
  template <class F>
  auto on_thread(F f) {
    std::packaged_task<decltype(f())()> run{std::move(f)};
    auto value = run.get_future();
    asio::post(io, [&] { run(); });
    return value.get();
  }

  /// Waits until the hub's own clock has passed this span: everything that was due on its thread has happened.
  void let_pass(std::chrono::milliseconds span) {
    std::promise<void> passed;
    auto token = on_thread([&] {
      return service->wait_for_classification(ticket_id::make(), std::chrono::steady_clock::now() + span,
                                              [&] { passed.set_value(); });
    });
    passed.get_future().get();
    on_thread([&] {
      token.reset();
      return true;
    });
  }

  template <class Condition>
  bool eventually(Condition condition) {
    for (auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
      if (on_thread(condition))
        return true;
      let_pass(1ms);
    }
    return false;
  }

  /// The next event of the feed, committed but not published.
  std::shared_ptr<const feed_event> commit(event_wish wish = {}) {
    wish.feed_id = ++committed;
    auto event = make_event(wish);
    table.add(event);
    return event;
  }

  /// As the feed does: returns when the hub has taken the batch.
  void publish(std::vector<std::shared_ptr<const feed_event>> events) {
    auto batch = std::make_shared<feed_batch>();
    batch->head = events.back()->feed_id;
    batch->events = std::move(events);
    house.feed_head = batch->head;
    for (const auto& sink : house.sinks()) {
      std::promise<void> taken;
      sink->publish(batch, [&] { taken.set_value(); });
      taken.get_future().get();
    }
  }

  void commit_and_publish(int count, event_wish wish = {}) {
    std::vector<std::shared_ptr<const feed_event>> events;
    for (int i = 0; i < count; ++i)
      events.push_back(commit(wish));
    publish(std::move(events));
  }

  std::string cursor_at(std::int64_t feed_id, std::int64_t epoch = 3) {
    return make_feed_cursor(house.identity.cursor_key, {epoch, feed_id});
  }

  class test_config : public caf::actor_system_config {
  public:
    test_config() { add_message_types<caf::id_block::callboard>(); }
  };

  /// Ends like the edge's: what waits is destroyed while the hub is there.
  class context_with_end : public asio::io_context {
  public:
    using asio::io_context::io_context;
    void end() { shutdown(); }
  };

  test_config config;
  caf::actor_system system{config};
  metrics meters;
  callboard::house house{1, 64, 64, {"a key", 3, 0}};
  server_context context{settings, house, system, meters};
  context_with_end io{1};
  asio::executor_work_guard<executor> work{io.get_executor()};
  asio::ip::tcp::acceptor acceptor{io};
  std::unique_ptr<stream_service> service;
  unsigned short port = 0;
  std::int64_t committed = 0;
  std::thread thread;

private:
  task<> accept() {
    for (;;) {
      auto accepting = acceptor.async_accept(use_tuple);
      auto [failed, socket] = co_await std::move(accepting);
      if (failed)
        co_return;
      asio::co_spawn(io, read_head(std::move(socket)), asio::detached);
    }
  }

  task<> read_head(asio::ip::tcp::socket socket) {
    std::string bytes;
    auto reading = asio::async_read_until(socket, asio::dynamic_buffer(bytes), "\r\n\r\n", use_tuple);
    auto [failed, size] = co_await std::move(reading);
    if (failed)
      co_return;
    auto request = request_copy::make(std::string_view{bytes}.substr(0, size));
    auto origin = request->head().fields.find("Origin");
    bool live = request->head().path == "/api/v1/live";
    service->serve({.stream = boost::beast::tcp_stream{std::move(socket)},
                    .leftover = bytes.substr(size),
                    .request = std::move(request),
                    .kind = live ? stream_kind::live : stream_kind::events,
                    .request_id = "request-1",
                    .who = {},
                    .remote = "127.0.0.1",
                    .allowed_origin = origin == "https://app.example" ? "https://app.example" : "",
                    .slot = std::make_shared<int>(1)});
  }

  loaded_ticket load(const load_ticket& asked) {
    loaded_ticket found;
    for (const auto& [id, number] : tickets)
      if (id == asked.ticket.id || number == asked.ticket.number) {
        found.state.emplace();
        found.state->ticket.id = id;
      }
    return found;
  }

  reader_actor spawn_reader() {
    return system.spawn([this]() -> reader_actor::behavior_type {
      return {
        [this](const load_ticket& asked) { return load(asked); },
        [](const list_tickets&) { return page_result{page{}}; },
        [](const list_messages&) { return page_result{page{}}; },
        [](const list_events&) { return page_result{page{}}; },
        [](const list_users&) { return page_result{page{}}; },
        [](const list_departments&) { return page_result{page{}}; },
        [](const list_jobs&) { return page_result{page{}}; },
        [](const find_user&) { return optional_user{}; },
        [this](const find_department& asked) {
          optional_department found;
          if (asked.id == department)
            found.value.emplace();
          return found;
        },
        [](const find_reply&) { return optional_reply{}; },
        [this](const read_feed& asked) -> caf::result<feed_page> {
          if (reads_to_fail.fetch_sub(1) > 0)
            return caf::make_error(caf::sec::runtime_error);
          reads_to_fail = 0;
          return table.read(asked);
        },
        [](const tickets_of_user&) { return ticket_ids{}; },
        [](const count_store&) { return store_counts{}; },
        [](flush_batch) {},
      };
    });
  }
};

} // namespace callboard::http::test
