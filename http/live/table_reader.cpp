#include "http/live/table_reader.hpp"

#include "base/check.hpp"
#include "ops/log.hpp"

#include <boost/asio/co_spawn.hpp>

namespace callboard::http {

table_reader::table_reader(server_context& context, asio::io_context& io, expiry_queue& expiries)
    : context_(context), io_(io) {
  bridge_.emplace(context.system, io, expiries);
}

void table_reader::close() {
  bridge_.reset();
  waiting_.clear();
}

void table_reader::read_page(std::int64_t after, page_handler then) {
  waiting_.push_back({after, std::move(then)});
  read_waiting();
}

task<result<feed_page>> table_reader::read_page(std::int64_t after) {
  auto start = [this](auto handler, std::int64_t position) {
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    read_page(position, [kept](result<feed_page> page) { std::move (*kept)(std::move(page)); });
  };
  auto reading = asio::async_initiate<decltype(use_task), void(result<feed_page>)>(start, use_task, after);
  result<feed_page> page = co_await std::move(reading);
  co_return page;
}

void table_reader::read_waiting() {
  while (reading_ < catch_up_reads_max && !waiting_.empty()) {
    ++reading_;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    // Not at once: who asks is not prepared for the answer before this returns.
    asio::post(
      io_, [this, next = std::move(next)]() mutable { asio::co_spawn(io_, read_one(std::move(next)), on_stream_end); });
  }
}

task<> table_reader::read_one(page_question asked) {
  auto asking = ask(read_feed{asked.after, catch_up_page});
  result<feed_page> page = co_await std::move(asking);
  --reading_;
  asked.then(std::move(page));
  read_waiting();
}

void on_stream_end(std::exception_ptr thrown) {
  try {
    if (thrown)
      std::rethrow_exception(thrown);
  } catch (const invariant_broken&) {
    throw;
  } catch (const std::exception&) {
    log::error("a live stream failed");
  }
}

} // namespace callboard::http
