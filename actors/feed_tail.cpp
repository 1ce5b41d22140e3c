#include "actors/feed_tail.hpp"

#include "actors/ask_reader.hpp"
#include "base/failpoint.hpp"

namespace callboard {

feed_actor::behavior_type feed_state::start(options given) {
  options_.emplace(std::move(given));
  pause_ = options_->gather;
  self_->delayed_send(self_, options_->poll, tick{});
  return {
    [this](feed_hint hint) {
      hinted_ = true;
      hinted_id_ = std::max(hinted_id_, hint.feed_id);
      if (!behind_since_ && hinted_id_ > options_->home.feed_head.load())
        behind_since_ = self_->clock().now();
      read_on();
    },
    [this](read_again) {
      reminded_ = false;
      read_on();
    },
    [this](tick) {
      note(0);
      read_on();
      self_->delayed_send(self_, options_->poll, tick{});
    },
    [this](sink_done done) { on_done(done.batch); },
  };
}

void feed_state::read_on() {
  if (reading_ || hubs_missing_ > 0)
    return;
  auto now = self_->clock().now();
  if (now < next_read_) {
    if (!std::exchange(reminded_, true))
      self_->delayed_send(self_, next_read_ - now, read_again{});
    return;
  }
  hit_failpoint("feed.read");
  reading_ = true;
  hinted_ = false;
  next_read_ = now + options_->gather;
  read_feed question{options_->home.feed_head.load(), options_->page};
  ask_reader(self_, options_->home.internal_reader.get(), options_->store_timeout, question)
    .then(
      [this](feed_page& page) {
        reading_ = false;
        publish(page);
      },
      [this](caf::error&) { reading_ = false; }); // the next tick tries again
}

/// A transaction of somebody else in the same server can hold the horizon back for hours; one of our own is soon over.
void feed_state::wait_for_horizon() {
  if (hinted_id_ <= options_->home.feed_head.load())
    return;
  next_read_ = std::max(next_read_, self_->clock().now() + pause_);
  pause_ = std::min(2 * pause_, options_->held);
  read_on();
}

void feed_state::publish(feed_page& page) {
  if (page.events.empty())
    return wait_for_horizon();
  pause_ = options_->gather;
  if (page.events.size() >= static_cast<std::size_t>(options_->page)) {
    hinted_ = true; // there may be more
    next_read_ = {};
  }
  auto batch = std::make_shared<feed_batch>();
  batch->events = std::move(page.events);
  batch->head = batch->events.back()->feed_id;
  auto hubs = options_->home.sinks();
  hubs_missing_ = hubs.size();
  auto number = ++batch_;
  options_->home.feed_head.store(batch->head);
  if (batch->head >= hinted_id_)
    behind_since_.reset();
  else
    hinted_ = true; // what was hinted at came behind the horizon
  note(batch->events.size());
  for (const auto& hub : hubs)
    hub->publish(batch,
                 [self = caf::actor_cast<feed_actor>(self_), number] { caf::anon_send(self, sink_done{number}); });
  if (hubs.empty() && hinted_)
    read_on();
}

void feed_state::on_done(std::uint64_t batch) {
  if (batch != batch_ || hubs_missing_ == 0)
    return;
  if (--hubs_missing_ == 0 && hinted_)
    read_on();
}

void feed_state::note(std::size_t events) {
  options_->note(events, behind_since_ ? self_->clock().now() - *behind_since_ : std::chrono::steady_clock::duration{});
}

feed_actor spawn_feed(caf::actor_system& system, feed_options options) {
  return system.spawn<acting<feed_state>>(std::move(options));
}

} // namespace callboard
