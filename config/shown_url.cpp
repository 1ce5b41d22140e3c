#include "config/shown_url.hpp"

namespace callboard::config {
namespace {

constexpr std::string_view hidden = "***";

// `begin` in both: behind the scheme.
void hide_before_host(std::string& url, std::size_t begin) {
  // A password that is not written as it should be may hold any of the characters that end a host.
  auto at = url.rfind('@', url.find('?', begin));
  if (at == std::string::npos || at < begin) // libpq reads on to the @, whatever stands before it but a slash
    at = url.rfind('@', url.find('/', begin));
  if (at == std::string::npos || at < begin)
    return;
  if (auto colon = url.find(':', begin); colon < at)
    url.replace(colon + 1, at - colon - 1, hidden);
}

void hide_parameter(std::string& url, std::size_t begin, std::string_view name) {
  for (auto at = url.find(name, begin); at != std::string::npos; at = url.find(name, at)) {
    at += name.size();
    if (auto before = url[at - name.size() - 1]; before != '?' && before != '&')
      continue;
    url.replace(at, url.find_first_of("&#", at) - at, hidden);
  }
}

} // namespace

std::string without_password(std::string_view text) {
  std::string shown{text};
  auto begin = shown.find("://");
  if (begin == std::string::npos)
    return shown;
  begin += 3;
  // Where a password held a `/` or a `?`, what is left reads otherwise than what was given: until nothing is left to hide.
  for (std::string before; before != shown;) {
    before = shown;
    hide_before_host(shown, begin);
    for (auto name : {"password=", "sslpassword=", "sslkey="})
      hide_parameter(shown, begin, name);
  }
  return shown;
}

} // namespace callboard::config
