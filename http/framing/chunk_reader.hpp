#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/framing/framing_error.hpp"

namespace callboard::http {

/// The bounds of one chunked body.
struct chunk_limits {
  std::uint64_t body_bytes_max = 1'048'576; // more is 413
  std::size_t extension_bytes_max = 256;    // over all chunks; more is 400
  std::size_t trailer_bytes_max = 4096;     // with their line ends; more is 431
  std::size_t trailer_fields_max = 16;      // more is 431
};

enum class chunk_progress {
  need_more,
  refused,
  complete
};

/// Reads one chunked body by RFC 9112 section 7.1, byte by byte where bytes frame, at once where they are content.
/// Stricter in one point: no white space in a chunk's first line but inside quotes, though the RFC wants recipients to
/// skip it (senders must not send it): that tolerance is how two readers come to disagree. Extensions are skipped.
/// Trailers are checked like fields of a head, skipped, and refused where their name would frame, route, authenticate
/// or describe the content.
class chunk_reader {
public:
  explicit chunk_reader(const chunk_limits& limits = {}) : limits_(limits) {}

  struct step {
    chunk_progress progress;
    std::size_t consumed; // bytes of `data` that belong to the body; all of them while it needs more
  };

  /// Takes what has arrived since the last call and appends the content found in it to `body`.
  step feed(std::string_view data, std::string& body);

  /// After `refused`; its place counts from the first byte of the chunked body.
  const framing_refusal& refusal() const { return refusal_; }

  /// Bytes of content so far.
  std::uint64_t body_bytes() const { return body_bytes_; }

private:
  /// What the next byte may be. In the order of the bytes, because ranges of it share a handler.
  enum class state : std::uint8_t {
    size_first,
    size,
    extension_name_first,
    extension_name,
    extension_value_first,
    extension_value,
    extension_quoted,
    extension_quoted_pair,
    extension_quoted_end,
    size_line_feed,
    content,
    content_return,
    content_line_feed,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_line_feed,
    end_line_feed,
    complete,
    refused,
  };

  std::size_t take_content(std::string_view data, std::string& body);
  void take_byte(char c);
  void take_size(char c);
  void take_extension(char c);
  void take_extension_byte(char c);
  void end_extension_part(char c);
  void take_content_end(char c);
  void take_trailer(char c);
  void begin_trailer(char c);
  void take_trailer_name(char c);
  void keep_trailer_name(char c);
  void end_size();
  void expect_line_feed(char c, state next);
  void refuse(framing_error which);
  void refuse_byte(char c, framing_error otherwise);
  bool is_trailer_forbidden() const;

  chunk_limits limits_;
  state state_ = state::size_first;
  std::uint64_t position_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t chunk_left_ = 0;
  unsigned size_digits_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::size_t trailer_fields_ = 0;
  // The longest forbidden name has 19 bytes: longer names are only counted.
  std::array<char, 24> trailer_name_{};
  std::size_t trailer_name_size_ = 0;
  framing_refusal refusal_;
};

} // namespace callboard::http
