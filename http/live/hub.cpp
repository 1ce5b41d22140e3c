#include "http/live/hub.hpp"

#include "http/live/connection.hpp"

namespace callboard::http {

/// Registered with the house for as long as that lives, so it must stand the hub's end.
class live_hub::sink final : public live_sink {
public:
  explicit sink(asio::io_context& io) : io_(&io) {}

  void open(std::weak_ptr<live_hub> hub) { hub_ = std::move(hub); }

  void publish(std::shared_ptr<const feed_batch> batch, std::function<void()> done) override {
    std::unique_lock lock{mutex_};
    if (io_)
      return asio::post(*io_, [hub = hub_, batch = std::move(batch), done = std::move(done)]() mutable {
        if (auto there = hub.lock())
          there->take(std::move(batch), std::move(done));
        else
          done();
      });
    lock.unlock();
    done();
  }

  void end_classification_waits() override {
    std::lock_guard lock{mutex_};
    if (io_)
      asio::post(*io_, [hub = hub_] {
        if (auto there = hub.lock())
          there->waits_.end_all();
      });
  }

  void close() {
    std::lock_guard lock{mutex_};
    io_ = nullptr;
  }

private:
  std::mutex mutex_;
  asio::io_context* io_;
  std::weak_ptr<live_hub> hub_;
};

live_hub::live_hub(server_context& context, asio::io_context& io, const live_timings& timings)
    : context_(context),
      io_(io),
      timings_(timings),
      expiries_(io),
      cursors_(context.house.identity),
      sink_(std::make_shared<sink>(io)),
      dice_(static_cast<std::minstd_rand::result_type>(std::random_device{}())),
      position_(context.house.feed_head.load()),
      waits_(expiries_),
      table_(context, io, expiries_) {}

std::shared_ptr<live_hub> live_hub::make(server_context& context, asio::io_context& io, const live_timings& timings) {
  std::shared_ptr<live_hub> hub{new live_hub{context, io, timings}};
  hub->sink_->open(hub);
  hub->expiries_.start();
  context.house.add_sink(hub->sink_);
  return hub;
}

void live_hub::close() {
  sink_->close();
  expiries_.stop();
  table_.close();
}

void live_hub::add(live_subscription& s) {
  index_.add(s);
  meters().subscriptions.add();
}

void live_hub::remove(live_subscription& s) {
  index_.remove(s);
  meters().subscriptions.sub();
}

// --- publishing ---------------------------------------------------------------------------------------------------

void live_hub::take(std::shared_ptr<const feed_batch> batch, std::function<void()> done) {
  batches_.push_back({std::move(batch), std::move(done)});
  if (batches_.size() == 1)
    publish_slice();
}

/// A part of the batch, then the others on this thread have their turn. Writing between slices lets a client that reads
/// keep up with any batch: what stays in its outbox is only what the kernel did not take.
void live_hub::publish_slice() {
  auto& [batch, done] = batches_.front();
  auto end = std::min(batch->events.size(), next_ + slice_events_max);
  while (next_ < end && deliveries_ < slice_deliveries_max)
    publish(*batch->events[next_++]);
  flush_all();
  if (next_ == batch->events.size()) {
    position_ = std::max(position_, batch->head);
    auto finished = std::move(done);
    batches_.pop_front();
    next_ = 0;
    finished();
    if (batches_.empty())
      return;
  }
  asio::post(io_, [weak = weak_from_this()] {
    if (auto self = weak.lock())
      self->publish_slice();
  });
}

void live_hub::publish(const feed_event& event) {
  if (event.feed_id <= position_)
    return; // of a feed that was started anew
  if (event.source == feed_source::ticket && index_.size() > 0) {
    live_event going{event, cursors_};
    index_.for_each_candidate(event, [&](live_subscription& s) {
      if (!s.live || event.feed_id <= s.position)
        return;
      if (auto said = decide(s.rule, event); said != verdict::skip)
        s.owner->deliver(s, going, said);
    });
  }
  position_ = event.feed_id;
  waits_.see(event);
}

void live_hub::flush_all() {
  for (auto* each : unflushed_)
    each->flush();
  unflushed_.clear();
  if (deliveries_ > 0)
    meters().deliveries.add(static_cast<std::int64_t>(std::exchange(deliveries_, 0)));
}

// --- what connections ask -----------------------------------------------------------------------------------------

task<result<live_topic>> live_hub::resolve(live_topic topic) {
  if (topic.kind == topic_kind::ticket) {
    auto resolving = resolve_ticket(topic);
    result<live_topic> found = co_await std::move(resolving);
    co_return found;
  }
  if (topic.kind == topic_kind::department) {
    auto asking = table_.ask(find_department{topic.department});
    result<optional_department> found = co_await std::move(asking);
    if (!found)
      co_return result<live_topic>{tl::unexpected(std::move(found.error()))};
    if (!found->value)
      co_return result<live_topic>{refuse(error_code::not_found, "There is no such department.")};
  }
  co_return result<live_topic>{topic};
}

task<result<live_topic>> live_hub::resolve_ticket(live_topic topic) {
  ticket_ref ref{topic.ticket, topic.number};
  if (auto warm = context_.house.snapshots.find(ref)) {
    topic.ticket = warm->id;
    co_return result<live_topic>{topic};
  }
  auto asking = table_.ask(load_ticket{ref, std::nullopt});
  result<loaded_ticket> found = co_await std::move(asking);
  if (!found)
    co_return result<live_topic>{tl::unexpected(std::move(found.error()))};
  if (!found->state || found->state->memory.deleted)
    co_return result<live_topic>{refuse(error_code::not_found, "There is no such ticket.")};
  topic.ticket = found->state->ticket.id;
  co_return result<live_topic>{topic};
}

// --- the end ------------------------------------------------------------------------------------------------------

void live_hub::drain(std::chrono::milliseconds over) {
  draining_ = true;
  drain_over_ = over;
  waits_.end_all();
  for (auto* each : connections_)
    each->end_within(drain_jitter());
}

std::chrono::milliseconds live_hub::drain_jitter() {
  std::uniform_int_distribution<std::int64_t> spread{0, std::max<std::int64_t>(drain_over_.count(), 0)};
  return std::chrono::milliseconds{spread(dice_)};
}

} // namespace callboard::http
