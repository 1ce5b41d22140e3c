#include "base/json_read.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <ctime>
#include <random>

namespace callboard {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

void expect_malformed(std::string_view text, std::string_view begins_with) {
  auto read = parse_json(text);
  ASSERT_FALSE(read) << text;
  EXPECT_EQ(read.error().code, error_code::malformed_json) << text;
  EXPECT_TRUE(read.error().detail.starts_with(begins_with)) << text << " -> " << read.error().detail;
  EXPECT_TRUE(read.error().errors.empty());
}

TEST(parse_json, reads_every_kind_of_value_at_the_top) {
  EXPECT_EQ(*parse_json("123"), 123);
  EXPECT_EQ(*parse_json("-0.5"), -0.5);
  EXPECT_EQ(*parse_json("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(*parse_json("true"), true);
  EXPECT_EQ(*parse_json("null"), nullptr);
  EXPECT_EQ(*parse_json("\"text\""), "text");
  EXPECT_EQ(*parse_json("[]"), boost::json::array{});
  EXPECT_EQ(*parse_json("{}"), boost::json::object{});
  EXPECT_EQ(*parse_json(" \t\r\n{} \t\r\n"), boost::json::object{});
}

TEST(parse_json, builds_the_same_tree_as_boost_does) {
  for (std::string_view text :
       {R"({"a":[1,[2,{"b":null}],[]],"c":{"d":{"e":false}},"f":"","":{"":[]}})", R"([[],[[]],[{},{"x":[{}]}]])",
        R"([1,-1,1.5,1e3,9223372036854775808,"A\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t"])",
        R"({"key with \"escapes\" \u0041":1})"})
    EXPECT_EQ(*parse_json(text), boost::json::parse(boost::json::string_view{text.data(), text.size()})) << text;
}

TEST(parse_json, keeps_strings_and_names_of_any_length_whole) {
  for (std::size_t length : {1u, 15u, 16u, 1'000u, 5'000u, 100'000u}) {
    std::string plain(length, 'x');
    EXPECT_EQ(parse_json("\"" + plain + "\"")->as_string(), plain);
    EXPECT_EQ(*parse_json("{\"" + plain + "\":\"\\n" + plain + "\\n" + plain + "\"}"),
              (boost::json::object{{plain, boost::json::string{"\n" + plain + "\n" + plain}}}));
  }
}

TEST(parse_json, says_at_which_byte_a_text_ends_being_json) {
  expect_malformed("", "At byte 0: ");
  expect_malformed("{\"a\":tru}", "At byte 5: ");
  expect_malformed("{}x", "At byte 2: ");
  expect_malformed("{} {}", "At byte 3: ");
  expect_malformed("[1,]", "At byte 3: ");
}

TEST(parse_json, says_where_a_text_ends_being_utf8) {
  expect_malformed("{\"a\":\"\xff\"}", "At byte 6: not UTF-8.");
  expect_malformed("{\"a\xc3(\":1}", "At byte 3: not UTF-8.");
  expect_malformed("[\"\xed\xa0\x80\"]", "At byte 2: not UTF-8.");
  expect_malformed("\xff", "At byte 0: not UTF-8.");
  expect_malformed("\"\xc3", "At byte 2: incomplete JSON.");
}

TEST(parse_json, refuses_what_is_not_json) {
  for (std::string_view text :
       {" ",         "{",          "}",         "[",           "]",          "[1",     "[1,",
        "[1 2]",     "[,1]",       "{\"a\"}",   "{\"a\":}",    "{\"a\":1,}", "{a:1}",  "{'a':1}",
        "{1:1}",     "'a'",        "tru",       "nul",         "True",       "NaN",    "Infinity",
        "-Infinity", "undefined",  "-",         "+1",          ".5",         "1.",     "1e",
        "1e+",       "01",         "-01",       "0x10",        "1_000",      "\"",     "\"a",
        "\"a\\",     "\"\\x\"",    "\"\\u12\"", "\"\\u12g4\"", "\"\n\"",     "\"\t\"", "\"\x01\"",
        "// c\n1",   "/* c */ 1",  "1 // c",    ",",           ":",          "{} ,",   "\xef\xbb\xbf{}",
        "\xfe\xff",  "{\"a\":1}}", "[1]]",      "1 2"})
    expect_malformed(text, "At byte ");
  expect_malformed(std::string_view{"\0", 1}, "At byte 0: ");
  expect_malformed(std::string_view{"{}\0", 3}, "At byte 2: ");
  expect_malformed(std::string_view{"\"a\0b\"", 5}, "At byte 2: ");
}

TEST(parse_json, refuses_every_cut_of_a_text) {
  constexpr std::string_view whole = R"({"a":[1,-2.5e3,true,null,"t\u00e9\ud83d\ude00"],"b":{"c":false}})";
  ASSERT_TRUE(parse_json(whole));
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(parse_json(whole.substr(0, n))) << whole.substr(0, n);
}

TEST(parse_json, refuses_bytes_and_escapes_that_are_not_unicode) {
  for (std::string_view text : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\udc00\ud800")", R"("\ud800x")",
                                R"("\ud83d\n")", "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                                "\"\xe2\x82\"", R"({"\ud800":1})", "{\"\xff\":1}"})
    expect_malformed(text, "At byte ");
}

TEST(parse_json, refuses_numbers_past_the_range_of_a_double) {
  for (std::string_view text : {"1e400", "-1e400", "[1e309]", "1e99999999999", "{\"a\":1e400}"})
    expect_malformed(text, "At byte ");
  EXPECT_EQ(*parse_json("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(*parse_json("1e-400"), 0.0);
}

TEST(parse_json, reads_doubles_to_the_last_place) {
  EXPECT_EQ(*parse_json("[0.1, 0.30000000000000004, 1.0e-10,5e-324,123456789012345678901 ]"),
            (boost::json::array{0.1, 0.30000000000000004, 1e-10, 5e-324, 123456789012345680000.0}));
  EXPECT_EQ(*parse_json("7.2057594037927933e+16"), 72057594037927936.0);
  EXPECT_EQ(*parse_json("9007199254740993.0"), 9007199254740992.0);
  EXPECT_EQ(*parse_json("2.2250738585072011e-308"), 2.2250738585072011e-308);
  EXPECT_EQ(*parse_json("0." + std::string(5'000, '3')), 1.0 / 3);
}

TEST(parse_json, takes_sixty_four_levels_and_refuses_one_more) {
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_FALSE(parse_json(nested(65)));
  std::string deep = "1";
  for (int i = 0; i < 64; ++i)
    deep = "{\"a\":" + deep + "}";
  EXPECT_TRUE(parse_json(deep));
  EXPECT_FALSE(parse_json("[" + deep + "]"));
}

TEST(parse_json, takes_another_depth_when_asked) {
  EXPECT_TRUE(parse_json("[[]]", 2));
  EXPECT_FALSE(parse_json("[[]]", 1));
  EXPECT_TRUE(parse_json("1", 1));
}

TEST(parse_json, refuses_a_million_nested_arrays_at_the_sixty_fifth) {
  expect_malformed(std::string(1'000'000, '['), "At byte 64: ");
  std::string objects;
  for (int i = 0; i < 200'000; ++i)
    objects += "{\"a\":";
  expect_malformed(objects, "At byte 320: ");
}

TEST(parse_json, refuses_a_member_that_appears_twice_each_at_its_pointer) {
  auto read = parse_json(R"({"a":1,"b":[0,{"c":1,"c":2}],"a":{"x":1},"a/~":{"d":1,"d":2,"d":3},"a":null})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, error_code::invalid_request);
  std::vector<std::string> pointers;
  for (const auto& e : read.error().errors) {
    EXPECT_EQ(e.code, "duplicate_member");
    pointers.push_back(e.pointer);
  }
  EXPECT_EQ(pointers, (std::vector<std::string>{"/b/1/c", "/a", "/a~1~0/d", "/a~1~0/d", "/a"}));
}

TEST(parse_json, sees_through_escapes_when_it_compares_names) {
  auto read = parse_json(R"({"a":1,"\u0061":2})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().errors.at(0).pointer, "/a");
}

TEST(parse_json, takes_the_same_name_in_different_objects) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}],"A":3})"));
}

TEST(parse_json, lists_at_most_a_hundred_repeats) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 1'000; ++i)
    text += ",\"a\":0";
  auto read = parse_json(text + "}");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().errors.size(), 100u);
}

TEST(parse_json, prefers_to_say_that_a_text_is_not_json) { expect_malformed(R"({"a":1,"a":2)", "At byte 12: "); }

TEST(parse_json, reads_a_mebibyte_of_members_in_reasonable_time) {
  std::string text = "{";
  for (int i = 0; text.size() < 1'048'576; ++i)
    text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
  text += '}';
  // Of this process alone: the machine may be busy.
  auto begin = std::clock();
  auto read = parse_json(text);
  auto seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  ASSERT_TRUE(read);
  EXPECT_GT(read->as_object().size(), 80'000u);
  // Comparing each name with all before it would take minutes.
  EXPECT_LT(seconds, 20);
}

TEST(parse_json, ends_on_any_bytes_without_breaking) {
  std::mt19937 dice{42};
  constexpr std::string_view likely = "{}[]\",:\\u0123456789abcdeftrnl-+. \n\xc3\xa9\xff";
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text(1 + dice() % 12, ' ');
    for (auto& c : text)
      c = likely[dice() % likely.size()];
    accepted += parse_json(text).has_value();
  }
  EXPECT_GT(accepted, 0);
}

} // namespace
} // namespace callboard
