#pragma once

#include "http/io_thread.hpp"
#include "http/read_buffer.hpp"

namespace callboard::http {

/// The socket of one connection and what has arrived on it. Whatever waits on it has an end in time: set before reading,
/// by the amount when writing.
class peer_socket final : public expiring {
public:
  enum class received {
    some,
    nothing_more,
    failed,
    too_late
  };

  peer_socket(io_thread& thread, tcp_socket socket);
  ~peer_socket() override;

  /// False when the socket is of no use.
  bool make_ready();
  /// What has arrived goes behind what is in `buffer`, which must have room.
  task<received> receive();
  /// All of both, in as few packets as there can be. False when the peer does not take it, or not in time: patience is
  /// one for the whole connection, so that many answers ahead buy a slow reader nothing.
  task<bool> write(std::string_view first, std::string_view second);
  /// Says that nothing more is sent, and reads on for a while: closing while bytes of the peer are unread would reset the
  /// connection and could take our last answer with it.
  task<> close_politely();
  /// Lets others on this thread run.
  task<> give_way();

  void expires_in(std::chrono::milliseconds span) { expires_at(std::chrono::steady_clock::now() + span); }
  /// Ends what waits.
  void cancel();
  tcp_socket release() { return std::move(socket_); }

  read_buffer buffer;

private:
  void on_expiry(steady_time now) override;
  void reset();

  io_thread& io_;
  tcp_socket socket_;
  bool timed_out_ = false;
  std::chrono::nanoseconds write_patience_;
};

} // namespace callboard::http
