#include "config/shown_url.hpp"

namespace callboard::config {
namespace {

constexpr std::string_view hidden = "***";

// `begin` in both: behind the scheme.

/// A password that is not written as it should be may hold any of the characters that end a host. So everything is hidden
/// up to the last `@`: of a URL with a bare one among its parameters that is too much, which costs nothing.
void hide_before_host(std::string& url, std::size_t begin) {
  auto colon = url.find(':', begin);
  auto at = url.rfind('@');
  if (colon != std::string::npos && at != std::string::npos && colon < at)
    url.replace(colon + 1, at - colon - 1, hidden);
}

/// Up to the next parameter: libpq takes a `#` for a part of the value.
void hide_parameter(std::string& url, std::size_t begin, std::string_view name) {
  for (auto at = url.find(name, begin); at != std::string::npos; at = url.find(name, at)) {
    at += name.size();
    if (auto before = url[at - name.size() - 1]; before != '?' && before != '&')
      continue;
    url.replace(at, url.find('&', at) - at, hidden);
  }
}

} // namespace

std::string without_password(std::string_view text) {
  std::string shown{text};
  auto begin = shown.find("://");
  if (begin == std::string::npos)
    return shown;
  begin += 3;
  hide_before_host(shown, begin);
  for (auto name : {"password=", "sslpassword=", "sslkey="})
    hide_parameter(shown, begin, name);
  return shown;
}

} // namespace callboard::config
