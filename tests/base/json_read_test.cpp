#include "base/json_read.hpp"

#include "base/json_write.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <array>

namespace callboard {
namespace {

using namespace std::chrono_literals;

BOOST_DEFINE_ENUM_CLASS(colour, red, dark_blue)

struct part {
  std::string name;
  std::optional<int> weight;

  bool operator==(const part&) const = default;
};
BOOST_DESCRIBE_STRUCT(part, (), (name, weight))

struct everything {
  bool flag = false;
  std::int64_t wide = 0;
  std::uint8_t narrow = 0;
  double real = 0;
  std::string text;
  timestamp time;
  duration_ms span{};
  ticket_id id;
  colour paint = colour::red;
  std::optional<std::string> note;
  std::vector<part> parts;
  std::map<std::string, int> counts;
  raw_json raw;

  bool operator==(const everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(everything, (), (flag, wide, narrow, real, text, time, span, id, paint, note, parts, counts, raw))

struct bounded {
  std::optional<std::string> title;
  std::optional<std::string> body;
  std::optional<std::string> email;
  std::optional<int> stars;
  std::optional<double> share;
  std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(bounded, (), (title, body, email, stars, share, tags))

struct change {
  patch_field<std::string> text;
  patch_field<part> piece;
  std::optional<int> kept;
};
BOOST_DESCRIBE_STRUCT(change, (), (text, piece, kept))

struct awkward {
  std::map<std::string, std::map<std::string, int>> table;
};
BOOST_DESCRIBE_STRUCT(awkward, (), (table))

struct grown {
  std::string first;
  int second = 7;
};
BOOST_DESCRIBE_STRUCT(grown, (), (first, second))

} // namespace

template <>
inline constexpr field_marks marks_of<&bounded::title>{.length_min = 2, .length_max = 5, .single_line = true};
template <>
inline constexpr field_marks marks_of<&bounded::body>{.length_min = 1};
template <>
inline constexpr field_marks marks_of<&bounded::email>{.email = true};
template <>
inline constexpr field_marks marks_of<&bounded::stars>{.minimum = 1, .maximum = 5};
template <>
inline constexpr field_marks marks_of<&bounded::share>{.minimum = 0, .maximum = 1};
template <>
inline constexpr field_marks marks_of<&bounded::tags>{.items_max = 2, .item_length_max = 3, .single_line = true};
template <>
inline constexpr field_marks marks_of<&change::text>{.length_max = 3};
template <>
inline constexpr field_marks marks_of<&change::kept>{.not_null = true};
template <>
inline constexpr field_marks marks_of<&grown::second>{.added_later = true};

namespace {

constexpr std::string_view whole =
  R"({"flag":true,"wide":-9223372036854775808,"narrow":255,"real":1.5,"text":"t","time":"2026-11-20T09:30:00Z",)"
  R"("span":"5m","id":"018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e","paint":"dark_blue","note":null,)"
  R"("parts":[{"name":"a","weight":1},{"name":"b"}],"counts":{"x":1,"y":2},"raw":{"any":[1,"2"]}})";

template <class T>
std::string faults(std::string_view text, read_as how = read_as::request) {
  auto read = from_json_text<T>(text, how);
  if (read)
    return "";
  if (read.error().code != error_code::invalid_request)
    return read.error().detail;
  std::string all;
  for (const auto& e : read.error().errors)
    all += (all.empty() ? "" : " ") + e.pointer + ":" + e.code;
  return all;
}

/// The faults of one member of `bounded`.
std::string faults_of(std::string_view member, std::string_view value) {
  return faults<bounded>("{\"" + std::string{member} + "\":" + std::string{value} + "}");
}

TEST(json_read, reads_every_kind_of_member) {
  auto read = from_json_text<everything>(whole, read_as::request);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->flag);
  EXPECT_EQ(read->wide, INT64_MIN);
  EXPECT_EQ(read->narrow, 255);
  EXPECT_EQ(read->real, 1.5);
  EXPECT_EQ(read->text, "t");
  EXPECT_EQ(to_rfc3339(read->time), "2026-11-20T09:30:00.000Z");
  EXPECT_EQ(read->span, 5min);
  EXPECT_EQ(to_string(read->id), "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
  EXPECT_EQ(read->paint, colour::dark_blue);
  EXPECT_EQ(read->note, std::nullopt);
  EXPECT_EQ(read->parts, (std::vector<part>{{"a", 1}, {"b", std::nullopt}}));
  EXPECT_EQ(read->counts, (std::map<std::string, int>{{"x", 1}, {"y", 2}}));
  EXPECT_EQ(read->raw.text, R"({"any":[1,"2"]})");
}

TEST(json_read, names_all_mistakes_at_once_each_at_its_pointer) {
  EXPECT_EQ(
    faults<everything>(
      R"({"flag":1,"wide":"1","narrow":256,"real":"x","text":5,"time":"today","span":"5","id":"x",)"
      R"("paint":"green","note":7,"parts":[{"name":1},7,{"weight":1.5}],"counts":{"a":"b"},"extra":0})"),
    "/flag:wrong_type /wide:wrong_type /narrow:out_of_range /real:wrong_type /text:wrong_type /time:invalid_time "
    "/span:invalid_duration /id:invalid_id /paint:invalid_choice /note:wrong_type /parts/0/name:wrong_type "
    "/parts/1:wrong_type /parts/2/name:missing /parts/2/weight:wrong_type /counts/a:wrong_type /raw:missing "
    "/extra:unknown_member");
}

TEST(json_read, asks_for_what_is_required_and_not_for_optionals_lists_and_maps) {
  EXPECT_EQ(faults<everything>("{}"),
            "/flag:missing /wide:missing /narrow:missing /real:missing /text:missing /time:missing "
            "/span:missing /id:missing /paint:missing /raw:missing");
}

TEST(json_read, misses_what_is_required_in_stored_json_too) {
  EXPECT_EQ(faults<part>("{}", read_as::stored), "/name:missing");
  EXPECT_EQ(faults<part>(R"({"name":null})", read_as::stored), "/name:wrong_type");
  EXPECT_EQ(faults<everything>(R"({"parts":[{"weight":1}]})", read_as::stored),
            "/flag:missing /wide:missing /narrow:missing /real:missing /text:missing /time:missing "
            "/span:missing /id:missing /paint:missing /parts/0/name:missing /raw:missing");
}

TEST(json_read, takes_the_default_of_what_was_added_later_in_stored_json_alone) {
  auto read = from_json_text<grown>(R"({"first":"a"})", read_as::stored);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->second, 7);
  EXPECT_EQ(from_json_text<grown>(R"({"first":"a","second":8})", read_as::stored)->second, 8);
  EXPECT_EQ(faults<grown>(R"({"first":"a","second":"x"})", read_as::stored), "/second:wrong_type");
  EXPECT_EQ(faults<grown>(R"({"first":"a"})"), "/second:missing");
}

TEST(json_read, holds_stored_json_to_no_limits_of_today) {
  constexpr std::string_view beyond =
    R"({"title":"a\tlonger title","body":" ","email":"nobody","stars":9,"share":1.5,"tags":["","four","c"]})";
  EXPECT_EQ(faults<bounded>(beyond), "/title:invalid_character /body:blank /email:invalid_email /stars:too_large "
                                     "/share:too_large /tags:too_many_items");
  auto read = from_json_text<bounded>(beyond, read_as::stored);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->title, "a\tlonger title");
  EXPECT_EQ(read->stars, 9);
  EXPECT_EQ(read->tags, (std::vector<std::string>{"", "four", "c"}));
  EXPECT_EQ(faults<change>(R"({"text":"long","kept":null})", read_as::stored), "");
}

TEST(json_read, reads_what_takes_more_than_the_first_piece_of_memory) {
  std::string text = "[";
  std::vector<part> wanted;
  for (int i = 0; i < 2'000; ++i) {
    wanted.push_back({.name = "a name of more than fourteen bytes, number " + std::to_string(i), .weight = i});
    text.append(i > 0 ? "," : "").append(to_json(wanted.back()));
  }
  auto read = from_json_text<std::vector<part>>(text + "]", read_as::stored);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(wanted));
}

TEST(json_read, wants_the_right_kinds_in_stored_json_too) {
  EXPECT_EQ(faults<bounded>(R"({"title":1,"stars":"x","tags":[2]})", read_as::stored),
            "/title:wrong_type /stars:wrong_type /tags/0:wrong_type");
  EXPECT_EQ(faults<std::uint8_t>("256", read_as::stored), ":out_of_range");
  EXPECT_EQ(faults<colour>("\"green\"", read_as::stored), ":invalid_choice");
}

TEST(json_read, refuses_or_passes_over_unknown_members_as_told) {
  constexpr std::string_view text = R"({"name":"a","nmae":"b","":1})";
  EXPECT_EQ(faults<part>(text), "/nmae:unknown_member /:unknown_member");
  EXPECT_EQ(faults<part>(text, read_as::stored), "");
  EXPECT_EQ(faults<part>(R"({"Name":"a"})"), "/name:missing /Name:unknown_member");
}

TEST(json_read, tells_the_kind_it_wanted_and_the_kind_it_got) {
  for (auto [value, kind] : {std::pair{"null", "null"},
                             {"true", "a boolean"},
                             {"1", "a number"},
                             {"1.5", "a number"},
                             {"18446744073709551615", "a number"},
                             {"[]", "an array"},
                             {"{}", "an object"}}) {
    auto read = from_json_text<std::string>(value, read_as::request);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().errors.at(0), (field_error{"", "wrong_type", std::string{"must be a string, is "} + kind}));
  }
  EXPECT_EQ(from_json_text<part>("\"x\"", read_as::request).error().errors.at(0).detail,
            "must be an object, is a string");
}

TEST(json_read, refuses_every_wrong_kind_for_every_kind_of_member) {
  const std::array<std::string_view, 7> values{"null", "true", "7", "1.5", "\"s\"", "[]", "{}"};
  auto taken = [&]<class T>(T*) {
    std::string all;
    for (auto value : values)
      if (from_json_text<T>(value, read_as::request))
        all.append(all.empty() ? "" : " ").append(value);
    return all;
  };
  EXPECT_EQ(taken(static_cast<bool*>(nullptr)), "true");
  EXPECT_EQ(taken(static_cast<int*>(nullptr)), "7");
  EXPECT_EQ(taken(static_cast<double*>(nullptr)), "7 1.5");
  EXPECT_EQ(taken(static_cast<std::string*>(nullptr)), "\"s\"");
  EXPECT_EQ(taken(static_cast<timestamp*>(nullptr)), "");
  EXPECT_EQ(taken(static_cast<duration_ms*>(nullptr)), "");
  EXPECT_EQ(taken(static_cast<ticket_id*>(nullptr)), "");
  EXPECT_EQ(taken(static_cast<colour*>(nullptr)), "");
  EXPECT_EQ(taken(static_cast<std::vector<int>*>(nullptr)), "[]");
  EXPECT_EQ(taken(static_cast<std::map<std::string, int>*>(nullptr)), "{}");
  EXPECT_EQ(taken(static_cast<part*>(nullptr)), "");
  EXPECT_EQ(taken(static_cast<std::optional<int>*>(nullptr)), "null 7");
  EXPECT_EQ(taken(static_cast<patch_field<int>*>(nullptr)), "null 7");
  EXPECT_EQ(taken(static_cast<raw_json*>(nullptr)), "null true 7 1.5 \"s\" [] {}");
}

TEST(json_read, takes_whole_numbers_however_they_are_written_and_no_others) {
  EXPECT_EQ(*from_json_text<int>("5.0", read_as::request), 5);
  EXPECT_EQ(*from_json_text<int>("1e3", read_as::request), 1'000);
  EXPECT_EQ(*from_json_text<int>("-0", read_as::request), 0);
  for (auto text : {"5.5", "1e-1", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e19",
                    "1e300", "-1e300"})
    EXPECT_EQ(faults<std::int64_t>(text), ":wrong_type") << text;
  EXPECT_EQ(*from_json_text<std::int64_t>("9223372036854775807", read_as::request), INT64_MAX);
}

TEST(json_read, refuses_numbers_that_do_not_fit_the_member) {
  for (auto text : {"256", "-1", "1e6"})
    EXPECT_EQ(faults<std::uint8_t>(text), ":out_of_range") << text;
  for (auto text : {"2147483648", "-2147483649"})
    EXPECT_EQ(faults<int>(text), ":out_of_range") << text;
  EXPECT_EQ(*from_json_text<int>("-2147483648", read_as::request), INT32_MIN);
}

TEST(json_read, holds_numbers_to_their_bounds) {
  EXPECT_EQ(faults_of("stars", "0"), "/stars:too_small");
  EXPECT_EQ(faults_of("stars", "6"), "/stars:too_large");
  EXPECT_EQ(faults_of("stars", "1") + faults_of("stars", "5"), "");
  EXPECT_EQ(faults_of("share", "-0.001"), "/share:too_small");
  EXPECT_EQ(faults_of("share", "1.001"), "/share:too_large");
  EXPECT_EQ(faults_of("share", "0") + faults_of("share", "1.0") + faults_of("share", "0.5"), "");
  EXPECT_EQ(faults<double>("-1.7976931348623157e308"), "");
}

TEST(json_read, knows_no_minus_zero) {
  auto read = from_json_text<double>("-0.0", read_as::request);
  ASSERT_TRUE(read);
  EXPECT_FALSE(std::signbit(*read)) << "it would be shown as -0 and read back as 0";
}

TEST(json_read, counts_length_in_characters_not_bytes) {
  EXPECT_EQ(faults_of("title", "\"a\""), "/title:too_short");
  EXPECT_EQ(faults_of("title", "\"\xf0\x9f\x98\x80\""), "/title:too_short");
  EXPECT_EQ(faults_of("title", R"("\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00")"), "");
  EXPECT_EQ(faults_of("title", "\"abcdef\""), "/title:too_long");
}

TEST(json_read, refuses_blank_and_empty_text_where_text_is_wanted) {
  EXPECT_EQ(faults_of("body", "\"\""), "/body:too_short");
  EXPECT_EQ(faults_of("body", R"(" \t\r\n ")"), "/body:blank");
  EXPECT_EQ(faults_of("body", R"(" x ")"), "");
  EXPECT_EQ(faults<std::string>("\"\""), "");
}

TEST(json_read, refuses_control_characters_and_layout_too_where_one_line_is_wanted) {
  for (int c = 0; c < 0x20; ++c) {
    auto text = to_json("x" + std::string(1, static_cast<char>(c)) + "y");
    bool layout = c == '\t' || c == '\n' || c == '\r';
    EXPECT_EQ(faults_of("body", text), layout ? "" : "/body:invalid_character") << c;
    EXPECT_EQ(faults_of("title", text), "/title:invalid_character") << c;
  }
  EXPECT_EQ(faults_of("body", R"("x\u007f")"), "/body:invalid_character");
  EXPECT_EQ(faults_of("tags", R"(["a\n"])"), "/tags/0:invalid_character");
}

TEST(json_read, bounds_lists_and_their_items) {
  EXPECT_EQ(faults_of("tags", R"(["a","b","c"])"), "/tags:too_many_items");
  EXPECT_EQ(faults_of("tags", R"(["","abcd"])"), "/tags/0:too_short /tags/1:too_long");
  EXPECT_EQ(faults_of("tags", R"([null,1])"), "/tags/0:wrong_type /tags/1:wrong_type");
  EXPECT_EQ(faults_of("tags", "null"), "/tags:wrong_type");
  EXPECT_EQ(faults_of("tags", "[]"), "");
}

TEST(json_read, takes_addresses_that_can_be_mailed_to) {
  for (auto text :
       {"ann@example.com", "a@b.c", "first.last+tag@sub.example.co.uk", "o'brien@example.ie",
        "\xc3\xa9va@ex\xc3\xa4mple.de", "1234567890123456789012345678901234567890123456789012345678901234@example.com"})
    EXPECT_EQ(faults_of("email", to_json(std::string{text})), "") << text;
}

TEST(json_read, refuses_addresses_that_cannot) {
  for (auto text :
       {"", "ann", "@example.com", "ann@", "ann@example", "ann@.com", "ann@example.", "ann@a..b", "a@b@c.de",
        "an n@example.com", "ann@exam ple.com", "ann@example.com,bob@example.com", "Ann <ann@example.com>",
        "ann@example.com\nBcc:x@y.z", "\"ann\"@example.com", "ann@example.com;", "ann(x)@example.com",
        "12345678901234567890123456789012345678901234567890123456789012345@example.com"})
    EXPECT_EQ(faults_of("email", to_json(std::string{text})), "/email:invalid_email") << text;
  EXPECT_EQ(faults_of("email", "\"a@" + std::string(251, 'b') + ".c\""), "/email:invalid_email");
}

TEST(json_read, tells_absent_null_and_value_apart_in_a_change) {
  auto read = *from_json_text<change>(R"({"text":null,"piece":{"name":"n"}})", read_as::request);
  EXPECT_EQ(read.text, (patch_field<std::string>{true, std::nullopt}));
  EXPECT_EQ(read.piece, (patch_field<part>{true, part{"n", std::nullopt}}));
  EXPECT_EQ(read.kept, std::nullopt);
  EXPECT_EQ(*from_json_text<change>("{}", read_as::request).map([](auto c) { return to_json(c); }), R"({"kept":null})");
}

TEST(json_read, looks_into_the_values_of_a_change) {
  EXPECT_EQ(faults<change>(R"({"text":"long","piece":{"weight":"x"},"kept":null})"),
            "/text:too_long /piece/name:missing /piece/weight:wrong_type /kept:null");
}

TEST(json_read, escapes_pointers_as_rfc_6901_says) {
  EXPECT_EQ(faults<awkward>(R"({"table":{"a/b":{"m~n":"x"},"":{" ":1.5},"~1":null}})"),
            "/table/a~1b/m~0n:wrong_type /table// :wrong_type /table/~01:wrong_type");
  EXPECT_EQ(faults<part>(R"({"name":"a","~/~":1})"), "/~0~1~0:unknown_member");
}

TEST(json_read, cuts_long_names_in_pointers) {
  auto pointer = faults<part>("{\"name\":\"a\",\"" + std::string(10'000, 'x') + "\":1}");
  EXPECT_EQ(pointer, "/" + std::string(64, 'x') + ":unknown_member");
}

TEST(json_read, cuts_long_names_between_characters) {
  for (std::size_t before : {60u, 61u, 62u, 63u, 64u}) {
    std::string pointer, prefix(before, 'x');
    append_pointer_token(pointer, prefix + "\xf0\x9f\x98\x80");
    EXPECT_EQ(pointer, '/' + prefix + (before == 60 ? "\xf0\x9f\x98\x80" : "")) << before;
  }
  std::string pointer;
  append_pointer_token(pointer, std::string(100, '\x80'));
  EXPECT_EQ(pointer, "/") << "not UTF-8 at all";
}

TEST(json_read, stops_listing_after_a_hundred_mistakes) {
  std::string text = "[";
  for (int i = 0; i < 500; ++i)
    text += i == 0 ? "\"x\"" : ",\"x\"";
  auto read = from_json_text<std::vector<int>>(text + "]", read_as::request);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().errors.size(), 100u);
  EXPECT_EQ(read.error().errors.back().pointer, "/99");
}

TEST(json_read, reads_over_what_was_there_before) {
  json_reader reader{read_as::request};
  std::vector<int> list{1, 2, 3};
  std::map<std::string, int> map{{"old", 1}};
  reader.read(*parse_json("[4]"), list);
  reader.read(*parse_json(R"({"new":2})"), map);
  EXPECT_TRUE(reader.errors().empty());
  EXPECT_EQ(list, std::vector<int>{4});
  EXPECT_EQ(map, (std::map<std::string, int>{{"new", 2}}));
}

TEST(json_read, never_repeats_a_caller_s_text_in_its_details) {
  constexpr std::string_view secret = "hunter2-secret";
  auto text = to_json(std::string{secret});
  auto quoted = std::string{text};
  for (const auto& body : {R"({"flag":)" + quoted + R"(,"time":)" + quoted + R"(,"span":)" + quoted + R"(,"id":)"
                           + quoted + R"(,"paint":)" + quoted + R"(,"wide":)" + quoted + "}"}) {
    auto read = from_json_text<everything>(body, read_as::request);
    ASSERT_FALSE(read);
    for (const auto& e : read.error().errors)
      EXPECT_EQ(e.detail.find(secret), std::string::npos) << e.pointer;
  }
}

TEST(check_text, names_invalid_utf8_and_the_byte) {
  auto fault = check_text("ab\xff", {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, "invalid_utf8");
  EXPECT_EQ(fault->detail, "is not valid UTF-8 at byte 2");
}

TEST(check_text, lets_pass_what_keeps_the_marks) {
  EXPECT_FALSE(check_text("", {}));
  EXPECT_FALSE(check_text("any\ntext", {}));
  EXPECT_FALSE(check_text("ann@example.com", {.length_min = 3, .length_max = 254, .single_line = true, .email = true}));
}

} // namespace
} // namespace callboard
