#include "actors/housekeeper.hpp"

#include "actors/ask_reader.hpp"

#include <algorithm>

namespace callboard {
namespace {

/// Counting reads every row of an index: over a million tickets most of a second. So it has a twentieth of the time, but
/// whoever watches the gauges shall not look at what is older than this.
constexpr int pauses_a_count = 19;
constexpr std::chrono::minutes pause_max{5};

} // namespace

housekeeper_actor::behavior_type housekeeper_state::start(options given) {
  options_.emplace(std::move(given));
  self_->send(self_, tick{});
  return {[this](tick) {
    options_->home.memory_is_short = options_->memory_is_short();
    options_->watch();
    if (auto now = self_->clock().now(); now >= tidy_due_) {
      tidy_due_ = now + options_->interval;
      tidy();
      if (now >= count_due_)
        count();
    }
    self_->delayed_send(self_, options_->watch_interval, tick{});
  }};
}

void housekeeper_state::tidy() {
  if (busy_)
    return;
  busy_ = true;
  tidy_store how{options_->world.wall(), options_->idempotency_retention, options_->feed_retention};
  self_->request(options_->home.journal.get(), options_->store_timeout, how)
    .then(
      [this](bool more) {
        busy_ = false;
        // A chunk at a time through the journal's mailbox, so that people's writes come in between.
        if (more)
          tidy();
      },
      [this](caf::error&) { busy_ = false; });
}

void housekeeper_state::count() {
  auto begun = self_->clock().now();
  count_due_ = std::chrono::steady_clock::time_point::max(); // one at a time
  auto ended = [this, begun] {
    auto now = self_->clock().now();
    count_due_ = now + std::min<std::chrono::nanoseconds>(pauses_a_count * (now - begun), pause_max);
  };
  ask_reader(self_, options_->counting_reader(), options_->store_timeout, count_store{})
    .then(
      [this, ended](const store_counts& counts) {
        ended();
        options_->note(counts);
      },
      // A gauge that stays as it was says enough; the reader's own end is reported. What failed at once is asked again
      // soon.
      [ended](caf::error&) { ended(); });
}

housekeeper_actor spawn_housekeeper(caf::actor_system& system, housekeeper_options options) {
  return system.spawn<acting<housekeeper_state>>(std::move(options));
}

} // namespace callboard
