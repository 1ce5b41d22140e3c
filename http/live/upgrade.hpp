#pragma once

#include "base/error.hpp"
#include "http/framing/request_head.hpp"

namespace callboard::http {

/// Why a request to `/live` cannot become a WebSocket, or nothing. `allowed_origin` is what CORS said to its Origin.
std::optional<problem> check_upgrade(const request_head& head, std::string_view allowed_origin);

} // namespace callboard::http
