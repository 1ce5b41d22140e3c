#include "actors/search_indexer.hpp"

#include <algorithm>
#include <set>

namespace callboard {
namespace {

using steady = std::chrono::steady_clock;

bool changes_text(const feed_event& event) {
  return event.source == feed_source::ticket
         && (event.type == "ticket.created" || event.type == "ticket.changed" || event.type == "message.added"
             || event.type == "ticket.deleted");
}

} // namespace

indexer_actor::behavior_type indexer_state::start(options given) {
  options_.emplace(std::move(given));
  if (options_->engine)
    writer_ = options_->engine->make_indexer();
  self_->send(self_, tick{});
  return {[this](tick) {
    look();
    read_on();
    self_->delayed_send(self_, options_->interval, tick{});
  }};
}

void indexer_state::fall_behind() {
  auto& since = options_->home.search_behind_since;
  since = std::min(since.load(), self_->clock().now());
}

void indexer_state::catch_up() { options_->home.search_behind_since = steady::time_point::max(); }

/// The lag is told at each tick, also while people go first.
void indexer_state::look() {
  const auto& home = options_->home;
  if (home.feed_head.load() > home.search_feed_id.load())
    fall_behind();
  auto now = self_->clock().now();
  auto since = std::min(home.search_behind_since.load(), now);
  options_->note(std::chrono::duration<double>(now - since).count());
}

void indexer_state::read_on() {
  if (busy_ || options_->home.background_waits(options_->journal_wait_max_us))
    return;
  busy_ = true;
  self_
    ->request(options_->home.internal_reader.get(), options_->store_timeout,
              read_feed{options_->home.search_feed_id.load(), options_->page})
    .then([this](const feed_page& page) { collect(page); }, [this](caf::error&) { finish(false); });
}

void indexer_state::collect(const feed_page& page) {
  if (page.events.empty()) {
    catch_up();
    return finish(false);
  }
  fall_behind();
  std::set<ticket_id> touched;
  for (const auto& event : page.events)
    if (changes_text(*event))
      touched.insert({event->subject});
  auto feed_id = page.events.back()->feed_id;
  bool more = feed_id < page.head;
  self_
    ->request(options_->home.internal_reader.get(), options_->store_timeout,
              search_texts{{touched.begin(), touched.end()}})
    .then(
      [this, feed_id, more](search_entries& entries) {
        write({std::move(entries.value), feed_id}, more);
      },
      [this](caf::error&) { finish(false); });
}

void indexer_state::write(index_search found, bool more) {
  auto feed_id = found.feed_id;
  if (!writer_) {
    self_->request(options_->home.journal.get(), options_->store_timeout, std::move(found))
      .then([this, feed_id, more](bool) { on_written(feed_id, more); }, [this](caf::error&) { finish(false); });
    return;
  }
  try {
    writer_->index(found);
  } catch (const store_failure&) {
    return finish(false); // the next tick tries again
  }
  on_written(feed_id, more);
}

void indexer_state::on_written(std::int64_t feed_id, bool more) {
  options_->home.search_feed_id.store(feed_id);
  if (!more)
    catch_up();
  finish(more);
}

void indexer_state::finish(bool more) {
  busy_ = false;
  look();
  if (more)
    read_on();
}

indexer_actor spawn_search_indexer(caf::actor_system& system, indexer_options options) {
  return options.engine ? system.spawn<acting<indexer_state>, caf::detached>(std::move(options))
                        : system.spawn<acting<indexer_state>>(std::move(options));
}

} // namespace callboard
