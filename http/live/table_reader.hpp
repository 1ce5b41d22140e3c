#pragma once

#include "http/ask.hpp"
#include "http/live/timings.hpp"
#include "http/server_context.hpp"

#include <deque>

namespace callboard::http {

/// Questions of one I/O thread's streams to the store's readers, each with a permit (reliability C-6). Pages of the feed
/// are read a few at a time, in the order they were asked for: a thousand clients that reconnect must not take the
/// readers from everybody else.
class table_reader {
public:
  table_reader(server_context& context, asio::io_context& io, expiry_queue& expiries);

  /// Destroys what waits for an answer; nothing may be asked after that.
  void close();

  using page_handler = std::function<void(result<feed_page>)>;

  /// The events after a position, at most `catch_up_page`. `then` is never called from inside this call.
  void read_page(std::int64_t after, page_handler then);
  task<result<feed_page>> read_page(std::int64_t after);

  template <class Request>
  task<result<answer_to<reader_actor, Request>>> ask(Request request);

private:
  struct page_question {
    std::int64_t after;
    page_handler then;
  };

  void read_waiting();
  task<> read_one(page_question asked);

  server_context& context_;
  asio::io_context& io_;
  std::deque<page_question> waiting_;
  int reading_ = 0;
  std::optional<ask_bridge> bridge_;
};

template <class Request>
task<result<answer_to<reader_actor, Request>>> table_reader::ask(Request request) {
  using answered = result<answer_to<reader_actor, Request>>;
  auto& readers = context_.house.readers;
  auto permit_to_read = readers.take_permit();
  if (!permit_to_read) {
    context_.meters.http.refused(http_refusal::reads).add();
    co_return answered{refuse(error_code::overloaded, "Too many questions are waiting for the store.")};
  }
  auto reader = readers.next();
  auto until = std::chrono::steady_clock::now() + context_.settings.store.timeout;
  request.until = deadline::at(until);
  auto asking =
    async_ask(*bridge_, errand_kind::question, reader, std::move(request), until, use_task, std::move(permit_to_read));
  answered value = co_await std::move(asking);
  co_return value;
}

/// Ends a coroutine that nobody waits for: what it throws ends this connection only, but for broken invariants.
void on_stream_end(std::exception_ptr thrown);

} // namespace callboard::http
