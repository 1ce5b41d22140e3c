#pragma once

#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "protocol/live.hpp"

#include <mutex>

// Events as the store would hand them out, and a table of them.
namespace callboard::http::test {

struct event_wish {
  std::int64_t feed_id = 1;
  ticket_id ticket = ticket_id::make();
  std::string type = "ticket.changed";
  ticket_context context = {};
  std::optional<ticket_context> before = {};
  std::size_t padding = 0; ///< bytes of text in `data`
  feed_source source = feed_source::ticket;
  std::string ticket_view = {};
};

inline std::shared_ptr<const feed_event> make_event(const event_wish& wish) {
  auto event = std::make_shared<feed_event>();
  event->feed_id = wish.feed_id;
  event->source = wish.source;
  event->subject = wish.ticket.bytes;
  event->version = wish.feed_id;
  event->type = wish.type;
  event->context = wish.context;
  event->before = wish.before;
  event->ticket = wish.ticket_view;
  event_view view{
    event_id::make(), wish.type, *from_rfc3339("2026-11-20T09:30:00Z"), wish.ticket, wish.feed_id, {}, {}};
  view.data.text =
    "{\"number\":" + std::to_string(wish.feed_id) + ",\"text\":\"" + std::string(wish.padding, 'x') + "\"}";
  append_json(event->json, view);
  return event;
}

/// What the store keeps: filled by the test, read by a stub reader on a thread of the actor system.
class feed_table {
public:
  void add(std::shared_ptr<const feed_event> event) {
    std::lock_guard lock{mutex_};
    events_.push_back(std::move(event));
  }

  feed_page read(const read_feed& asked) const {
    std::lock_guard lock{mutex_};
    feed_page page;
    page.head = events_.empty() ? forgotten_ : events_.back()->feed_id;
    page.oldest = events_.empty() ? 0 : events_.front()->feed_id;
    for (const auto& each : events_)
      if (each->feed_id > asked.after
          && page.events.size() < static_cast<std::size_t>(std::min(asked.limit, page_max_)))
        page.events.push_back(each);
    return page;
  }

  /// Retention has passed everything up to here.
  void forget(std::int64_t feed_id) {
    std::lock_guard lock{mutex_};
    std::erase_if(events_, [&](const auto& each) { return each->feed_id <= feed_id; });
    forgotten_ = feed_id;
  }
  /// Nobody is answered while it is held.
  std::unique_lock<std::mutex> hold() const { return std::unique_lock{mutex_}; }
  void set_page_max(int events) { page_max_ = events; }

private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const feed_event>> events_;
  std::int64_t forgotten_ = 0;
  int page_max_ = 1'000;
};

} // namespace callboard::http::test
