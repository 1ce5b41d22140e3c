#include "base/json_write.hpp"
#include "http/live/frames.hpp"
#include "http/live/serve.hpp"
#include "http/live/socket_layer.hpp"
#include "http/live/upgrade.hpp"
#include "http/query.hpp"
#include "ops/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace callboard::http {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t kept_bytes = 4 * 1024;
constexpr auto close_slow = websocket::close_code{4008}; // 4000 to 4999 are an application's own

class websocket_connection final : public live_connection, private socket_layer::owner {
public:
  websocket_connection(const std::shared_ptr<live_hub>& hub, stream_handoff&& given)
      : live_connection(hub, std::move(given), live_transport::websocket),
        leftover_(std::move(given.leftover)),
        request_(std::move(given.request)),
        sees_(scope_of(given.who)),
        ws_(socket_layer{*this}),
        drained_(hub->io(), steady_time::max()),
        // One more than a message may have: Beast asks for room before it reads the next fragment's head, and a full
        // buffer would end the connection there, without the 1009 that this head earns.
        buffer_(static_cast<std::size_t>(hub->limits().live_message_bytes_max) + 1) {}

  static task<> run(std::shared_ptr<websocket_connection> self) {
    auto opening = self->open();
    bool opened = co_await std::move(opening);
    if (opened) {
      self->start();
      auto reading = self->read_commands();
      co_await std::move(reading);
    }
    auto closing = self->close_politely();
    co_await std::move(closing);
  }

private:
  // What Beast's stream stands on.
  beast::tcp_stream& socket() override { return stream(); }
  std::string& leftover() override { return leftover_; }
  void heard() override { heard_at_ = std::chrono::steady_clock::now(); }
  std::string& begin_piece() override { return box().tail(); }
  void end_piece() override {
    box().commit(outbox::no_event);
    flush();
  }
  asio::steady_timer* crowded() override { return box().is_crowded() && !is_closed() ? &drained_ : nullptr; }

  // What the stream looks like.
  std::size_t size_of(const live_subscription& s, const live_event& event, verdict said) const override;
  void append_event(std::string& out, const live_subscription& s, const live_event& event, verdict said) override;
  void say_caught_up(live_subscription& s) override;
  bool say_expired(live_subscription& s) override;
  void say_heartbeat() override;
  void say_goodbye(live_close why, const std::string& cursor) override;
  bool is_open() const override { return live_connection::is_open() && ws_.is_open(); }
  void watch(steady_time now) override;
  void on_drained() override { drained_.cancel(); }
  void on_closed() override { drained_.cancel(); }

  task<bool> open();
  task<> read_commands();
  task<> handle(std::string_view text);
  task<> handle(subscribe_request request);
  void handle(const unsubscribe_request& request);
  std::optional<problem> check(const subscribe_request& request);
  void complain(const std::optional<std::string>& id, const problem& why);
  void refuse_peer(websocket::close_code code, std::string_view reason);
  void note_end(net_error failed);

  template <class Frame>
  void say(const Frame& frame) {
    if (!is_open())
      return;
    auto text = to_json(frame);
    append_text_frame_head(box().tail(), text.size());
    box().tail() += text;
    box().commit(outbox::no_event);
  }

  std::string leftover_;
  std::unique_ptr<const request_copy> request_; ///< until the handshake is done
  scope sees_;
  websocket::stream<socket_layer, false> ws_;
  asio::steady_timer drained_;
  beast::flat_buffer buffer_;
  websocket::close_reason goodbye_;
  int bad_commands_ = 0;
  steady_time heard_at_ = std::chrono::steady_clock::now();
};

// --- what it looks like -------------------------------------------------------------------------------------------

std::size_t websocket_connection::size_of(const live_subscription& s, const live_event& event, verdict said) const {
  return s.label.size() + event.cursor().size() + event_frame_middle.size() + event.json(said).size() + 1;
}

void websocket_connection::append_event(std::string& out, const live_subscription& s, const live_event& event,
                                        verdict said) {
  append_text_frame_head(out, size_of(s, event, said));
  out += s.label;
  out += event.cursor();
  out += event_frame_middle;
  out += event.json(said);
  out += '}';
}

void websocket_connection::say_caught_up(live_subscription& s) {
  say(caught_up_frame{{}, s.id, cursor_at(s.position)});
}

bool websocket_connection::say_expired(live_subscription& s) {
  say(resync_frame{{}, s.id, cursor_at(hub().position()), list_link(s.rule)});
  return true;
}

void websocket_connection::say_heartbeat() { say(heartbeat_frame{{}, cursor_at(resume_position())}); }

void websocket_connection::say_goodbye(live_close why, const std::string& cursor) {
  if (why == live_close::slow)
    goodbye_ = websocket::close_reason{close_slow, cursor};
  else if (why == live_close::draining)
    goodbye_ = websocket::close_reason{websocket::close_code::service_restart, cursor};
  if (!ws_.is_open())
    return;
  ws_.async_close(goodbye_, [self = shared_from_this()](net_error) {});
}

void websocket_connection::watch(steady_time now) {
  if (now - heard_at_ > 2 * hub().timings().ping)
    return abort(live_close::silent);
  if (box().is_crowded())
    return;
  box().tail() += ping_frame;
  box().commit(outbox::no_event);
  flush();
}

// --- what it hears ------------------------------------------------------------------------------------------------

task<bool> websocket_connection::open() {
  const auto& head = request_->head();
  beast::http::request<beast::http::empty_body> request{beast::http::verb::get, head.target, 11};
  request.set(beast::http::field::host, head.host);
  request.set(beast::http::field::upgrade, "websocket");
  request.set(beast::http::field::connection, "Upgrade");
  request.set(beast::http::field::sec_websocket_version, "13");
  request.set(beast::http::field::sec_websocket_key, *head.fields.find("Sec-WebSocket-Key"));
  ws_.set_option(
    websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
  ws_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
    response.set(beast::http::field::server, "callboard"); // or Beast names itself
    response.set("X-Request-Id", request_id());
  }));
  ws_.read_message_max(static_cast<std::size_t>(hub().limits().live_message_bytes_max));
  auto accepting = ws_.async_accept(request, use_tuple);
  auto [failed] = co_await std::move(accepting);
  request_.reset();
  co_return !failed && !is_closed();
}

task<> websocket_connection::read_commands() {
  for (;;) {
    auto reading = ws_.async_read(buffer_, use_tuple);
    auto [failed, size] = co_await std::move(reading);
    if (failed)
      co_return note_end(failed);
    if (!is_ending() && !ws_.got_text()) {
      refuse_peer(websocket::close_code::unknown_data, "only text is understood");
    } else if (!is_ending()) {
      auto handling = handle(std::string_view{static_cast<const char*>(buffer_.cdata().data()), buffer_.size()});
      co_await std::move(handling);
    }
    buffer_.clear();
    if (buffer_.capacity() > kept_bytes)
      buffer_.shrink_to_fit();
    flush();
    if (auto* wait = crowded()) {
      auto waiting = wait->async_wait(use_tuple);
      co_await std::move(waiting);
    }
  }
}

task<> websocket_connection::handle(std::string_view text) {
  auto command = read_command(text);
  if (!command) {
    complain(command.error().id, command.error().why);
  } else if (auto* subscribe = std::get_if<subscribe_request>(&*command)) {
    auto handling = handle(std::move(*subscribe));
    co_await std::move(handling);
  } else {
    handle(std::get<unsubscribe_request>(*command));
  }
}

std::optional<problem> websocket_connection::check(const subscribe_request& request) {
  if (find(request.id))
    return problem{error_code::conflict, "There is a subscription of this id; unsubscribe it first."};
  if (subscriptions() >= static_cast<std::size_t>(hub().limits().live_subscriptions_max))
    return problem{error_code::too_many_requests, "This connection has as many subscriptions as it may."};
  if (request.cursor && !hub().cursors().read(*request.cursor))
    return problem{error_code::invalid_cursor,
                   "The command has mistakes; see `errors`.",
                   {{"/cursor", "invalid_cursor", "is not a cursor of this server's feed"}}};
  return std::nullopt;
}

task<> websocket_connection::handle(subscribe_request request) {
  if (auto why = check(request))
    co_return complain(request.id, *why);
  auto resolving = hub().resolve(request.topic);
  result<live_topic> topic = co_await std::move(resolving);
  if (!is_open())
    co_return;
  if (!topic)
    co_return complain(request.id, topic.error());
  auto position = request.cursor ? *hub().cursors().read(*request.cursor) : hub().position();
  auto& s = subscribe(request.id, {*topic, std::move(request.filter), sees_}, position, request.cursor.has_value());
  s.label = event_frame_label(s.id);
  say(subscribed_frame{{}, s.id, request.cursor.value_or(cursor_at(position))});
  flush();
  read_up();
}

void websocket_connection::handle(const unsubscribe_request& request) {
  if (auto* found = find(request.id))
    unsubscribe(*found);
  else
    complain(request.id, {error_code::not_found, "There is no subscription of this id."});
}

void websocket_connection::complain(const std::optional<std::string>& id, const problem& why) {
  say(error_frame_of(id, why));
  if (!row_of(why.code).retryable && ++bad_commands_ >= bad_commands_max)
    refuse_peer(websocket::close_code::policy_error, "too many commands with mistakes");
}

void websocket_connection::refuse_peer(websocket::close_code code, std::string_view reason) {
  goodbye_ = websocket::close_reason{code, reason};
  end(live_close::protocol);
}

/// Why nothing more comes. What we began ourselves is known already.
void websocket_connection::note_end(net_error failed) {
  bool broke_rules =
    failed.category() == make_error_code(websocket::error::closed).category() && failed != websocket::error::closed;
  set_reason(broke_rules ? live_close::protocol : live_close::client);
}

} // namespace

void serve_websocket(const std::shared_ptr<live_hub>& hub, stream_handoff given) {
  const auto& head = given.request->head();
  auto why = check_upgrade(head, given.allowed_origin);
  std::vector<field_error> mistakes;
  read_query<no_query>(head.query, mistakes);
  if (!why && !mistakes.empty())
    why = problem{error_code::invalid_request, "The request has mistakes; see `errors`.", std::move(mistakes)};
  if (why)
    return refuse_stream(hub, std::move(given), std::move(*why));
  given.note(101);
  auto connection = std::make_shared<websocket_connection>(hub, std::move(given));
  asio::co_spawn(hub->io(), websocket_connection::run(std::move(connection)), on_stream_end);
}

} // namespace callboard::http
