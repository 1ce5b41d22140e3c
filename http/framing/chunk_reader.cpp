#include "http/framing/chunk_reader.hpp"

#include <algorithm>

#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

/// Sixteen digits are all that 64 bits hold.
constexpr unsigned size_digits_max = 16;

/// What frames, routes, authenticates or describes the content (RFC 9110 section 6.5.1).
constexpr std::array<std::string_view, 16> forbidden_trailers{
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "max-forwards",
  "te",
  "trailer",
  "upgrade",
  "transfer-encoding",
};

std::uint64_t hex_value(char c) {
  return static_cast<std::uint64_t>(is(digit_byte, c) ? c - '0' : to_lower(c) - 'a' + 10);
}

} // namespace

chunk_reader::step chunk_reader::feed(std::string_view data, std::string& body) {
  std::size_t at = 0;
  while (at < data.size() && state_ < state::complete) {
    if (state_ == state::content) {
      auto taken = take_content(data.substr(at), body);
      at += taken;
      position_ += taken;
      continue;
    }
    take_byte(data[at]);
    // The byte that is refused is not taken, so that its place is the refusal's.
    if (state_ == state::refused)
      break;
    ++at;
    ++position_;
  }
  if (state_ == state::refused)
    return {chunk_progress::refused, at};
  return {state_ == state::complete ? chunk_progress::complete : chunk_progress::need_more, at};
}

std::size_t chunk_reader::take_content(std::string_view data, std::string& body) {
  auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), chunk_left_));
  body.append(data.substr(0, taken));
  body_bytes_ += taken;
  chunk_left_ -= taken;
  if (chunk_left_ == 0)
    state_ = state::content_return;
  return taken;
}

void chunk_reader::take_byte(char c) {
  if (state_ <= state::size)
    return take_size(c);
  if (state_ <= state::extension_quoted_end)
    return take_extension(c);
  if (state_ == state::size_line_feed)
    return expect_line_feed(c, chunk_left_ == 0 ? state::trailer_first : state::content);
  if (state_ <= state::content_line_feed)
    return take_content_end(c);
  if (state_ <= state::trailer_line_feed)
    return take_trailer(c);
  return expect_line_feed(c, state::complete);
}

void chunk_reader::take_size(char c) {
  if (is(hex_byte, c)) {
    if (++size_digits_ > size_digits_max)
      return refuse(framing_error::chunk_size_too_long);
    chunk_left_ = chunk_left_ << 4 | hex_value(c);
    state_ = state::size;
    return;
  }
  if (state_ == state::size_first || (c != ';' && c != '\r'))
    return refuse_byte(c, framing_error::chunk_size_invalid);
  if (chunk_left_ > limits_.body_bytes_max - body_bytes_)
    return refuse(framing_error::body_too_large);
  size_digits_ = 0;
  take_extension(c);
}

/// Counts first: a chunk of one byte could otherwise carry any amount beside it.
void chunk_reader::take_extension(char c) {
  if (c != '\r' && ++extension_bytes_ > limits_.extension_bytes_max)
    return refuse(framing_error::chunk_extensions_too_long);
  take_extension_byte(c);
}

void chunk_reader::take_extension_byte(char c) {
  switch (state_) {
    case state::extension_name_first:
    case state::extension_name:
      if (is(token_byte, c))
        state_ = state::extension_name;
      else if (state_ == state::extension_name && c == '=')
        state_ = state::extension_value_first;
      else
        end_extension_part(c);
      return;
    case state::extension_value_first:
      if (c == '"') {
        state_ = state::extension_quoted;
        return;
      }
      [[fallthrough]];
    case state::extension_value:
      if (is(token_byte, c))
        state_ = state::extension_value;
      else
        end_extension_part(c);
      return;
    case state::extension_quoted:
      if (!is(text_byte, c))
        return refuse_byte(c, framing_error::chunk_extension_invalid);
      if (c == '"')
        state_ = state::extension_quoted_end;
      else if (c == '\\')
        state_ = state::extension_quoted_pair;
      return;
    case state::extension_quoted_pair:
      if (!is(text_byte, c))
        return refuse_byte(c, framing_error::chunk_extension_invalid);
      state_ = state::extension_quoted;
      return;
    default: return end_extension_part(c);
  }
}

/// Only behind something complete may the next extension or the line's end come.
void chunk_reader::end_extension_part(char c) {
  bool complete = state_ != state::extension_name_first && state_ != state::extension_value_first;
  if (complete && c == ';')
    state_ = state::extension_name_first;
  else if (complete && c == '\r')
    state_ = state::size_line_feed;
  else
    refuse_byte(c, framing_error::chunk_extension_invalid);
}

void chunk_reader::take_content_end(char c) {
  if (state_ == state::content_line_feed)
    return expect_line_feed(c, state::size_first);
  if (c != '\r')
    return refuse_byte(c, framing_error::chunk_not_terminated);
  state_ = state::content_line_feed;
}

void chunk_reader::take_trailer(char c) {
  if (state_ == state::trailer_first && c == '\r') {
    state_ = state::end_line_feed;
    return;
  }
  if (++trailer_bytes_ > limits_.trailer_bytes_max)
    return refuse(framing_error::trailers_too_large);
  if (state_ == state::trailer_line_feed)
    return expect_line_feed(c, state::trailer_first);
  if (state_ == state::trailer_first)
    return begin_trailer(c);
  if (state_ == state::trailer_name)
    return take_trailer_name(c);
  if (c == '\r')
    state_ = state::trailer_line_feed;
  else if (!is(text_byte, c))
    refuse_byte(c, framing_error::control_byte);
}

void chunk_reader::begin_trailer(char c) {
  if (++trailer_fields_ > limits_.trailer_fields_max)
    return refuse(framing_error::trailers_too_large);
  if (is_blank(c))
    return refuse(framing_error::line_folded);
  if (c == ':')
    return refuse(framing_error::field_name_empty);
  if (!is(token_byte, c))
    return refuse_byte(c, framing_error::field_name_invalid);
  trailer_name_size_ = 0;
  keep_trailer_name(c);
  state_ = state::trailer_name;
}

void chunk_reader::take_trailer_name(char c) {
  if (is(token_byte, c))
    return keep_trailer_name(c);
  if (is_blank(c))
    return refuse(framing_error::field_name_followed_by_space);
  if (c == '\r')
    return refuse(framing_error::field_without_colon);
  if (c != ':')
    return refuse_byte(c, framing_error::field_name_invalid);
  if (is_trailer_forbidden())
    return refuse(framing_error::trailer_field_forbidden);
  state_ = state::trailer_value;
}

void chunk_reader::keep_trailer_name(char c) {
  if (trailer_name_size_ < trailer_name_.size())
    trailer_name_[trailer_name_size_] = to_lower(c);
  ++trailer_name_size_;
}

bool chunk_reader::is_trailer_forbidden() const {
  if (trailer_name_size_ > trailer_name_.size())
    return false;
  std::string_view name{trailer_name_.data(), trailer_name_size_};
  return std::find(forbidden_trailers.begin(), forbidden_trailers.end(), name) != forbidden_trailers.end();
}

void chunk_reader::expect_line_feed(char c, state next) {
  if (c != '\n')
    return refuse(framing_error::bare_carriage_return);
  state_ = next;
}

void chunk_reader::refuse(framing_error which) {
  refusal_ = {which, static_cast<std::size_t>(position_)};
  state_ = state::refused;
}

/// A byte that is wrong anywhere is told as such, any other by the rule that it breaks here.
void chunk_reader::refuse_byte(char c, framing_error otherwise) {
  if (c == '\n')
    refuse(framing_error::bare_line_feed);
  else if (c == '\0')
    refuse(framing_error::nul_byte);
  else if (!is(text_byte, c) && c != '\r')
    refuse(framing_error::control_byte);
  else
    refuse(otherwise);
}

} // namespace callboard::http
