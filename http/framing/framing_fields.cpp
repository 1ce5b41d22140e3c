#include "http/framing/framing_fields.hpp"

#include <algorithm>
#include <limits>

#include "http/framing/authority.hpp"
#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

/// Cuts the next member off a comma-separated list. Empty members are for the caller to skip (RFC 9110 section 5.6.1).
std::string_view next_member(std::string_view& list) {
  auto comma = std::min(list.find(','), list.size());
  auto member = trim_blanks(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return member;
}

/// Tells "some coding, then chunked", which is good HTTP that we lack (501), from what leaves the body's end unknown
/// (400).
framing_error refuse_codings(std::string_view list) {
  while (!list.empty()) {
    auto coding = next_member(list);
    if (!is_token(coding))
      return framing_error::transfer_encoding_not_chunked;
    if (equal_ignoring_case(coding, "chunked"))
      return framing_error::transfer_encoding_not_chunked;
    if (equal_ignoring_case(trim_blanks(list), "chunked"))
      return framing_error::transfer_coding_unknown;
  }
  return framing_error::transfer_encoding_not_chunked;
}

bool takes_body(std::string_view method) { return method != "GET" && method != "HEAD" && method != "DELETE"; }

} // namespace

framing_verdict framing_fields::take(const field_line& field, std::size_t at) {
  switch (field.name.size()) {
    case 4: return equal_ignoring_case(field.name, "host") ? take_host(field.value, at) : framing_verdict{};
    case 6: return equal_ignoring_case(field.name, "expect") ? take_expect(field.value, at) : framing_verdict{};
    case 7:
      if (equal_ignoring_case(field.name, "upgrade"))
        take_upgrade(field.value);
      return {};
    case 10:
      return equal_ignoring_case(field.name, "connection") ? take_connection(field.value, at) : framing_verdict{};
    case 14:
      return equal_ignoring_case(field.name, "content-length") ? take_content_length(field.value, at)
                                                               : framing_verdict{};
    case 17:
      return equal_ignoring_case(field.name, "transfer-encoding") ? take_transfer_encoding(field.value, at)
                                                                  : framing_verdict{};
    default: return {};
  }
}

framing_verdict framing_fields::take_host(std::string_view value, std::size_t at) {
  if (host_)
    return framing_refusal{framing_error::host_repeated, at};
  if (!is_authority(value))
    return framing_refusal{framing_error::host_invalid, at};
  host_ = true;
  return {};
}

framing_verdict framing_fields::take_content_length(std::string_view value, std::size_t at) {
  if (content_length_)
    return framing_refusal{framing_error::content_length_repeated, at};
  if (value.empty() || run_end(digit_byte, value, 0) != value.size())
    return framing_refusal{framing_error::content_length_invalid, at};
  constexpr auto max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t length = 0;
  for (char c : value) {
    auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (max - digit) / 10)
      return framing_refusal{framing_error::content_length_overflow, at};
    length = length * 10 + digit;
  }
  content_length_ = length;
  content_length_at_ = at;
  return {};
}

framing_verdict framing_fields::take_transfer_encoding(std::string_view value, std::size_t at) {
  if (chunked_)
    return framing_refusal{framing_error::transfer_encoding_repeated, at};
  if (!equal_ignoring_case(value, "chunked"))
    return framing_refusal{refuse_codings(value), at};
  chunked_ = true;
  transfer_encoding_at_ = at;
  return {};
}

framing_verdict framing_fields::take_connection(std::string_view value, std::size_t at) {
  while (!value.empty()) {
    auto option = next_member(value);
    if (option.empty())
      continue;
    if (!is_token(option))
      return framing_refusal{framing_error::connection_invalid, at};
    close_ |= equal_ignoring_case(option, "close");
    keep_alive_ |= equal_ignoring_case(option, "keep-alive");
    connection_upgrade_ |= equal_ignoring_case(option, "upgrade");
  }
  return {};
}

framing_verdict framing_fields::take_expect(std::string_view value, std::size_t at) {
  if (!equal_ignoring_case(value, "100-continue"))
    return framing_refusal{framing_error::expectation_unknown, at};
  expect_continue_ = true;
  return {};
}

void framing_fields::take_upgrade(std::string_view value) {
  while (!value.empty())
    upgrade_websocket_ |= equal_ignoring_case(next_member(value), "websocket");
}

framing_verdict framing_fields::settle(const framing_limits& limits, std::size_t at, request_head& head) const {
  if (auto refusal = settle_length(at, head))
    return refusal;
  if (auto refusal = settle_body(limits, head))
    return refusal;
  bool is_1_1 = head.version_minor == 1;
  head.keep_alive = !close_ && (is_1_1 || keep_alive_);
  head.expect_continue = expect_continue_ && is_1_1 && head.has_body();
  head.upgrade_websocket = upgrade_websocket_ && connection_upgrade_ && is_1_1 && head.method == "GET";
  return {};
}

framing_verdict framing_fields::settle_length(std::size_t at, request_head& head) const {
  bool is_1_1 = head.version_minor == 1;
  if (is_1_1 && !host_)
    return framing_refusal{framing_error::host_missing, at};
  if (chunked_ && !is_1_1)
    return framing_refusal{framing_error::transfer_encoding_in_http_1_0, transfer_encoding_at_};
  if (chunked_ && content_length_)
    return framing_refusal{framing_error::transfer_encoding_with_length,
                           std::max(transfer_encoding_at_, content_length_at_)};
  head.chunked = chunked_;
  head.content_length = content_length_;
  return {};
}

framing_verdict framing_fields::settle_body(const framing_limits& limits, const request_head& head) const {
  if (!head.has_body())
    return {};
  auto at = chunked_ ? transfer_encoding_at_ : content_length_at_;
  if (!takes_body(head.method))
    return framing_refusal{framing_error::body_not_allowed, at};
  if (upgrade_websocket_)
    return framing_refusal{framing_error::upgrade_with_body, at};
  if (head.content_length.value_or(0) > limits.body_bytes_max)
    return framing_refusal{framing_error::body_too_large, at};
  return {};
}

} // namespace callboard::http
