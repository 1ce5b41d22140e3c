#pragma once

#include "http/live/hub.hpp"
#include "http/live/outbox.hpp"
#include "http/stream_handoff.hpp"

#include <list>

namespace callboard::http {

/// One live stream: its socket, its outbox, its subscriptions. What its bytes look like is the transport's.
///
/// A subscription is live, and then gets what the hub publishes, or it is read up from the table and looks away until it
/// is at the hub's position: so nothing is missed and nothing comes twice. When the outbox is full all of them look
/// away (the stream is behind); when it has drained they are read up from where they stopped, and when it has not
/// within `limits.live_behind_timeout` the stream is closed with the cursor of what was delivered (reliability C-6).
///
/// Owned by the coroutine that reads its socket; everything runs on the hub's thread.
class live_connection : public expiring, public std::enable_shared_from_this<live_connection> {
public:
  live_connection(const std::shared_ptr<live_hub>& hub, stream_handoff&& given, live_transport transport);
  ~live_connection() override;

  /// From the hub: an event that a live subscription of ours wants.
  void deliver(live_subscription& s, const live_event& event, verdict said);

  /// Writes what the socket takes, and the rest when it takes more.
  void flush();

  /// Whether the table no longer keeps all that comes after a position.
  static bool is_expired(std::int64_t position, const feed_page& page);

  /// To be closed with a resumable cursor after this time.
  void end_within(std::chrono::milliseconds after);

protected:
  // What a transport looks like. What it says is appended to the outbox, and flushed by who had it said.
  virtual std::size_t size_of(const live_subscription& s, const live_event& event, verdict said) const = 0;
  virtual void append_event(std::string& out, const live_subscription& s, const live_event& event, verdict said) = 0;
  virtual void say_caught_up(live_subscription& s) = 0;
  /// The subscription's position is older than what the table keeps. True when it goes on from the hub's position.
  virtual bool say_expired(live_subscription& s) = 0;
  virtual void say_heartbeat() = 0;
  /// Tells the peer that this is the end, and where to resume. What is in the outbox has been dealt with.
  virtual void say_goodbye(live_close why, const std::string& cursor) = 0;
  /// Whether events may still be sent.
  virtual bool is_open() const { return is_started_ && !is_ending_ && !is_closed_; }
  /// Called every `ping` while the stream is open, to watch over the peer.
  virtual void watch(steady_time) {}
  virtual void on_drained() {}
  virtual void on_closed() {}

  /// The stream is open: events may follow.
  void start();
  /// Begins the end, once.
  void end(live_close why);
  /// Ends it without a word.
  void abort(live_close why);
  /// Why it ends, unless that is known already.
  void set_reason(live_close why);
  /// For the coroutine that reads, when nothing more comes: lets the peer have what is written, then closes.
  task<> close_politely();

  /// Watches from `position` on. With `resume` what was missed is read first, and said when it is through.
  live_subscription& subscribe(std::string id, subscription_rule rule, std::int64_t position, bool resume);
  void unsubscribe(live_subscription& s);
  live_subscription* find(std::string_view id);
  std::size_t subscriptions() const { return subscriptions_.size(); }

  /// What the table has after a position.
  void take_page(std::int64_t after, const feed_page& page);
  /// Asks for the next page as long as some subscription lags and there is nothing left to write.
  void read_up();

  /// Where every subscription may be resumed, given that what is queued arrives.
  std::int64_t resume_position() const;
  const std::string& cursor_at(std::int64_t position) { return hub_->cursors().at(position); }

  live_hub& hub() { return *hub_; }
  boost::beast::tcp_stream& stream() { return stream_; }
  outbox& box() { return outbox_; }
  bool is_ending() const { return is_ending_; }
  bool is_closed() const { return is_closed_; }
  const std::string& request_id() const { return request_id_; }

private:
  void rearm();
  void on_expiry(steady_time now) final;
  void beat(steady_time now);
  bool queue_event(live_subscription& s, const live_event& event, verdict said);
  void fall_behind();
  void block();
  static bool is_read_up_by(const live_subscription& s, std::int64_t after, const feed_page& page);
  void take_event(const feed_event& event, std::int64_t after, const feed_page& page);
  void settle(std::int64_t after, const feed_page& page);
  void go_live(live_subscription& s);
  bool has_lagging() const;
  void on_page(std::int64_t after, result<feed_page> page);
  void wait_until_writable();
  void drained();

  std::shared_ptr<live_hub> hub_;
  boost::beast::tcp_stream stream_;
  std::string request_id_;
  connection_slot slot_;
  live_transport transport_;
  outbox outbox_;
  std::list<live_subscription> subscriptions_;

  bool is_started_ = false;
  bool is_ending_ = false;
  bool is_closed_ = false;
  bool is_waiting_to_write_ = false;
  bool is_reading_up_ = false;
  bool will_be_flushed_ = false;
  live_close reason_ = live_close::client;
  bool has_reason_ = false;

  static constexpr steady_time never = steady_time::max();
  steady_time start_until_;
  steady_time heartbeat_at_ = never;
  steady_time behind_until_ = never;
  steady_time retry_at_ = never;
  steady_time watch_at_ = never;
  steady_time end_at_ = never;  ///< the drain
  steady_time gone_at_ = never; ///< the end of patience after the goodbye
};

} // namespace callboard::http
