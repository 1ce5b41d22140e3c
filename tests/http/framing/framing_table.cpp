#include "tests/http/framing/framing_table.hpp"

namespace callboard::test {
namespace {

using enum http::framing_error;
using namespace std::string_literals;
using rows = std::vector<framing_row>;

/// A GET with these field lines behind a good Host.
std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\nHost: desk.example\r\n" + fields + "\r\n"; }

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST /api/v1/tickets HTTP/1.1\r\nHost: desk.example\r\n" + fields + "\r\n" + body;
}

std::string line(const std::string& request_line) { return request_line + "\r\nHost: desk.example\r\n\r\n"; }

std::string target(const std::string& text) { return line("GET " + text + " HTTP/1.1"); }

std::string with_host(const std::string& host) { return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"; }

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i)
    fields += "X-" + std::to_string(i) + ": v\r\n";
  return fields;
}

std::string of_size(std::size_t head_size) {
  auto rest = get("X-Pad: \r\n").size();
  return get("X-Pad: " + std::string(head_size - rest, 'p') + "\r\n");
}

rows request_lines() {
  return {
    accept("get root", line("GET / HTTP/1.1")),
    accept("http 1.0", line("GET / HTTP/1.0")),
    accept("http 1.0 without host", "GET / HTTP/1.0\r\n\r\n"),
    accept("head", line("HEAD / HTTP/1.1")),
    accept("put without body", line("PUT /x HTTP/1.1")),
    accept("patch without body", line("PATCH /x HTTP/1.1")),
    accept("delete", line("DELETE /api/v1/tickets/7 HTTP/1.1")),
    accept("options with a path", line("OPTIONS /api/v1/tickets HTTP/1.1")),
    accept("options asterisk", line("OPTIONS * HTTP/1.1")),
    accept("one empty line before", "\r\n" + get("")),
    refuse(400, empty_lines_repeated, "two empty lines before", "\r\n\r\n" + get("")),
    refuse(400, bare_line_feed, "empty line of a bare line feed before", "\n" + get("")),
    refuse(400, bare_carriage_return, "two carriage returns before", "\r\r\n" + get("")),
    refuse(400, request_line_malformed, "space before the method", line(" GET / HTTP/1.1")),
    refuse(400, request_line_malformed, "two spaces before the target", line("GET  / HTTP/1.1")),
    refuse(400, request_line_malformed, "two spaces before the version", line("GET /  HTTP/1.1")),
    refuse(400, request_line_malformed, "space after the version", line("GET / HTTP/1.1 ")),
    refuse(400, request_line_malformed, "word after the version", line("GET / HTTP/1.1 x")),
    refuse(400, request_line_malformed, "tab before the target", line("GET\t/ HTTP/1.1")),
    refuse(400, request_line_malformed, "tab before the version", line("GET /\tHTTP/1.1")),
    refuse(400, request_line_malformed, "tab in the target", line("GET /a\tb HTTP/1.1")),
    refuse(400, request_line_malformed, "tab after the version", line("GET / HTTP/1.1\t")),
    refuse(400, request_line_malformed, "space in the target", line("GET /a b HTTP/1.1")),
    refuse(400, request_line_malformed, "no target", line("GET HTTP/1.1")),
    refuse(400, request_line_malformed, "method alone", line("GET")),
    refuse(400, request_line_malformed, "a field line first", "Host: desk.example\r\n\r\n"),
    refuse(400, request_line_malformed, "http 0.9", "GET /\r\n\r\n"),
    refuse(400, control_byte, "vertical tab before the target", line("GET\v/ HTTP/1.1")),
    refuse(400, control_byte, "form feed before the version", line("GET /\fHTTP/1.1")),
    refuse(400, bare_carriage_return, "carriage return in the target", line("GET /\rx HTTP/1.1")),
    refuse(400, nul_byte, "NUL in the target", line("GET /\0 HTTP/1.1"s)),
    refuse(400, control_byte, "DEL in the target", line("GET /\x7f HTTP/1.1")),
    refuse(400, control_byte, "TLS client hello", "\x16\x03\x01\x02"s + get("")),
    refuse(400, bare_line_feed, "bare line feed after the request line", "GET / HTTP/1.1\nHost: desk.example\r\n\r\n"),
    refuse(400, bare_carriage_return, "bare carriage return after the request line",
           "GET / HTTP/1.1\rHost: desk.example\r\n\r\n"),
    refuse(400, request_line_malformed, "no space within any request line's length", std::string(9000, 'A')),
  };
}

rows methods() {
  return {
    refuse(501, method_not_implemented, "unknown method", line("BREW / HTTP/1.1")),
    refuse(501, method_not_implemented, "lower-case method", line("get / HTTP/1.1")),
    refuse(501, method_not_implemented, "mixed-case method", line("Post / HTTP/1.1")),
    refuse(501, method_not_implemented, "trace", line("TRACE / HTTP/1.1")),
    refuse(501, method_not_implemented, "method with a letter too many", line("GETT / HTTP/1.1")),
    refuse(501, method_not_implemented, "method of odd token bytes", line("!#$%&'*+-.^_`|~ / HTTP/1.1")),
    refuse(501, connect_refused, "connect", "CONNECT desk.example:443 HTTP/1.1\r\nHost: desk.example:443\r\n\r\n"),
    refuse(501, connect_refused, "connect with a path", line("CONNECT / HTTP/1.1")),
    refuse(400, method_invalid, "method with a colon", line("GE:T / HTTP/1.1")),
    refuse(400, method_invalid, "method in quotes", line("\"GET\" / HTTP/1.1")),
    refuse(400, method_invalid, "method with a byte above 0x7e", line("G\xc3\x89T / HTTP/1.1")),
    refuse(400, method_invalid, "method with a slash", line("GET/ / HTTP/1.1")),
  };
}

rows versions() {
  return {
    refuse(505, version_not_supported, "http 1.2", line("GET / HTTP/1.2")),
    refuse(505, version_not_supported, "http 1.9", line("GET / HTTP/1.9")),
    refuse(505, version_not_supported, "http 2.0", line("GET / HTTP/2.0")),
    refuse(505, version_not_supported, "http 3.0", line("GET / HTTP/3.0")),
    refuse(505, version_not_supported, "http 0.9 with a version", line("GET / HTTP/0.9")),
    refuse(505, version_not_supported, "http 9.9", line("GET / HTTP/9.9")),
    refuse(505, version_not_supported, "http 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    refuse(400, version_malformed, "lower-case http", line("GET / http/1.1")),
    refuse(400, version_malformed, "mixed-case http", line("GET / Http/1.1")),
    refuse(400, version_malformed, "two digits after the dot", line("GET / HTTP/1.10")),
    refuse(400, version_malformed, "two digits before the dot", line("GET / HTTP/11.1")),
    refuse(400, version_malformed, "leading zero", line("GET / HTTP/01.1")),
    refuse(400, version_malformed, "no minor version", line("GET / HTTP/1")),
    refuse(400, version_malformed, "no digit after the dot", line("GET / HTTP/1.")),
    refuse(400, version_malformed, "comma for dot", line("GET / HTTP/1,1")),
    refuse(400, version_malformed, "signed minor version", line("GET / HTTP/1.-")),
    refuse(400, version_malformed, "another protocol", line("GET / ICY/1.1")),
    refuse(400, version_malformed, "https for http", line("GET / HTTPS/1.1")),
    refuse(400, version_malformed, "no slash", line("GET / HTTP1.1")),
    refuse(400, version_malformed, "letter for digit", line("GET / HTTP/1.x")),
    refuse(400, version_malformed, "trailing semicolon", line("GET / HTTP/1.1;")),
  };
}

rows targets() {
  return {
    accept("path and query", target("/api/v1/tickets?status=open&limit=20")),
    accept("every unreserved and sub-delimiter byte", target("/a-._~!$&'()*+,;=:@z?a-._~!$&'()*+,;=:@/?z")),
    accept("percent-encoded bytes", target("/a%20b%2F%c3%A9?q=%7Bx%7D")),
    accept("empty segments", target("//a//")),
    accept("dot segments", target("/../a/./b")),
    accept("empty query", target("/?")),
    accept("second question mark", target("/?a?b")),
    accept("target at its limit", target("/" + std::string(8191, 'a'))),
    accept("absolute url", target("http://desk.example/a?b=c")),
    accept("absolute url in other case", target("HTTP://Desk.Example/a")),
    accept("absolute url of https", target("https://desk.example/a")),
    accept("absolute url without path", target("http://desk.example")),
    accept("absolute url with query alone", target("http://desk.example?a=b")),
    accept("absolute url with port", "GET http://desk.example:8080/ HTTP/1.1\r\nHost: desk.example:8080\r\n\r\n"),
    accept("absolute url of an IPv6 address", "GET http://[::1]:80/ HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
    accept("absolute url in http 1.0 without host", "GET http://desk.example/ HTTP/1.0\r\n\r\n"),
    refuse(414, target_too_long, "target one byte over its limit", target("/" + std::string(8192, 'a'))),
    refuse(414, target_too_long, "endless target", "GET /" + std::string(9000, 'a')),
    refuse(400, target_byte_invalid, "backslash", target("/a\\b")),
    refuse(400, target_byte_invalid, "double quote", target("/\"a\"")),
    refuse(400, target_byte_invalid, "angle brackets", target("/<a>")),
    refuse(400, target_byte_invalid, "braces", target("/{id}")),
    refuse(400, target_byte_invalid, "brackets in the query", target("/?a[]=b")),
    refuse(400, target_byte_invalid, "caret", target("/a^b")),
    refuse(400, target_byte_invalid, "backtick", target("/`a`")),
    refuse(400, target_byte_invalid, "pipe", target("/a|b")),
    refuse(400, target_byte_invalid, "raw UTF-8", target("/caf\xc3\xa9")),
    refuse(400, target_byte_invalid, "raw UTF-8 in the query", target("/?q=\xe2\x82\xac")),
    refuse(400, target_byte_invalid, "byte 0xff", target("/\xff")),
    refuse(400, target_percent_invalid, "percent at the end", target("/a%")),
    refuse(400, target_percent_invalid, "percent and one digit", target("/a%4")),
    refuse(400, target_percent_invalid, "percent and no digits", target("/a%zz")),
    refuse(400, target_percent_invalid, "percent and one good digit", target("/a%4g")),
    refuse(400, target_percent_invalid, "percent twice", target("/%%41")),
    refuse(400, target_percent_invalid, "percent in unicode style", target("/%u0041")),
    refuse(400, target_percent_invalid, "bad percent in the query", target("/?q=%")),
    refuse(400, target_fragment, "fragment", target("/a#b")),
    refuse(400, target_fragment, "fragment in the query", target("/?a#b")),
    refuse(400, target_fragment, "fragment of an absolute url", target("http://desk.example/#a")),
    refuse(400, target_fragment, "fragment right behind the authority", target("http://desk.example#a")),
    refuse(400, target_form_invalid, "relative path", target("api/v1/tickets")),
    refuse(400, target_form_invalid, "query alone", target("?a=b")),
    refuse(400, target_form_invalid, "authority alone", target("desk.example:80")),
    refuse(400, target_form_invalid, "another scheme", target("ftp://desk.example/")),
    refuse(400, target_form_invalid, "scheme of websockets", target("ws://desk.example/")),
    refuse(400, target_form_invalid, "scheme without slashes", target("http:desk.example")),
    refuse(400, target_form_invalid, "asterisk with more", line("OPTIONS *a HTTP/1.1")),
    refuse(400, asterisk_without_options, "asterisk with get", target("*")),
    refuse(400, asterisk_without_options, "asterisk with post", line("POST * HTTP/1.1")),
    refuse(400, target_authority_foreign, "foreign authority", target("http://evil.example/")),
    refuse(400, target_authority_foreign, "authority with another port", target("http://desk.example:81/")),
    refuse(400, target_authority_foreign, "authority that begins like the host", target("http://desk.example.evil/")),
    refuse(400, target_authority_foreign, "foreign authority in http 1.0", line("GET http://evil.example/ HTTP/1.0")),
    refuse(400, target_authority_invalid, "empty authority", target("http:///a")),
    refuse(400, target_authority_invalid, "user information", target("http://desk.example@evil.example/")),
    refuse(400, target_authority_invalid, "authority with a backslash", target("http://desk.example\\@evil.example/")),
    refuse(400, target_authority_invalid, "authority with percent", target("http://desk%2eexample/")),
    refuse(400, host_missing, "absolute url without host", "GET http://desk.example/ HTTP/1.1\r\n\r\n"),
  };
}

rows hosts() {
  return {
    accept("host with port", with_host("desk.example:8080")),
    accept("host with empty port", with_host("desk.example:")),
    accept("host without white space before", "GET / HTTP/1.1\r\nHost:desk.example\r\n\r\n"),
    accept("host with white space around", "GET / HTTP/1.1\r\nhOST: \t desk.example \t\r\n\r\n"),
    accept("host as IPv4 address", with_host("127.0.0.1:8080")),
    accept("host as IPv6 address", with_host("[2001:db8::1]:8080")),
    accept("host as full IPv6 address", with_host("[1:2:3:4:5:6:7:8]")),
    accept("host as IPv6 address with IPv4 tail", with_host("[::ffff:192.0.2.1]")),
    accept("host with underscore", with_host("desk_1.svc-a")),
    accept("host not first", "GET / HTTP/1.1\r\nAccept: */*\r\nHost: desk.example\r\n\r\n"),
    refuse(400, host_missing, "no host", "GET / HTTP/1.1\r\n\r\n"),
    refuse(400, host_missing, "host under another name", "GET / HTTP/1.1\r\nX-Host: desk.example\r\n\r\n"),
    refuse(400, host_repeated, "two hosts", get("Host: evil.example\r\n")),
    refuse(400, host_repeated, "two equal hosts", get("Host: desk.example\r\n")),
    refuse(400, host_repeated, "two hosts in other case", get("hoST: desk.example\r\n")),
    refuse(400, host_repeated, "two hosts in http 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    refuse(400, host_invalid, "empty host", with_host("")),
    refuse(400, host_invalid, "host of white space", with_host(" \t ")),
    refuse(400, host_invalid, "port alone", with_host(":80")),
    refuse(400, host_invalid, "list of hosts", with_host("desk.example, evil.example")),
    refuse(400, host_invalid, "host with comma", with_host("desk.example,evil.example")),
    refuse(400, host_invalid, "host with space", with_host("desk.example evil.example")),
    refuse(400, host_invalid, "host with path", with_host("desk.example/a")),
    refuse(400, host_invalid, "host with user", with_host("user@desk.example")),
    refuse(400, host_invalid, "host with scheme", with_host("http://desk.example")),
    refuse(400, host_invalid, "host with percent", with_host("desk%2eexample")),
    refuse(400, host_invalid, "host in UTF-8", with_host("d\xc3\xa9sk.example")),
    refuse(400, host_invalid, "host with quote", with_host("\"desk.example\"")),
    refuse(400, host_invalid, "port with letters", with_host("desk.example:80a")),
    refuse(400, host_invalid, "port too large", with_host("desk.example:65536")),
    refuse(400, host_invalid, "port with six digits", with_host("desk.example:000080")),
    refuse(400, host_invalid, "port with sign", with_host("desk.example:+80")),
    refuse(400, host_invalid, "two ports", with_host("desk.example:80:81")),
    refuse(400, host_invalid, "IPv6 address without brackets", with_host("2001:db8::1")),
    refuse(400, host_invalid, "bracket not closed", with_host("[::1")),
    refuse(400, host_invalid, "bracket not opened", with_host("::1]")),
    refuse(400, host_invalid, "empty brackets", with_host("[]")),
    refuse(400, host_invalid, "name in brackets", with_host("[desk.example]")),
    refuse(400, host_invalid, "two shortenings", with_host("[1::2::3]")),
    refuse(400, host_invalid, "nine groups", with_host("[1:2:3:4:5:6:7:8:9]")),
    refuse(400, host_invalid, "seven groups", with_host("[1:2:3:4:5:6:7]")),
    refuse(400, host_invalid, "group of five digits", with_host("[::12345]")),
    refuse(400, host_invalid, "address with zone", with_host("[fe80::1%25eth0]")),
    refuse(400, host_invalid, "address of the future", with_host("[v1.a]")),
    refuse(400, host_invalid, "word behind the bracket", with_host("[::1]a")),
    refuse(400, host_invalid, "bad IPv4 tail", with_host("[::256.0.0.1]")),
  };
}

rows fields() {
  return {
    accept("no white space and empty values", get("A:\r\nB: \r\nC:\t\r\n")),
    accept("white space in a value", get("A: b \t c\r\n")),
    accept("every token byte in a name", get("!#$%&'*+-.^_`|~09AZaz: v\r\n")),
    accept("colon in a value", get("A: b:c\r\n")),
    accept("colon first in a value", get("A::b\r\n")),
    accept("obs-text in a value", get("A: caf\xc3\xa9 \xff\r\n")),
    accept("one hundred fields", get(many_fields(99))),
    accept("the same unknown field twice", get("A: b\r\nA: c\r\n")),
    accept("head at its limit", of_size(16 * 1024)),
    refuse(431, head_too_large, "head one byte over its limit", of_size(16 * 1024 + 1)),
    refuse(431, head_too_large, "endless field", get("A: " + std::string(20000, 'b') + "\r\n")),
    refuse(431, head_too_large, "endless field name", get(std::string(20000, 'b'))),
    refuse(431, too_many_fields, "one hundred and one fields", get(many_fields(100))),
    refuse(431, too_many_fields, "four hundred fields", get(many_fields(399))),
    refuse(400, field_without_colon, "field without colon", get("Accept\r\n")),
    refuse(400, field_without_colon, "request line twice", get("GET / HTTP/1.1\r\n")),
    refuse(400, field_name_empty, "empty field name", get(": v\r\n")),
    refuse(400, field_name_empty, "colon alone", get(":\r\n")),
    refuse(400, field_name_followed_by_space, "space before the colon", get("Accept : */*\r\n")),
    refuse(400, field_name_followed_by_space, "tab before the colon", get("Accept\t: */*\r\n")),
    refuse(400, field_name_followed_by_space, "space before the colon of Content-Length",
           post("Content-Length : 3\r\n", "abc")),
    refuse(400, field_name_followed_by_space, "space before the colon of Transfer-Encoding",
           post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
    refuse(400, field_name_invalid, "space in a name", get("X Y: v\r\n")),
    refuse(400, field_name_invalid, "quotes around a name", get("\"X\": v\r\n")),
    refuse(400, field_name_invalid, "slash in a name", get("X/Y: v\r\n")),
    refuse(400, field_name_invalid, "parenthesis in a name", get("X(Y): v\r\n")),
    refuse(400, field_name_invalid, "UTF-8 in a name", get("X\xc3\xa9: v\r\n")),
    refuse(400, field_name_invalid, "semicolon for colon", get("Content-Length; 3: v\r\n")),
    refuse(400, line_folded, "folded field", get("A: b\r\n c\r\n")),
    refuse(400, line_folded, "field folded with a tab", get("A: b\r\n\tc\r\n")),
    refuse(400, line_folded, "folded line with a colon", get("A: b\r\n Transfer-Encoding: chunked\r\n")),
    refuse(400, line_folded, "chunked with more in a folded line",
           post("Transfer-Encoding: chunked\r\n , identity\r\n", "0\r\n\r\n")),
    refuse(400, line_folded, "Content-Length with more in a folded line", post("Content-Length: 3\r\n 0\r\n", "abc")),
    refuse(400, transfer_encoding_not_chunked, "Transfer-Encoding with its value in a folded line",
           post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
    refuse(400, content_length_invalid, "Content-Length with its value in a folded line",
           post("Content-Length:\r\n 3\r\n", "abc")),
    refuse(400, line_folded, "white space before the first field", "GET / HTTP/1.1\r\n Host: desk.example\r\n\r\n"),
    refuse(400, line_folded, "line of one space", get("A: b\r\n \r\n")),
    refuse(400, line_folded, "line of one tab for the last one", "GET / HTTP/1.1\r\nHost: desk.example\r\n\t\r\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed after a field", "GET / HTTP/1.1\r\nHost: desk.example\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed as the last line", "GET / HTTP/1.1\r\nHost: desk.example\r\n\n"),
    refuse(400, bare_line_feed, "bare line feed in a value", get("A: b\nTransfer-Encoding: chunked\r\n")),
    refuse(400, bare_line_feed, "bare line feed in a name", get("A\nB: c\r\n")),
    refuse(400, bare_carriage_return, "bare carriage return in a value", get("A: b\rc\r\n")),
    refuse(400, bare_carriage_return, "bare carriage return before a colon", get("A\r: b\r\n")),
    refuse(400, bare_carriage_return, "two carriage returns at a line's end", get("A: b\r\r\n")),
    refuse(400, bare_carriage_return, "carriage return as the last line", get("").replace(36, 2, "\r\r")),
    refuse(400, nul_byte, "NUL in a value", get("A: b\0c\r\n"s)),
    refuse(400, nul_byte, "NUL in a name", get("A\0: b\r\n"s)),
    refuse(400, nul_byte, "NUL before Transfer-Encoding's value",
           post("Transfer-Encoding: \0chunked\r\n"s, "0\r\n\r\n")),
    refuse(400, control_byte, "vertical tab before a value", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")),
    refuse(400, control_byte, "escape in a value", get("A: \x1b[31m\r\n")),
    refuse(400, control_byte, "DEL in a value", get("A: b\x7f\r\n")),
    refuse(400, control_byte, "backspace in a name", get("A\b: c\r\n")),
  };
}

rows lengths() {
  return {
    accept("content length", post("Content-Length: 3\r\n", "abc")),
    accept("content length of zero", post("Content-Length: 0\r\n")),
    accept("content length with leading zeros", post("Content-Length: 0003\r\n", "abc")),
    accept("content length in other case", post("content-LENGTH:3\r\n", "abc")),
    accept("content length with white space around", post("Content-Length: \t3\t \r\n", "abc")),
    accept("content length in http 1.0", "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"),
    accept("post without a body", post("")),
    accept("options with a body", "OPTIONS /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
    accept("get with an empty body", get("Content-Length: 0\r\n")),
    accept("delete with an empty body", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
    accept("a name that begins like Content-Length", get("Content-Length-X: a\r\n")),
    accept("underscore for hyphen is another name", get("Content_Length: 3\r\n")),
    refuse(400, content_length_repeated, "equal lengths twice",
           post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
    refuse(400, content_length_repeated, "different lengths",
           post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")),
    refuse(400, content_length_repeated, "lengths of zero twice", post("Content-Length: 0\r\ncontent-length: 0\r\n")),
    refuse(400, content_length_invalid, "list of equal lengths", post("Content-Length: 3, 3\r\n", "abc")),
    refuse(400, content_length_invalid, "list of lengths", post("Content-Length: 3,4\r\n", "abcd")),
    refuse(400, content_length_invalid, "list with an empty member", post("Content-Length: 3,\r\n", "abc")),
    refuse(400, content_length_invalid, "empty length", post("Content-Length:\r\n")),
    refuse(400, content_length_invalid, "length with plus", post("Content-Length: +3\r\n", "abc")),
    refuse(400, content_length_invalid, "length with minus", post("Content-Length: -3\r\n")),
    refuse(400, content_length_invalid, "minus zero", post("Content-Length: -0\r\n")),
    refuse(400, content_length_invalid, "hexadecimal length", post("Content-Length: 0x3\r\n", "abc")),
    refuse(400, content_length_invalid, "hexadecimal digit", post("Content-Length: a\r\n", "abcdefghij")),
    refuse(400, content_length_invalid, "length with a space inside", post("Content-Length: 1 0\r\n", "abcdefghij")),
    refuse(400, content_length_invalid, "length with a fraction", post("Content-Length: 3.0\r\n", "abc")),
    refuse(400, content_length_invalid, "length with an exponent", post("Content-Length: 1e1\r\n", "abcdefghij")),
    refuse(400, content_length_invalid, "length with underscore", post("Content-Length: 1_0\r\n", "abcdefghij")),
    refuse(400, content_length_invalid, "length in quotes", post("Content-Length: \"3\"\r\n", "abc")),
    refuse(400, content_length_invalid, "length with semicolon", post("Content-Length: 3;a\r\n", "abc")),
    refuse(400, content_length_invalid, "length in other digits", post("Content-Length: \xd9\xa3\r\n", "abc")),
    refuse(400, content_length_overflow, "two to the power of 64", post("Content-Length: 18446744073709551616\r\n")),
    refuse(400, content_length_overflow, "thirty digits", post("Content-Length: " + std::string(30, '9') + "\r\n")),
    refuse(413, body_too_large, "one byte over the body limit", post("Content-Length: 1048577\r\n")),
    refuse(413, body_too_large, "largest 64-bit length", post("Content-Length: 18446744073709551615\r\n")),
    refuse(400, body_not_allowed, "get with a body", get("Content-Length: 3\r\n") + "abc"),
    refuse(400, body_not_allowed, "head with a body", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
    refuse(400, body_not_allowed, "delete with a body", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
    refuse(400, body_not_allowed, "get with an empty chunked body",
           get("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
    refuse(400, body_not_allowed, "get with a body too large", get("Content-Length: 1048577\r\n")),
  };
}

rows codings() {
  auto chunked = [](const std::string& fields) { return post(fields, "0\r\n\r\n"); };
  return {
    accept("chunked", chunked("Transfer-Encoding: chunked\r\n")),
    accept("chunked in other case", chunked("transfer-encoding:CHUNKED\r\n")),
    accept("chunked with white space around", chunked("Transfer-Encoding: \t chunked \t\r\n")),
    accept("chunked with content", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n")),
    accept("TE is another field", get("TE: trailers\r\n")),
    accept("X-Transfer-Encoding is another field", get("X-Transfer-Encoding: chunked\r\n")),
    refuse(400, transfer_encoding_with_length, "chunked, then length",
           chunked("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")),
    refuse(400, transfer_encoding_with_length, "length, then chunked",
           chunked("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
    refuse(400, transfer_encoding_with_length, "chunked and length of zero",
           chunked("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n")),
    refuse(400, transfer_encoding_repeated, "chunked in two fields",
           chunked("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
    refuse(400, transfer_encoding_repeated, "chunked, then identity in another field",
           chunked("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")),
    refuse(400, transfer_encoding_not_chunked, "identity, then chunked in another field",
           chunked("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n")),
    refuse(400, transfer_encoding_not_chunked, "unknown coding alone", chunked("Transfer-Encoding: xchunked\r\n")),
    refuse(400, transfer_encoding_not_chunked, "unknown coding with a length",
           chunked("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n")),
    refuse(400, transfer_encoding_not_chunked, "identity", chunked("Transfer-Encoding: identity\r\n")),
    refuse(400, transfer_encoding_not_chunked, "gzip alone", chunked("Transfer-Encoding: gzip\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked, identity",
           chunked("Transfer-Encoding: chunked, identity\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked twice in one field",
           chunked("Transfer-Encoding: chunked, chunked\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked twice behind gzip",
           chunked("Transfer-Encoding: gzip, chunked, chunked\r\n")),
    refuse(400, transfer_encoding_not_chunked, "empty coding", chunked("Transfer-Encoding:\r\n")),
    refuse(400, transfer_encoding_not_chunked, "empty member first", chunked("Transfer-Encoding: , chunked\r\n")),
    refuse(400, transfer_encoding_not_chunked, "empty member last", chunked("Transfer-Encoding: chunked,\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked with a parameter",
           chunked("Transfer-Encoding: chunked;q=1\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked in quotes", chunked("Transfer-Encoding: \"chunked\"\r\n")),
    refuse(400, transfer_encoding_not_chunked, "two words", chunked("Transfer-Encoding: chunked foo\r\n")),
    refuse(400, transfer_encoding_not_chunked, "chunked in UTF-8", chunked("Transfer-Encoding: chun\xc2\xadked\r\n")),
    refuse(501, transfer_coding_unknown, "gzip, chunked", chunked("Transfer-Encoding: gzip, chunked\r\n")),
    refuse(501, transfer_coding_unknown, "identity, chunked", chunked("Transfer-Encoding: identity, chunked\r\n")),
    refuse(501, transfer_coding_unknown, "two codings, chunked",
           chunked("Transfer-Encoding: gzip ,deflate,\tChunked\r\n")),
    refuse(400, transfer_encoding_in_http_1_0, "chunked in http 1.0",
           "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    refuse(400, transfer_encoding_in_http_1_0, "chunked and length in http 1.0",
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
  };
}

rows connections() {
  const std::string websocket = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  return {
    accept("connection close", get("Connection: close\r\n")),
    accept("connection keep-alive", get("Connection: Keep-Alive\r\n")),
    accept("list of connection options", get("Connection: , foo ,, close,\r\nConnection: bar\r\n")),
    accept("empty connection", get("Connection:\r\n")),
    accept("http 1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    accept("expect in http 1.0", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"),
    accept("expect with a body", post("Expect: 100-Continue\r\nContent-Length: 3\r\n", "abc")),
    accept("upgrade to websocket", get(websocket)),
    accept("upgrade to several", get("Connection: keep-alive, upgrade\r\nUpgrade: h2c, WebSocket\r\n")),
    accept("upgrade to h2c with a body, ignored",
           post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 3\r\n", "abc")),
    accept("upgrade to websocket with length zero", get(websocket + "Content-Length: 0\r\n")),
    refuse(400, connection_invalid, "connection option of two words", get("Connection: keep alive\r\n")),
    refuse(400, connection_invalid, "connection option in quotes", get("Connection: \"close\"\r\n")),
    refuse(417, expectation_unknown, "unknown expectation", post("Expect: 200-ok\r\n")),
    refuse(417, expectation_unknown, "expectation with a parameter", post("Expect: 100-continue;a=b\r\n")),
    refuse(417, expectation_unknown, "list of expectations", post("Expect: 100-continue, foo\r\n")),
    refuse(417, expectation_unknown, "empty expectation", post("Expect:\r\n")),
    refuse(400, upgrade_with_body, "upgrade to websocket with a body",
           post(websocket + "Content-Length: 3\r\n", "abc")),
    refuse(400, upgrade_with_body, "upgrade to websocket with a chunked body",
           post(websocket + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    refuse(400, body_not_allowed, "get that upgrades with a body", get(websocket + "Content-Length: 3\r\n") + "abc"),
  };
}

} // namespace

rows framing_rows() {
  rows all;
  for (auto part : {request_lines, methods, versions, targets, hosts, fields, lengths, codings, connections})
    for (auto& row : part())
      all.push_back(std::move(row));
  return all;
}

rows framing_byte_rows() {
  const std::string tokens = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string letters_and_digits = tokens.substr(15);
  const std::string path = letters_and_digits + "-._~!$&'()*+,;=:@/?";
  const std::string host = letters_and_digits + "-._";
  auto holds = [](const std::string& set, char c) { return c != '\0' && set.find(c) != std::string::npos; };
  auto control = [](int byte) { return (byte < 0x20 && byte != '\t') || byte == 0x7f; };
  auto cause_of_control = [](int byte) {
    if (byte == '\0')
      return nul_byte;
    if (byte == '\n')
      return bare_line_feed;
    return byte == '\r' ? bare_carriage_return : control_byte;
  };
  rows all;
  for (int byte = 0; byte < 256; ++byte) {
    auto c = static_cast<char>(byte);
    auto row = [&](const std::string& place, const std::string& raw, bool good, int status, http::framing_error cause) {
      auto name = "byte " + std::to_string(byte) + " in the " + place;
      if (control(byte))
        all.push_back(refuse(400, cause_of_control(byte), name, raw));
      else
        all.push_back(good ? accept(name, raw) : refuse(status, cause, name, raw));
    };
    auto one = std::string(1, c);
    bool blank = c == ' ' || c == '\t';
    row("method", line("GE" + one + "T / HTTP/1.1"), false, holds(tokens, c) ? 501 : 400,
        blank ? request_line_malformed : (holds(tokens, c) ? method_not_implemented : method_invalid));
    row("target", target("/a" + one + "b"), holds(path, c), 400,
        blank ? request_line_malformed
              : (c == '#' ? target_fragment : (c == '%' ? target_percent_invalid : target_byte_invalid)));
    row("version", line("GET / HTTP/1." + one), c == '0' || c == '1', byte >= '2' && byte <= '9' ? 505 : 400,
        blank ? request_line_malformed : (byte >= '2' && byte <= '9' ? version_not_supported : version_malformed));
    row("field name", get("X" + one + "Y: v\r\n"), holds(tokens, c) || c == ':', 400, field_name_invalid);
    row("field value", get("X: v" + one + "w\r\n"), true, 0, {});
    row("host", with_host("a" + one + "b"), holds(host, c), 400, host_invalid);
  }
  return all;
}

rows incomplete_rows() {
  return {
    accept("nothing", ""),
    accept("carriage return", "\r"),
    accept("empty line", "\r\n"),
    accept("part of a method", "GE"),
    accept("request line without its end", "GET / HTTP/1.1"),
    accept("request line with half its end", "GET / HTTP/1.1\r"),
    accept("request line", "GET / HTTP/1.1\r\n"),
    accept("part of a field", "GET / HTTP/1.1\r\nHos"),
    accept("all but the last line feed", "GET / HTTP/1.1\r\nHost: desk.example\r\n\r"),
    accept("almost the largest head", of_size(16 * 1024).substr(0, 16 * 1024 - 1)),
  };
}

} // namespace callboard::test
