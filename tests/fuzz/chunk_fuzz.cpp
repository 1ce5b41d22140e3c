#include <algorithm>
#include <optional>
#include <set>

#include "http/framing/chunk_reader.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/http/framing/framing_table.hpp"

// The chunked body reader against a second, plain reading of the same rules, and against itself with the bytes cut.
namespace callboard::fuzz {
namespace {

using namespace http;

constexpr chunk_limits tight{40, 12, 60, 3};

const std::string digits = "0123456789";
const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const std::string token_bytes = letters + digits + "!#$%&'*+-.^_`|~";
const std::string hex_digits = digits + "abcdefABCDEF";
const std::set<std::string> forbidden{"content-length", "transfer-encoding",
                                      "host",           "authorization",
                                      "connection",     "content-encoding",
                                      "content-range",  "content-type",
                                      "cookie",         "expect",
                                      "keep-alive",     "proxy-authorization",
                                      "max-forwards",   "te",
                                      "trailer",        "upgrade"};

bool only(std::string_view text, std::string_view good) {
  return text.find_first_not_of(good) == std::string_view::npos;
}

bool is_word(std::string_view text) { return !text.empty() && only(text, token_bytes); }

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte == 9 || (byte >= 32 && byte != 127);
  });
}

/// Everything between two quotes that closes only with the last of them.
bool is_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '"')
      return false;
    if (text[i] == '\\' && ++i + 1 == text.size())
      return false;
  }
  return true;
}

/// The end of the extension that begins at the front, behind the next ';' outside quotes.
std::size_t extension_end(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == ';' && !quoted)
      return i;
  }
  return text.size();
}

/// What stands behind the size: empty, or ";name", ";name=value"...
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != ';')
      return false;
    text.remove_prefix(1);
    auto part = text.substr(0, extension_end(text));
    text.remove_prefix(part.size());
    auto equals = part.find('=');
    if (!is_word(part.substr(0, equals)))
      return false;
    if (equals != std::string_view::npos && !is_word(part.substr(equals + 1)) && !is_quoted(part.substr(equals + 1)))
      return false;
  }
  return true;
}

bool is_trailer(std::string_view line) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_word(line.substr(0, colon)))
    return false;
  std::string name{line.substr(0, colon)};
  for (auto& c : name)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return !forbidden.contains(name);
}

struct judged_body {
  std::string body;
  std::size_t size = 0;
};

/// The body at the front of the text, when there is a whole one that obeys the rules and limits.
std::optional<judged_body> judge_body(std::string_view text, const chunk_limits& limits) {
  judged_body result;
  std::size_t extensions = 0, trailers = 0, trailer_bytes = 0;
  auto next_line = [&]() -> std::optional<std::string_view> {
    auto end = text.find("\r\n", result.size);
    if (end == std::string_view::npos)
      return {};
    auto line = text.substr(result.size, end - result.size);
    result.size = end + 2;
    return is_text(line) ? std::optional{line} : std::nullopt;
  };
  for (;;) {
    auto line = next_line();
    if (!line)
      return {};
    auto digits_end = std::min(line->find(';'), line->size());
    auto size_digits = line->substr(0, digits_end);
    if (size_digits.empty() || size_digits.size() > 16 || !only(size_digits, hex_digits))
      return {};
    extensions += line->size() - digits_end;
    if (!are_extensions(line->substr(digits_end)) || extensions > limits.extension_bytes_max)
      return {};
    auto size = std::stoull(std::string{size_digits}, nullptr, 16);
    if (size == 0)
      break;
    if (size > limits.body_bytes_max - result.body.size() || size > text.size() - result.size)
      return {};
    result.body += text.substr(result.size, size);
    result.size += size;
    if (text.substr(result.size, 2) != "\r\n")
      return {};
    result.size += 2;
  }
  for (;;) {
    auto line = next_line();
    if (!line)
      return {};
    if (line->empty())
      return result;
    trailer_bytes += line->size() + 2;
    if (!is_trailer(*line) || ++trailers > limits.trailer_fields_max || trailer_bytes > limits.trailer_bytes_max)
      return {};
  }
}

struct outcome {
  chunk_progress progress = chunk_progress::need_more;
  std::string body;
  std::size_t consumed = 0;
  framing_refusal refusal{};

  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read(std::string_view input, const std::vector<std::size_t>& sizes, const chunk_limits& limits) {
  chunk_reader reader{limits};
  outcome result;
  for (auto size : sizes) {
    auto piece = input.substr(result.consumed, size - result.consumed);
    auto step = reader.feed(piece, result.body);
    result.consumed += step.consumed;
    result.progress = step.progress;
    if (step.progress != chunk_progress::need_more)
      break;
    FUZZ_REQUIRE(step.consumed == piece.size(), "a reader that needs more has taken everything");
  }
  FUZZ_REQUIRE(reader.body_bytes() == result.body.size(), "the content is counted");
  if (result.progress == chunk_progress::refused)
    result.refusal = reader.refusal();
  return result;
}

void check(std::string_view input, const chunk_limits& limits) {
  auto result = read(input, {input.size()}, limits);
  FUZZ_REQUIRE(result.body.size() <= limits.body_bytes_max, "the body keeps its limit");
  FUZZ_REQUIRE(read(input, growing_sizes(input, 5), limits) == result, "the answer does not depend on the cuts");
  auto judged = judge_body(input, limits);
  FUZZ_REQUIRE(judged.has_value() == (result.progress == chunk_progress::complete), "both accept it or neither");
  if (!judged)
    return;
  FUZZ_REQUIRE(judged->body == result.body, "both see the same content");
  FUZZ_REQUIRE(judged->size == result.consumed, "both end the body at the same byte");
}

} // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const auto& row : test::chunk_rows())
    if (row.raw.size() <= 2048)
      all.push_back(row.raw);
  return all;
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = callboard::fuzz::view_of(data, size);
  callboard::fuzz::check(input, {});
  callboard::fuzz::check(input, callboard::fuzz::tight);
  return 0;
}
