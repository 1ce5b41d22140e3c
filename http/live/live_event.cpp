#include "http/live/live_event.hpp"

#include "base/check.hpp"
#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "http/cursor.hpp"

namespace callboard::http {
namespace {

constexpr std::string_view entered_type = "ticket.entered";
constexpr std::string_view left_type = "ticket.left";

} // namespace

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

std::string_view live_event::type(verdict said) const {
  return said == verdict::entered ? entered_type : said == verdict::left ? left_type : std::string_view{event_.type};
}

/// Who gets a ticket into view needs all of it; who no longer may or wants to see it is told which one, and nothing of
/// what it became.
const std::string& live_event::json(verdict said) const {
  if (said == verdict::entered) {
    if (entered_json_.empty())
      entered_json_ = encode_as(entered_type, "{\"ticket\":" + event_.ticket + '}');
    return entered_json_;
  }
  if (said == verdict::left) {
    if (left_json_.empty())
      left_json_ = encode_as(left_type, "{}");
    return left_json_;
  }
  return event_.json;
}

std::string live_event::encode_as(std::string_view type, std::string data) const {
  auto view = from_json_text<event_view>(event_.json, read_as::stored);
  CALLBOARD_CHECK(view, "an event of the feed is encoded as an event view");
  view->type = type;
  view->data.text = std::move(data);
  return to_json(*view);
}

} // namespace callboard::http
