#include "http/framing/request_line.hpp"

#include <algorithm>
#include <array>

#include "http/framing/authority.hpp"
#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

constexpr std::array<std::string_view, 7> implemented_methods{"GET",    "POST", "PATCH",  "PUT",
                                                              "DELETE", "HEAD", "OPTIONS"};

constexpr auto npos = std::string_view::npos;

std::size_t offset_in(std::string_view whole, std::string_view part) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

framing_refusal moved(framing_refusal refusal, std::size_t by) { return {refusal.which, refusal.at + by}; }

framing_verdict split(std::string_view line, request_line& out, std::string_view& version) {
  auto first = line.find(' ');
  auto second = first == npos ? npos : line.find(' ', first + 1);
  if (second == npos)
    return framing_refusal{framing_error::request_line_malformed, line.size()};
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, second - first - 1);
  version = line.substr(second + 1);
  if (out.method.empty())
    return framing_refusal{framing_error::request_line_malformed, 0};
  if (out.target.empty())
    return framing_refusal{framing_error::request_line_malformed, second};
  return {};
}

/// A tab or a third space is told as what it is, not as a wrong version or target.
framing_verdict check_spacing(std::string_view line, std::string_view version) {
  if (auto space = version.find(' '); space != npos)
    return framing_refusal{framing_error::request_line_malformed, offset_in(line, version) + space};
  if (auto tab = line.find('\t'); tab != npos)
    return framing_refusal{framing_error::request_line_malformed, tab};
  return {};
}

framing_verdict check_version(std::string_view version, int& minor) {
  bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && is(digit_byte, version[5])
                     && version[6] == '.' && is(digit_byte, version[7]);
  if (!well_formed)
    return framing_refusal{framing_error::version_malformed, 0};
  if (version[5] != '1' || version[7] > '1')
    return framing_refusal{framing_error::version_not_supported, 0};
  minor = version[7] - '0';
  return {};
}

framing_verdict check_method(std::string_view method) {
  if (std::find(implemented_methods.begin(), implemented_methods.end(), method) != implemented_methods.end())
    return {};
  if (method == "CONNECT")
    return framing_refusal{framing_error::connect_refused, 0};
  if (auto end = run_end(token_byte, method, 0); end != method.size())
    return framing_refusal{framing_error::method_invalid, end};
  return framing_refusal{framing_error::method_not_implemented, 0};
}

/// Path and query: every byte allowed by RFC 3986, every '%' with its two digits.
framing_verdict check_path_and_query(std::string_view text) {
  for (std::size_t at = 0;;) {
    at = run_end(target_byte, text, at);
    if (at == text.size())
      return {};
    if (text[at] == '#')
      return framing_refusal{framing_error::target_fragment, at};
    if (text[at] != '%')
      return framing_refusal{framing_error::target_byte_invalid, at};
    if (text.size() - at < 3 || !is(hex_byte, text[at + 1]) || !is(hex_byte, text[at + 2]))
      return framing_refusal{framing_error::target_percent_invalid, at};
    at += 3;
  }
}

void split_query(std::string_view path_and_query, request_line& out) {
  auto mark = path_and_query.find('?');
  out.path = path_and_query.substr(0, mark);
  out.query = mark == npos ? std::string_view{} : path_and_query.substr(mark + 1);
  if (out.path.empty())
    out.path = "/"; // An absolute URL may leave its path out; it means the root (RFC 9112 section 3.2.1).
}

/// The path and query that begin at `at` in the target.
framing_verdict read_path_and_query(std::size_t at, request_line& out) {
  auto text = out.target.substr(at);
  if (auto refusal = check_path_and_query(text))
    return moved(*refusal, at);
  split_query(text, out);
  return {};
}

framing_verdict read_absolute_form(request_line& out) {
  auto scheme_end = out.target.find("://");
  auto scheme = out.target.substr(0, scheme_end);
  if (scheme_end == npos || !(equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https")))
    return framing_refusal{framing_error::target_form_invalid, 0};
  auto begin = scheme_end + 3;
  auto end = std::min(out.target.find_first_of("/?#", begin), out.target.size());
  out.authority = out.target.substr(begin, end - begin);
  if (!is_authority(out.authority))
    return framing_refusal{framing_error::target_authority_invalid, begin};
  return read_path_and_query(end, out);
}

framing_verdict read_target(request_line& out) {
  if (out.target.front() == '/')
    return read_path_and_query(0, out);
  if (out.target != "*")
    return read_absolute_form(out);
  if (out.method != "OPTIONS")
    return framing_refusal{framing_error::asterisk_without_options, 0};
  out.path = out.target;
  return {};
}

} // namespace

framing_verdict read_request_line(std::string_view line, std::size_t target_bytes_max, request_line& out) {
  out = {};
  std::string_view version;
  if (auto refusal = split(line, out, version))
    return refusal;
  if (auto refusal = check_spacing(line, version))
    return refusal;
  if (auto refusal = check_version(version, out.version_minor))
    return moved(*refusal, offset_in(line, version));
  if (auto refusal = check_method(out.method))
    return refusal;
  auto target_at = offset_in(line, out.target);
  if (out.target.size() > target_bytes_max)
    return framing_refusal{framing_error::target_too_long, target_at + target_bytes_max};
  if (auto refusal = read_target(out))
    return moved(*refusal, target_at);
  return {};
}

framing_refusal refuse_endless_request_line(std::string_view beginning, std::size_t target_bytes_max) {
  auto target_begin = std::min(beginning.find(' '), beginning.size() - 1) + 1;
  auto target_end = std::min(beginning.find(' ', target_begin), beginning.size());
  bool too_long = target_end - target_begin > target_bytes_max;
  return {too_long ? framing_error::target_too_long : framing_error::request_line_malformed, beginning.size()};
}

} // namespace callboard::http
