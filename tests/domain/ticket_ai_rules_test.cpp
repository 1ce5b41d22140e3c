#include "tests/domain/ticket_fixture.hpp"

#include <cmath>
#include <limits>

namespace callboard {
namespace {

using namespace testing_support;
using enum ticket_status;

const classification sure = answer_of("billing", ticket_priority::high, 0.9);
const classification unsure = answer_of("billing", ticket_priority::high, 0.49);

ticket_policy policy_of(policy_mode mode, double threshold = 0.5) {
  return {{"billing", "technical", "general"}, mode, threshold};
}

TEST(ai_result, fills_what_nobody_set_at_the_threshold_and_above) {
  for (double confidence : {0.5, 0.51, 1.0}) {
    desk d;
    EXPECT_EQ(d.classify(answer_of("billing", ticket_priority::high, confidence)), "ai.classified");
    EXPECT_EQ(d.now_is().category, "billing");
    EXPECT_EQ(d.now_is().priority, ticket_priority::high);
    EXPECT_EQ(d.ai(), ai_status::done);
  }
}

TEST(ai_result, below_the_threshold_stays_advice) {
  desk d;
  EXPECT_EQ(d.classify(unsure), "ai.classified");
  EXPECT_FALSE(d.now_is().category || d.now_is().priority);
  const auto& ai = d.now_is().ai;
  EXPECT_EQ(ai.status, ai_status::done);
  EXPECT_EQ(ai.category, "billing");
  EXPECT_EQ(ai.priority, ticket_priority::high);
  EXPECT_EQ(ai.confidence, 0.49);
  EXPECT_FALSE(ai.fallback);
  EXPECT_EQ(ai.sentiment, sentiment::negative);
  EXPECT_EQ(ai.language, "en");
  EXPECT_EQ(ai.provider, "builtin");
  EXPECT_EQ(ai.model, "bayes");
  EXPECT_EQ(ai.prompt_version, "classify-1");
}

TEST(ai_result, under_suggest_stays_advice_however_sure) {
  desk d{plain_ticket(), policy_of(policy_mode::suggest)};
  EXPECT_EQ(d.classify(sure), "ai.classified");
  EXPECT_FALSE(d.now_is().category || d.now_is().priority);
  EXPECT_EQ(d.ai(), ai_status::done);
}

TEST(ai_result, after_the_policy_was_switched_off_only_ends_the_waiting) {
  for (bool answered : {true, false}) {
    desk d;
    d.policy.classify = policy_mode::off;
    EXPECT_EQ(d.classify(answered ? std::optional{sure} : std::nullopt), "ai.cancelled");
    EXPECT_EQ(d.ai(), ai_status::off);
    EXPECT_FALSE(d.now_is().category || d.now_is().priority || d.now_is().ai.category);
    EXPECT_EQ(std::get<ai_cancelled>(d.events.back()).reason, "off");
  }
}

TEST(ai_result, never_overwrites_a_person_s_word) {
  auto body = plain_ticket();
  body.category = "technical";
  body.priority = ticket_priority::low;
  desk d{body};
  EXPECT_EQ(d.classify(sure), "ai.classified");
  EXPECT_EQ(d.now_is().category, "technical");
  EXPECT_EQ(d.now_is().priority, ticket_priority::low);
  EXPECT_EQ(d.now_is().ai.category, "billing");
}

TEST(ai_result, fills_the_one_field_that_is_unset_beside_one_that_is_a_person_s) {
  auto body = plain_ticket();
  body.priority = ticket_priority::urgent;
  desk d{body};
  d.classify(sure);
  EXPECT_EQ(d.now_is().category, "billing");
  EXPECT_EQ(d.now_is().priority, ticket_priority::urgent);
}

TEST(ai_result, renews_what_ai_itself_had_filled) {
  desk d;
  d.classify(sure);
  EXPECT_EQ(d.edit("The app crashes"), "ticket.changed");
  EXPECT_EQ(d.ai(), ai_status::pending);
  EXPECT_EQ(d.now_is().category, "billing");
  d.classify(answer_of("technical", ticket_priority::medium, 0.9));
  EXPECT_EQ(d.now_is().category, "technical");
  EXPECT_EQ(d.now_is().priority, ticket_priority::medium);
}

TEST(ai_result, leaves_what_a_person_confirmed_after_ai_had_filled_it) {
  desk d;
  d.classify(sure);
  change_ticket confirm;
  confirm.category = {true, "billing"};
  confirm.priority = {true, ticket_priority::high};
  EXPECT_EQ(d.run(confirm), "ticket.changed");
  EXPECT_EQ(d.run(confirm), "");
  d.edit("The app crashes");
  d.classify(answer_of("technical", ticket_priority::medium, 0.9));
  EXPECT_EQ(d.now_is().category, "billing");
  EXPECT_EQ(d.now_is().priority, ticket_priority::high);
}

TEST(ai_result, fills_again_what_a_person_cleared) {
  auto body = plain_ticket();
  body.category = "technical";
  desk d{body};
  change_ticket clear;
  clear.category = {true, std::nullopt};
  d.run(clear);
  d.classify(sure);
  EXPECT_EQ(d.now_is().category, "billing");
}

TEST(ai_result, without_an_answer_puts_safe_values_in) {
  for (auto mode : {policy_mode::auto_apply, policy_mode::suggest}) {
    desk d{plain_ticket(), policy_of(mode, 0.99)};
    EXPECT_EQ(d.classify(std::nullopt), "ai.classified");
    EXPECT_EQ(d.now_is().category, "general");
    EXPECT_EQ(d.now_is().priority, ticket_priority::medium);
    const auto& ai = d.now_is().ai;
    EXPECT_EQ(ai.status, ai_status::fallback);
    EXPECT_TRUE(ai.fallback);
    EXPECT_EQ(ai.confidence, 0);
    EXPECT_EQ(ai.category, "general");
    EXPECT_EQ(ai.priority, ticket_priority::medium);
    EXPECT_FALSE(ai.sentiment || ai.language || ai.provider || ai.model);
    EXPECT_EQ(ai.prompt_version, "classify-1");
  }
}

TEST(ai_result, without_an_answer_guesses_no_category_where_general_is_not_configured) {
  desk d{plain_ticket(), {{"orders", "returns"}, policy_mode::auto_apply, 0.5}};
  EXPECT_EQ(d.classify(std::nullopt), "ai.classified");
  EXPECT_EQ(d.ai(), ai_status::fallback);
  EXPECT_TRUE(d.now_is().ai.fallback);
  EXPECT_FALSE(d.now_is().category || d.now_is().ai.category);
  EXPECT_EQ(d.now_is().priority, ticket_priority::medium);
  EXPECT_EQ(d.now_is().ai.confidence, 0);
}

TEST(ai_result, without_an_answer_and_without_general_leaves_the_category_that_ai_had_filled) {
  desk d{plain_ticket(), {{"orders", "returns"}, policy_mode::auto_apply, 0.5}};
  d.classify(answer_of("orders", ticket_priority::low, 0.9));
  d.edit("Another question");
  d.classify(std::nullopt);
  EXPECT_EQ(d.now_is().category, "orders");
  EXPECT_EQ(d.now_is().ai.category, std::nullopt);
}

TEST(ai_result, puts_safe_values_beside_a_person_s_and_not_over_them) {
  auto body = plain_ticket();
  body.category = "technical";
  desk d{body};
  d.classify(std::nullopt);
  EXPECT_EQ(d.now_is().category, "technical");
  EXPECT_EQ(d.now_is().priority, ticket_priority::medium);
}

TEST(ai_result, of_a_replay_takes_the_place_of_safe_values) {
  desk d;
  d.classify(std::nullopt);
  EXPECT_EQ(d.classify(std::nullopt), "") << "a second failure says nothing new";
  EXPECT_EQ(d.classify(sure), "ai.classified");
  EXPECT_EQ(d.ai(), ai_status::done);
  EXPECT_FALSE(d.now_is().ai.fallback);
  EXPECT_EQ(d.now_is().category, "billing");
  EXPECT_EQ(d.classify(sure), "(conflict)") << "one result per input";
}

TEST(ai_result, of_a_replay_after_the_policy_was_switched_off_changes_nothing) {
  desk d;
  d.classify(std::nullopt);
  d.policy.classify = policy_mode::off;
  EXPECT_EQ(d.classify(sure), "");
  EXPECT_EQ(d.ai(), ai_status::fallback);
}

TEST(ai_result, counts_once) {
  desk d;
  d.classify(sure);
  EXPECT_EQ(d.classify(answer_of("technical", ticket_priority::low, 1)), "(conflict)");
  EXPECT_EQ(d.classify(std::nullopt), "(conflict)");
  EXPECT_EQ(d.now_is().version, 2);
}

TEST(ai_result, about_an_older_text_is_refused) {
  desk d;
  auto stale = d.result_now(sure);
  d.edit("Another question");
  EXPECT_EQ(d.run(stale, an_ai), "(conflict)");
  EXPECT_EQ(d.ai(), ai_status::pending);
  EXPECT_EQ(d.classify(sure), "ai.classified");
}

TEST(ai_result, about_no_text_is_refused) {
  desk d;
  EXPECT_EQ(d.run(record_ai_result{"", sure, "p", "m", "v"}, an_ai), "(conflict)");
  desk off{plain_ticket(), policy_of(policy_mode::off)};
  EXPECT_EQ(off.run(record_ai_result{"", sure, "p", "m", "v"}, an_ai), "(conflict)");
}

TEST(ai_result, of_a_replay_is_refused_when_the_text_was_edited_where_ai_may_not_look) {
  {
    desk d;
    d.classify(std::nullopt);
    auto replayed = d.result_now(sure);
    d.run(claim_ticket{ann});
    d.edit("Edited by the claimer");
    d.run(release_ticket{});
    EXPECT_EQ(d.run(replayed, an_ai), "(conflict)");
  }
  {
    desk d;
    d.classify(std::nullopt);
    auto replayed = d.result_now(sure);
    d.move(closed);
    d.edit("Edited after closing");
    EXPECT_EQ(d.run(replayed, an_ai), "(conflict)");
  }
  {
    desk d;
    d.classify(std::nullopt);
    auto replayed = d.result_now(sure);
    d.policy.classify = policy_mode::off;
    d.edit("Edited while off");
    d.policy.classify = policy_mode::auto_apply;
    EXPECT_EQ(d.run(replayed, an_ai), "(conflict)");
  }
}

TEST(ai_result, that_nobody_asked_for_is_refused) {
  desk d;
  d.classify(std::nullopt);
  d.run(claim_ticket{ann});
  d.edit("Edited by the claimer");
  d.run(release_ticket{});
  EXPECT_EQ(d.classify(sure), "(conflict)") << "the text of now was never to be classified";
}

TEST(ai_result, is_taken_for_a_text_that_was_edited_back) {
  desk d;
  auto result = d.result_now(sure);
  d.edit("Another question");
  d.edit("Refund");
  EXPECT_EQ(d.run(result, an_ai), "ai.classified");
}

TEST(ai_result, is_refused_while_a_person_holds_the_ticket) {
  desk d;
  auto result = d.result_now(sure);
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.run(result, an_ai), "(conflict)");
  d.run(release_ticket{});
  EXPECT_EQ(d.run(result, an_ai), "(conflict)") << "the claim has cancelled it";
  EXPECT_EQ(d.ai(), ai_status::off);
}

TEST(ai_result, of_a_replay_is_refused_while_a_person_holds_the_ticket_and_taken_after) {
  desk d;
  d.classify(std::nullopt);
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.classify(sure), "(conflict)");
  d.run(release_ticket{});
  EXPECT_EQ(d.classify(sure), "ai.classified");
}

TEST(ai_result, that_no_provider_may_give_counts_as_none) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double endless = HUGE_VAL;
  auto in_language = [](std::string language) {
    auto answer = answer_of("billing", ticket_priority::low, 0.5);
    answer.language = std::move(language);
    return answer;
  };
  for (const auto& [bad, pointer] : std::vector<std::pair<classification, std::string>>{
         {answer_of("sales", ticket_priority::low, 0.5), "/category"},
         {answer_of("", ticket_priority::low, 0.5), "/category"},
         {answer_of("billing", ticket_priority::urgent, 0.5), "/priority"},
         {answer_of("billing", ticket_priority::low, -0.1), "/confidence"},
         {answer_of("billing", ticket_priority::low, 1.1), "/confidence"},
         {answer_of("billing", ticket_priority::low, nan), "/confidence"},
         {answer_of("billing", ticket_priority::low, endless), "/confidence"},
         {in_language(""), "/language"},
         {in_language("e\nn"), "/language"},
         {in_language("e\xffn"), "/language"},
         {in_language(std::string(36, 'x')), "/language"}}) {
    desk d;
    EXPECT_EQ(check_classification(bad, d.policy.categories)->pointer, pointer);
    EXPECT_FALSE(has_usable_answer(d.result_now(bad), d.policy)) << pointer;
    EXPECT_EQ(d.classify(bad), "ai.classified") << pointer;
    EXPECT_EQ(d.ai(), ai_status::fallback) << "its job ends with it, so waiting would have no end";
    EXPECT_EQ(d.now_is().category, "general");
    EXPECT_EQ(d.now_is().priority, ticket_priority::medium);
    EXPECT_FALSE(d.now_is().ai.language || d.now_is().ai.sentiment);
    EXPECT_EQ(d.classify(bad), "") << "a second failure says nothing new";
  }
  const std::vector<std::string> categories{"billing"};
  EXPECT_FALSE(check_classification(answer_of("billing", ticket_priority::low, 0), categories));
  EXPECT_FALSE(check_classification(answer_of("billing", ticket_priority::high, 1), categories));
  EXPECT_FALSE(check_classification(in_language(std::string(35, 'x')), categories));
}

TEST(human_reply, cancels_an_ai_that_is_still_thinking) {
  desk d;
  auto result = d.result_now(sure);
  EXPECT_EQ(d.reply(), "message.added ai.cancelled");
  EXPECT_EQ(std::get<ai_cancelled>(d.events.back()).reason, "replied");
  EXPECT_EQ(d.run(result, an_ai), "(conflict)");
  EXPECT_EQ(d.reply(), "message.added");
}

TEST(human_reply, leaves_advice_that_was_given) {
  desk d;
  d.classify(sure);
  EXPECT_EQ(d.reply(), "message.added");
  EXPECT_EQ(d.ai(), ai_status::done);
}

TEST(human_reply, is_neither_a_note_nor_a_message_of_ai_or_callboard) {
  desk d;
  EXPECT_EQ(d.note(), "message.added");
  EXPECT_EQ(d.reply(an_ai), "message.added");
  EXPECT_EQ(d.reply(system_principal()), "message.added");
  EXPECT_EQ(d.ai(), ai_status::pending);
}

TEST(claim, lets_no_ai_message_follow_until_release) {
  desk d;
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.reply(an_ai), "(conflict)");
  EXPECT_EQ(d.note(an_ai), "(conflict)");
  EXPECT_EQ(d.reply(), "message.added");
  d.run(release_ticket{});
  EXPECT_EQ(d.reply(an_ai), "message.added");
}

TEST(edit, classifies_again_after_a_result_a_reply_or_a_fallback) {
  for (int way = 0; way < 3; ++way) {
    desk d;
    way == 0 ? d.classify(sure) : way == 1 ? d.reply() : d.classify(std::nullopt);
    EXPECT_EQ(d.edit("Another question"), "ticket.changed");
    EXPECT_EQ(d.now_is().ai, ticket_ai{});
    EXPECT_EQ(d.state.memory.classify_input, classify_input_of("Another question", "Charged twice."));
  }
}

TEST(edit, of_the_description_classifies_again_and_of_the_tags_does_not) {
  desk d;
  d.classify(sure);
  change_ticket tags;
  tags.tags = {{"x"}};
  d.run(tags);
  EXPECT_EQ(d.ai(), ai_status::done);
  change_ticket text;
  text.description = "More words.";
  d.run(text);
  EXPECT_EQ(d.ai(), ai_status::pending);
  EXPECT_EQ(d.state.memory.classify_input, classify_input_of("Refund", "More words."));
}

TEST(edit, wakes_no_ai_while_claimed_closed_or_off) {
  desk claimed;
  claimed.run(claim_ticket{ann});
  claimed.edit("New");
  EXPECT_EQ(claimed.ai(), ai_status::off);

  desk off{plain_ticket(), policy_of(policy_mode::off)};
  off.edit("New");
  EXPECT_EQ(off.ai(), ai_status::off);
  off.policy.classify = policy_mode::auto_apply;
  off.edit("Newer");
  EXPECT_EQ(off.ai(), ai_status::pending);
}

TEST(edit, after_the_policy_was_switched_off_ends_the_waiting) {
  desk d;
  d.policy.classify = policy_mode::off;
  EXPECT_EQ(d.edit("New"), "ticket.changed ai.cancelled");
  EXPECT_EQ(d.ai(), ai_status::off);
}

} // namespace
} // namespace callboard
