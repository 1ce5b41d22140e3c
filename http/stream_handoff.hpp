#pragma once

#include "http/clients.hpp"
#include "http/framing/request_head.hpp"
#include "http/route_table.hpp"
#include "http/server_context.hpp"

#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

// Where a request becomes a stream (WebSocket, server-sent events): the session gives its connection away and ends.
namespace callboard::http {

/// A copy of a request's head whose views stay true wherever it is moved.
class request_copy {
public:
  /// `bytes` is a head that has passed the strict reader.
  static std::unique_ptr<const request_copy> make(std::string_view bytes);

  const request_head& head() const { return head_; }

private:
  explicit request_copy(std::string_view bytes) : bytes_(bytes) {}
  std::string bytes_;
  request_head head_;
};

/// A connection and the request that made it a stream. The receiver owns both; nothing has been answered yet.
struct stream_handoff {
  boost::beast::tcp_stream stream; ///< no expiry set, no operation in flight; its executor is the I/O thread's
  std::string leftover;            ///< what was read behind the head
  std::unique_ptr<const request_copy> request;
  stream_kind kind = stream_kind::live;
  std::string request_id;
  principal who;
  std::string remote;         ///< the peer's address, for the log
  std::string allowed_origin; ///< what Access-Control-Allow-Origin must say, or empty
  connection_slot slot;
  std::function<void(int status)> note = [](int) {}; ///< called once, with what it was answered: metrics and log
};

/// Serves the streams of one I/O thread. Made by the edge, one per thread; every call comes on that thread.
class stream_service {
public:
  virtual ~stream_service() = default;

  /// Answers, and closes in the end: with `refusal_bytes` (http/answer.hpp) when the request cannot be met.
  virtual void serve(stream_handoff) = 0;

  /// Ends all waits for a classification. No new streams; every stream ends with a resumable cursor (1012, or the end
  /// of the event stream), spread over `over`. Refuses what `serve` brings afterwards with `draining`.
  virtual void drain(std::chrono::milliseconds over) = 0;

  /// How many streams are open. The edge waits for 0 within its deadline, then destroys the service.
  virtual std::size_t open() const = 0;

  /// Calls `done` once on this thread, when the ticket's classification has ended (done, fallback or off), when AI is
  /// switched off, at the drain or at `until`, whichever is first; never from inside this call. To miss nothing, register
  /// first, then look at the ticket, the switch and the drain, then wait. Dropping the returned token forgets `done`.
  virtual std::shared_ptr<void> wait_for_classification(const ticket_id&, std::chrono::steady_clock::time_point until,
                                                        std::function<void()> done) = 0;
};

/// Called once per I/O thread, on the thread that starts the edge, before it serves.
using stream_service_factory =
  std::function<std::unique_ptr<stream_service>(server_context&, boost::asio::io_context&)>;

} // namespace callboard::http
