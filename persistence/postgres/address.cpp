#include "persistence/postgres/address.hpp"

#include "config/settings_rules.hpp"
#include "persistence/open_store.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace callboard::postgres {
namespace {

using option_map = std::map<std::string, std::string, std::less<>>;

struct free_options {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using option_list = std::unique_ptr<PQconninfoOption, free_options>;

void collect(option_map& into, const PQconninfoOption* options) {
  for (auto option = options; option != nullptr && option->keyword != nullptr; ++option)
    if (option->val != nullptr && *option->val != '\0')
      into[option->keyword] = option->val;
}

constexpr std::string_view not_readable =
  "store.url is no PostgreSQL URL that can be read; write it as postgres://user@host:5432/database, with %xx for special "
  "characters.";

/// libpq takes the first `@` before a slash for the end of the password. Another one is of a password that is not written as
/// it should be, and parts of it would be taken for the host or the database, which are shown.
bool has_stray_at(std::string_view url) {
  url = url.substr(0, url.find('?'));
  auto begin = url.find("://");
  begin = begin == std::string_view::npos ? 0 : begin + 3;
  auto first = url.find('@', begin);
  return first != std::string_view::npos
         && (first > url.find('/', begin) || url.find('@', first + 1) != std::string_view::npos);
}

option_map options_of(const std::string& url) {
  if (has_stray_at(url))
    throw store_open_error(std::string{not_readable});
  // What libpq says of a mistake may quote the URL, and with it a password: it is not asked for.
  option_list read{PQconninfoParse(url.c_str(), nullptr)};
  if (!read)
    throw store_open_error(std::string{not_readable});
  option_map options;
  collect(options, read.get());
  return options;
}

/// What the environment (PGHOST, PGSSLMODE, ...) says.
option_map default_options() {
  option_map options;
  option_list defaults{PQconndefaults()};
  collect(options, defaults.get());
  return options;
}

std::string_view value_in(const option_map& options, const option_map& defaults, std::string_view name) {
  if (auto set = options.find(name); set != options.end())
    return set->second;
  auto given = defaults.find(name);
  return given != defaults.end() ? std::string_view{given->second} : std::string_view{};
}

bool is_local(const std::string& host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@')
         || (!config::fault_of_host(host) && config::is_loopback(host));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> all;
  for (auto comma = list.find(','); comma != std::string_view::npos; comma = list.find(',')) {
    all.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma + 1);
  }
  all.emplace_back(list);
  return all;
}

/// Each of a list of hosts must be local. Where there is an address as well, libpq connects to that.
bool is_local(const option_map& options, const option_map& defaults) {
  auto hosts = split(value_in(options, defaults, "host"));
  auto addresses = split(value_in(options, defaults, "hostaddr"));
  hosts.resize(std::max(hosts.size(), addresses.size()));
  for (std::size_t i = 0; i < addresses.size(); ++i)
    if (!addresses[i].empty())
      hosts[i] = addresses[i];
  return std::all_of(hosts.begin(), hosts.end(), [](const std::string& host) { return is_local(host); });
}

void require_tls(option_map& options, const option_map& defaults, bool required) {
  // Which host and which TLS that is its file says only when the connection is made.
  if (required && options.contains("service") && !options.contains("sslmode"))
    throw store_open_error("store.url names a service, so that nobody knows here whether its host is local; add "
                           "sslmode=verify-full to the URL, or set store.tls_required to false.");
  if (!required || (!options.contains("service") && is_local(options, defaults)))
    return;
  auto mode = value_in(options, defaults, "sslmode");
  // libpq's own default is to try and to go on without.
  if (!options.contains("sslmode") && (mode.empty() || mode == "prefer"))
    options["sslmode"] = "require";
  else if (mode == "disable" || mode == "allow" || mode == "prefer")
    throw store_open_error(fmt::format("store.url allows an unencrypted connection to another host (sslmode={}); use "
                                       "sslmode=verify-full, or set store.tls_required to false where the network is "
                                       "safe by itself.",
                                       mode));
}

/// As in `key='value'`.
std::string quoted(std::string_view value) {
  std::string out = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out += '\'';
}

} // namespace

address read_address(const config::store_settings& settings) {
  auto options = options_of(settings.url);
  auto defaults = default_options();
  require_tls(options, defaults, settings.tls_required);
  // A server that is gone without a word is noticed within four seconds, and the next host is asked three later.
  for (const auto& [name, value] : {std::pair{"connect_timeout", "3"},
                                    {"keepalives_idle", "1"},
                                    {"keepalives_interval", "1"},
                                    {"keepalives_count", "3"},
                                    {"tcp_user_timeout", "3000"},
                                    {"client_encoding", "UTF8"}})
    options.try_emplace(name, value);
  address read;
  for (const auto& [name, value] : options)
    read.conninfo += fmt::format("{}={} ", name, quoted(value));
  auto host = value_in(options, defaults, "host");
  read.shown = fmt::format("{}:{}/{}", host.empty() ? "localhost" : host, value_in(options, defaults, "port"),
                           value_in(options, defaults, "dbname"));
  return read;
}

} // namespace callboard::postgres
