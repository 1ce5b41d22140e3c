#include "http/framing/head_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/check.hpp"
#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

constexpr std::uint64_t every_byte(unsigned char byte) { return 0x0101010101010101u * byte; }

/// Whether eight bytes at once hold no control byte. May say no to a tab, never yes to what is not text.
bool is_plain_text(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  auto below_space = (word - every_byte(0x20)) & ~word;
  auto with_del_as_zero = word ^ every_byte(0x7f);
  auto is_del = (with_del_as_zero - every_byte(0x01)) & ~with_del_as_zero;
  return ((below_space | is_del) & every_byte(0x80)) == 0;
}

/// The first byte at or after `from` that no line may hold: a line end, or a mistake.
std::size_t text_end(std::string_view data, std::size_t from) {
  while (data.size() - from >= 8 && is_plain_text(data.data() + from))
    from += 8;
  return run_end(text_byte, data, from);
}

} // namespace

head_reader::head_reader(const framing_limits& limits) : limits_(limits) {
  limits_.head_bytes_max = std::min(limits_.head_bytes_max, head_bytes_ceiling);
  limits_.fields_max = std::min(limits_.fields_max, head_fields::capacity);
}

bool head_reader::is_head_request(std::string_view data) const {
  return data.substr(request_line_begin_).starts_with("HEAD ");
}

void head_reader::restart() {
  is_whole_ = false;
  progress_ = head_progress::need_more;
  position_ = 0;
  line_begin_ = 0;
  empty_line_skipped_ = false;
  request_line_read_ = false;
  may_have_moved_ = false;
  request_line_begin_ = 0;
  framing_ = {};
  head_.fields.clear();
}

head_progress head_reader::read(std::string_view data) {
  CALLBOARD_CHECK(data.size() >= position_, "the bytes given to a head reader only grow");
  if (progress_ == head_progress::need_more && request_line_read_)
    may_have_moved_ = true;
  while (progress_ == head_progress::need_more) {
    // Bytes beyond the window are never looked at, so that a refusal does not depend on how the bytes were cut.
    auto window = data.substr(0, window_size());
    position_ = text_end(window, position_);
    if (position_ == window.size())
      return wait_for_more(data);
    if (window[position_] != '\r')
      return refuse_byte(window);
    if (position_ + 1 == window.size())
      return wait_for_more(data);
    if (window[position_ + 1] != '\n')
      return refuse({framing_error::bare_carriage_return, position_});
    take_line(data, position_);
  }
  return progress_;
}

/// While the request line is being read its own bound counts, so that an endless target is told as what it is.
std::size_t head_reader::window_size() const {
  if (request_line_read_)
    return limits_.head_bytes_max;
  return std::min(limits_.head_bytes_max, line_begin_ + request_line_bytes_max(limits_.target_bytes_max));
}

head_progress head_reader::wait_for_more(std::string_view data) {
  auto window = window_size();
  if (data.size() < window)
    return head_progress::need_more;
  if (window == limits_.head_bytes_max)
    return refuse({framing_error::head_too_large, window});
  auto refusal = refuse_endless_request_line(data.substr(line_begin_, window - line_begin_), limits_.target_bytes_max);
  return refuse({refusal.which, window});
}

head_progress head_reader::refuse(framing_refusal refusal) {
  refusal_ = refusal;
  return progress_ = head_progress::refused;
}

head_progress head_reader::refuse_byte(std::string_view data) {
  switch (data[position_]) {
    case '\n': return refuse({framing_error::bare_line_feed, position_});
    case '\0': return refuse({framing_error::nul_byte, position_});
    default: return refuse({framing_error::control_byte, position_});
  }
}

/// The line from `line_begin_` to `end`, where its CRLF stands.
head_progress head_reader::take_line(std::string_view data, std::size_t end) {
  auto line = data.substr(line_begin_, end - line_begin_);
  position_ = end + 2;
  if (!request_line_read_)
    take_request_line(line);
  else if (line.empty())
    finish(data);
  else
    take_field(line);
  line_begin_ = position_;
  return progress_;
}

head_progress head_reader::take_request_line(std::string_view line) {
  if (line.empty()) {
    if (empty_line_skipped_)
      return refuse({framing_error::empty_lines_repeated, line_begin_});
    empty_line_skipped_ = true;
    request_line_begin_ = position_;
    return progress_;
  }
  if (auto refusal = read_request_line(line, limits_.target_bytes_max, request_line_))
    return refuse({refusal->which, line_begin_ + refusal->at});
  request_line_read_ = true;
  request_line_size_ = line.size();
  return progress_;
}

head_progress head_reader::take_field(std::string_view line) {
  if (head_.fields.size() == limits_.fields_max)
    return refuse({framing_error::too_many_fields, line_begin_});
  field_line field;
  if (auto refusal = read_field_line(line, field))
    return refuse({refusal->which, line_begin_ + refusal->at});
  auto place_of = [this, line](std::string_view part) {
    return static_cast<std::uint16_t>(line_begin_ + static_cast<std::size_t>(part.data() - line.data()));
  };
  head_.fields.add({place_of(field.name), static_cast<std::uint16_t>(field.name.size()), place_of(field.value),
                    static_cast<std::uint16_t>(field.value.size())});
  if (auto refusal = framing_.take(field, line_begin_))
    return refuse(*refusal);
  return progress_;
}

head_progress head_reader::finish(std::string_view data) {
  // It was accepted before, from the same bytes at another place.
  if (may_have_moved_)
    read_request_line(data.substr(request_line_begin_, request_line_size_), limits_.target_bytes_max, request_line_);
  head_.fields.bytes_ = data.data();
  head_.method = request_line_.method;
  head_.target = request_line_.target;
  head_.path = request_line_.path;
  head_.query = request_line_.query;
  head_.version_minor = request_line_.version_minor;
  head_.host = head_.fields.find("host").value_or(request_line_.authority);
  head_.size = position_;
  is_whole_ = true;
  if (auto refusal = framing_.settle(limits_, position_, head_))
    return refuse(*refusal);
  if (!request_line_.authority.empty() && !equal_ignoring_case(request_line_.authority, head_.host))
    return refuse({framing_error::target_authority_foreign, request_line_begin_});
  return progress_ = head_progress::complete;
}

framing_result read_head(std::string_view data, const framing_limits& limits) {
  head_reader reader{limits};
  switch (reader.read(data)) {
    case head_progress::complete: return reader.head();
    case head_progress::refused: return reader.refusal();
    case head_progress::need_more: break;
  }
  return head_incomplete{};
}

} // namespace callboard::http
