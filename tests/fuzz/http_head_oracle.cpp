#include "tests/fuzz/http_head_oracle.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <set>

namespace callboard::fuzz {
namespace {

const std::string digits = "0123456789";
const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const std::string token_bytes = letters + digits + "!#$%&'*+-.^_`|~";
const std::string target_bytes = letters + digits + "-._~!$&'()*+,;=:@/?%";
const std::string name_bytes = letters + digits + "-._";
const std::string hex_digits = digits + "abcdefABCDEF";
const std::set<std::string> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool only(std::string_view text, std::string_view good) {
  return text.find_first_not_of(good) == std::string_view::npos;
}

bool starts(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (letters.find(c) >= 26 && letters.find(c) != std::string::npos)
      c = letters[letters.find(c) - 26];
  return result;
}

std::string trim(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t") - first + 1)};
}

std::vector<std::string> cut(std::string_view text, std::string_view at) {
  std::vector<std::string> parts;
  for (;;) {
    auto end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + at.size());
  }
}

bool good_port(const std::string& text) {
  return only(text, digits) && text.size() <= 5 && (text.empty() || std::stoi(text) <= 65535);
}

/// The C library decides what an address is.
bool good_address(const std::string& text) {
  in6_addr address;
  return text.find('\0') == std::string::npos && text.size() < 50 && inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool good_host(const std::string& text) {
  if (starts(text, "[")) {
    auto end = text.find(']');
    if (end == std::string::npos || !good_address(text.substr(1, end - 1)))
      return false;
    auto rest = text.substr(end + 1);
    return rest.empty() || (rest[0] == ':' && good_port(rest.substr(1)));
  }
  auto parts = cut(text, ":");
  return parts.size() <= 2 && !parts[0].empty() && only(parts[0], name_bytes)
         && (parts.size() == 1 || good_port(parts[1]));
}

bool good_path(const std::string& text) {
  if (!only(text, target_bytes))
    return false;
  auto parts = cut(text, "%");
  return std::all_of(parts.begin() + 1, parts.end(),
                     [](const std::string& part) { return part.size() >= 2 && only(part.substr(0, 2), hex_digits); });
}

/// The authority of an absolute URL goes to `authority`.
bool good_target(const judged_head& head, std::string& authority) {
  const auto& target = head.target;
  if (target == "*")
    return head.method == "OPTIONS";
  if (starts(target, "/"))
    return good_path(target);
  auto scheme = lower(target.substr(0, target.find(':')));
  if ((scheme != "http" && scheme != "https") || target.substr(scheme.size(), 3) != "://")
    return false;
  auto rest = target.substr(scheme.size() + 3);
  auto end = std::min({rest.find('/'), rest.find('?'), rest.find('#'), rest.size()});
  authority = rest.substr(0, end);
  return good_host(authority) && good_path(rest.substr(end));
}

bool good_text(const std::string& line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte == 9 || (byte >= 32 && byte != 127);
  });
}

bool read_field(const std::string& line, judged_head& head) {
  auto colon = line.find(':');
  if (colon == std::string::npos || colon == 0 || !only(line.substr(0, colon), token_bytes))
    return false;
  head.fields.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  return true;
}

std::vector<std::string> values(const judged_head& head, const std::string& name) {
  std::vector<std::string> found;
  for (const auto& [field, value] : head.fields)
    if (lower(field) == name)
      found.push_back(value);
  return found;
}

bool read_length(judged_head& head) {
  auto lengths = values(head, "content-length");
  if (lengths.size() > 1)
    return false;
  if (lengths.empty())
    return true;
  auto length = lengths[0];
  if (length.empty() || !only(length, digits))
    return false;
  length.erase(0, std::min(length.find_first_not_of('0'), length.size() - 1));
  const std::string largest = "18446744073709551615";
  head.length = length;
  return length.size() < largest.size() || (length.size() == largest.size() && length <= largest);
}

bool read_coding(judged_head& head) {
  auto codings = values(head, "transfer-encoding");
  if (codings.empty())
    return true;
  head.chunked = true;
  return codings.size() == 1 && lower(codings[0]) == "chunked" && !head.length && head.version == "HTTP/1.1";
}

bool good_options(const judged_head& head) {
  for (const auto& list : values(head, "connection"))
    for (const auto& option : cut(list, ","))
      if (!only(trim(option), token_bytes))
        return false;
  auto expectations = values(head, "expect");
  return std::all_of(expectations.begin(), expectations.end(),
                     [](const std::string& value) { return lower(value) == "100-continue"; });
}

bool good_body(const judged_head& head) {
  bool has_body = head.chunked || (head.length && *head.length != "0");
  if (!has_body)
    return true;
  for (const auto& list : values(head, "upgrade"))
    for (const auto& protocol : cut(list, ","))
      if (lower(trim(protocol)) == "websocket")
        return false;
  return head.method != "GET" && head.method != "HEAD" && head.method != "DELETE";
}

bool read_request_line(const std::string& line, judged_head& head) {
  auto parts = cut(line, " ");
  if (parts.size() != 3)
    return false;
  head.method = parts[0];
  head.target = parts[1];
  head.version = parts[2];
  return methods.contains(head.method) && (head.version == "HTTP/1.1" || head.version == "HTTP/1.0");
}

bool read_host(judged_head& head) {
  std::string authority;
  if (!good_target(head, authority))
    return false;
  auto hosts = values(head, "host");
  if (hosts.size() > 1 || (hosts.empty() && head.version == "HTTP/1.1"))
    return false;
  if (!hosts.empty() && !good_host(hosts[0]))
    return false;
  head.host = hosts.empty() ? authority : hosts[0];
  return authority.empty() || lower(authority) == lower(head.host);
}

bool read_lines(const std::vector<std::string>& lines, judged_head& head) {
  if (!std::all_of(lines.begin(), lines.end(), good_text) || !read_request_line(lines[0], head))
    return false;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (!read_field(lines[i], head))
      return false;
  return read_host(head) && read_length(head) && read_coding(head) && good_options(head) && good_body(head);
}

} // namespace

judged_head judge_head(std::string_view text) {
  judged_head head;
  std::size_t begin = starts(text, "\r\n") ? 2 : 0;
  auto end = text.find("\r\n\r\n", begin);
  if (end == std::string_view::npos)
    return head;
  head.size = end + 4;
  bool good = read_lines(cut(text.substr(begin, end - begin), "\r\n"), head);
  head.verdict = good ? judged_head::verdict::good : judged_head::verdict::bad;
  return head;
}

} // namespace callboard::fuzz
