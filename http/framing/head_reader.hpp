#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "http/framing/framing_error.hpp"
#include "http/framing/framing_fields.hpp"
#include "http/framing/framing_limits.hpp"
#include "http/framing/request_head.hpp"
#include "http/framing/request_line.hpp"

namespace callboard::http {

enum class head_progress {
  need_more,
  refused,
  complete
};

/// Reads request heads by RFC 9110 and 9112 and refuses whatever those refuse, in the first byte that decides it: no
/// library behind it needs to be trusted with framing. Where the RFCs leave a choice:
/// - one empty line before the request line is skipped, a second is refused (9112, 2.2: "at least one");
/// - methods other than GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are 501, CONNECT and TRACE among them;
/// - HTTP/1.2 and above, 2.0 and 0.9 with a version are 505, a request line without a version is 400;
/// - GET, HEAD, DELETE and requests for a WebSocket with a body are 400;
/// - bytes above 0x7e are allowed in field values (obs-text) and nowhere else;
/// - no empty Host; see `is_authority` for what a host may be.
/// One reader per connection. Every byte is looked at once, whatever the pieces it arrives in; nothing is allocated.
class head_reader {
public:
  explicit head_reader(const framing_limits& limits = {});

  /// `data` begins where the request begins and holds all that has arrived, so it only grows from call to call; the
  /// bytes may move in between. What follows the head is not looked at. Once not `need_more`, the answer stays.
  head_progress read(std::string_view data);

  /// After `complete`. What stands in it may be told of, too, when it came whole and was refused for what it says of the
  /// body.
  const request_head& head() const { return head_; }
  bool has_whole_head() const { return is_whole_; }

  /// After `refused`.
  const framing_refusal& refusal() const { return refusal_; }

  /// Whether nothing of a request has arrived (an empty line is nothing): such a connection may just be closed.
  bool is_idle() const { return !request_line_read_ && position_ == line_begin_; }

  /// Whether what has arrived asks for HEAD, whose answers have no content. Of any `data` that was read, refused or not.
  bool is_head_request(std::string_view data) const;

  /// Ready for the next request on the same connection.
  void restart();

private:
  std::size_t window_size() const;
  head_progress wait_for_more(std::string_view data);
  head_progress refuse(framing_refusal refusal);
  head_progress refuse_byte(std::string_view data);
  head_progress take_line(std::string_view data, std::size_t end);
  head_progress take_request_line(std::string_view line);
  head_progress take_field(std::string_view line);
  head_progress finish(std::string_view data);

  framing_limits limits_;
  head_progress progress_ = head_progress::need_more;
  bool is_whole_ = false;      // every line was well-formed, and the empty one that ends them was there
  std::size_t position_ = 0;   // everything before is known to be well-formed text
  std::size_t line_begin_ = 0; // of the line that is being read
  bool empty_line_skipped_ = false;
  bool request_line_read_ = false;
  bool may_have_moved_ = false; // the bytes, since the request line was read
  std::size_t request_line_begin_ = 0;
  std::size_t request_line_size_ = 0;
  request_line request_line_;
  framing_fields framing_;
  framing_refusal refusal_;
  request_head head_;
};

struct head_incomplete {};

using framing_result = std::variant<head_incomplete, framing_refusal, request_head>;

/// The same for bytes that are there at once.
framing_result read_head(std::string_view data, const framing_limits& limits = {});

} // namespace callboard::http
