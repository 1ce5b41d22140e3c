#pragma once

#include "http/exchange.hpp"

// What is judged of a request before its body is read, each by its own rule. False: refused (or answered) in `ex`.
namespace callboard::http {

/// Into `room`, where the request's view of it stays.
bool decode_path(exchange& ex, std::string& room);

bool find_route(exchange& ex, const route_index& routes);

/// OPTIONS, answered from the table. False when there is nothing at the path.
bool answer_options(exchange& ex, const route_index& routes);

/// A browser sends what needs no preflight (a POST without a body does not) for any page, to a server on its user's own
/// machine, too. Withholding CORS only keeps the page from reading what it did.
bool check_origin(exchange& ex, std::string_view allowed_origin);

/// A mistake where the field cannot be read, on routes that answer 304.
void check_if_none_match(exchange& ex);

/// X-Request-Timeout; one that cannot be read is a mistake among others.
void read_time_allowed(exchange& ex);

bool check_media(exchange& ex);

/// If-None-Match, for every answer that has a tag.
void answer_unmodified(exchange& ex);

} // namespace callboard::http
