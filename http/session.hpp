#pragma once

#include "http/exchange.hpp"
#include "http/framing/chunk_reader.hpp"
#include "http/framing/head_reader.hpp"
#include "http/read_buffer.hpp"

namespace callboard::http {

/// Which of the two listeners a connection came in on.
BOOST_DEFINE_ENUM_CLASS(listener_kind, outside, operations)

/// Serves one connection: requests one after the other (a pipelining client's wait in the buffer or the kernel, so
/// their number is bounded by bytes), each with its deadlines, never two operations of a kind at once.
class session final : public expiring, public stoppable {
public:
  session(edge_state& edge, io_thread& thread, tcp_socket socket, listener_kind kind,
          client_registry::admitted admitted);
  ~session() override;

  /// The coroutine that owns it.
  static task<> serve(std::unique_ptr<session> self);

  void finish() override;

private:
  enum class received {
    some,
    nothing_more,
    failed,
    too_late
  };

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
  task<bool> write_all(std::string_view first, std::string_view second);
  task<> close_politely();

  bool begin(exchange& ex, std::string_view allowed_origin);
  void identify(exchange& ex);
  void name_request();
  std::string_view allowed_origin() const;
  bool decode_path(exchange& ex);
  bool find_route(exchange& ex);
  bool answer_options(exchange& ex);
  bool check_origin(exchange& ex, std::string_view allowed_origin);
  bool check_media(exchange& ex);
  void answer_unmodified(exchange& ex);
  void hand_over(exchange& ex, std::string_view cors_origin);
  void make_room(std::size_t bytes);
  void arm_body(steady_time begun, std::uint64_t received_bytes);
  void note(const exchange& ex, int status);
  void refused(http_refusal reason) { state_.context.meters.http.refused(reason).add(); }
  void on_expiry(steady_time now) override;
  void arm(std::chrono::milliseconds after) { expires_at(std::chrono::steady_clock::now() + after); }
  const config::limit_settings& limits() const { return state_.context.settings.limits; }

  edge_state& state_;
  io_thread& io_;
  tcp_socket socket_;
  listener_kind kind_;
  connection_slot slot_;
  client* client_;

  read_buffer buffer_;
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
  bool timed_out_ = false;
  bool finishing_ = false;
  bool said_farewell_ = false; ///< an answer said that the connection closes
  bool handed_over_ = false;
};

} // namespace callboard::http
