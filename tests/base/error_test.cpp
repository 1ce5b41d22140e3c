#include "base/error.hpp"

#include "base/check.hpp"
#include "base/describe.hpp"
#include "base/json_read.hpp"

#include <gtest/gtest.h>

#include <set>

namespace callboard {
namespace {

template <class F>
void for_each_code(F&& f) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<error_code>>([&](auto d) { f(d.value); });
}

boost::json::object problem_of(const problem& p, std::string_view request_id = "r-1", std::string_view path = "/x") {
  auto text = encode_problem(p, request_id, path);
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? value->as_object() : boost::json::object{};
}

TEST(error_table, has_a_row_for_each_code) {
  for_each_code([](error_code code) { EXPECT_EQ(row_of(code).code, code) << enum_name(code); });
}

TEST(error_table, breaks_loudly_on_a_code_that_does_not_exist) {
  EXPECT_THROW(row_of(static_cast<error_code>(9'999)), invariant_broken);
}

TEST(error_table, answers_with_client_and_server_errors_only) {
  for_each_code([](error_code code) {
    auto status = row_of(code).status;
    EXPECT_TRUE((status >= 400 && status <= 431) || (status >= 500 && status <= 505)) << enum_name(code) << status;
  });
}

TEST(error_table, calls_exactly_the_passing_troubles_retryable) {
  const std::set<error_code> passing{error_code::request_timeout,   error_code::idempotency_in_flight,
                                     error_code::too_many_requests, error_code::overloaded,
                                     error_code::draining,          error_code::store_unavailable,
                                     error_code::store_in_doubt,    error_code::deadline_exceeded};
  for_each_code([&](error_code code) { EXPECT_EQ(row_of(code).retryable, passing.contains(code)) << enum_name(code); });
}

TEST(error_table, calls_every_503_retryable) {
  for_each_code([](error_code code) {
    if (row_of(code).status == 503) {
      EXPECT_TRUE(row_of(code).retryable) << enum_name(code);
    }
  });
}

TEST(error_table, logs_our_own_faults_loudly_and_callers_faults_quietly) {
  for_each_code([](error_code code) {
    const auto& row = row_of(code);
    if (row.status < 500) {
      EXPECT_LT(row.level, log_level::warn) << enum_name(code);
    }
    if (row.status == 500) {
      EXPECT_EQ(row.level, log_level::error) << enum_name(code);
    }
  });
}

TEST(error_table, titles_are_short_start_with_a_capital_and_have_no_full_stop) {
  for_each_code([](error_code code) {
    auto title = row_of(code).title;
    ASSERT_FALSE(title.empty()) << enum_name(code);
    EXPECT_LE(title.size(), 60u) << title;
    EXPECT_TRUE(title.front() >= 'A' && title.front() <= 'Z') << title;
    EXPECT_NE(title.back(), '.') << title;
  });
}

TEST(encode_problem, writes_every_code_as_valid_json_with_the_members_of_rfc_9457) {
  for_each_code([](error_code code) {
    auto p = problem_of({code, "One sentence."}, "req-7", "/api/v1/tickets");
    EXPECT_EQ(p.at("type").as_string(), "urn:callboard:problem:" + std::string{enum_name(code)});
    EXPECT_EQ(p.at("title").as_string(), row_of(code).title);
    EXPECT_EQ(p.at("status").as_int64(), row_of(code).status);
    EXPECT_EQ(p.at("detail").as_string(), "One sentence.");
    EXPECT_EQ(p.at("instance").as_string(), "/api/v1/tickets");
    EXPECT_EQ(p.at("request_id").as_string(), "req-7");
    EXPECT_EQ(p.at("code").as_string(), enum_name(code));
    EXPECT_FALSE(p.contains("errors"));
  });
}

TEST(encode_problem, lists_the_mistakes_and_appends_extension_members) {
  problem p{error_code::invalid_request, "Two mistakes."};
  p.errors = {{"/title", "too_long", "is too long"}, {"/tags/0", "wrong_type", "must be a string"}};
  p.extra = R"("allowed":["open"],"current":3)";
  auto read = problem_of(p);
  ASSERT_EQ(read.at("errors").as_array().size(), 2u);
  auto second = read.at("errors").as_array().at(1).as_object();
  EXPECT_EQ(second.at("pointer").as_string(), "/tags/0");
  EXPECT_EQ(second.at("code").as_string(), "wrong_type");
  EXPECT_EQ(second.at("detail").as_string(), "must be a string");
  EXPECT_EQ(read.at("allowed").as_array().size(), 1u);
  EXPECT_EQ(read.at("current").as_int64(), 3);
}

TEST(encode_problem, stays_valid_json_whatever_the_request_held) {
  std::string hostile = "\"}\\\n\r\t\x01\x7f\xff\xc0\xaf\xed\xa0\x80</script>";
  hostile += '\0';
  problem p{error_code::invalid_request, hostile};
  p.errors = {{hostile, hostile, hostile}};
  auto read = problem_of(p, hostile, hostile);
  EXPECT_EQ(read.size(), 8u);
}

TEST(refuse, makes_a_problem_of_the_code_and_the_sentence) {
  result<int> refused = refuse(error_code::not_found, "There is no such ticket.");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (problem{error_code::not_found, "There is no such ticket."}));
}

} // namespace
} // namespace callboard
