#include "http/listener.hpp"

#include "base/check.hpp"
#include "ops/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

/// After a failed accept (no descriptors left, mostly) and as the longest look whether there is room again.
constexpr auto pause_max = 250ms;

/// What a coroutine left behind. A broken invariant ends the process; anything else ended one connection only.
void conclude(std::exception_ptr failed) {
  if (!failed)
    return;
  try {
    std::rethrow_exception(failed);
  } catch (const invariant_broken&) {
    throw;
  } catch (const std::exception& e) {
    log::error("a connection ended with an exception", {{"detail", e.what()}});
  }
}

tl::expected<tcp::endpoint, std::string> endpoint_of(const std::string& host, int port) {
  net_error failed;
  auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, failed);
  if (failed)
    return tl::unexpected(fmt::format("cannot listen on {}: not an IP address", host));
  return tcp::endpoint{address, static_cast<asio::ip::port_type>(port)};
}

bool is_loopback(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  return address.is_loopback();
}

} // namespace

listener::listener(edge_state& edge, client_registry& clients, std::vector<io_thread*> threads, listener_kind kind)
    : state_(edge),
      clients_(clients),
      threads_(std::move(threads)),
      kind_(kind),
      acceptor_(threads_.front()->context().get_executor()),
      room_(threads_.front()->context().get_executor()) {
  clients_.on_room([this] { asio::post(room_.get_executor(), [this] { room_.cancel(); }); });
}

tl::expected<int, std::string> listener::open(const std::string& host, int port) {
  auto endpoint = endpoint_of(host, port);
  if (!endpoint)
    return tl::unexpected(std::move(endpoint.error()));
  net_error failed;
  acceptor_.open(endpoint->protocol(), failed);
  if (!failed)
    acceptor_.set_option(asio::socket_base::reuse_address{true}, failed);
  if (!failed)
    acceptor_.bind(*endpoint, failed);
  if (!failed)
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    net_error ignored;
    acceptor_.close(ignored);
    return tl::unexpected(fmt::format("cannot listen on {} port {}: {}", host, port, failed.message()));
  }
  return acceptor_.local_endpoint().port();
}

void listener::start() { asio::co_spawn(acceptor_.get_executor(), accept_all(), conclude); }

void listener::close() {
  asio::post(acceptor_.get_executor(), [this] {
    net_error ignored;
    acceptor_.close(ignored);
    room_.cancel();
  });
}

task<> listener::accept_all() {
  for (std::size_t turn = 0; acceptor_.is_open(); ++turn) {
    if (clients_.is_full()) {
      state_.context.meters.http.refused(http_refusal::connections).add();
      while (clients_.is_full() && acceptor_.is_open()) {
        auto pausing = pause();
        co_await std::move(pausing);
      }
      continue;
    }
    auto& thread = *threads_[turn % threads_.size()];
    auto accepting = acceptor_.async_accept(thread.context(), use_tuple);
    auto [failed, socket] = co_await std::move(accepting);
    if (failed == asio::error::operation_aborted || !acceptor_.is_open())
      co_return;
    if (!failed) {
      take(std::move(socket), thread);
    } else if (failed != asio::error::connection_aborted) {
      log::warn("a connection could not be accepted", {{"detail", failed.message()}});
      auto pausing = pause();
      co_await std::move(pausing);
    }
  }
}

task<> listener::pause() {
  room_.expires_after(pause_max);
  auto waiting = room_.async_wait(use_tuple);
  co_await std::move(waiting);
}

void listener::take(tcp_socket socket, io_thread& thread) {
  net_error failed;
  auto peer = socket.remote_endpoint(failed);
  if (failed)
    return; // gone already
  auto admitted = clients_.admit(peer.address().to_string(), is_loopback(peer.address()));
  if (admitted.verdict != admission_verdict::admitted) {
    auto reason =
      admitted.verdict == admission_verdict::too_many ? http_refusal::connections : http_refusal::connections_per_ip;
    state_.context.meters.http.refused(reason).add();
    return;
  }
  asio::post(thread.context(), [this, &thread, s = std::move(socket), admitted = std::move(admitted)]() mutable {
    auto served = std::make_unique<session>(state_, thread, std::move(s), kind_, std::move(admitted));
    if (state_.draining && kind_ == listener_kind::outside)
      served->finish();
    asio::co_spawn(thread.context().get_executor(), session::serve(std::move(served)), conclude);
  });
}

} // namespace callboard::http
