#include "http/peer_socket.hpp"

#include <algorithm>
#include <array>

#include <netinet/tcp.h>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

// What a peer takes earns it the time at this rate. It begins with as much as it can have.
constexpr std::int64_t write_bytes_per_second_min = 16 * 1024;
constexpr std::chrono::nanoseconds write_patience_max = 10s;
// The kernel holds back no more than this; with its own megabytes it would be minutes before a slow reader, or that it
// reads at all, could be seen here. Less than the patience is worth.
constexpr int unsent_bytes_max = 128 * 1024;
// What a refused peer may still send: the whole of the largest body.
constexpr auto close_timeout = 5s;
constexpr std::size_t close_bytes_max = 2 * 1024 * 1024;

} // namespace

peer_socket::peer_socket(io_thread& thread, tcp_socket socket)
    : io_(thread), socket_(std::move(socket)), write_patience_(write_patience_max) {
  io_.expiries().add(*this);
}

peer_socket::~peer_socket() { io_.expiries().remove(*this); }

bool peer_socket::make_ready() {
  net_error failed;
  socket_.set_option(tcp::no_delay{true}, failed);
  socket_.non_blocking(true, failed);
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max, sizeof(unsent_bytes_max));
  return !failed;
}

void peer_socket::on_expiry(steady_time) {
  timed_out_ = true;
  cancel();
}

void peer_socket::cancel() {
  net_error ignored;
  socket_.cancel(ignored);
}

task<peer_socket::received> peer_socket::receive() {
  auto reading = socket_.async_read_some(asio::buffer(buffer.free_begin(), buffer.free_size()), use_tuple);
  auto [failed, size] = co_await std::move(reading);
  if (std::exchange(timed_out_, false))
    co_return received::too_late;
  if (failed)
    co_return failed == asio::error::eof ? received::nothing_more : received::failed;
  buffer.commit(size);
  co_return received::some;
}

task<bool> peer_socket::write(std::string_view first, std::string_view second) {
  for (;;) {
    std::array<asio::const_buffer, 2> parts{asio::buffer(first), asio::buffer(second)};
    net_error failed;
    auto written = socket_.write_some(parts, failed);
    auto earned = std::chrono::nanoseconds{1s} / write_bytes_per_second_min * static_cast<std::int64_t>(written);
    write_patience_ = std::min(write_patience_ + earned, write_patience_max);
    auto from_first = std::min(written, first.size());
    first.remove_prefix(from_first);
    second.remove_prefix(written - from_first);
    if (first.empty() && second.empty())
      break;
    if (failed && failed != asio::error::would_block)
      co_return false;
    auto begun = std::chrono::steady_clock::now();
    expires_in(std::chrono::ceil<std::chrono::milliseconds>(write_patience_));
    auto waiting = socket_.async_wait(tcp_socket::wait_write, use_tuple);
    auto [broken] = co_await std::move(waiting);
    write_patience_ -= std::chrono::steady_clock::now() - begun;
    if (timed_out_)
      reset();
    if (broken || timed_out_)
      co_return false;
  }
  never_expires();
  co_return true;
}

/// Closing alone would leave what is unsent to the kernel, which goes on offering it for as long as the peer likes. Not in the
/// destructor: Asio makes that linger whatever was set.
void peer_socket::reset() {
  net_error ignored;
  socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

task<> peer_socket::give_way() {
  auto giving_way = asio::post(socket_.get_executor(), use_task);
  co_await std::move(giving_way);
}

task<> peer_socket::close_politely() {
  net_error failed;
  socket_.shutdown(tcp_socket::shutdown_send, failed);
  if (failed || timed_out_)
    co_return;
  expires_in(close_timeout);
  buffer.erase(0, buffer.data().size());
  buffer.reserve(read_buffer::initial);
  for (std::size_t discarded = 0; discarded < close_bytes_max;) {
    auto got = co_await receive();
    if (got != received::some)
      break;
    discarded += buffer.data().size();
    buffer.erase(0, buffer.data().size());
  }
}

} // namespace callboard::http
