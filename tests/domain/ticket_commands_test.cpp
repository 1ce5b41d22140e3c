#include "tests/domain/ticket_fixture.hpp"

#include "base/json_read.hpp"

namespace callboard {
namespace {

using namespace testing_support;
using enum ticket_status;

const ticket_policy ai_off{{"billing", "technical", "general"}, policy_mode::off, 0.5};

change_ticket clears_everything() {
  change_ticket clear;
  clear.priority.present = clear.category.present = clear.department.present = true;
  clear.assignee_id.present = clear.requester.present = true;
  clear.tags.emplace();
  return clear;
}

TEST(create_ticket, makes_one_event_with_the_whole_ticket) {
  auto at = from_micros(1'000'000);
  create_ticket body{"T",
                     "D",
                     ticket_priority::high,
                     "billing",
                     {"b", "a", "b"},
                     department_id::make(),
                     ann,
                     requester{"Ann", "ann@example.com"},
                     bob};
  auto id = ticket_id::make();
  auto decided = decide_create(body, id, 42, {}, at);
  ASSERT_TRUE(decided);
  ASSERT_EQ(types_of(*decided), "ticket.created");
  ticket_state state;
  apply(state, decided->front(), at);
  const auto& t = state.ticket;
  EXPECT_EQ(t, std::get<ticket_created>(decided->front()).ticket);
  EXPECT_EQ(t.id, id);
  EXPECT_EQ(t.number, 42);
  EXPECT_EQ(t.title, "T");
  EXPECT_EQ(t.description, "D");
  EXPECT_EQ(t.status, open);
  EXPECT_EQ(t.priority, ticket_priority::high);
  EXPECT_EQ(t.category, "billing");
  EXPECT_EQ(t.tags, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(t.department, body.department);
  EXPECT_EQ(t.assignee_id, ann);
  EXPECT_EQ(t.requester, body.requester);
  EXPECT_EQ(t.created_by, bob);
  EXPECT_EQ(t.claimed_by, std::nullopt);
  EXPECT_EQ(t.version, 1);
  EXPECT_EQ(t.created_at, at);
  EXPECT_EQ(t.updated_at, at);
  EXPECT_EQ(t.ai, ticket_ai{});
  EXPECT_TRUE(state.memory.category_by_person);
  EXPECT_TRUE(state.memory.priority_by_person);
  EXPECT_EQ(state.memory.classify_input, classify_input_of("T", "D"));
}

TEST(create_ticket, takes_only_configured_categories) {
  auto body = plain_ticket();
  body.category = "sales";
  auto refused = decide_create(body, {}, 1, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, error_code::invalid_request);
  EXPECT_EQ(refused.error().errors,
            (std::vector<field_error>{{"/category", "invalid_choice", "must be one of: billing, technical, general"}}));
  EXPECT_TRUE(decide_create(body, {}, 1, {{"sales"}}, {}));
}

TEST(create_ticket, asks_no_ai_when_its_policy_is_off) {
  desk d{plain_ticket(), ai_off};
  EXPECT_EQ(d.ai(), ai_status::off);
  EXPECT_EQ(d.state.memory.classify_input, "");
}

TEST(change_ticket, changes_each_member_and_only_it) {
  auto changed_by = [](auto set) {
    desk d;
    change_ticket change;
    set(change);
    EXPECT_EQ(d.run(change), "ticket.changed");
    return to_json(std::get<ticket_changed>(d.events.back()));
  };
  auto hash = classify_input_of("New", "Charged twice.");
  EXPECT_EQ(changed_by([](auto& c) { c.title = "New"; }), R"({"title":"New","classify_input":")" + hash + "\"}");
  EXPECT_EQ(changed_by([](auto& c) { c.priority = {true, ticket_priority::low}; }), R"({"priority":"low"})");
  EXPECT_EQ(changed_by([](auto& c) { c.category = {true, "general"}; }), R"({"category":"general"})");
  EXPECT_EQ(changed_by([](auto& c) { c.tags = {{"x", "y", "x"}}; }), R"({"tags":["x","y"]})");
  EXPECT_EQ(changed_by([](auto& c) {
              c.department = {true, department_id{}};
            }),
            R"({"department":"00000000-0000-0000-0000-000000000000"})");
  EXPECT_EQ(changed_by([](auto& c) {
              c.requester = {true, requester{"Ann", std::nullopt}};
            }),
            R"({"requester":{"name":"Ann","email":null}})");
}

TEST(change_ticket, of_nothing_makes_no_event) {
  create_ticket body{
    "T", "D", ticket_priority::high, "billing", {"a"}, department_id{{9}}, ann, requester{"N", "n@x.y"}, bob};
  desk d{body};
  change_ticket same;
  same.title = "T";
  same.description = "D";
  same.status = open;
  same.priority = {true, ticket_priority::high};
  same.category = {true, "billing"};
  same.tags = {{"a", "a"}};
  same.department = {true, department_id{{9}}};
  same.assignee_id = {true, ann};
  same.requester = {true, requester{"N", "n@x.y"}};
  EXPECT_EQ(d.run(same), "");
  EXPECT_EQ(d.run(change_ticket{}), "");
  EXPECT_EQ(d.now_is().version, 1);
}

TEST(change_ticket, of_nothing_in_an_empty_ticket_makes_no_event) {
  desk d;
  auto clear = clears_everything();
  EXPECT_EQ(d.run(clear), "");
}

TEST(change_ticket, with_null_clears) {
  create_ticket body{"T", "D", ticket_priority::high, "billing", {"a"}, department_id{{9}}, ann, requester{"N", {}},
                     bob};
  desk d{body};
  auto clear = clears_everything();
  EXPECT_EQ(d.run(clear), "ticket.changed ticket.assigned");
  const auto& t = d.now_is();
  EXPECT_FALSE(t.priority || t.category || t.department || t.assignee_id || t.requester);
  EXPECT_TRUE(t.tags.empty());
  EXPECT_EQ(t.created_by, bob);
}

TEST(change_ticket, of_fields_assignee_and_status_at_once_makes_an_event_each) {
  desk d;
  change_ticket change;
  change.title = "New";
  change.assignee_id = {true, ann};
  change.status = waiting;
  EXPECT_EQ(d.run(change), "ticket.changed ticket.assigned ticket.status_changed");
  EXPECT_EQ(d.now_is().version, 4);
  EXPECT_EQ(std::get<ticket_assigned>(d.events[2]), (ticket_assigned{std::nullopt, ann}));
  EXPECT_EQ(std::get<ticket_status_changed>(d.events[3]), (ticket_status_changed{open, waiting}));
}

TEST(change_ticket, that_is_refused_in_one_part_changes_no_other) {
  auto d = desk_at(resolved);
  change_ticket change;
  change.title = "New";
  change.assignee_id = {true, ann};
  change.status = waiting;
  EXPECT_EQ(d.run(change), "(transition_refused)");
  EXPECT_EQ(d.now_is().title, "Refund");
  EXPECT_EQ(d.now_is().assignee_id, std::nullopt);

  change.status.reset();
  change.category = {true, "sales"};
  EXPECT_EQ(d.run(change), "(invalid_request)");
  EXPECT_EQ(d.refusal.errors.at(0).pointer, "/category");
  EXPECT_EQ(d.now_is().title, "Refund");
}

TEST(change_ticket, may_correct_the_fields_of_a_closed_ticket_without_waking_ai) {
  auto d = desk_at(closed);
  EXPECT_EQ(d.edit("Better title"), "ticket.changed");
  EXPECT_EQ(d.ai(), ai_status::off);
  EXPECT_FALSE(std::get<ticket_changed>(d.events.back()).classify_input.present);
}

TEST(change_ticket, that_edits_and_closes_at_once_leaves_no_ai_thinking) {
  desk d;
  change_ticket change;
  change.title = "New";
  change.status = closed;
  EXPECT_EQ(d.run(change), "ticket.changed ticket.status_changed ai.cancelled");
  EXPECT_EQ(d.ai(), ai_status::off);
}

TEST(add_message, keeps_kind_author_and_text) {
  desk d;
  EXPECT_EQ(d.run(add_message{message_kind::note, "hm"}, {actor_type::user, "ann"}), "message.added");
  EXPECT_EQ(std::get<message_added>(d.events.back()),
            (message_added{message_kind::note, {actor_type::user, "ann"}, "hm"}));
}

TEST(add_message, is_taken_in_every_status_but_replies_to_a_closed_ticket) {
  for (auto status : all_statuses) {
    auto d = desk_at(status);
    EXPECT_EQ(d.note(), "message.added") << enum_name(status);
    EXPECT_EQ(d.reply().starts_with("message.added"), status != closed) << enum_name(status);
    if (status == closed) {
      EXPECT_EQ(d.refusal.code, error_code::conflict);
    }
  }
}

TEST(claim_ticket, assigns_and_starts_work_and_silences_ai) {
  desk d;
  EXPECT_EQ(d.run(claim_ticket{ann}), "ticket.claimed ticket.assigned ticket.status_changed ai.cancelled");
  EXPECT_EQ(d.now_is().claimed_by, ann);
  EXPECT_EQ(d.now_is().assignee_id, ann);
  EXPECT_EQ(d.now_is().status, in_progress);
  EXPECT_EQ(d.ai(), ai_status::off);
  EXPECT_EQ(std::get<ai_cancelled>(d.events.back()).reason, "claimed");
}

TEST(claim_ticket, in_each_status_goes_as_the_table_of_moves_says) {
  for (auto status : all_statuses) {
    auto d = desk_at(status);
    bool may = status == open || status == in_progress || status == waiting;
    EXPECT_EQ(d.run(claim_ticket{ann}) != "(transition_refused)", may) << enum_name(status);
    EXPECT_EQ(d.now_is().claimed_by.has_value(), may);
    EXPECT_EQ(d.now_is().status, may ? in_progress : status);
  }
}

TEST(claim_ticket, of_one_s_own_assigned_and_started_ticket_is_one_event) {
  auto body = plain_ticket();
  body.assignee_id = ann;
  desk d{body, ai_off};
  d.move(in_progress);
  EXPECT_EQ(d.run(claim_ticket{ann}), "ticket.claimed");
}

TEST(claim_ticket, takes_the_ticket_from_its_assignee) {
  auto body = plain_ticket();
  body.assignee_id = bob;
  desk d{body};
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.now_is().assignee_id, ann);
}

TEST(claim_ticket, again_changes_nothing_and_by_somebody_else_is_refused) {
  desk d;
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.run(claim_ticket{ann}), "");
  EXPECT_EQ(d.run(claim_ticket{bob}), "(claimed_by_other)");
  EXPECT_NE(d.refusal.detail.find(to_string(ann)), std::string::npos);
  EXPECT_EQ(d.run(release_ticket{}), "ticket.released");
  EXPECT_TRUE(d.run(claim_ticket{bob}).starts_with("ticket.claimed ticket.assigned"));
}

TEST(claim_ticket, holds_against_assigning_somebody_else_or_nobody) {
  desk d;
  d.run(claim_ticket{ann});
  change_ticket change;
  change.assignee_id = {true, bob};
  EXPECT_EQ(d.run(change), "(claimed_by_other)");
  change.assignee_id = {true, std::nullopt};
  EXPECT_EQ(d.run(change), "(claimed_by_other)");
  change.assignee_id = {true, ann};
  EXPECT_EQ(d.run(change), "");
  d.run(release_ticket{});
  change.assignee_id = {true, bob};
  EXPECT_EQ(d.run(change), "ticket.assigned");
}

TEST(release_ticket, leaves_assignee_and_status_and_needs_a_claim) {
  desk d;
  EXPECT_EQ(d.run(release_ticket{}), "");
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.run(release_ticket{}), "ticket.released");
  EXPECT_EQ(d.now_is().assignee_id, ann);
  EXPECT_EQ(d.now_is().status, in_progress);
  EXPECT_EQ(d.run(release_ticket{}), "");
}

TEST(delete_ticket, works_in_every_status_and_silences_ai) {
  for (auto status : all_statuses) {
    auto d = desk_at(status);
    bool thinking = d.ai() == ai_status::pending;
    EXPECT_EQ(d.run(delete_ticket{}), thinking ? "ai.cancelled ticket.deleted" : "ticket.deleted");
    EXPECT_TRUE(d.state.memory.deleted);
    EXPECT_EQ(d.ai(), ai_status::off);
  }
}

TEST(delete_ticket, leaves_nothing_to_be_found) {
  desk d;
  auto result = d.result_now(answer_of("billing", ticket_priority::low, 1));
  d.run(delete_ticket{});
  auto version = d.now_is().version;
  for (const ticket_request& request :
       std::vector<ticket_request>{change_ticket{}, add_message{}, claim_ticket{ann}, release_ticket{}, delete_ticket{},
                                   forget_user{ann}, result}) {
    EXPECT_EQ(d.run(request), "(not_found)") << request.index();
    EXPECT_EQ(d.refusal.detail, "There is no such ticket.");
  }
  EXPECT_EQ(d.now_is().version, version);
}

TEST(forget_user, empties_what_names_the_user_and_nothing_else) {
  auto body = plain_ticket();
  body.created_by = ann;
  body.assignee_id = ann;
  desk d{body};
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.run(forget_user{bob}), "");
  EXPECT_EQ(d.run(forget_user{ann}), "ticket.released ticket.assigned ticket.creator_forgotten");
  EXPECT_FALSE(d.now_is().claimed_by || d.now_is().assignee_id || d.now_is().created_by);
  EXPECT_EQ(d.now_is().status, in_progress);
  EXPECT_EQ(d.run(forget_user{ann}), "");
}

TEST(forget_user, of_a_creator_leaves_another_s_claim) {
  auto body = plain_ticket();
  body.created_by = bob;
  desk d{body};
  d.run(claim_ticket{ann});
  EXPECT_EQ(d.run(forget_user{bob}), "ticket.creator_forgotten");
  EXPECT_EQ(d.now_is().claimed_by, ann);
}

TEST(ticket_rules, repeats_of_tags_go_and_their_order_stays) {
  EXPECT_EQ(without_repeats({"b", "a", "b", "B", "a"}), (std::vector<std::string>{"b", "a", "B"}));
  EXPECT_TRUE(without_repeats({}).empty());
}

TEST(ticket_rules, the_input_of_classification_tells_title_and_description_apart) {
  EXPECT_NE(classify_input_of("ab", "c"), classify_input_of("a", "bc"));
  EXPECT_NE(classify_input_of("a", ""), classify_input_of("", "a"));
  EXPECT_NE(classify_input_of("1:a", ""), classify_input_of("", "1:a"));
  EXPECT_EQ(classify_input_of("t", "d").size(), 64u);
}

TEST(ticket_rules, every_event_moves_version_and_time) {
  desk d;
  d.note();
  EXPECT_EQ(d.now_is().version, 2);
  EXPECT_EQ(d.now_is().updated_at, d.times.back());
  EXPECT_EQ(d.now_is().created_at, d.times.front());
}

TEST(ticket_context, says_where_the_ticket_stands) {
  auto body = plain_ticket();
  body.priority = ticket_priority::urgent;
  body.category = "billing";
  body.department = department_id{{4}};
  body.created_by = bob;
  desk d{body};
  d.run(claim_ticket{ann});
  EXPECT_EQ(context_of(d.now_is()), (ticket_context{in_progress, ticket_priority::urgent, "billing", department_id{{4}},
                                                    ann, bob, ai_status::off}));
}

} // namespace
} // namespace callboard
