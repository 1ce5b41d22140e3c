#include <algorithm>
#include <memory>

#include "http/framing/head_reader.hpp"
#include "tests/fuzz/http_head_oracle.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/http/framing/framing_table.hpp"

// The request head reader against a second reading of the same rules, and against itself with the bytes cut and moved.
namespace callboard::fuzz {
namespace {

using namespace http;
using verdict = decltype(judged_head::verdict);

bool is_limit(framing_error which) {
  return which == framing_error::head_too_large || which == framing_error::too_many_fields
         || which == framing_error::target_too_long || which == framing_error::body_too_large;
}

void require_same_facts(const request_head& head, const judged_head& judged) {
  FUZZ_REQUIRE(head.size == judged.size, "both end the head at the same byte");
  FUZZ_REQUIRE(head.method == judged.method && head.target == judged.target, "both see the same request");
  FUZZ_REQUIRE(head.version_minor == (judged.version == "HTTP/1.1" ? 1 : 0), "both see the same version");
  FUZZ_REQUIRE(head.host == judged.host, "both see the same host");
  FUZZ_REQUIRE(head.chunked == judged.chunked, "both see the same coding");
  FUZZ_REQUIRE(head.content_length.has_value() == judged.length.has_value(), "both see a length or none");
  if (head.content_length)
    FUZZ_REQUIRE(std::to_string(*head.content_length) == *judged.length, "both see the same length");
  FUZZ_REQUIRE(head.fields.size() == judged.fields.size(), "both see as many fields");
  for (std::size_t i = 0; i < judged.fields.size(); ++i)
    FUZZ_REQUIRE(head.fields[i].name == judged.fields[i].first && head.fields[i].value == judged.fields[i].second,
                 "both see the same fields");
}

void require_same(const request_head& a, const request_head& b) {
  FUZZ_REQUIRE(a.method == b.method && a.target == b.target && a.path == b.path && a.query == b.query
                 && a.host == b.host,
               "the request line and host stay the same");
  FUZZ_REQUIRE(a.size == b.size && a.version_minor == b.version_minor && a.content_length == b.content_length
                 && a.chunked == b.chunked && a.keep_alive == b.keep_alive && a.expect_continue == b.expect_continue
                 && a.upgrade_websocket == b.upgrade_websocket,
               "what frames stays the same");
  FUZZ_REQUIRE(a.fields.size() == b.fields.size(), "the fields stay the same");
  for (std::size_t i = 0; i < a.fields.size(); ++i)
    FUZZ_REQUIRE(a.fields[i].name == b.fields[i].name && a.fields[i].value == b.fields[i].value,
                 "each field stays the same");
}

void require_target_in_parts(const request_head& head) {
  FUZZ_REQUIRE(!head.path.empty() && (head.path.front() == '/' || head.path == "*"), "a path begins with a slash");
  FUZZ_REQUIRE(head.path.find('?') == std::string_view::npos, "a path holds no query");
  for (auto part : {head.path, head.query})
    FUZZ_REQUIRE(std::all_of(part.begin(), part.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; }),
                 "path and query are visible ASCII");
}

/// A head that waits or is refused before its end is in: no end that could still come makes it good.
void require_no_good_end(std::string_view input) {
  for (auto end : {"\r\n\r\n", "\n\r\n\r\n", "\r\nHost: a\r\n\r\n", ": a\r\n\r\n", " HTTP/1.1\r\nHost: a\r\n\r\n",
                   "1\r\nHost: a\r\n\r\n", "chunked\r\n\r\n"})
    FUZZ_REQUIRE(judge_head(std::string{input} + end).verdict != verdict::good, "an early refusal was right");
}

void compare_with_oracle(std::string_view input, const head_reader& reader, head_progress progress) {
  auto judged = judge_head(input);
  switch (progress) {
    case head_progress::complete:
      FUZZ_REQUIRE(judged.verdict == verdict::good, "what is accepted is good");
      require_same_facts(reader.head(), judged);
      require_target_in_parts(reader.head());
      return;
    case head_progress::need_more:
      FUZZ_REQUIRE(judged.verdict == verdict::incomplete, "a whole head is decided");
      return;
    case head_progress::refused:
      if (is_limit(reader.refusal().which))
        return;
      FUZZ_REQUIRE(judged.verdict != verdict::good, "what is good is accepted");
      FUZZ_REQUIRE(reader.refusal().at <= input.size(), "the place of a refusal lies in the input");
      if (judged.verdict == verdict::incomplete)
        require_no_good_end(input);
  }
}

/// In pieces, each time at another address and with the old bytes gone.
void compare_in_pieces(std::string_view input, const head_reader& whole, head_progress progress,
                       const framing_limits& limits) {
  head_reader reader{limits};
  std::unique_ptr<char[]> bytes;
  auto last = head_progress::need_more;
  for (auto size : growing_sizes(input, 5)) {
    auto moved = std::make_unique<char[]>(size);
    std::copy_n(input.data(), size, moved.get());
    if (last != head_progress::need_more)
      break;
    bytes = std::move(moved);
    last = reader.read({bytes.get(), size});
  }
  FUZZ_REQUIRE(last == progress, "the answer does not depend on the cuts");
  if (progress == head_progress::refused)
    FUZZ_REQUIRE(reader.refusal() == whole.refusal(), "the refusal does not depend on the cuts");
  if (progress == head_progress::complete)
    require_same(reader.head(), whole.head());
}

void compare_with_tight_limits(std::string_view input, const head_reader& roomy, head_progress progress) {
  const framing_limits tight{200, 3, 20, 100};
  head_reader reader{tight};
  auto answer = reader.read(input);
  compare_in_pieces(input, reader, answer, tight);
  if (answer == head_progress::complete) {
    FUZZ_REQUIRE(progress == head_progress::complete, "tighter limits accept nothing more");
    require_same(reader.head(), roomy.head());
    const auto& head = reader.head();
    FUZZ_REQUIRE(head.size <= 200 && head.fields.size() <= 3 && head.target.size() <= 20
                   && head.content_length.value_or(0) <= 100,
                 "limits are obeyed");
  }
  if (answer == head_progress::refused && !is_limit(reader.refusal().which))
    FUZZ_REQUIRE(progress != head_progress::complete, "other limits do not heal what is wrong");
}

/// What was read, written anew, is read the same: nothing is hidden in what the reader drops.
void compare_rewritten(const request_head& head) {
  std::string text{head.method};
  text += ' ';
  text += head.target;
  text += head.version_minor == 1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (auto field : head.fields)
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  text += "\r\n";
  framing_limits limits;
  limits.head_bytes_max = 65535; // The spaces behind the colons may make it longer than it was.
  head_reader reader{limits};
  FUZZ_REQUIRE(reader.read(text) == head_progress::complete, "a rewritten head is accepted");
  auto again = reader.head();
  again.size = head.size;
  require_same(again, head);
}

} // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const auto& rows : {test::framing_rows(), test::incomplete_rows()})
    for (const auto& row : rows)
      if (row.raw.size() <= 4096)
        all.push_back(row.raw);
  return all;
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard::fuzz;
  auto input = view_of(data, size);
  head_reader reader;
  auto progress = reader.read(input);
  compare_with_oracle(input, reader, progress);
  compare_in_pieces(input, reader, progress, {});
  compare_with_tight_limits(input, reader, progress);
  if (progress == head_progress::complete)
    compare_rewritten(reader.head());
  return 0;
}
