#include "base/json_write.hpp"

#include "base/json_read.hpp"
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace callboard {
namespace {

using namespace std::chrono_literals;

BOOST_DEFINE_ENUM_CLASS(colour, red, dark_blue)

struct inner {
  int x = 0;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(inner, (), (x, note))

struct outer {
  bool flag = false;
  std::vector<inner> items;
  std::map<std::string, int> counts;
  colour paint = colour::red;
};
BOOST_DESCRIBE_STRUCT(outer, (), (flag, items, counts, paint))

struct change {
  patch_field<int> a;
  patch_field<std::string> b;
  patch_field<int> c;
};
BOOST_DESCRIBE_STRUCT(change, (), (a, b, c))

struct empty {};
BOOST_DESCRIBE_STRUCT(empty, (), ())

TEST(json_write, escapes_what_must_be_and_leaves_the_rest) {
  EXPECT_EQ(to_json(std::string{"plain / text 'x' <b>&"}), "\"plain / text 'x' <b>&\"");
  EXPECT_EQ(to_json(std::string{"\"\\\n\r\t\b\f"}), R"("\"\\\n\r\t\u0008\u000c")");
  EXPECT_EQ(to_json(std::string{"\x01\x1f\x7f"}), R"("\u0001\u001f\u007f")");
  EXPECT_EQ(to_json(std::string("a\0b", 3)), R"("a\u0000b")");
  EXPECT_EQ(to_json(std::string{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"}), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
  EXPECT_EQ(to_json(std::string{}), "\"\"");
}

TEST(json_write, writes_each_byte_that_is_not_utf8_as_a_replacement) {
  EXPECT_EQ(to_json(std::string{"a\xff"
                                "b"}),
            "\"a\xef\xbf\xbd"
            "b\"");
  EXPECT_EQ(to_json(std::string{"\xed\xa0\x80"}), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(to_json(std::string{"end\xe2\x82"}), "\"end\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(json_write, makes_valid_json_of_any_bytes) {
  std::mt19937 dice{8259};
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(dice() % 24, '\0');
    for (auto& b : bytes)
      b = static_cast<char>(dice());
    auto text = to_json(bytes);
    ASSERT_TRUE(is_utf8(text)) << testing::PrintToString(bytes);
    auto read = parse_json(text);
    ASSERT_TRUE(read && read->is_string()) << testing::PrintToString(bytes);
    if (is_utf8(bytes)) {
      ASSERT_EQ(std::string_view{read->get_string()}, bytes);
    }
  }
}

TEST(json_write, writes_every_ascii_character_so_that_it_reads_back) {
  for (int c = 0; c < 128; ++c) {
    std::string one(1, static_cast<char>(c));
    auto read = parse_json(to_json(one));
    ASSERT_TRUE(read) << c;
    ASSERT_EQ(std::string_view{read->as_string()}, one) << c;
  }
}

TEST(json_write, writes_numbers_of_every_width) {
  EXPECT_EQ(to_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(to_json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(to_json(std::int8_t{-128}), "-128");
  EXPECT_EQ(to_json(std::uint8_t{200}), "200");
  EXPECT_EQ(to_json(0), "0");
  EXPECT_EQ(to_json(true), "true");
  EXPECT_EQ(to_json(false), "false");
}

TEST(json_write, writes_doubles_with_as_few_digits_as_say_them) {
  EXPECT_EQ(to_json(0.1), "0.1");
  EXPECT_EQ(to_json(0.30000000000000004), "0.30000000000000004");
  EXPECT_EQ(to_json(1e300), "1e+300");
  EXPECT_EQ(to_json(5e-324), "5e-324");
}

TEST(json_write, writes_null_for_what_is_no_number) {
  EXPECT_EQ(to_json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(to_json(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(to_json(-std::numeric_limits<double>::infinity()), "null");
}

TEST(json_write, writes_values_of_our_own) {
  EXPECT_EQ(to_json(colour::dark_blue), "\"dark_blue\"");
  EXPECT_EQ(to_json(from_micros(1'234)), "\"1970-01-01T00:00:00.001Z\"");
  EXPECT_EQ(to_json(duration_ms{90s}), "\"90s\"");
  EXPECT_EQ(to_json(ticket_id{}), "\"00000000-0000-0000-0000-000000000000\"");
  EXPECT_EQ(to_json(raw_json{R"({"a":1})"}), R"({"a":1})");
  EXPECT_EQ(to_json(raw_json{}), "null");
}

TEST(json_write, keeps_the_order_of_members_and_writes_empty_optionals_as_null) {
  outer value{true, {{1, "one"}, {2, std::nullopt}}, {{"b", 2}, {"a\"", 1}}, colour::dark_blue};
  EXPECT_EQ(to_json(value), R"({"flag":true,"items":[{"x":1,"note":"one"},{"x":2,"note":null}],)"
                            R"("counts":{"a\"":1,"b":2},"paint":"dark_blue"})");
  EXPECT_EQ(to_json(outer{}), R"({"flag":false,"items":[],"counts":{},"paint":"red"})");
  EXPECT_EQ(to_json(empty{}), "{}");
}

TEST(json_write, leaves_out_of_a_change_what_it_does_not_mention) {
  EXPECT_EQ(to_json(change{}), "{}");
  EXPECT_EQ(to_json(change{{}, {true, std::nullopt}, {}}), R"({"b":null})");
  EXPECT_EQ(to_json(change{{true, 1}, {}, {true, 3}}), R"({"a":1,"c":3})");
  EXPECT_EQ(to_json(change{{}, {true, "x"}, {true, 3}}), R"({"b":"x","c":3})");
}

TEST(json_write, is_not_longer_than_its_text_and_keeps_no_more_than_64_kib_for_the_next_one) {
  auto large = to_json(std::string(200'000, 'a'));
  EXPECT_EQ(large.size(), 200'002u);
  EXPECT_EQ(large.capacity(), large.size());
  EXPECT_EQ(to_json(1), "1");
  EXPECT_LE(json_scratch().capacity(), 64u * 1024);
  EXPECT_EQ(large.substr(0, 3), "\"aa") << "the next one does not touch it";
}

TEST(json_write, appends_to_what_is_there) {
  std::string out = "x=";
  append_json(out, 1);
  append_json(out, "y");
  append_json(out, std::string_view{"z"});
  EXPECT_EQ(out, "x=1\"y\"\"z\"");
}

} // namespace
} // namespace callboard
