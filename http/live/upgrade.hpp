#pragma once

#include "base/error.hpp"
#include "http/framing/request_head.hpp"

namespace callboard::http {

/// Whether a page of this origin may open a WebSocket here: its host is the one that it asks, or it is allowed by name.
/// Browsers let any page open one and send what they know along; only we can say no (reliability, hole 11).
bool is_origin_allowed(std::string_view origin, std::string_view host, std::string_view allowed_origin);

/// Why a request to `/live` cannot become a WebSocket, or nothing. `allowed_origin` is what CORS said to its Origin.
std::optional<problem> check_upgrade(const request_head& head, std::string_view allowed_origin);

} // namespace callboard::http
