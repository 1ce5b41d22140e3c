#include "actors/search_indexer.hpp"

#include "base/failpoint.hpp"

#include <algorithm>

namespace callboard {

using steady = std::chrono::steady_clock;

indexer_actor::behavior_type indexer_state::start(options given) {
  options_.emplace(std::move(given));
  writer_ = options_->engine->make_indexer();
  reader_ = options_->engine->make_reader();
  page_ = options_->page;
  self_->send(self_, tick{});
  return {
    [this](tick) {
      look();
      read_on();
      self_->delayed_send(self_, options_->interval, tick{});
    },
    [this](read_again) {
      reminded_ = false;
      read_on();
    },
  };
}

void indexer_state::fall_behind() {
  auto& since = options_->home.search_behind_since;
  since = std::min(since.load(), self_->clock().now());
}

void indexer_state::catch_up() { options_->home.search_behind_since = steady::time_point::max(); }

/// What is not indexed is younger than what is, and than the moment since when there has been some. Times from a clock that
/// was ahead say nothing.
duration_ms indexer_state::lag() const {
  auto now = self_->clock().now();
  auto behind = std::chrono::duration_cast<duration_ms>(now - std::min(options_->home.search_behind_since.load(), now));
  auto wall = options_->world.wall();
  if (!indexed_until_ || *indexed_until_ > wall)
    return behind;
  return std::min(std::chrono::duration_cast<duration_ms>(wall - *indexed_until_), behind);
}

/// The lag is told at each tick, also while people go first.
void indexer_state::look() {
  const auto& home = options_->home;
  if (home.feed_head.load() > home.search_feed_id.load())
    fall_behind();
  options_->note(std::chrono::duration<double>(lag()).count());
}

/// People first.
bool indexer_state::gives_way() const {
  const auto& home = options_->home;
  return self_->clock().now() < rests_until_ || home.background_waits(options_->journal_wait_max_us)
         || (home.journal_batch.load() >= options_->busy_batch && lag() < options_->lag_max);
}

void indexer_state::read_on() {
  if (busy_ || gives_way())
    return;
  busy_ = true;
  try {
    hit_failpoint("search_indexer.read");
    auto page = reader_->texts({options_->home.search_feed_id.load(), page_});
    take(page);
  } catch (const store_failure&) {
    fail();
  }
}

void indexer_state::take(search_page& page) {
  if (page.feed_id > options_->home.search_feed_id.load()) {
    fall_behind();
    return write({std::move(page.entries), page.feed_id}, page.time, page.more);
  }
  catch_up();
  finish(false);
}

void indexer_state::write(index_search found, timestamp last, bool more) {
  if (writer_)
    return write_beside(found, last, more);
  auto feed_id = found.feed_id;
  auto asked = self_->clock().now();
  bool others_write = options_->home.journal_batch.load() > 0;
  auto rest = [this, asked, others_write] {
    if (others_write || options_->home.journal_batch.load() > 0)
      rest_after(self_->clock().now() - asked);
  };
  self_->request(options_->home.journal.get(), options_->store_timeout, std::move(found))
    .then(
      [this, rest, feed_id, last, more](bool) {
        rest();
        on_written(feed_id, last, more);
      },
      [this, rest](caf::error&) {
        rest();
        fail();
      });
}

void indexer_state::write_beside(const index_search& found, timestamp last, bool more) {
  try {
    writer_->index(found);
  } catch (const store_failure&) {
    return fail();
  }
  on_written(found.feed_id, last, more);
}

/// The journal stored nothing meanwhile. While people write, most of its time is theirs.
void indexer_state::rest_after(steady::duration work) {
  rests_until_ = self_->clock().now() + std::min<steady::duration>(options_->rest * work, options_->rest_max);
}

void indexer_state::on_written(std::int64_t feed_id, timestamp last, bool more) {
  indexed_until_ = last;
  page_ = std::min(page_ * 2, options_->page);
  options_->home.search_feed_id.store(feed_id);
  if (!more)
    catch_up();
  finish(more);
}

/// The next tick tries again, with less at once.
void indexer_state::fail() {
  page_ = std::max(page_ / 2, 1);
  finish(false);
}

/// By a message, so that a long way to go keeps nobody from ending this actor.
void indexer_state::finish(bool more) {
  busy_ = false;
  look();
  if (!more || std::exchange(reminded_, true))
    return;
  if (auto now = self_->clock().now(); now < rests_until_)
    self_->delayed_send(self_, rests_until_ - now, read_again{});
  else
    self_->send(self_, read_again{});
}

indexer_actor spawn_search_indexer(caf::actor_system& system, indexer_options options) {
  return system.spawn<acting<indexer_state>, caf::detached>(std::move(options));
}

} // namespace callboard
