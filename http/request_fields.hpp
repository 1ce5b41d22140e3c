#pragma once

#include "base/error.hpp"
#include "http/framing/request_head.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The header fields that mean something to the API. Pure: each takes a field's value.
namespace callboard::http {

/// The value of a list field, of several lines joined (RFC 9110, 5.3). `room` holds it then.
std::optional<std::string_view> list_field(const head_fields& fields, std::string_view name, std::string& room);

/// If-Match and If-None-Match (RFC 9110, 13.1): `*` or entity tags.
struct entity_tag {
  bool weak = false;
  std::string_view opaque; ///< between the quotes

  bool operator==(const entity_tag&) const = default;
};

struct entity_tags {
  bool any = false; ///< `*`
  std::vector<entity_tag> tags;
};

/// Nothing when the value is malformed.
std::optional<entity_tags> read_entity_tags(std::string_view value);

/// The versions that `"v<version>"` tags name: strong ones only, since If-Match compares strongly.
std::vector<std::int64_t> versions_for_match(const entity_tags& tags);

/// Whether If-None-Match is met by this tag (with its quotes), compared weakly.
bool has_weak_match(const entity_tags& tags, std::string_view etag);

/// 1 to 255 visible ASCII characters.
bool is_idempotency_key(std::string_view value);

/// `[A-Za-z0-9._-]{1,128}`
bool is_sane_request_id(std::string_view value);

/// W3C Trace Context, version 00 or a later one that begins alike.
bool is_traceparent(std::string_view value);

/// `Prefer: wait=N` (RFC 7240): N in seconds. Other preferences, and what cannot be read, are ignored as the RFC says.
std::optional<int> preferred_wait(std::string_view prefer);

/// `X-Request-Timeout`: whole seconds, or with a unit (`500ms`, `8s`); more than 0 and at most `longest`.
std::optional<std::chrono::milliseconds> read_request_timeout(std::string_view value,
                                                              std::chrono::milliseconds longest);

/// Whether Content-Type is `application/json`, with no charset or UTF-8.
bool is_json_content_type(std::string_view value);

/// Whether Accept allows the media type (`type/subtype` in lower case): absent ranges and `q=0` exclude.
bool accepts(std::string_view accept, std::string_view media_type);

/// Whether a page of this origin may change something or open a WebSocket here: its host is the one that it asks, or it
/// is allowed by name. Browsers let any page send both, and only we can say no (reliability, hole 11).
/// `allowed_origin` is what CORS says to it.
bool is_origin_allowed(std::string_view origin, std::string_view host, std::string_view allowed_origin);

} // namespace callboard::http
