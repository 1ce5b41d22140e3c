#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/check.hpp"
#include "http/framing/head_reader.hpp"
#include "tests/http/framing/framing_table.hpp"

namespace callboard::http {
namespace {

using test::framing_row;

/// Bytes at an address of their own and of exactly their size: a view that outlives them is found by ASan.
class own_bytes {
public:
  explicit own_bytes(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

std::string print(const request_head& head) {
  auto text = fmt::format("{} {} = {} ? {}, 1.{}, host {}, {} bytes", head.method, head.target, head.path, head.query,
                          head.version_minor, head.host, head.size);
  text += head.chunked ? ", chunked" : "";
  text += head.content_length ? fmt::format(", length {}", *head.content_length) : "";
  text += head.keep_alive ? ", keep-alive" : "";
  text += head.expect_continue ? ", expects 100" : "";
  text += head.upgrade_websocket ? ", websocket" : "";
  for (auto field : head.fields)
    text += fmt::format("\n{}: {}", field.name, field.value);
  return text;
}

std::string print(const framing_refusal& refusal) {
  return fmt::format("{} {} at {}", refusal.status(), name_of(refusal.which), refusal.at);
}

/// All that can be seen of an answer.
std::string print(const head_reader& reader, head_progress progress) {
  switch (progress) {
    case head_progress::need_more: return "need more";
    case head_progress::refused: return print(reader.refusal());
    case head_progress::complete: return print(reader.head());
  }
  return "unknown";
}

std::string read_at_once(const std::string& raw) {
  head_reader reader;
  own_bytes bytes{raw};
  return print(reader, reader.read(bytes.view()));
}

std::string read_split_at(const std::string& raw, std::size_t cut) {
  head_reader reader;
  own_bytes all{raw};
  {
    own_bytes first{raw.substr(0, cut)};
    // An answer from the beginning alone must be the same; it was printed from bytes that are gone otherwise.
    if (auto progress = reader.read(first.view()); progress != head_progress::need_more)
      return print(reader, progress);
  }
  return print(reader, reader.read(all.view()));
}

std::string read_byte_by_byte(const std::string& raw) {
  head_reader reader;
  for (std::size_t size = 1; size <= raw.size(); ++size) {
    own_bytes bytes{raw.substr(0, size)};
    if (auto progress = reader.read(bytes.view()); progress != head_progress::need_more)
      return print(reader, progress);
  }
  return "need more";
}

/// Every place in short requests, places near both ends and some between in long ones (byte by byte covers those).
std::vector<std::size_t> cuts_of(const std::string& raw) {
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 0; cut <= raw.size(); ++cut)
    if (raw.size() < 2048 || cut < 100 || raw.size() - cut < 100 || cut % 211 == 0)
      cuts.push_back(cut);
  return cuts;
}

std::vector<framing_row> all_head_rows() {
  auto rows = test::framing_rows();
  for (auto& row : test::framing_byte_rows())
    rows.push_back(std::move(row));
  return rows;
}

void expect_verdict(const framing_row& row, const framing_result& result) {
  if (row.status == 0) {
    auto refusal = std::get_if<framing_refusal>(&result);
    EXPECT_TRUE(std::holds_alternative<request_head>(result)) << row.name << (refusal ? ": " + print(*refusal) : "");
    return;
  }
  ASSERT_TRUE(std::holds_alternative<framing_refusal>(result)) << row.name << " is not refused";
  auto refusal = std::get<framing_refusal>(result);
  EXPECT_EQ(refusal.status(), row.status) << row.name << ": " << print(refusal);
  EXPECT_EQ(name_of(refusal.which), name_of(row.cause.value())) << row.name;
}

request_head head_of(std::string_view raw, const framing_limits& limits = {}) {
  auto result = read_head(raw, limits);
  CALLBOARD_CHECK(std::holds_alternative<request_head>(result), "the request of a test is accepted");
  return std::get<request_head>(result);
}

framing_refusal refusal_of(std::string_view raw, const framing_limits& limits = {}) {
  auto result = read_head(raw, limits);
  CALLBOARD_CHECK(std::holds_alternative<framing_refusal>(result), "the request of a test is refused");
  return std::get<framing_refusal>(result);
}

TEST(framing_table, is_large_and_names_each_row_once) {
  std::set<std::string> names;
  for (const auto& row : all_head_rows())
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  EXPECT_GE(test::framing_rows().size(), 140u);
  EXPECT_GE(test::framing_rows().size() + test::chunk_rows().size(), 300u);
}

TEST(framing_table, reaches_every_cause_and_agrees_with_its_status) {
  std::set<framing_error> reached;
  for (const auto& rows : {test::framing_rows(), test::chunk_rows()})
    for (const auto& row : rows)
      if (row.cause) {
        reached.insert(*row.cause);
        EXPECT_EQ(row.status, status_of(*row.cause)) << row.name;
      }
  for (auto which : framing_errors)
    EXPECT_TRUE(reached.contains(which)) << name_of(which);
}

TEST(framing_errors, have_names_sentences_and_statuses_of_their_own) {
  std::set<std::string_view> names, sentences;
  for (auto which : framing_errors) {
    EXPECT_TRUE(names.insert(name_of(which)).second) << name_of(which);
    EXPECT_TRUE(sentences.insert(sentence_of(which)).second) << sentence_of(which);
    EXPECT_NE(sentence_of(which).back(), '.');
    EXPECT_TRUE((std::set{400, 413, 414, 417, 431, 501, 505}.contains(status_of(which)))) << name_of(which);
  }
}

TEST(head_reader, gives_every_row_its_verdict) {
  for (const auto& row : all_head_rows())
    expect_verdict(row, read_head(row.raw));
}

TEST(head_reader, answers_alike_wherever_the_bytes_are_cut) {
  for (const auto& row : test::framing_rows()) {
    auto at_once = read_at_once(row.raw);
    for (auto cut : cuts_of(row.raw))
      ASSERT_EQ(read_split_at(row.raw, cut), at_once) << row.name << " cut at " << cut;
  }
}

TEST(head_reader, answers_alike_byte_by_byte) {
  for (const auto& row : all_head_rows())
    ASSERT_EQ(read_byte_by_byte(row.raw), read_at_once(row.raw)) << row.name;
}

TEST(head_reader, needs_more_until_the_last_byte_of_an_accepted_head) {
  for (const auto& row : test::framing_rows()) {
    if (row.status != 0)
      continue;
    auto size = head_of(row.raw).size;
    ASSERT_TRUE(std::holds_alternative<head_incomplete>(read_head(row.raw.substr(0, size - 1)))) << row.name;
    ASSERT_TRUE(std::holds_alternative<request_head>(read_head(row.raw.substr(0, size)))) << row.name;
  }
}

TEST(head_reader, does_not_look_behind_the_head) {
  for (const auto& row : test::framing_rows()) {
    if (row.status != 0)
      continue;
    auto head = row.raw.substr(0, head_of(row.raw).size);
    ASSERT_EQ(read_at_once(head + std::string("\0\r\n\n GET", 8)), read_at_once(head)) << row.name;
  }
}

TEST(head_reader, needs_more_while_a_request_is_well_formed_so_far) {
  for (const auto& row : test::incomplete_rows())
    EXPECT_TRUE(std::holds_alternative<head_incomplete>(read_head(row.raw))) << row.name;
}

TEST(head_reader, says_what_a_head_holds) {
  const std::string raw = "POST /api/v1/tickets?wait=2&a=%20 HTTP/1.1\r\nHost: Desk.Example:8080\r\n"
                          "content-length: 12\r\nExpect: 100-continue\r\nX-Empty:\r\n\r\n";
  EXPECT_EQ(print(head_of(raw + "{\"title\":1}\n")),
            "POST /api/v1/tickets?wait=2&a=%20 = /api/v1/tickets ? wait=2&a=%20, 1.1, host Desk.Example:8080, "
              + std::to_string(raw.size()) + " bytes, length 12, keep-alive, expects 100\n"
              + "Host: Desk.Example:8080\ncontent-length: 12\nExpect: 100-continue\nX-Empty: ");
}

TEST(head_reader, splits_targets_of_every_form) {
  auto split = [](const std::string& line) {
    auto raw = line + "\r\nHost: h\r\n\r\n";
    auto head = head_of(raw);
    return fmt::format("{}|{}|{}", head.target, head.path, head.query);
  };
  EXPECT_EQ(split("GET /a HTTP/1.1"), "/a|/a|");
  EXPECT_EQ(split("GET /a? HTTP/1.1"), "/a?|/a|");
  EXPECT_EQ(split("GET /a?b?c HTTP/1.1"), "/a?b?c|/a|b?c");
  EXPECT_EQ(split("GET http://h/a?b HTTP/1.1"), "http://h/a?b|/a|b");
  EXPECT_EQ(split("GET http://h HTTP/1.1"), "http://h|/|");
  EXPECT_EQ(split("GET http://h?b HTTP/1.1"), "http://h?b|/|b");
  EXPECT_EQ(split("OPTIONS * HTTP/1.1"), "*|*|");
}

TEST(head_reader, takes_the_host_of_an_http_1_0_request_from_its_target) {
  EXPECT_EQ(head_of("GET http://desk.example/ HTTP/1.0\r\n\r\n").host, "desk.example");
  EXPECT_EQ(head_of("GET / HTTP/1.0\r\n\r\n").host, "");
}

TEST(head_reader, counts_an_empty_line_before_the_request_as_part_of_the_head) {
  EXPECT_EQ(head_of("\r\nGET / HTTP/1.0\r\n\r\n").size, 20u);
}

TEST(head_reader, decides_what_becomes_of_the_connection) {
  auto stays = [](const std::string& version, const std::string& fields) {
    return head_of("GET / " + version + "\r\nHost: h\r\n" + fields + "\r\n").keep_alive;
  };
  EXPECT_TRUE(stays("HTTP/1.1", ""));
  EXPECT_TRUE(stays("HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: Close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: keep-alive\r\nConnection: foo, close\r\n"));
  EXPECT_TRUE(stays("HTTP/1.1", "Connection: closed\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", ""));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(head_reader, expects_100_only_where_a_body_waits_for_it) {
  auto expects = [](const std::string& version, const std::string& fields) {
    return head_of("POST / " + version + "\r\nHost: h\r\nExpect: 100-continue\r\n" + fields + "\r\n").expect_continue;
  };
  EXPECT_TRUE(expects("HTTP/1.1", "Content-Length: 1\r\n"));
  EXPECT_TRUE(expects("HTTP/1.1", "Transfer-Encoding: chunked\r\n"));
  EXPECT_FALSE(expects("HTTP/1.1", "Content-Length: 0\r\n"));
  EXPECT_FALSE(expects("HTTP/1.1", ""));
  EXPECT_FALSE(expects("HTTP/1.0", "Content-Length: 1\r\n"));
}

TEST(head_reader, knows_a_websocket_by_all_four_signs) {
  auto upgrades = [](const std::string& begin, const std::string& fields) {
    return head_of(begin + "\r\nHost: h\r\n" + fields + "\r\n").upgrade_websocket;
  };
  const std::string both = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n";
  EXPECT_TRUE(upgrades("GET / HTTP/1.1", both));
  EXPECT_FALSE(upgrades("GET / HTTP/1.0", both));
  EXPECT_FALSE(upgrades("POST / HTTP/1.1", both));
  EXPECT_FALSE(upgrades("GET / HTTP/1.1", "Upgrade: websocket\r\n"));
  EXPECT_FALSE(upgrades("GET / HTTP/1.1", "Connection: upgrade\r\nUpgrade: h2c\r\n"));
  EXPECT_FALSE(upgrades("GET / HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket/13\r\n"));
}

TEST(head_reader, reads_one_request_after_the_other) {
  const std::string raw = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                          "GET http://i/ HTTP/1.1\r\nHost: i\r\n\r\nGET /c?d HTTP/1.0\r\n\r\n";
  std::string_view rest = raw;
  head_reader reader;
  std::string targets;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(reader.read(rest), head_progress::complete) << print(reader.refusal());
    auto& head = reader.head();
    targets += fmt::format("{} {} {} {}; ", head.target, head.host, head.chunked, head.fields.size());
    rest.remove_prefix(head.size);
    reader.restart();
  }
  EXPECT_EQ(targets, "/a h true 3; http://i/ i false 1; /c?d  false 0; ");
}

TEST(head_reader, skips_an_empty_line_before_each_request) {
  const std::string raw = "\r\nGET / HTTP/1.0\r\n\r\n";
  head_reader reader;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(reader.read(raw), head_progress::complete);
    reader.restart();
  }
}

TEST(head_reader, keeps_its_answer_until_it_is_restarted) {
  head_reader reader;
  const std::string bad = "GET /\n";
  EXPECT_EQ(reader.read(bad), head_progress::refused);
  EXPECT_EQ(reader.read(bad + "GET / HTTP/1.0\r\n\r\n"), head_progress::refused);
  reader.restart();
  EXPECT_EQ(reader.read("GET / HTTP/1.0\r\n\r\n"), head_progress::complete);
}

TEST(head_reader, is_idle_until_a_request_begins) {
  head_reader reader;
  EXPECT_TRUE(reader.is_idle());
  reader.read("\r\n");
  EXPECT_TRUE(reader.is_idle());
  reader.read("\r\nG");
  EXPECT_FALSE(reader.is_idle());
  reader.read("\r\nGET / HTTP/1.1\r\n");
  EXPECT_FALSE(reader.is_idle());
  reader.restart();
  EXPECT_TRUE(reader.is_idle());
}

TEST(head_reader, knows_head_in_whatever_has_arrived) {
  auto is_head = [](const std::string& raw) {
    head_reader reader;
    reader.read(raw);
    return reader.is_head_request(raw);
  };
  const std::string field_without_colon = "X\r\n";
  for (const std::string begin : {"", "\r\n"}) {
    EXPECT_TRUE(is_head(begin + "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_TRUE(is_head(begin + "HEAD / HTTP/1.1\r\nHost: h\r\n" + field_without_colon));
    EXPECT_TRUE(is_head(begin + "HEAD / HTTP/1.1\r\nHo"));
    EXPECT_TRUE(is_head(begin + "HEAD / HTTP/2.0\r\n"));
    EXPECT_TRUE(is_head(begin + "HEAD /"));
    EXPECT_FALSE(is_head(begin + "GET / HTTP/1.1\r\nHEAD / HTTP/1.1\r\n"));
    EXPECT_FALSE(is_head(begin + "HEADS / HTTP/1.1\r\n"));
    EXPECT_FALSE(is_head(begin));
  }
}

TEST(head_reader, stops_when_bytes_were_taken_away_from_it) {
  head_reader reader;
  reader.read("GET / HTTP");
  EXPECT_THROW(reader.read("GET"), invariant_broken);
}

TEST(head_reader, obeys_the_limits_given_to_it) {
  const std::string raw = "POST /abc HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
  framing_limits exact{raw.size(), 2, 4, 5};
  EXPECT_EQ(head_of(raw, exact).size, raw.size());
  auto with = [&](auto change) {
    auto limits = exact;
    change(limits);
    return name_of(refusal_of(raw, limits).which);
  };
  EXPECT_EQ(with([](auto& limits) { --limits.head_bytes_max; }), "head_too_large");
  EXPECT_EQ(with([](auto& limits) { limits.head_bytes_max = 0; }), "head_too_large");
  EXPECT_EQ(with([](auto& limits) { --limits.fields_max; }), "too_many_fields");
  EXPECT_EQ(with([](auto& limits) { --limits.target_bytes_max; }), "target_too_long");
  EXPECT_EQ(with([](auto& limits) { --limits.body_bytes_max; }), "body_too_large");
}

TEST(head_reader, refuses_a_head_that_fills_its_limit_without_an_end) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  EXPECT_EQ(name_of(refusal_of(begin + std::string(16 * 1024 - begin.size(), 'x')).which), "head_too_large");
  EXPECT_EQ(name_of(refusal_of("GET /" + std::string(8 * 1024 + 32 - 5, 'x')).which), "target_too_long");
}

TEST(head_reader, has_ceilings_above_any_limit) {
  framing_limits huge{1 << 20, 1000, 1 << 20, 5};
  EXPECT_EQ(name_of(refusal_of("GET /" + std::string(70000, 'a'), huge).which), "head_too_large");
  auto largest = "GET /" + std::string(65535 - 18, 'a') + " HTTP/1.0\r\n\r\n";
  EXPECT_EQ(head_of(largest, huge).size, 65535u);
  std::string fields;
  for (int i = 0; i < 101; ++i)
    fields += "A: b\r\n";
  EXPECT_EQ(name_of(refusal_of("GET / HTTP/1.0\r\n" + fields, huge).which), "too_many_fields");
}

TEST(head_reader, says_where_it_went_wrong) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(refusal_of(begin + "A: b\nC: d\r\n\r\n").at, begin.size() + 4);
  EXPECT_EQ(refusal_of(begin + "A : b\r\n\r\n").at, begin.size() + 1);
  EXPECT_EQ(refusal_of(begin + "Host: h\r\n\r\n").at, begin.size());
  EXPECT_EQ(refusal_of("GET /a#b HTTP/1.1\r\n\r\n").at, 6u);
  EXPECT_EQ(refusal_of("\r\nGET http://h/% HTTP/1.1\r\n\r\n").at, 15u);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\n\r\n").at, 6u);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\n\r\n").describe(), "Only HTTP/1.1 and HTTP/1.0 are spoken here (at byte 6).");
}

TEST(head_fields, are_found_in_any_case_and_kept_in_order) {
  const std::string raw = "GET / HTTP/1.1\r\nHost: h\r\nAccept: a\r\nX-Y: 1\r\nACCEPT: b\r\n\r\n";
  auto head = head_of(raw);
  EXPECT_EQ(head.fields.find("accept"), "a");
  EXPECT_EQ(head.fields.find("aCCept"), "a");
  EXPECT_EQ(head.fields.find("x-y"), "1");
  EXPECT_EQ(head.fields.find("x"), std::nullopt);
  EXPECT_EQ(head.fields.count("Accept"), 2u);
  EXPECT_EQ(head.fields.count("Accepts"), 0u);
  EXPECT_EQ(head.fields.size(), 4u);
  EXPECT_EQ(head.fields[3].name, "ACCEPT");
}

} // namespace
} // namespace callboard::http
