#include "http/answer.hpp"
#include "http/live/serve.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

constexpr auto write_timeout = 10s;
constexpr auto close_timeout = 1s;
constexpr std::size_t close_bytes_max = 256 * 1024;

task<> refuse_one(std::shared_ptr<live_hub> hub, stream_handoff given, std::string bytes) {
  live_hub::refusal counted{*hub};
  auto& stream = given.stream;
  stream.expires_after(write_timeout);
  auto writing = asio::async_write(stream, asio::buffer(bytes), use_tuple);
  auto [failed, written] = co_await std::move(writing);
  net_error broken;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, broken);
  if (failed || broken)
    co_return;
  stream.expires_after(close_timeout);
  std::array<char, 4096> unread;
  for (std::size_t discarded = 0; !broken && discarded < close_bytes_max;) {
    auto reading = stream.async_read_some(asio::buffer(unread), use_tuple);
    auto [ended, size] = co_await std::move(reading);
    broken = ended;
    discarded += size;
  }
}

} // namespace

void refuse_stream(const std::shared_ptr<live_hub>& hub, stream_handoff given, problem why) {
  if (why.code == error_code::forbidden_origin)
    hub->context().meters.http.refused(http_refusal::origin).add();
  else if (why.code == error_code::draining)
    hub->context().meters.http.refused(http_refusal::draining).add();
  if (!why.retry_after_s && row_of(why.code).retryable)
    why.retry_after_s = hub->retry_after();
  given.note(row_of(why.code).status);
  const auto& head = given.request->head();
  auto bytes = refusal_bytes(why, given.request_id, head.path, given.allowed_origin);
  asio::co_spawn(hub->io(), refuse_one(hub, std::move(given), std::move(bytes)), on_stream_end);
}

} // namespace callboard::http
