#include "http/live/connection.hpp"

#include "base/check.hpp"
#include "ops/log.hpp"

#include <netinet/tcp.h>

namespace callboard::http {
namespace {

using std::chrono::steady_clock;

constexpr auto close_timeout = std::chrono::seconds{5};
constexpr std::size_t close_bytes_max = 1024 * 1024;

/// How long TCP waits for acknowledgements before it gives a connection up.
class acknowledge_timeout {
public:
  explicit acknowledge_timeout(std::chrono::milliseconds time) : value_(static_cast<unsigned>(time.count())) {}
  template <class Protocol>
  int level(const Protocol&) const {
    return IPPROTO_TCP;
  }
  template <class Protocol>
  int name(const Protocol&) const {
    return TCP_USER_TIMEOUT;
  }
  template <class Protocol>
  const void* data(const Protocol&) const {
    return &value_;
  }
  template <class Protocol>
  std::size_t size(const Protocol&) const {
    return sizeof value_;
  }

private:
  unsigned value_;
};

} // namespace

live_connection::live_connection(const std::shared_ptr<live_hub>& hub, stream_handoff&& given, live_transport transport)
    : hub_(hub),
      stream_(std::move(given.stream)),
      request_id_(std::move(given.request_id)),
      slot_(std::move(given.slot)),
      transport_(transport),
      outbox_(static_cast<std::size_t>(hub->limits().live_queue_messages),
              static_cast<std::size_t>(hub->limits().live_queue_bytes)),
      start_until_(steady_clock::now() + hub->timings().handshake) {
  net_error ignored; // a socket that fails here fails at its first use, too
  auto& socket = stream_.socket();
  socket.non_blocking(true, ignored);
  // What the kernel holds for a slow reader is bounded like what we hold.
  socket.set_option(asio::socket_base::send_buffer_size{hub->limits().live_queue_bytes}, ignored);
  socket.set_option(acknowledge_timeout{hub->timings().unacknowledged}, ignored);
  hub_->add(*this);
  hub_->expiries().add(*this);
  hub_->meters().connections(transport_).add();
  rearm();
}

live_connection::~live_connection() {
  for (auto& each : subscriptions_)
    hub_->remove(each);
  hub_->meters().connections(transport_).sub();
  hub_->meters().closed(reason_).add();
  hub_->expiries().remove(*this);
  hub_->remove(*this);
}

// --- events -------------------------------------------------------------------------------------------------------

void live_connection::deliver(live_subscription& s, const live_event& event, verdict said) {
  if (!is_open())
    return;
  if (!queue_event(s, event, said))
    fall_behind();
  else if (!std::exchange(will_be_flushed_, true))
    hub_->flush_later(*this);
}

/// False when there is no room for it, even after the socket was offered what is there.
bool live_connection::queue_event(live_subscription& s, const live_event& event, verdict said) {
  auto size = size_of(s, event, said);
  if (!outbox_.has_room(size)) {
    flush();
    if (!is_open() || !outbox_.has_room(size))
      return false;
  }
  append_event(outbox_.tail(), s, event, said);
  outbox_.commit(event.feed_id());
  s.position = event.feed_id();
  hub_->count_delivery();
  return true;
}

/// All live subscriptions have looked at everything up to the hub's position, but not at the event under way.
void live_connection::fall_behind() {
  if (!is_open())
    return;
  for (auto& each : subscriptions_)
    if (std::exchange(each.live, false))
      each.position = std::max(each.position, hub_->position());
  block();
}

/// Nothing more fits: the peer must read within the time.
void live_connection::block() {
  if (behind_until_ != never)
    return;
  behind_until_ = steady_clock::now() + hub_->limits().live_behind_timeout;
  rearm();
}

live_subscription& live_connection::subscribe(std::string id, subscription_rule rule, std::int64_t position,
                                              bool resume) {
  auto& s = subscriptions_.emplace_back();
  s.owner = this;
  s.id = std::move(id);
  s.rule = std::move(rule);
  s.position = position;
  s.live = !resume;
  s.owes_caught_up = resume;
  hub_->add(s);
  return s;
}

void live_connection::unsubscribe(live_subscription& s) {
  hub_->remove(s);
  subscriptions_.remove_if([&](const live_subscription& each) { return &each == &s; });
}

live_subscription* live_connection::find(std::string_view id) {
  for (auto& each : subscriptions_)
    if (each.id == id)
      return &each;
  return nullptr;
}

std::int64_t live_connection::resume_position() const {
  auto position = std::numeric_limits<std::int64_t>::max();
  for (const auto& each : subscriptions_)
    position = std::min(position, each.live ? std::max(each.position, hub_->position()) : each.position);
  return subscriptions_.empty() ? hub_->position() : position;
}

// --- reading up ---------------------------------------------------------------------------------------------------

bool live_connection::is_expired(std::int64_t position, const feed_page& page) {
  if (position < 0 || position > page.head)
    return true; // of another epoch, or of events that the store has lost
  return page.oldest == 0 ? position < page.head : position + 1 < page.oldest;
}

bool live_connection::has_lagging() const {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(), [](const auto& each) { return !each.live; });
}

void live_connection::go_live(live_subscription& s) {
  s.live = true;
  if (std::exchange(s.owes_caught_up, false))
    say_caught_up(s);
}

void live_connection::read_up() {
  if (is_reading_up_ || !is_open() || !outbox_.empty() || retry_at_ != never)
    return;
  for (auto& each : subscriptions_)
    if (!each.live && each.position == hub_->position())
      go_live(each); // there is nothing to read
  if (!outbox_.empty())
    return flush();
  if (!has_lagging())
    return;
  auto after = std::numeric_limits<std::int64_t>::max();
  for (const auto& each : subscriptions_)
    if (!each.live)
      after = std::min(after, std::max<std::int64_t>(each.position, 0));
  is_reading_up_ = true;
  hub_->table().read_page(after, [weak = weak_from_this(), after](result<feed_page> page) {
    if (auto self = weak.lock())
      self->on_page(after, std::move(page));
  });
}

void live_connection::on_page(std::int64_t after, result<feed_page> page) {
  is_reading_up_ = false;
  if (!is_open())
    return;
  if (page)
    return take_page(after, *page);
  retry_at_ = steady_clock::now() + hub_->timings().retry;
  rearm();
}

/// Whether a page that was asked for after a position has all that a subscription lacks. While it was under way one may
/// have come (or stopped being live) that is behind it, or that comes from beyond the head of then: the next is theirs.
bool live_connection::is_read_up_by(const live_subscription& s, std::int64_t after, const feed_page& page) {
  return !s.live && std::max<std::int64_t>(s.position, 0) >= after && (s.position <= page.head || after > page.head);
}

void live_connection::take_page(std::int64_t after, const feed_page& page) {
  is_reading_up_ = true; // room that comes in between is for this page
  for (auto each = subscriptions_.begin(); each != subscriptions_.end();) {
    auto& s = *each++;
    if (!is_read_up_by(s, after, page) || !is_expired(s.position, page))
      continue;
    if (!say_expired(s))
      return end(live_close::resync);
    s.position = hub_->position();
    s.owes_caught_up = false;
    s.live = true;
  }
  for (const auto& event : page.events) {
    if (behind_until_ != never || !is_open())
      break;
    take_event(*event, after, page);
  }
  settle(after, page);
  is_reading_up_ = false;
  flush(); // and reads on, when all is written
}

/// Offers an event to the subscriptions that have not looked at it. Those that find no room stay before it.
void live_connection::take_event(const feed_event& event, std::int64_t after, const feed_page& page) {
  live_event going{event, hub_->cursors()};
  for (auto& each : subscriptions_) {
    if (!is_read_up_by(each, after, page) || event.feed_id <= each.position)
      continue;
    auto said = decide(each.rule, event);
    if (said != verdict::skip && !queue_event(each, going, said))
      return block();
    each.position = event.feed_id;
  }
}

/// Those that are where the hub is are live from here on.
void live_connection::settle(std::int64_t after, const feed_page& page) {
  if (!is_open() || behind_until_ != never)
    return;
  auto seen = page.events.empty() ? page.head : page.events.back()->feed_id;
  for (auto& each : subscriptions_) {
    if (!is_read_up_by(each, after, page))
      continue;
    each.position = std::max(each.position, seen);
    if (each.position >= hub_->position())
      go_live(each);
  }
}

// --- writing ------------------------------------------------------------------------------------------------------

void live_connection::flush() {
  will_be_flushed_ = false;
  if (is_waiting_to_write_ || is_closed_)
    return;
  while (!outbox_.empty()) {
    net_error failed;
    auto unsent = outbox_.unsent();
    outbox_.sent(stream_.socket().write_some(asio::buffer(unsent.data(), unsent.size()), failed));
    if (failed == asio::error::would_block)
      return wait_until_writable();
    if (failed)
      return abort(live_close::client);
  }
  drained();
}

void live_connection::wait_until_writable() {
  is_waiting_to_write_ = true;
  stream_.socket().async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](net_error failed) {
    self->is_waiting_to_write_ = false;
    if (!failed)
      self->flush();
  });
}

void live_connection::drained() {
  if (std::exchange(behind_until_, never) != never)
    rearm();
  on_drained();
  read_up();
}

// --- time ---------------------------------------------------------------------------------------------------------

void live_connection::start() {
  is_started_ = true;
  auto now = steady_clock::now();
  heartbeat_at_ = now + hub_->timings().heartbeat;
  watch_at_ = now + hub_->timings().ping;
  rearm();
  if (hub_->is_draining())
    end_within(hub_->drain_jitter());
}

void live_connection::rearm() {
  auto next = std::min({behind_until_, retry_at_, end_at_, gone_at_});
  if (!is_started_)
    next = std::min(next, start_until_);
  else if (!is_ending_)
    next = std::min({next, heartbeat_at_, watch_at_});
  expires_at(next);
}

void live_connection::on_expiry(steady_time now) {
  auto self = weak_from_this().lock(); // what happens here may let go of us
  if (!self || is_closed_)
    return;
  if (now >= gone_at_)
    return abort(reason_);
  if (!is_started_ && now >= std::min(start_until_, end_at_))
    return abort(end_at_ <= now ? live_close::draining : live_close::client);
  if (now >= end_at_ && !is_ending_)
    return end(live_close::draining);
  if (now >= behind_until_ && !is_ending_)
    return end(live_close::slow);
  if (now >= retry_at_) {
    retry_at_ = never;
    read_up();
  }
  if (is_open() && now >= heartbeat_at_)
    beat(now);
  if (is_open() && now >= watch_at_) {
    watch_at_ = now + hub_->timings().ping;
    watch(now);
  }
  if (!is_closed_)
    rearm();
}

void live_connection::beat(steady_time now) {
  heartbeat_at_ = now + hub_->timings().heartbeat;
  if (outbox_.is_crowded())
    return; // what waits there says as much
  say_heartbeat();
  flush();
}

void live_connection::end_within(std::chrono::milliseconds after) {
  end_at_ = std::min(end_at_, steady_clock::now() + after);
  rearm();
}

// --- the end ------------------------------------------------------------------------------------------------------

void live_connection::end(live_close why) {
  if (is_ending_ || is_closed_)
    return;
  auto position = resume_position();
  auto patience = hub_->timings().close;
  if (why == live_close::slow) {
    position = std::min(position, outbox_.drop_unsent() - 1);
    patience = hub_->timings().close_slow; // it has had some already
  }
  is_ending_ = true;
  set_reason(why);
  behind_until_ = retry_at_ = end_at_ = never;
  gone_at_ = steady_clock::now() + patience;
  say_goodbye(why, std::string{cursor_at(position)});
  flush();
  if (!is_closed_)
    rearm();
}

void live_connection::set_reason(live_close why) {
  if (!std::exchange(has_reason_, true))
    reason_ = why;
}

void live_connection::abort(live_close why) {
  if (std::exchange(is_closed_, true))
    return;
  set_reason(why);
  never_expires();
  stream_.close();
  on_closed();
}

task<> live_connection::close_politely() {
  if (is_closed_)
    co_return;
  // Closing while bytes of the peer are unread would reset the connection and could take our last words with it.
  net_error failed;
  is_ending_ = true;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
  gone_at_ = steady_clock::now() + close_timeout;
  rearm();
  std::array<char, 16 * 1024> unread;
  for (std::size_t discarded = 0; !failed && !is_closed_ && discarded < close_bytes_max;) {
    auto reading = stream_.async_read_some(asio::buffer(unread), use_tuple);
    auto [broken, size] = co_await std::move(reading);
    failed = broken;
    discarded += size;
  }
  abort(reason_);
}

} // namespace callboard::http
