#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "http/framing/framing_error.hpp"

namespace callboard::test {

/// One request as raw bytes, with the body that its head announces, and what must become of it. Statuses are written
/// by hand beside the cause, so that the table also checks the server's own one.
struct framing_row {
  std::string name;
  std::string raw;
  int status = 0;                             // 0: framing accepts it, whatever its route then answers
  std::optional<http::framing_error> cause{}; // of a refusal
};

inline framing_row accept(std::string name, std::string raw) { return {std::move(name), std::move(raw), 0, {}}; }

inline framing_row refuse(int status, http::framing_error cause, std::string name, std::string raw) {
  return {std::move(name), std::move(raw), status, cause};
}

/// Written by hand: each rule with what lies on both sides of it. For the default limits.
std::vector<framing_row> framing_rows();

/// Every byte value in the method, target, version, field name, field value and Host.
std::vector<framing_row> framing_byte_rows();

/// Whole chunked bodies behind one good head each.
std::vector<framing_row> chunk_rows();

/// The head before each of `chunk_rows`.
inline const std::string chunk_row_head =
  "POST /chunks HTTP/1.1\r\nHost: desk.example\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Beginnings of requests that are well-formed so far.
std::vector<framing_row> incomplete_rows();

} // namespace callboard::test
