#include "http/live/upgrade.hpp"

#include "http/request_fields.hpp"

#include <algorithm>

namespace callboard::http {
namespace {

problem bad_header(std::string name, std::string code, std::string detail) {
  problem why{error_code::invalid_header,
              "This is a WebSocket (RFC 6455), and a header of its handshake is not right."};
  why.errors.push_back({"header:" + std::move(name), std::move(code), std::move(detail)});
  return why;
}

/// The base64 of 16 bytes: 22 digits, the last of which has four zero bits, and two `=`.
bool is_websocket_key(std::string_view key) {
  auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, is_digit)
         && std::string_view{"AQgw"}.find(key[21]) != std::string_view::npos;
}

} // namespace

std::optional<problem> check_upgrade(const request_head& head, std::string_view allowed_origin) {
  if (auto origins = head.fields.count("Origin"); origins > 1)
    return bad_header("Origin", "repeated", "must be given once only");
  else if (origins == 1 && !is_origin_allowed(*head.fields.find("Origin"), head.host, allowed_origin))
    return problem{error_code::forbidden_origin, "Pages of this origin may not open a WebSocket here."};
  if (!head.upgrade_websocket)
    return bad_header("Upgrade", "missing", "must be websocket, with Connection: Upgrade");
  if (auto versions = head.fields.count("Sec-WebSocket-Version"); versions != 1)
    return bad_header("Sec-WebSocket-Version", versions == 0 ? "missing" : "repeated", "must be 13, given once");
  if (head.fields.find("Sec-WebSocket-Version") != "13")
    return problem{error_code::websocket_version, "Only version 13 of WebSocket (RFC 6455) is spoken."};
  if (head.fields.count("Sec-WebSocket-Key") != 1 || !is_websocket_key(*head.fields.find("Sec-WebSocket-Key")))
    return bad_header("Sec-WebSocket-Key", "invalid_key", "must be 16 bytes in base64, given once");
  return std::nullopt;
}

} // namespace callboard::http
