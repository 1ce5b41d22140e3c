#include "tests/domain/ticket_fixture.hpp"

#include "base/json_read.hpp"
#include "domain/directory.hpp"
#include "domain/views.hpp"
#include "tests/base/random_value.hpp"

#include <set>

namespace callboard {
namespace {

using namespace testing_support;

template <class F>
void for_each_type(F&& f) {
  boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<ticket_event>>>(f);
}

/// A JSON object with one member more, as a later version might write it.
std::string with_a_new_member(std::string text) {
  text.pop_back();
  return text + (text == "{" ? "" : ",") + R"("since_version_9":{"deep":[1,{"x":null}]}})";
}

TEST(ticket_events, have_the_names_of_the_contract) {
  EXPECT_EQ(event_types(), (std::vector<std::string_view>{"ticket.created", "ticket.changed", "ticket.status_changed",
                                                          "ticket.assigned", "ticket.claimed", "ticket.released",
                                                          "ticket.deleted", "ticket.creator_forgotten", "message.added",
                                                          "ai.classified", "ai.cancelled"}));
  for_each_type(
    [](auto i) { EXPECT_EQ(event_type(ticket_event{std::in_place_index<i.value>}), event_types()[i.value]); });
}

TEST(ticket_events, read_back_whatever_they_hold) {
  for (auto seed : test_seeds()) {
    SCOPED_TRACE(seed);
    dice d{seed};
    for_each_type([&](auto i) {
      for (int n = 0; n < 300; ++n) {
        ticket_event event{std::in_place_index<i.value>,
                           random_value<std::variant_alternative_t<i.value, ticket_event>>(d)};
        auto text = encode_event(event);
        auto read = read_event(event_type(event), event_schema, text);
        ASSERT_TRUE(read) << event_type(event) << " " << text;
        ASSERT_TRUE(*read == event) << event_type(event) << " " << text;
        auto newer = read_event(event_type(event), event_schema, with_a_new_member(text));
        ASSERT_TRUE(newer && *newer == event) << event_type(event) << " " << text;
      }
    });
  }
}

TEST(ticket_events, keep_absent_null_and_value_apart) {
  for (const auto& change : {ticket_changed{}, ticket_changed{.title = {true, "t"},
                                               .description = {},
                                               .priority = {true, std::nullopt},
                                               .category = {},
                                               .tags = {true, std::vector<std::string>{}},
                                               .department = {true, std::nullopt},
                                               .requester = {},
                                               .classify_input = {}}}) {
    auto text = encode_event(change);
    EXPECT_TRUE(read_event("ticket.changed", 1, text) == ticket_event{change}) << text;
  }
  EXPECT_EQ(encode_event(ticket_changed{}), "{}");
}

TEST(ticket_events, of_unknown_type_or_schema_are_nothing) {
  for (auto type : {"", "ticket", "ticket.", "ticket.exploded", "Ticket.deleted", "ticket.deleted ", "ticket_deleted"})
    EXPECT_FALSE(read_event(type, 1, "{}")) << type;
  EXPECT_TRUE(read_event("ticket.deleted", 1, "{}"));
  for (int schema : {-1, 0, event_schema + 1, INT32_MAX})
    EXPECT_FALSE(read_event("ticket.deleted", schema, "{}")) << schema;
}

TEST(ticket_events, with_broken_data_are_nothing) {
  for (auto data : {"", "{", "null", "[]", "7", "{}x", R"({"from":"open","to":"nowhere"})", R"({"from":7,"to":"open"})",
                    R"({"from":"open","to":"closed","to":"open"})", "{\"from\":\"open\",\"to\":\"\xff\"}"})
    EXPECT_FALSE(read_event("ticket.status_changed", 1, data)) << data;
  EXPECT_TRUE(read_event("ticket.status_changed", 1, R"({"from":"open","to":"closed"})"));
}

TEST(ticket_events, that_lack_a_member_are_nothing) {
  for_each_type([&](auto i) {
    using event = std::variant_alternative_t<i.value, ticket_event>;
    auto whole = *parse_json(encode_event(event{}));
    for_each_member<event>([&](auto d) {
      using member = std::remove_cvref_t<decltype(std::declval<event&>().*d.pointer)>;
      auto less = whole.as_object();
      less.erase(d.name);
      bool read = read_event(event_types()[i.value], event_schema, boost::json::serialize(less)).has_value();
      EXPECT_EQ(read, may_be_absent<member>) << event_types()[i.value] << " without " << d.name;
    });
  });
  EXPECT_FALSE(read_event("message.added", 1, R"({"kind":"note","author":{"type":"ai"},"body":"b"})"));
}

TEST(ticket_events, that_are_older_than_a_limit_still_read) {
  auto text = std::string{R"({"requester":{"name":")"} + std::string(500, 'x') + R"(\n","email":"nobody"}})";
  EXPECT_TRUE(read_event("ticket.changed", 1, text));
  EXPECT_TRUE(read_event("message.added", 1, R"({"kind":"note","author":{"type":"ai","id":""},"body":" \u0007"})"));
}

TEST(ticket_events, spell_their_data_as_the_contract_shows_it) {
  EXPECT_EQ(encode_event(ticket_status_changed{ticket_status::open, ticket_status::in_progress}),
            R"({"from":"open","to":"in_progress"})");
  EXPECT_EQ(encode_event(ticket_assigned{std::nullopt, user_id{}}),
            R"({"from":null,"to":"00000000-0000-0000-0000-000000000000"})");
  EXPECT_EQ(encode_event(ticket_deleted{}), "{}");
  EXPECT_EQ(encode_event(ai_cancelled{"replied"}), R"({"reason":"replied"})");
  EXPECT_EQ(encode_event(message_added{message_kind::note, {actor_type::ai, "builtin"}, "a\nb"}),
            R"({"kind":"note","author":{"type":"ai","id":"builtin"},"body":"a\nb"})");
}

/// The members that are not marked as personal although they are named like what is, or the other way round.
template <class T>
std::vector<std::string> wrongly_marked() {
  static const std::set<std::string_view> personal{"title", "description", "body", "requester", "name", "email"};
  std::vector<std::string> found;
  for_each_member<T>([&](auto d) {
    if (personal.contains(d.name) != marks_of<d.pointer>.personal)
      found.push_back(std::string{type_name<T>()} + "." + d.name);
  });
  return found;
}

// Tags are the desk's own labels, and so is a department's name.
TEST(personal_marks, are_on_all_that_a_person_wrote_or_is_called_and_on_nothing_else) {
  using none = std::vector<std::string>;
  EXPECT_EQ(wrongly_marked<ticket>(), none{});
  EXPECT_EQ(wrongly_marked<requester>(), none{});
  EXPECT_EQ(wrongly_marked<create_ticket>(), none{});
  EXPECT_EQ(wrongly_marked<change_ticket>(), none{});
  EXPECT_EQ(wrongly_marked<add_message>(), none{});
  EXPECT_EQ(wrongly_marked<message_view>(), none{});
  EXPECT_EQ(wrongly_marked<message_added>(), none{});
  EXPECT_EQ(wrongly_marked<ticket_changed>(), none{});
  EXPECT_EQ(wrongly_marked<user>(), none{});
  EXPECT_EQ(wrongly_marked<create_user>(), none{});
  EXPECT_EQ(wrongly_marked<change_user>(), none{});
}

TEST(ticket_events, that_create_take_the_finer_time_of_the_event_itself) {
  desk d;
  auto read = read_event("ticket.created", 1, encode_event(d.events.front()));
  ASSERT_TRUE(read);
  ticket_state again;
  apply(again, *read, d.times.front());
  EXPECT_EQ(again, d.state);
  EXPECT_EQ(to_micros(again.ticket.created_at) % 1'000, 456);
}

TEST(ticket_view, reads_back_as_it_was_shown) {
  desk d;
  d.classify(answer_of("billing", ticket_priority::high, 0.1 + 0.2));
  auto text = to_json(d.now_is());
  auto read = from_json_text<ticket>(text, read_as::request);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->ai.confidence, 0.1 + 0.2);
}

TEST(ticket_view, has_the_members_of_the_contract_in_its_order) {
  auto value = *parse_json(to_json(ticket{}));
  std::string names;
  for (const auto& member : value.as_object())
    names.append(member.key()).append(" ");
  EXPECT_EQ(names,
            "id number title description status priority category tags department assignee_id requester created_by "
            "claimed_by ai version created_at updated_at resolved_at closed_at ");
  names.clear();
  for (const auto& member : value.at("ai").as_object())
    names.append(member.key()).append(" ");
  EXPECT_EQ(names, "status category priority confidence fallback sentiment language provider model prompt_version ");
}

TEST(ticket_values, are_spelt_as_the_contract_spells_them) {
  auto names = []<class E>(E) {
    std::string all;
    for (auto name : enum_names<E>())
      all.append(all.empty() ? "" : " ").append(name);
    return all;
  };
  EXPECT_EQ(names(ticket_status{}), "open in_progress waiting resolved closed");
  EXPECT_EQ(names(ticket_priority{}), "low medium high urgent");
  EXPECT_EQ(names(ai_status{}), "pending done fallback off");
  EXPECT_EQ(names(sentiment{}), "negative neutral positive");
  EXPECT_EQ(names(message_kind{}), "reply note");
  EXPECT_EQ(names(actor_type{}), "user ai system");
  EXPECT_EQ(names(policy_mode{}), "suggest auto_apply off");
}

TEST(principal, is_anonymous_until_identity_exists_and_works_as_staff) {
  EXPECT_EQ(principal{}, (principal{actor_type::user, "anonymous"}));
  EXPECT_EQ(system_principal(), (principal{actor_type::system, "system"}));
  EXPECT_EQ(scope_of(principal{}), (scope{true, true}));
  EXPECT_EQ(scope{}, (scope{false, false})) << "nobody sees anything by default";
}

} // namespace
} // namespace callboard
