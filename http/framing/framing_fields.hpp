#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/framing/field_line.hpp"
#include "http/framing/framing_limits.hpp"
#include "http/framing/request_head.hpp"

namespace callboard::http {

/// The few fields that decide where a request ends and what becomes of its connection: each is checked when it comes,
/// all of them against each other and the request line at the end. Keeps no view.
class framing_fields {
public:
  /// `at` is where the line begins.
  framing_verdict take(const field_line& field, std::size_t at);

  /// Completes `head`, whose request line and fields are known. `at` is where the head ends.
  framing_verdict settle(const framing_limits& limits, std::size_t at, request_head& head) const;

private:
  framing_verdict take_host(std::string_view value, std::size_t at);
  framing_verdict take_content_length(std::string_view value, std::size_t at);
  framing_verdict take_transfer_encoding(std::string_view value, std::size_t at);
  framing_verdict take_connection(std::string_view value, std::size_t at);
  framing_verdict take_expect(std::string_view value, std::size_t at);
  void take_upgrade(std::string_view value);
  framing_verdict settle_length(std::size_t at, request_head& head) const;
  framing_verdict settle_body(const framing_limits& limits, const request_head& head) const;

  std::optional<std::uint64_t> content_length_;
  std::size_t content_length_at_ = 0;
  std::size_t transfer_encoding_at_ = 0;
  bool host_ = false;
  bool chunked_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool connection_upgrade_ = false;
  bool upgrade_websocket_ = false;
  bool expect_continue_ = false;
};

} // namespace callboard::http
