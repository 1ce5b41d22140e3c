#pragma once

#include <string_view>

namespace callboard::http {

/// Whether this is a host and optionally ":port", as we take it in Host and in absolute-form targets: a name of
/// letters, digits, '-', '.' and '_', an IPv4 address, or an IPv6 address in brackets. Narrower than RFC 3986 on
/// purpose: nobody is reached under a name with ',' or '%' in it, and such names are how two Host fields become one on
/// their way. An empty host, user information, IPvFuture and zone ids are refused; an empty port is not (RFC 3986).
bool is_authority(std::string_view text);

/// An IPv6 address as in RFC 3986, without brackets.
bool is_ipv6_address(std::string_view text);

} // namespace callboard::http
