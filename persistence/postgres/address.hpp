#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>

namespace callboard::postgres {

inline bool is_postgres_url(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

/// What `store.url` says, as libpq wants it.
struct address {
  std::string conninfo; ///< may hold a password: never to be shown
  std::string shown;    ///< host, port and database, for people
};

/// Adds what a connection should have that the URL does not say: time-outs that notice a dead server, and TLS for a host
/// that is not this one. Throws `store_open_error` for a URL that cannot be read, or that forbids TLS while
/// `store.tls_required` asks for it.
address read_address(const config::store_settings&);

} // namespace callboard::postgres
