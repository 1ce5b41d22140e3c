#include "http/query.hpp"

#include "http/live/subscription.hpp"
#include "http/request_types.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

struct outcome {
  ticket_list_query query;
  std::vector<field_error> errors;

  bool has(std::string_view pointer, std::string_view code) const {
    for (const auto& e : errors)
      if (e.pointer == pointer && e.code == code)
        return true;
    return false;
  }
};

outcome read(std::string_view text) {
  outcome out;
  out.query = read_query<ticket_list_query>(text, out.errors);
  return out;
}

TEST(query, an_empty_one_gives_the_defaults) {
  auto out = read("");
  EXPECT_TRUE(out.errors.empty());
  EXPECT_EQ(out.query.limit, 20);
  EXPECT_FALSE(out.query.cursor);
  EXPECT_EQ(out.query.order, sort_order::desc);
}

TEST(query, members_of_the_base_and_of_the_struct_are_read) {
  auto out = read("limit=5&status=open&category=billing&order=asc&sort=updated_at&offset=7");
  EXPECT_TRUE(out.errors.empty());
  EXPECT_EQ(out.query.limit, 5);
  EXPECT_EQ(out.query.offset, 7);
  EXPECT_EQ(out.query.status, std::vector{ticket_status::open});
  EXPECT_EQ(out.query.category, "billing");
  EXPECT_EQ(out.query.order, sort_order::asc);
  EXPECT_EQ(out.query.sort, ticket_sort::updated_at);
}

TEST(query, a_list_takes_repeats_and_commas) {
  auto out = read("status=open,waiting&status=closed");
  EXPECT_TRUE(out.errors.empty());
  EXPECT_EQ(out.query.status, (std::vector{ticket_status::open, ticket_status::waiting, ticket_status::closed}));
}

TEST(query, values_are_decoded) {
  auto out = read("q=hello+w%C3%B6rld%21&created_after=2026-11-20T10%3A30%3A00%2B01%3A00");
  EXPECT_TRUE(out.errors.empty());
  EXPECT_EQ(out.query.q, "hello w\xc3\xb6rld!");
  EXPECT_EQ(out.query.created_after, from_rfc3339("2026-11-20T09:30:00Z"));
}

TEST(query, every_mistake_is_told_at_once) {
  auto out = read("limit=0&limit=2&status=opened&assignee_id=7&created_after=yesterday&colour=red&offset=-1&order=up");
  EXPECT_TRUE(out.has("query:limit", "too_small"));
  EXPECT_TRUE(out.has("query:limit", "repeated"));
  EXPECT_TRUE(out.has("query:status", "invalid_choice"));
  EXPECT_TRUE(out.has("query:assignee_id", "invalid_id"));
  EXPECT_TRUE(out.has("query:created_after", "invalid_time"));
  EXPECT_TRUE(out.has("query:colour", "unknown"));
  EXPECT_TRUE(out.has("query:offset", "too_small"));
  EXPECT_TRUE(out.has("query:order", "invalid_choice"));
  EXPECT_EQ(out.errors.size(), 8u);
}

TEST(query, numbers_are_whole_and_in_range) {
  EXPECT_TRUE(read("limit=101").has("query:limit", "too_large"));
  EXPECT_TRUE(read("limit=1.5").has("query:limit", "invalid_integer"));
  EXPECT_TRUE(read("limit=").has("query:limit", "invalid_integer"));
  EXPECT_TRUE(read("limit").has("query:limit", "invalid_integer"));
  EXPECT_TRUE(read("limit=0x10").has("query:limit", "invalid_integer"));
  EXPECT_TRUE(read("limit=99999999999999999999").has("query:limit", "out_of_range"));
  EXPECT_TRUE(read("limit=+5").has("query:limit", "invalid_integer")) << "a plus is a blank";
}

TEST(query, what_cannot_be_decoded_is_one_mistake) {
  for (auto text : {"q=%", "q=%4", "q=%zz", "q=%00", "q=%ff", "%c3=1"}) {
    auto out = read(text);
    ASSERT_EQ(out.errors.size(), 1u) << text;
    EXPECT_EQ(out.errors.front().code, "invalid_encoding") << text;
  }
}

TEST(query, texts_obey_their_marks) {
  EXPECT_TRUE(read("q=").has("query:q", "too_short"));
  EXPECT_TRUE(read("q=" + std::string(201, 'a')).has("query:q", "too_long"));
  EXPECT_FALSE(read("q=a%0Ab").errors.empty()) << "a line break";
}

TEST(query, an_unknown_name_is_cut_in_the_message) {
  auto out = read(std::string(5000, 'x') + "=1");
  ASSERT_EQ(out.errors.size(), 1u);
  EXPECT_LT(out.errors.front().pointer.size(), 100u);
}

TEST(query, mistakes_are_bounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "status=x&limit=1&unknown=1&";
  EXPECT_EQ(read(text).errors.size(), json_reader::errors_max);
}

TEST(query, lists_obey_their_marks) {
  EXPECT_TRUE(read("priority=low,low,low&priority=low").errors.empty());
  for (auto text : {"priority=low,low,low,low,low", "priority=low,low,low&priority=low&priority=low&priority=low"}) {
    auto out = read(text);
    ASSERT_EQ(out.errors.size(), 1u) << text;
    EXPECT_TRUE(out.has("query:priority", "too_many_items"));
  }
  std::vector<field_error> errors;
  read_query<live_filter>("category=" + std::string(64, 'a') + "," + std::string(60, 'b'), errors);
  EXPECT_TRUE(errors.empty());
  read_query<live_filter>("category=" + std::string(65, 'a'), errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].code, "too_long");
  read_query<live_filter>("category=", errors);
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[1].code, "too_short");
}

TEST(query, encoding_what_was_decoded_gives_it_back) {
  std::string all;
  for (int c = 1; c < 128; ++c)
    all += static_cast<char>(c);
  all += "\xc3\xb6\xf0\x9f\x8e\x9f";
  std::string encoded;
  append_query_value(encoded, all);
  EXPECT_EQ(percent_decode(encoded, true), all);
  EXPECT_EQ(percent_decode(encoded, false), all);
}

} // namespace
} // namespace callboard::http
