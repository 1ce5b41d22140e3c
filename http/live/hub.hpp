#pragma once

#include "http/live/classification_waits.hpp"
#include "http/live/live_event.hpp"
#include "http/live/subscription_index.hpp"
#include "http/live/table_reader.hpp"

#include <random>
#include <unordered_set>

namespace callboard::http {

/// What one I/O thread's live streams share. The feed tail hands it a batch at a time; it asks each subscription whether
/// it wants an event, and appends encoded bytes to the boxes of those that do. Everything runs on the thread, but for
/// the construction and `publish` of the sink it registers.
///
/// Bounded by: one batch under way (the feed waits for `done`), each connection's outbox, `catch_up_reads_max`.
class live_hub : public std::enable_shared_from_this<live_hub> {
public:
  /// Its position begins at what the feed has published, so this must be before the feed begins.
  static std::shared_ptr<live_hub> make(server_context& context, asio::io_context& io, const live_timings& timings);
  /// Coroutines that wait for the store own the hub, so its owner must call this before it lets go.
  void close();
  live_hub(const live_hub&) = delete;
  live_hub& operator=(const live_hub&) = delete;

  const config::limit_settings& limits() const { return context_.settings.limits; }
  const live_metrics& meters() const { return context_.meters.live; }
  server_context& context() { return context_; }
  asio::io_context& io() { return io_; }
  const live_timings& timings() const { return timings_; }
  expiry_queue& expiries() { return expiries_; }
  table_reader& table() { return table_; }
  cursor_maker& cursors() { return cursors_; }

  /// Everything up to here has been published on this thread.
  std::int64_t position() const { return position_; }

  /// A live connection registers before its first subscription and stays until it is destroyed.
  void add(live_connection& c) { connections_.insert(&c); }
  void remove(live_connection& c) { connections_.erase(&c); }
  void add(live_subscription& s);
  void remove(live_subscription& s);

  /// Has its outbox written when the slice of events under way is through.
  void flush_later(live_connection& c) { unflushed_.push_back(&c); }
  void count_delivery() { ++deliveries_; }

  /// A ticket that is named by its number, or a department, looked up: `not_found`, or why that cannot be said.
  task<result<live_topic>> resolve(live_topic topic);

  void drain(std::chrono::milliseconds over);
  bool is_draining() const { return draining_; }
  /// When a stream that is there at the drain, or comes after, is to end.
  std::chrono::milliseconds drain_jitter();
  /// Seconds until who was refused may try again, with jitter.
  int retry_after() { return std::uniform_int_distribution{1, 3}(dice_); }

  /// Counts a stream that is only being refused, so that the drain waits for it, too.
  class refusal {
  public:
    explicit refusal(live_hub& hub) : hub_(hub) { ++hub_.refusals_; }
    ~refusal() { --hub_.refusals_; }
    refusal(const refusal&) = delete;
    refusal& operator=(const refusal&) = delete;

  private:
    live_hub& hub_;
  };
  std::size_t open() const { return connections_.size() + refusals_; }

  classification_waits& waits() { return waits_; }

private:
  class sink;
  struct batch_in_hand {
    std::shared_ptr<const feed_batch> batch;
    std::function<void()> done;
  };

  live_hub(server_context& context, asio::io_context& io, const live_timings& timings);
  void take(std::shared_ptr<const feed_batch> batch, std::function<void()> done);
  void publish_slice();
  void publish(const feed_event& event);
  void flush_all();
  task<result<live_topic>> resolve_ticket(live_topic topic);

  server_context& context_;
  asio::io_context& io_;
  live_timings timings_;
  expiry_queue expiries_;
  cursor_maker cursors_;
  std::shared_ptr<sink> sink_;
  std::minstd_rand dice_;

  std::int64_t position_;
  std::deque<batch_in_hand> batches_; ///< one, but for a feed that was started anew
  std::size_t next_ = 0;              ///< in the first batch
  std::size_t deliveries_ = 0;
  bool draining_ = false;
  std::chrono::milliseconds drain_over_{0};

  std::unordered_set<live_connection*> connections_;
  std::size_t refusals_ = 0;
  subscription_index index_;
  std::vector<live_connection*> unflushed_;
  classification_waits waits_;
  table_reader table_;
};

} // namespace callboard::http
