#include "tests/http/framing/framing_table.hpp"

namespace callboard::test {
namespace {

using enum http::framing_error;
using namespace std::string_literals;
using rows = std::vector<framing_row>;

/// A body that ends at once, with these trailers.
std::string trailers(const std::string& lines) { return "0\r\n" + lines + "\r\n"; }

/// A good chunk with this behind its size.
std::string extended(const std::string& extension) { return "3" + extension + "\r\nabc\r\n0\r\n\r\n"; }

std::string many_chunks(int count, const std::string& chunk) {
  std::string body;
  for (int i = 0; i < count; ++i)
    body += chunk;
  return body + "0\r\n\r\n";
}

rows sizes() {
  return {
    accept("no content", "0\r\n\r\n"),
    accept("zero in many digits", "0000\r\n\r\n"),
    accept("one chunk", "3\r\nabc\r\n0\r\n\r\n"),
    accept("two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
    accept("size in capital digits", "A\r\n0123456789\r\n0\r\n\r\n"),
    accept("size in small digits", "a\r\n0123456789\r\n0\r\n\r\n"),
    accept("size with leading zeros", "0000000000000003\r\nabc\r\n0\r\n\r\n"),
    accept("content that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
    accept("content of all kinds of bytes", "5\r\n\0\r\n\xff\n\r\n0\r\n\r\n"s),
    accept("one thousand chunks", many_chunks(1000, "1\r\nx\r\n")),
    accept("body at its limit", "100000\r\n" + std::string(0x100000, 'x') + "\r\n0\r\n\r\n"),
    refuse(413, body_too_large, "chunk one byte over the limit", "100001\r\n"),
    refuse(413, body_too_large, "second chunk over the limit",
           "fffff\r\n" + std::string(0xfffff, 'x') + "\r\n2\r\nxx\r\n0\r\n\r\n"),
    refuse(413, body_too_large, "largest size", "ffffffffffffffff\r\n"),
    refuse(413, body_too_large, "size that would wrap", "1\r\nx\r\nffffffffffffffff\r\n"),
    refuse(400, chunk_size_too_long, "size of seventeen digits", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_too_long, "size with too many zeros", "00000000000000003\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "no size", "\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "size with sign", "+3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "negative size", "-3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "size with a letter", "3g\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "space before the size", " 3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "space after the size", "3 \r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "tab after the size", "3\t\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "underscore in the size", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "comma in the size", "3,3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, nul_byte, "NUL after the size", "3\0\r\nabc\r\n0\r\n\r\n"s),
    refuse(400, control_byte, "vertical tab before the size", "\v3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed after the size", "3\nabc\r\n0\r\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed for the size", "\n3\r\nabc\r\n0\r\n\r\n"),
    refuse(400, bare_carriage_return, "bare carriage return after the size", "3\rabc\r\n0\r\n\r\n"),
    refuse(400, bare_carriage_return, "two carriage returns after the size", "3\r\r\nabc\r\n0\r\n\r\n"),
  };
}

rows contents() {
  return {
    refuse(400, chunk_not_terminated, "content longer than its size", "2\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_not_terminated, "next size right behind the content", "3\r\nabc0\r\n\r\n"),
    refuse(400, chunk_not_terminated, "content shorter than its size", "5\r\nabc\r\n0\r\n\r\n"),
    refuse(400, chunk_not_terminated, "space behind the content", "3\r\nabc \r\n0\r\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed behind the content", "3\r\nabc\n0\r\n\r\n"),
    refuse(400, bare_carriage_return, "bare carriage return behind the content", "3\r\nabc\r0\r\n\r\n"),
    refuse(400, chunk_size_invalid, "empty line between chunks", "3\r\nabc\r\n\r\n0\r\n\r\n"),
  };
}

rows extensions() {
  return {
    accept("extension name", extended(";a")),
    accept("extension name and value", extended(";a=b")),
    accept("extension with a quoted value", extended(";a=\"b c\"")),
    accept("extension with an empty quoted value", extended(";a=\"\"")),
    accept("extension with quoted marks", extended(";a=\"\\\";\\\\\"")),
    accept("several extensions", extended(";a;b=c;d=\"e\";f")),
    accept("extension of the last chunk", "0;a=b\r\n\r\n"),
    accept("extension at its limit", extended(";" + std::string(255, 'a'))),
    accept("extensions of all chunks at their limit", many_chunks(128, "1;a\r\nx\r\n")),
    refuse(400, chunk_extensions_too_long, "extension over its limit", extended(";" + std::string(256, 'a'))),
    refuse(400, chunk_extensions_too_long, "quoted extension over its limit",
           extended(";a=\"" + std::string(256, 'a') + "\"")),
    refuse(400, chunk_extensions_too_long, "extensions of all chunks over their limit",
           many_chunks(129, "1;a\r\nx\r\n")),
    refuse(400, chunk_extension_invalid, "extension without name", extended(";")),
    refuse(400, chunk_extension_invalid, "two semicolons", extended(";;a")),
    refuse(400, chunk_extension_invalid, "extension value without name", extended(";=b")),
    refuse(400, chunk_extension_invalid, "extension without value", extended(";a=")),
    refuse(400, chunk_extension_invalid, "extension without value, then another", extended(";a=;b")),
    refuse(400, chunk_extension_invalid, "two equals signs", extended(";a==b")),
    refuse(400, chunk_extension_invalid, "quotes not closed", extended(";a=\"b")),
    refuse(400, chunk_extension_invalid, "quotes closed by an escaped one", extended(";a=\"b\\\"")),
    refuse(400, chunk_extension_invalid, "escape at the line's end", extended(";a=\"b\\")),
    refuse(400, chunk_extension_invalid, "word behind the quotes", extended(";a=\"b\"c")),
    refuse(400, chunk_extension_invalid, "quotes inside a value", extended(";a=b\"c\"")),
    refuse(400, chunk_extension_invalid, "quoted name", extended(";\"a\"")),
    refuse(400, chunk_extension_invalid, "space after the semicolon", extended("; a")),
    refuse(400, chunk_size_invalid, "space before the semicolon", extended(" ;a")),
    refuse(400, chunk_extension_invalid, "space after the extension", extended(";a ")),
    refuse(400, chunk_extension_invalid, "space around the equals sign", extended(";a = b")),
    refuse(400, chunk_extension_invalid, "UTF-8 in a name", extended(";\xc3\xa9")),
    refuse(400, bare_line_feed, "bare line feed after an extension", "3;a\nabc\r\n0\r\n\r\n"),
    refuse(400, bare_line_feed, "bare line feed in quotes", extended(";a=\"\n\"")),
    refuse(400, bare_line_feed, "bare line feed right after the semicolon", "3;\nabc\r\n0\r\n\r\n"),
    refuse(400, bare_carriage_return, "bare carriage return after an extension", "3;a\rbc\r\n0\r\n\r\n"),
    refuse(400, nul_byte, "NUL in an extension", extended(";a=\"\0\""s)),
    refuse(400, control_byte, "escape byte in an extension", extended(";a=\"\x1b\"")),
  };
}

rows trailer_lines() {
  std::string seventeen;
  for (int i = 0; i < 17; ++i)
    seventeen += "X-" + std::to_string(i) + ": v\r\n";
  return {
    accept("trailer", trailers("X-Checksum: abc\r\n")),
    accept("trailer without content", trailers("X:\r\n")),
    accept("two trailers after content", "3\r\nabc\r\n0\r\nA: b\r\nC: d:e \t\r\n\r\n"),
    accept("trailer with obs-text", trailers("X: caf\xc3\xa9\r\n")),
    accept("trailer whose name begins like a forbidden one", trailers("Content-Length-X: 3\r\nHosts: a\r\n")),
    accept("trailer with a long name", trailers(std::string(300, 'x') + ": v\r\n")),
    accept("trailers at their limit", trailers("X: " + std::string(4096 - 5, 'v') + "\r\n")),
    accept("sixteen trailers", trailers(seventeen.substr(0, seventeen.find("X-16")))),
    refuse(431, trailers_too_large, "trailers one byte over their limit",
           trailers("X: " + std::string(4096 - 4, 'v') + "\r\n")),
    refuse(431, trailers_too_large, "endless trailer", "0\r\nX: " + std::string(5000, 'v')),
    refuse(431, trailers_too_large, "endless trailer name", "0\r\n" + std::string(5000, 'x')),
    refuse(431, trailers_too_large, "seventeen trailers", trailers(seventeen)),
    refuse(400, trailer_field_forbidden, "Content-Length as trailer", trailers("Content-Length: 5\r\n")),
    refuse(400, trailer_field_forbidden, "Content-Length as second trailer", trailers("A: b\r\ncontent-length: 5\r\n")),
    refuse(400, trailer_field_forbidden, "Transfer-Encoding as trailer", trailers("Transfer-Encoding: chunked\r\n")),
    refuse(400, trailer_field_forbidden, "Host as trailer", trailers("hOst: evil.example\r\n")),
    refuse(400, trailer_field_forbidden, "Authorization as trailer", trailers("Authorization: Bearer x\r\n")),
    refuse(400, trailer_field_forbidden, "Connection as trailer", trailers("Connection: close\r\n")),
    refuse(400, trailer_field_forbidden, "Content-Type as trailer", trailers("Content-Type: text/plain\r\n")),
    refuse(400, field_name_followed_by_space, "trailer with a space before the colon", trailers("X : v\r\n")),
    refuse(400, field_without_colon, "trailer without colon", trailers("X\r\n")),
    refuse(400, field_name_empty, "trailer without name", trailers(": v\r\n")),
    refuse(400, field_name_invalid, "trailer with a bad name", trailers("X(Y: v\r\n")),
    refuse(400, field_name_invalid, "trailer that begins with a bad byte", trailers("\xc3\xa9: v\r\n")),
    refuse(400, field_without_colon, "next request without the last line", "0\r\nGET\r\n\r\n"),
    refuse(400, field_name_followed_by_space, "next request in place of trailers", "0\r\nGET / HTTP/1.1\r\n\r\n"),
    refuse(400, line_folded, "folded trailer", trailers("X: v\r\n w\r\n")),
    refuse(400, line_folded, "trailer that begins with a tab", trailers("\tX: v\r\n")),
    refuse(400, bare_line_feed, "bare line feed in a trailer", trailers("X: v\n")),
    refuse(400, bare_line_feed, "bare line feed in a trailer's name", trailers("X\n: v\r\n")),
    refuse(400, bare_line_feed, "bare line feed for the last line", "0\r\n\n"),
    refuse(400, bare_carriage_return, "bare carriage return in a trailer", trailers("X: v\rw\r\n")),
    refuse(400, bare_carriage_return, "bare carriage return for the last line", "0\r\n\rX"),
    refuse(400, nul_byte, "NUL in a trailer", trailers("X: \0\r\n"s)),
    refuse(400, control_byte, "DEL in a trailer", trailers("X: \x7f\r\n")),
  };
}

} // namespace

rows chunk_rows() {
  rows all;
  for (auto part : {sizes, contents, extensions, trailer_lines})
    for (auto& row : part())
      all.push_back(std::move(row));
  return all;
}

} // namespace callboard::test
