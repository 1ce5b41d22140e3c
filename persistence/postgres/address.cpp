#include "persistence/postgres/address.hpp"

#include "persistence/open_store.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>
#include <memory>

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

option_map options_of(const std::string& url) {
  char* fault = nullptr;
  option_list read{PQconninfoParse(url.c_str(), &fault)};
  std::string why = fault != nullptr ? fault : "it cannot be read";
  PQfreemem(fault);
  // What libpq says may quote the URL, and with it a password.
  if (!read)
    throw store_open_error("store.url is no PostgreSQL URL that can be read; write it as "
                           "postgres://user@host:5432/database, with %xx for special characters.");
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

bool is_local(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost"
         || host.starts_with("127.") || host == "::1";
}

/// All of a list of hosts must be local.
bool all_local(std::string_view hosts) {
  while (true) {
    auto comma = hosts.find(',');
    if (!is_local(hosts.substr(0, comma)))
      return false;
    if (comma == std::string_view::npos)
      return true;
    hosts.remove_prefix(comma + 1);
  }
}

void require_tls(option_map& options, const option_map& defaults, bool required) {
  auto host = value_in(options, defaults, "host");
  if (host.empty())
    host = value_in(options, defaults, "hostaddr");
  if (!required || all_local(host))
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
  // A server that is gone without a word is noticed within about ten seconds.
  for (const auto& [name, value] : {std::pair{"connect_timeout", "5"},
                                    {"keepalives_idle", "5"},
                                    {"keepalives_interval", "2"},
                                    {"keepalives_count", "3"},
                                    {"tcp_user_timeout", "8000"},
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
