#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/framing/chunk_reader.hpp"
#include "http/framing/head_reader.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/http/framing/framing_table.hpp"

// Whole requests: whatever our readers accept, Boost.Beast accepts too, and both see the same request, content and end.
// (Not the other way round: Beast accepts what the RFCs refuse.)
namespace callboard::fuzz {
namespace {

using namespace http;
namespace beast = boost::beast::http;

using beast_parser = beast::request_parser<beast::string_body>;

/// The whole request by our own readers, when they accept it and all of it is there.
struct read_request {
  request_head head;
  std::string body;
  std::size_t size = 0;
};

std::optional<read_request> read(std::string_view input) {
  head_reader reader;
  if (reader.read(input) != head_progress::complete)
    return {};
  read_request request{reader.head(), {}, reader.head().size};
  auto rest = input.substr(request.size);
  if (request.head.chunked) {
    chunk_reader chunks;
    auto step = chunks.feed(rest, request.body);
    request.size += step.consumed;
    return step.progress == chunk_progress::complete ? std::optional{request} : std::nullopt;
  }
  auto length = request.head.content_length.value_or(0);
  if (length > rest.size())
    return {};
  request.body = rest.substr(0, length);
  request.size += length;
  return request;
}

void compare_heads(const request_head& ours, const beast_parser& parser) {
  const auto& theirs = parser.get();
  FUZZ_REQUIRE(ours.method == theirs.method_string(), "both see the same method");
  FUZZ_REQUIRE(ours.target == theirs.target(), "both see the same target");
  FUZZ_REQUIRE(static_cast<unsigned>(ours.version_minor) + 10 == theirs.version(), "both see the same version");
  FUZZ_REQUIRE(ours.chunked == parser.chunked(), "both see the same coding");
  // Beast forgets the close beside a keep-alive in HTTP/1.0 (RFC 9112 section 9.3: close comes first).
  if (ours.version_minor == 1 || ours.keep_alive)
    FUZZ_REQUIRE(ours.keep_alive == parser.keep_alive(), "both keep the connection or close it");
  // Beast holds trailers among the fields, and equal names side by side: so counts and first values are compared.
  for (auto field : ours.fields) {
    boost::beast::string_view name{field.name.data(), field.name.size()};
    FUZZ_REQUIRE(theirs.count(name) >= ours.fields.count(field.name), "Beast finds each field under its name");
    FUZZ_REQUIRE(theirs[name] == ours.fields.find(field.name).value(), "both see the same value");
  }
}

void compare(std::string_view input, const read_request& request) {
  // An empty line before the request is ours to skip.
  std::size_t skipped = input.substr(0, 2) == "\r\n" ? 2 : 0;
  beast_parser parser;
  parser.header_limit(65536);
  parser.eager(true);
  auto rest = input.substr(skipped, request.size - skipped);
  while (!rest.empty() && !parser.is_done()) {
    boost::system::error_code error;
    auto taken = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    FUZZ_REQUIRE(!error, "what we accept, Beast accepts");
    FUZZ_REQUIRE(taken != 0, "Beast needs no more than the whole request");
    rest.remove_prefix(taken);
  }
  FUZZ_REQUIRE(parser.is_done() && rest.empty(), "both end the request at the same byte");
  compare_heads(request.head, parser);
  FUZZ_REQUIRE(parser.get().body() == request.body, "both see the same content");
}

} // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const auto& row : test::framing_rows())
    if (row.raw.size() <= 4096)
      all.push_back(row.raw);
  for (const auto& row : test::chunk_rows())
    if (row.raw.size() <= 4096)
      all.push_back(test::chunk_row_head + row.raw);
  return all;
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard::fuzz;
  auto input = view_of(data, size);
  auto request = read(input);
  // Beast takes Proxy-Connection for Connection; it is no field of HTTP/1.1.
  if (request && request->head.fields.count("proxy-connection") == 0)
    compare(input, *request);
  return 0;
}
