#pragma once

#include "http/exchange.hpp"
#include "http/framing/chunk_reader.hpp"
#include "http/framing/head_reader.hpp"
#include "http/peer_socket.hpp"

namespace callboard::http {

/// Which of the two listeners a connection came in on.
BOOST_DEFINE_ENUM_CLASS(listener_kind, outside, operations)

/// Serves one connection: requests one after the other (a pipelining client's wait in the buffer or the kernel, so
/// their number is bounded by bytes), each with its deadlines, never two operations of a kind at once.
class session final : public stoppable {
public:
  session(edge_state& edge, io_thread& thread, tcp_socket socket, listener_kind kind,
          client_registry::admitted admitted);
  ~session() override;

  /// The coroutine that owns it.
  static task<> serve(std::unique_ptr<session> self);

  void finish() override;

private:
  using received = peer_socket::received;

  task<> run();
  task<received> receive();
  task<bool> read_head();
  task<bool> refuse_head(received why);
  task<bool> answer_request();
  task<> answer_routed(exchange& ex);
  task<bool> read_body(exchange& ex);
  task<received> read_known_length(std::uint64_t length);
  task<received> read_chunks();
  task<bool> send_continue();
  task<bool> refuse_and_close(problem p);
  task<bool> send_answer(std::string_view cors_origin, bool without_content);

  bool begin(exchange& ex, std::string_view allowed_origin);
  void identify(exchange& ex);
  void name_request();
  std::string_view allowed_origin() const;
  void hand_over(exchange& ex, std::string_view cors_origin);
  void make_room(std::size_t bytes);
  void arm_body(steady_time begun, std::uint64_t received_bytes);
  void note(const exchange& ex, int status);
  void refused(http_refusal reason) { state_.context.meters.http.refused(reason).add(); }
  const route_index& routes() const { return kind_ == listener_kind::outside ? state_.routes : state_.admin_routes; }
  const config::limit_settings& limits() const { return state_.context.settings.limits; }

  edge_state& state_;
  io_thread& io_;
  peer_socket peer_;
  listener_kind kind_;
  connection_slot slot_;
  client* client_;

  head_reader reader_;
  std::string chunked_body_;
  std::string_view body_;
  std::size_t body_size_ = 0; ///< bytes of the buffer behind the head that belong to the request
  std::string request_id_;
  std::string path_;
  answer answer_;
  std::string out_;
  steady_time request_begun_;
  int answered_in_a_row_ = 0; ///< without having given way to other connections
  bool first_request_ = true;
  bool idle_ = false; ///< waiting for a request of which nothing has arrived
  bool finishing_ = false;
  bool said_farewell_ = false; ///< an answer said that the connection closes
  bool handed_over_ = false;
};

} // namespace callboard::http
