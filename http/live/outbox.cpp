#include "http/live/outbox.hpp"

#include <algorithm>

namespace callboard::http {

void outbox::commit(std::int64_t feed_id) { marks_.push_back({bytes_.size(), feed_id}); }

void outbox::sent(std::size_t bytes) {
  sent_ += bytes;
  if (!empty()) {
    while (marks_[first_].end <= sent_)
      ++first_;
    if (first_begin() > bytes_.size() / 2)
      compact();
    return;
  }
  sent_ = first_ = 0;
  marks_.clear();
  bytes_.clear();
  // Thousands of idle connections must not keep what one burst needed.
  if (bytes_.capacity() > kept_bytes) {
    bytes_ = {};
    marks_ = {};
  }
}

/// Up to the first message that is not wholly sent, so that its begin stays known.
void outbox::compact() {
  auto begin = first_begin();
  bytes_.erase(0, begin);
  marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first_));
  for (auto& each : marks_)
    each.end -= begin;
  sent_ -= begin;
  first_ = 0;
}

std::int64_t outbox::drop_unsent() {
  auto lowest = no_event;
  if (empty())
    return lowest;
  auto keep = first_begin() < sent_ ? first_ + 1 : first_; // a message of which a part is sent must be ended
  for (auto i = keep; i < marks_.size(); ++i)
    lowest = std::min(lowest, marks_[i].feed_id);
  bytes_.resize(keep == 0 ? 0 : marks_[keep - 1].end);
  marks_.resize(keep);
  if (empty())
    sent(0);
  return lowest;
}

} // namespace callboard::http
