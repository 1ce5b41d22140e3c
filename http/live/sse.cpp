#include "base/json_write.hpp"
#include "http/answer.hpp"
#include "http/live/connection.hpp"
#include "http/live/event_stream.hpp"
#include "http/live/serve.hpp"
#include "http/request_fields.hpp"

#include <boost/asio/co_spawn.hpp>

namespace callboard::http {
namespace {

constexpr int retry_ms = 2'000;

std::string stream_head(const request_head& head, std::string_view request_id, std::string_view allowed_origin) {
  std::string out = "HTTP/1.1 200 OK\r\n";
  out += date_line_of(std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count());
  out += "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n";
  if (head.version_minor > 0)
    out += "Transfer-Encoding: chunked\r\n";
  append_common_fields(out, request_id, allowed_origin, false);
  out += "Connection: close\r\n\r\n";
  return out;
}

class sse_connection final : public live_connection {
public:
  sse_connection(const std::shared_ptr<live_hub>& hub, stream_handoff&& given)
      : live_connection(hub, std::move(given), live_transport::sse),
        request_(std::move(given.request)),
        allowed_origin_(std::move(given.allowed_origin)),
        writer_(request_->head().version_minor > 0) {}

  /// The head is written and the stream begins at `position`; with a page it is resumed, and that comes first.
  static task<> run(std::shared_ptr<sse_connection> self, subscription_rule rule, std::int64_t position,
                    std::optional<feed_page> missed) {
    self->open(std::move(rule), position, std::move(missed));
    auto reading = self->wait_for_end();
    co_await std::move(reading);
    auto closing = self->close_politely();
    co_await std::move(closing);
  }

private:
  std::size_t size_of(const live_subscription&, const live_event& event, verdict said) const override {
    constexpr std::size_t around = 48; // names of the fields, line ends, the chunk's frame
    return event.cursor().size() + event.json(said).size() + around;
  }
  void append_event(std::string& out, const live_subscription&, const live_event& event, verdict said) override {
    writer_.append_event(out, event.cursor(), event.type(said), event.json(said));
  }
  void say_caught_up(live_subscription&) override {}
  bool say_expired(live_subscription&) override { return false; } // the client comes back and gets its 410
  void say_heartbeat() override {
    writer_.append_heartbeat(box().tail());
    box().commit(outbox::no_event);
  }
  void say_goodbye(live_close why, const std::string& cursor) override;
  void on_drained() override;

  void open(subscription_rule rule, std::int64_t position, std::optional<feed_page> missed);
  task<> wait_for_end();

  std::unique_ptr<const request_copy> request_; ///< until the head is written
  std::string allowed_origin_;
  event_stream_writer writer_;
};

void sse_connection::open(subscription_rule rule, std::int64_t position, std::optional<feed_page> missed) {
  auto& out = box().tail();
  out += stream_head(request_->head(), request_id(), allowed_origin_);
  request_.reset();
  writer_.append_retry(out, retry_ms);
  writer_.append_cursor(out, cursor_at(position));
  box().commit(outbox::no_event);
  subscribe({}, std::move(rule), position, missed.has_value());
  start();
  if (missed)
    take_page(std::max<std::int64_t>(position, 0), *missed);
  else
    flush();
}

/// A place to resume from, for what was filtered away is not to be looked at again. Not when the client has to begin anew.
void sse_connection::say_goodbye(live_close why, const std::string& cursor) {
  if (why != live_close::resync)
    writer_.append_cursor(box().tail(), cursor);
  writer_.append_end(box().tail());
  box().commit(outbox::no_event);
}

void sse_connection::on_drained() {
  net_error ignored;
  if (is_ending())
    stream().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

/// Nothing is expected from the client but its end.
task<> sse_connection::wait_for_end() {
  std::array<char, 256> ignored;
  for (net_error failed; !failed;) {
    auto reading = stream().async_read_some(asio::buffer(ignored), use_tuple);
    auto [broken, size] = co_await std::move(reading);
    failed = broken;
  }
}

problem one_mistake(error_code code, field_error mistake) {
  return {code, "The request has mistakes; see `errors`.", {std::move(mistake)}};
}

std::optional<problem> check_head(const request_head& head) {
  std::string room;
  if (auto accept = list_field(head.fields, "Accept", room);
      accept && !accept->empty() && !accepts(*accept, "text/event-stream"))
    return problem{error_code::not_acceptable, "This is answered as text/event-stream."};
  if (head.fields.count("Last-Event-ID") > 1)
    return one_mistake(error_code::invalid_header, {"header:Last-Event-ID", "repeated", "may be sent once only"});
  return std::nullopt;
}

problem expired(const subscription_rule& rule) {
  problem why{error_code::cursor_expired,
              "Events after this cursor are no longer kept. Read the list, then watch anew."};
  why.extra = "\"list\":" + to_json(list_link(rule));
  return why;
}

struct beginning {
  subscription_rule rule;
  std::int64_t position = 0;
  std::optional<feed_page> missed;
};

/// Everything that can be refused, before the head of the stream is written.
task<result<beginning>> begin(std::shared_ptr<live_hub> hub, const request_head& head, scope sees) {
  using outcome = result<beginning>;
  if (auto why = check_head(head))
    co_return outcome{tl::unexpected(std::move(*why))};
  auto asked = read_events_request(head.query, head.fields.find("Last-Event-ID"));
  if (!asked)
    co_return outcome{tl::unexpected(std::move(asked.error()))};
  std::optional<std::int64_t> position;
  if (asked->cursor) {
    position = hub->cursors().read(*asked->cursor);
    if (!position) {
      auto last = head.fields.find("Last-Event-ID");
      auto where = last && !last->empty() ? "header:Last-Event-ID" : "query:cursor";
      auto why =
        one_mistake(error_code::invalid_cursor, {where, "invalid_cursor", "is not a cursor of this server's feed"});
      co_return outcome{tl::unexpected(std::move(why))};
    }
  }
  auto resolving = hub->resolve(asked->topic);
  result<live_topic> topic = co_await std::move(resolving);
  if (!topic)
    co_return outcome{tl::unexpected(std::move(topic.error()))};
  beginning out{{*topic, std::move(asked->filter), sees}, hub->position(), std::nullopt};
  if (position) {
    auto reading = hub->table().read_page(std::max<std::int64_t>(*position, 0));
    result<feed_page> page = co_await std::move(reading);
    if (!page)
      co_return outcome{tl::unexpected(std::move(page.error()))};
    if (sse_connection::is_expired(*position, *page))
      co_return outcome{tl::unexpected(expired(out.rule))};
    out.position = *position;
    out.missed = std::move(*page);
  }
  co_return outcome{std::move(out)};
}

task<> serve_one(std::shared_ptr<live_hub> hub, stream_handoff given) {
  live_hub::refusal maybe{*hub};
  auto beginning_of = begin(hub, given.request->head(), scope_of(given.who));
  result<beginning> begun = co_await std::move(beginning_of);
  if (begun && hub->is_draining())
    begun = refuse(error_code::draining, "The server is stopping.");
  if (!begun)
    co_return refuse_stream(hub, std::move(given), std::move(begun.error()));
  if (!begun->missed)
    begun->position = hub->position();
  given.note(200);
  auto connection = std::make_shared<sse_connection>(hub, std::move(given));
  asio::co_spawn(
    hub->io(),
    sse_connection::run(std::move(connection), std::move(begun->rule), begun->position, std::move(begun->missed)),
    on_stream_end);
}

} // namespace

void serve_event_stream(const std::shared_ptr<live_hub>& hub, stream_handoff given) {
  asio::co_spawn(hub->io(), serve_one(hub, std::move(given)), on_stream_end);
}

} // namespace callboard::http
