#include "config/settings_rules.hpp"

#include "base/failpoint.hpp"
#include "config/check_value.hpp"
#include "config/nearest_name.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace callboard::config {
namespace {

/// inet_pton ends at a NUL.
bool is_whole(const std::string& host) { return host.find('\0') == std::string::npos; }

std::optional<std::array<unsigned char, 4>> parse_ipv4(const std::string& host) {
  std::array<unsigned char, 4> bytes{};
  if (!is_whole(host) || inet_pton(AF_INET, host.c_str(), bytes.data()) != 1)
    return std::nullopt;
  return bytes;
}

std::optional<std::array<unsigned char, 16>> parse_ipv6(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  if (!is_whole(host) || inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1)
    return std::nullopt;
  return bytes;
}

constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::string_view first, std::string_view second, std::string_view third) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return first.find(c) != std::string_view::npos || second.find(c) != std::string_view::npos
           || third.find(c) != std::string_view::npos;
  });
}

bool is_origin_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']'))
    return parse_ipv6(std::string{host.substr(1, host.size() - 2)}).has_value();
  return !host.empty() && consists_of(host, lower_letters, digits, "-._") && host.front() != '.'
         && host.find("..") == std::string_view::npos;
}

/// The port of an origin: not the scheme's own, which browsers leave out.
bool is_origin_port(std::string_view port, int own_port) {
  int number = 0;
  auto [rest, fault] = std::from_chars(port.data(), port.data() + port.size(), number);
  return fault == std::errc{} && rest == port.data() + port.size() && port.front() != '0' && number > 0
         && number <= 65'535 && number != own_port;
}

bool is_origin(std::string_view text) {
  bool https = text.starts_with("https://");
  if (!https && !text.starts_with("http://"))
    return false;
  text.remove_prefix(https ? 8 : 7);
  auto colon = text.find(':', text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0);
  if (colon == std::string_view::npos)
    return is_origin_host(text);
  return is_origin_host(text.substr(0, colon)) && is_origin_port(text.substr(colon + 1), https ? 443 : 80);
}

std::string item_key(std::string_view path, std::size_t index) { return fmt::format("{}[{}]", path, index); }

/// The places of items that stood earlier in the list already.
template <class List, class Name>
void check_unique(std::string_view path, const List& items, Name name, rule_report& report) {
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t earlier = 0; earlier < i; ++earlier)
      if (name(items[earlier]) == name(items[i])) {
        report.fault(item_key(path, i), fmt::format("{} stands twice", shown_text(name(items[i]))));
        break;
      }
}

void check_texts_unique(std::string_view path, const std::vector<std::string>& items, rule_report& report) {
  check_unique(
    path, items, [](const std::string& item) -> const std::string& { return item; }, report);
}

void check_listeners(const settings& all, rule_report& report) {
  for (auto [key, host] : {std::pair{"server.host", &all.server.host}, {"admin.host", &all.admin.host}})
    if (auto fault = fault_of_host(*host))
      report.fault(key, *fault);
  if (all.server.port == all.admin.port && all.server.port != 0)
    report.fault("admin.port", fmt::format("must differ from server.port, which is {} too", all.server.port),
                 {"server.port"});
  if (!fault_of_host(all.admin.host) && !is_loopback(all.admin.host))
    report.warn("admin.host", "the operations listener has no log-in and can be reached from other machines");
  for (std::size_t i = 0; i < all.server.cors_origins.size(); ++i)
    if (auto fault = fault_of_origin(all.server.cors_origins[i]))
      report.fault(item_key("server.cors_origins", i), *fault);
}

void check_stop(const settings& all, rule_report& report) {
  if (all.server.drain_delay >= all.server.shutdown_timeout)
    report.fault("server.drain_delay",
                 fmt::format("must be less than server.shutdown_timeout, which is {}: the stop has to end within it",
                             to_string(all.server.shutdown_timeout)),
                 {"server.shutdown_timeout"});
}

void check_store(const settings& all, rule_report& report) {
  if (auto fault = fault_of_store_url(all.store.url))
    report.fault("store.url", *fault);
}

void check_tickets(const settings& all, rule_report& report) {
  if (all.tickets.categories.empty())
    report.fault("tickets.categories", "must name at least one category");
  check_texts_unique("tickets.categories", all.tickets.categories, report);
}

bool is_provider_name(std::string_view name) { return consists_of(name, lower_letters, digits, "-_"); }

void check_providers(const settings& all, rule_report& report) {
  const auto& providers = all.ai.providers;
  check_unique(
    "ai.providers", providers, [](const provider_settings& each) -> const std::string& { return each.name; }, report);
  for (std::size_t i = 0; i < providers.size(); ++i)
    if (!is_provider_name(providers[i].name))
      report.fault(item_key("ai.providers", i) + ".name",
                   "must be small letters, digits, - and _, is " + shown_text(providers[i].name));
}

void check_chain(const std::string& path, const std::vector<std::string>& chain, const settings& all,
                 rule_report& report) {
  std::vector<std::string> names;
  for (const auto& provider : all.ai.providers)
    names.push_back(provider.name);
  if (chain.empty())
    report.fault(path, "must name at least one provider; ai.enabled = false switches the AI off");
  check_texts_unique(path, chain, report);
  for (std::size_t i = 0; i < chain.size(); ++i)
    if (std::find(names.begin(), names.end(), chain[i]) == names.end())
      report.fault(item_key(path, i),
                   fmt::format("no provider is named {}{}", shown_text(chain[i]), did_you_mean(chain[i], names)),
                   {"ai.providers"});
}

void check_ai(const settings& all, rule_report& report) {
  check_providers(all, report);
  walk_settings(all.ai.chains, [&](const std::string& task, const field_marks&, const std::vector<std::string>& chain) {
    check_chain("ai.chains." + task, chain, all, report);
  });
  if (all.ai.retry_base > all.ai.retry_max)
    report.fault("ai.retry_max",
                 fmt::format("must be at least ai.retry_base, which is {}", to_string(all.ai.retry_base)),
                 {"ai.retry_base"});
  if (all.ai.claim_timeout < all.ai.timeout * 2)
    report.fault(
      "ai.claim_timeout",
      fmt::format("must be at least twice ai.timeout, which is {}: half of it is for the providers, the rest "
                  "for recording their answer",
                  to_string(all.ai.timeout)),
      {"ai.timeout"});
}

void check_failpoints(const settings& all, rule_report& report) {
  const auto& points = all.testing.failpoints;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (auto fault = fault_of_failpoint(points[i]))
      report.fault(item_key("testing.failpoints", i), *fault + ", is " + shown_text(points[i]));
  if (!points.empty())
    report.warn("testing.failpoints", "planned faults are on: this is for tests alone");
}

} // namespace

std::optional<std::string> fault_of_host(std::string_view host) {
  std::string text{host};
  if (text == "localhost" || parse_ipv4(text) || parse_ipv6(text))
    return std::nullopt;
  return "must be an IP address or localhost, is " + shown_text(host)
         + (host.starts_with('[') ? "; write an IPv6 address without brackets" : "");
}

bool is_loopback(std::string_view host) {
  std::string text{host};
  if (text == "localhost")
    return true;
  if (auto v4 = parse_ipv4(text))
    return (*v4)[0] == 127;
  auto v6 = parse_ipv6(text);
  static constexpr std::array<unsigned char, 16> own{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return v6 && *v6 == own;
}

std::optional<std::string> fault_of_origin(std::string_view text) {
  if (text == "*" || is_origin(text))
    return std::nullopt;
  return "must be \"*\" or an origin as browsers send it, such as \"https://desk.example.com\" (small letters, no path, "
         "no default port), is "
         + shown_text(text);
}

// The url is never repeated: others' urls carry passwords.
std::optional<std::string> fault_of_store_url(std::string_view url) {
  if (url.starts_with("postgres://") || url.starts_with("postgresql://"))
    return std::nullopt;
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme))
    return "must begin with sqlite: or postgres://, such as sqlite:var/callboard.db or postgres://user@host/database";
  auto file = url.substr(scheme.size());
  if (file.starts_with("//"))
    return "must be sqlite:FILE without // before the path, such as sqlite:var/callboard.db or "
           "sqlite:/var/lib/callboard/callboard.db";
  if (file.empty() || file == ":memory:")
    return "must name a file, such as sqlite:var/callboard.db: nothing is kept in memory alone";
  return std::nullopt;
}

void check_rules(const settings& all, rule_report& report) {
  check_listeners(all, report);
  check_stop(all, report);
  check_store(all, report);
  check_tickets(all, report);
  check_ai(all, report);
  check_failpoints(all, report);
}

} // namespace callboard::config
