#pragma once

#include "http/live/connection.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/websocket/teardown.hpp>

namespace callboard::http {

/// What Beast's WebSocket takes for its socket. Reads go to the socket; what Beast writes (the handshake, pongs, the
/// closing frame) is appended to the connection's outbox, in which our own text frames stand. So one writer writes
/// everything, many frames at once, and no two frames mix.
class socket_layer {
public:
  /// The connection's side.
  class owner {
  public:
    virtual boost::beast::tcp_stream& socket() = 0;
    /// What was read behind the request's head.
    virtual std::string& leftover() = 0;
    virtual void heard() = 0;
    /// Where a whole piece of Beast's is appended; `end_piece` has it written.
    virtual std::string& begin_piece() = 0;
    virtual void end_piece() = 0;
    /// Cancelled when the outbox is empty, and at the end. Nothing while there is no need to wait.
    virtual asio::steady_timer* crowded() = 0;

  protected:
    ~owner() = default;
  };

  using executor_type = boost::beast::tcp_stream::executor_type;

  explicit socket_layer(owner& connection) : owner_(&connection) {}

  executor_type get_executor() { return owner_->socket().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    auto start = [layer = owner_](auto handler, const Buffers& buffers) {
      layer->heard(); // Beast reads on because something came
      auto& left = layer->leftover();
      if (left.empty())
        return layer->socket().async_read_some(buffers, std::move(handler));
      auto size = asio::buffer_copy(buffers, asio::buffer(left));
      left.erase(0, size);
      complete(*layer, std::move(handler), size);
    };
    return asio::async_initiate<Token, void(net_error, std::size_t)>(start, token, into);
  }

  /// Takes everything at once. A peer that makes us write and does not read is waited for.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    auto start = [layer = owner_](auto handler, const Buffers& buffers) {
      auto& out = layer->begin_piece();
      auto size = asio::buffer_size(buffers);
      auto before = out.size();
      out.resize(before + size);
      asio::buffer_copy(asio::buffer(out.data() + before, size), buffers);
      layer->end_piece();
      if (auto* wait = layer->crowded())
        return wait->async_wait(
          [handler = std::move(handler), size](net_error) mutable { handler(net_error{}, size); });
      complete(*layer, std::move(handler), size);
    };
    return asio::async_initiate<Token, void(net_error, std::size_t)>(start, token, from);
  }

  /// For Beast, which closes a socket when a time of its own is over; we set none.
  friend void beast_close_socket(socket_layer& layer) { layer.owner_->socket().close(); }

private:
  template <class Handler>
  static void complete(owner& layer, Handler&& handler, std::size_t size) {
    asio::post(layer.socket().get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), net_error{}, size));
  }

  owner* owner_;
};

/// The end of the socket is the connection's to bring about, when its last bytes are written.
template <class Handler>
void async_teardown(boost::beast::role_type, socket_layer& layer, Handler&& handler) {
  asio::post(layer.get_executor(), boost::beast::bind_front_handler(std::forward<Handler>(handler), net_error{}));
}

inline void teardown(boost::beast::role_type, socket_layer&, net_error& failed) { failed = {}; }

} // namespace callboard::http
