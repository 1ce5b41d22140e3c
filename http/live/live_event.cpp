#include "http/live/live_event.hpp"

#include "base/check.hpp"
#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "http/cursor.hpp"

namespace callboard::http {

const std::string& cursor_maker::at(std::int64_t feed_id) {
  if (feed_id != last_id_) {
    last_ = make_feed_cursor(key_, {epoch_, feed_id});
    last_id_ = feed_id;
  }
  return last_;
}

std::optional<std::int64_t> cursor_maker::read(std::string_view cursor) const {
  auto position = read_feed_cursor(key_, cursor);
  if (!position)
    return std::nullopt;
  return position->epoch == epoch_ && position->feed_id >= 0 ? position->feed_id : expired;
}

const std::string& live_event::cursor() const {
  if (cursor_.empty())
    cursor_ = cursors_.at(event_.feed_id);
  return cursor_;
}

/// Who no longer may or wants to see the ticket is told which one, and nothing of what it became.
const std::string& live_event::left_json() const {
  if (left_json_.empty()) {
    auto view = from_json_text<event_view>(event_.json, unknown_members::ignore);
    CALLBOARD_CHECK(view, "an event of the feed is encoded as an event view");
    view->type = left_type;
    view->data.text = "{}";
    left_json_ = to_json(*view);
  }
  return left_json_;
}

} // namespace callboard::http
