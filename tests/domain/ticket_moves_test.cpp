#include "tests/domain/ticket_fixture.hpp"

#include "base/json_read.hpp"

#include <array>

namespace callboard {
namespace {

using namespace testing_support;
using enum ticket_status;

struct row {
  ticket_status from;
  std::array<bool, 5> may; ///< open, in_progress, waiting, resolved, closed
};

/// The contract's table, written out by hand.
constexpr std::array contract{
  row{open, {false, true, true, true, true}},       row{in_progress, {true, false, true, true, true}},
  row{waiting, {true, true, false, true, true}},    row{resolved, {true, false, false, false, true}},
  row{closed, {false, false, false, false, false}},
};

TEST(ticket_moves, are_those_of_the_contract_and_no_others) {
  for (const auto& r : contract)
    for (std::size_t i = 0; i < all_statuses.size(); ++i) {
      auto allowed = allowed_moves(r.from);
      bool may = std::find(allowed.begin(), allowed.end(), all_statuses[i]) != allowed.end();
      EXPECT_EQ(may, r.may[i]) << enum_name(r.from) << " -> " << enum_name(all_statuses[i]);
    }
}

TEST(ticket_moves, happen_or_are_refused_as_the_table_says) {
  for (const auto& r : contract)
    for (std::size_t i = 0; i < all_statuses.size(); ++i) {
      auto to = all_statuses[i];
      auto d = desk_at(r.from);
      auto outcome = d.move(to);
      SCOPED_TRACE(std::string{enum_name(r.from)} + " -> " + std::string{enum_name(to)});
      if (to == r.from) {
        EXPECT_EQ(outcome, "");
      } else if (r.may[i]) {
        EXPECT_TRUE(outcome.starts_with("ticket.status_changed")) << outcome;
        EXPECT_EQ(d.now_is().status, to);
      } else {
        EXPECT_EQ(outcome, "(transition_refused)");
        EXPECT_EQ(d.now_is().status, r.from);
      }
    }
}

TEST(ticket_moves, that_are_refused_name_the_allowed_ones) {
  auto d = desk_at(resolved);
  EXPECT_EQ(d.move(waiting), "(transition_refused)");
  EXPECT_EQ(d.refusal.detail, "A ticket that is resolved cannot become waiting; it can become: open, closed.");
  EXPECT_EQ(d.refusal.extra, R"("allowed":["open","closed"])");
  auto text = encode_problem(d.refusal, "r", "/t");
  EXPECT_EQ(parse_json(text)->at("allowed").as_array().size(), 2u);

  auto e = desk_at(closed);
  EXPECT_EQ(e.move(open), "(transition_refused)");
  EXPECT_EQ(e.refusal.extra, R"("allowed":[])");
}

TEST(ticket_moves, keep_the_times_of_resolving_and_closing) {
  desk d;
  auto resolved_first = d.time;
  d.move(resolved);
  EXPECT_EQ(d.now_is().resolved_at, resolved_first);
  d.move(open);
  EXPECT_EQ(d.now_is().resolved_at, std::nullopt);
  auto resolved_again = d.time;
  d.move(resolved);
  auto closed_then = d.time;
  d.move(closed);
  EXPECT_EQ(d.now_is().resolved_at, resolved_again);
  EXPECT_EQ(d.now_is().closed_at, closed_then);
}

TEST(ticket_moves, straight_to_closed_leave_no_time_of_resolving) {
  auto d = desk_at(closed);
  EXPECT_EQ(d.now_is().resolved_at, std::nullopt);
  EXPECT_TRUE(d.now_is().closed_at);
}

TEST(ticket_moves, to_closed_cancel_an_ai_that_is_still_thinking) {
  desk d;
  EXPECT_EQ(d.move(closed), "ticket.status_changed ai.cancelled");
  EXPECT_EQ(d.ai(), ai_status::off);
}

} // namespace
} // namespace callboard
