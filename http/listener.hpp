#pragma once

#include "http/edge_state.hpp"
#include "http/session.hpp"

#include <tl/expected.hpp>

namespace callboard::http {

/// Accepts connections on one address and gives them to the I/O threads in turn. Pauses while the registry is full. But
/// for `open` everything happens on the first of the threads.
class listener {
public:
  listener(edge_state& edge, client_registry& clients, std::vector<io_thread*> threads, listener_kind kind);

  /// The port that it listens on, or a sentence that says why not.
  tl::expected<int, std::string> open(const std::string& host, int port);

  /// From any thread, after `open`.
  void start();
  void close();

private:
  using acceptor = asio::basic_socket_acceptor<tcp, executor>;
  using timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

  task<> accept_all();
  task<> pause();
  void take(tcp_socket socket, io_thread& thread);

  edge_state& state_;
  client_registry& clients_;
  std::vector<io_thread*> threads_;
  listener_kind kind_;
  acceptor acceptor_;
  timer room_; ///< cancelled when a connection has gone
};

} // namespace callboard::http
