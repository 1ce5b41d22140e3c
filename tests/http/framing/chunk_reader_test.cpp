#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/framing/chunk_reader.hpp"
#include "tests/http/framing/framing_table.hpp"

namespace callboard::http {
namespace {

/// What a body was read to, from pieces of it.
struct outcome {
  chunk_progress progress = chunk_progress::need_more;
  framing_refusal refusal{};
  std::string body;
  std::size_t consumed = 0;

  friend bool operator==(const outcome&, const outcome&) = default;
};

void PrintTo(const outcome& what, std::ostream* out) {
  *out << fmt::format("{} {} at {}, {} bytes, {} consumed", static_cast<int>(what.progress),
                      name_of(what.refusal.which), what.refusal.at, what.body.size(), what.consumed);
}

outcome read(const std::vector<std::string_view>& pieces, const chunk_limits& limits = {}) {
  chunk_reader reader{limits};
  outcome result;
  for (const auto& piece : pieces) {
    auto step = reader.feed(piece, result.body);
    result.progress = step.progress;
    result.consumed += step.consumed;
    if (step.progress != chunk_progress::need_more)
      break;
    EXPECT_EQ(step.consumed, piece.size());
  }
  if (result.progress == chunk_progress::refused)
    result.refusal = reader.refusal();
  EXPECT_EQ(reader.body_bytes(), result.body.size());
  return result;
}

std::vector<std::string_view> bytes_of(std::string_view raw) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < raw.size(); ++i)
    pieces.push_back(raw.substr(i, 1));
  return pieces;
}

/// Every place in short bodies, places near both ends and some between in long ones.
std::vector<std::size_t> cuts_of(const std::string& raw) {
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 0; cut <= raw.size(); ++cut)
    if (raw.size() < 8192 || cut < 100 || raw.size() - cut < 100 || cut % 99991 == 0)
      cuts.push_back(cut);
  return cuts;
}

TEST(chunk_reader, gives_every_row_its_verdict) {
  std::set<std::string> names;
  for (const auto& row : test::chunk_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    auto result = read({row.raw});
    if (row.status == 0) {
      EXPECT_EQ(result.progress, chunk_progress::complete) << row.name;
      EXPECT_EQ(result.consumed, row.raw.size()) << row.name;
      continue;
    }
    EXPECT_EQ(result.progress, chunk_progress::refused) << row.name;
    EXPECT_EQ(name_of(result.refusal.which), name_of(row.cause.value())) << row.name;
    EXPECT_EQ(result.refusal.status(), row.status) << row.name;
  }
}

TEST(chunk_reader, answers_alike_wherever_the_bytes_are_cut) {
  for (const auto& row : test::chunk_rows()) {
    auto at_once = read({row.raw});
    std::string_view raw = row.raw;
    for (auto cut : cuts_of(row.raw))
      ASSERT_EQ(read({raw.substr(0, cut), raw.substr(cut)}), at_once) << row.name << " cut at " << cut;
    ASSERT_EQ(read(bytes_of(row.raw)), at_once) << row.name;
  }
}

TEST(chunk_reader, needs_more_until_the_last_byte) {
  for (const auto& row : test::chunk_rows()) {
    if (row.status != 0)
      continue;
    auto result = read({std::string_view{row.raw}.substr(0, row.raw.size() - 1)});
    EXPECT_EQ(result.progress, chunk_progress::need_more) << row.name;
  }
}

TEST(chunk_reader, leaves_what_follows_the_body) {
  for (const auto& row : test::chunk_rows()) {
    if (row.status != 0)
      continue;
    auto result = read({row.raw, "GET / HTTP/1.1\r\n"});
    EXPECT_EQ(result.consumed, row.raw.size()) << row.name;
    auto together = row.raw + "GET / HTTP/1.1\r\n";
    result = read({together});
    EXPECT_EQ(result.progress, chunk_progress::complete) << row.name;
    EXPECT_EQ(result.consumed, row.raw.size()) << row.name;
  }
}

TEST(chunk_reader, joins_the_content_without_its_framing) {
  EXPECT_EQ(read({"3\r\nabc\r\n00A;x=\"\\\"\"\r\n\r\n0\r\n\r\n345\r\n0\r\nX: y\r\n\r\n"}).body, "abc\r\n0\r\n\r\n345");
}

TEST(chunk_reader, appends_to_what_the_body_holds) {
  chunk_reader reader;
  std::string body = "before ";
  EXPECT_EQ(reader.feed("1\r\nx\r\n0\r\n\r\n", body).progress, chunk_progress::complete);
  EXPECT_EQ(body, "before x");
  EXPECT_EQ(reader.body_bytes(), 1u);
}

TEST(chunk_reader, keeps_its_answer) {
  chunk_reader reader;
  std::string body;
  EXPECT_EQ(reader.feed("x", body).progress, chunk_progress::refused);
  auto again = reader.feed("0\r\n\r\n", body);
  EXPECT_EQ(again.progress, chunk_progress::refused);
  EXPECT_EQ(again.consumed, 0u);
  chunk_reader done;
  done.feed("0\r\n\r\n", body);
  EXPECT_EQ(done.feed("0\r\n\r\n", body).consumed, 0u);
}

TEST(chunk_reader, refuses_a_large_chunk_before_its_content_comes) {
  auto result = read({"6\r\nabcdef"}, {.body_bytes_max = 5});
  EXPECT_EQ(name_of(result.refusal.which), "body_too_large");
  EXPECT_EQ(result.body, "");
}

TEST(chunk_reader, obeys_the_limits_given_to_it) {
  const std::string raw = "3;ab\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n";
  chunk_limits exact{5, 3, 6, 1};
  EXPECT_EQ(read({raw}, exact).progress, chunk_progress::complete);
  auto with = [&](auto change) {
    auto limits = exact;
    change(limits);
    return name_of(read({raw}, limits).refusal.which);
  };
  EXPECT_EQ(with([](auto& limits) { --limits.body_bytes_max; }), "body_too_large");
  EXPECT_EQ(with([](auto& limits) { --limits.extension_bytes_max; }), "chunk_extensions_too_long");
  EXPECT_EQ(with([](auto& limits) { --limits.trailer_bytes_max; }), "trailers_too_large");
  EXPECT_EQ(with([](auto& limits) { --limits.trailer_fields_max; }), "trailers_too_large");
}

TEST(chunk_reader, says_where_it_went_wrong) {
  EXPECT_EQ(read({"3\r\nab", "cX"}).refusal.at, 6u);
  EXPECT_EQ(read({"0\r\nX : y\r\n"}).refusal.at, 4u);
}

} // namespace
} // namespace callboard::http
