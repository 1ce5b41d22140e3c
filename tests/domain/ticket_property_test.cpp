#include "tests/domain/ticket_fixture.hpp"

#include "tests/base/random_value.hpp"

// What must hold whatever is asked of a ticket, in whatever order, by whomever.
namespace callboard {
namespace {

using namespace testing_support;

class history {
public:
  explicit history(std::uint64_t seed) : d_(seed), desk_(first(d_), policy(d_)) {}

  /// One random command, and all that must hold of it.
  void step();
  void check_replay() const;

  int refused = 0;
  int accepted = 0;
  int unchanged = 0;

private:
  static user_id somebody(dice& d) { return user_id{{static_cast<std::uint8_t>(1 + below(d, 3))}}; }
  static std::string a_category(dice& d) {
    return one_of(d, std::vector<std::string>{"billing", "technical", "general", "sales"});
  }

  static ticket_policy policy(dice& d) {
    return {
      {"billing", "technical", "general"}, random_value<policy_mode>(d), one_of(d, std::vector<double>{0, 0.5, 1})};
  }

  static create_ticket first(dice& d) {
    auto body = random_value<create_ticket>(d);
    body.category = one_in(d, 2) ? std::nullopt : std::optional<std::string>{"billing"};
    body.created_by = somebody(d);
    body.assignee_id = one_in(d, 2) ? std::nullopt : std::optional{somebody(d)};
    body.requester = requester{"Ann", "ann@example.com"};
    return body;
  }

  ticket_request random_change();
  ticket_request random_result();
  ticket_request random_request();
  void expect_sound(const ticket_request&, const ticket_state& before, std::size_t events_before) const;

  dice d_;
  desk desk_;
};

ticket_request history::random_change() {
  auto change = random_value<change_ticket>(d_);
  // Mostly few members at once; names and texts from few, so that repeats and edits back happen.
  if (!one_in(d_, 3))
    change.status.reset();
  change.title = one_in(d_, 3) ? std::optional{one_of(d_, std::vector<std::string>{"a", "b", "c"})} : std::nullopt;
  if (!one_in(d_, 4))
    change.description.reset();
  change.category =
    one_in(d_, 3) ? patch_field<std::string>{true, a_category(d_)} : patch_field<std::string>{one_in(d_, 4), {}};
  change.assignee_id =
    one_in(d_, 3) ? patch_field<user_id>{true, somebody(d_)} : patch_field<user_id>{one_in(d_, 4), {}};
  change.requester = {one_in(d_, 5), requester{std::nullopt, "bob@example.com"}};
  return change;
}

ticket_request history::random_result() {
  auto answer = random_value<classification>(d_);
  answer.category = a_category(d_);
  answer.confidence = one_of(d_, std::vector<double>{-1, 0, 0.3, 0.5, 0.7, 1, 2});
  auto result = desk_.result_now(one_in(d_, 4) ? std::nullopt : std::optional{answer});
  if (one_in(d_, 3))
    result.input_hash =
      one_of(d_, std::vector<std::string>{"", classify_input_of("a", "x"), classify_input_of("b", "")});
  return result;
}

ticket_request history::random_request() {
  switch (below(d_, 12)) {
    case 0:
    case 1:
    case 2: return random_change();
    case 3:
    case 4: return random_value<add_message>(d_);
    case 5:
    case 6: return claim_ticket{somebody(d_)};
    case 7: return release_ticket{};
    case 8: return forget_user{somebody(d_)};
    case 9: return one_in(d_, 30) ? ticket_request{delete_ticket{}} : ticket_request{release_ticket{}};
    default: return random_result();
  }
}

void history::step() {
  if (one_in(d_, 20))
    desk_.policy = policy(d_);
  auto request = random_request();
  auto who = std::holds_alternative<record_ai_result>(request) ? an_ai : principal{random_value<actor_type>(d_), "p"};
  auto before = desk_.state;
  auto events_before = desk_.events.size();

  auto once = decide(before, request, who, desk_.policy, desk_.time);
  auto twice = decide(before, request, who, desk_.policy, desk_.time);
  ASSERT_TRUE(once == twice) << "deciding is deterministic";

  desk_.run(request, who);
  if (!once) {
    ++refused;
    ASSERT_EQ(desk_.state, before) << "what is refused changes nothing";
    ASSERT_FALSE(once.error().detail.empty());
    // A refused result ends its job: it must not have been the one that is waited for.
    if (auto result = std::get_if<record_ai_result>(&request);
        result && before.ticket.ai.status == ai_status::pending) {
      ASSERT_NE(result->input_hash, before.memory.classify_input);
    }
  } else {
    ++(once->empty() ? unchanged : accepted);
    expect_sound(request, before, events_before);
  }
}

void history::expect_sound(const ticket_request& request, const ticket_state& before, std::size_t events_before) const {
  const auto& t = desk_.state.ticket;
  const auto& was = before.ticket;
  const auto& memory = desk_.state.memory;
  std::vector<ticket_event> made(desk_.events.begin() + static_cast<std::ptrdiff_t>(events_before), desk_.events.end());

  ASSERT_EQ(t.version, static_cast<std::int64_t>(desk_.events.size())) << "the version counts the events";
  ASSERT_EQ(t.updated_at, desk_.times.back());
  ASSERT_FALSE(before.memory.deleted) << "nothing happens to a deleted ticket";
  ASSERT_TRUE(!t.claimed_by || t.assignee_id == t.claimed_by) << "who has claimed it has it";
  if (was.status != t.status) {
    auto moves = allowed_moves(was.status);
    ASSERT_NE(std::find(moves.begin(), moves.end(), t.status), moves.end());
  }
  ASSERT_TRUE(was.status != ticket_status::closed || t.status == ticket_status::closed) << "closed is for ever";
  ASSERT_EQ(t.closed_at.has_value(), t.status == ticket_status::closed);
  ASSERT_TRUE(t.status != ticket_status::resolved || t.resolved_at);
  ASSERT_TRUE(t.status != ticket_status::open || !t.resolved_at);

  // A pending classification is one that may still come.
  if (t.ai.status == ai_status::pending) {
    ASSERT_FALSE(t.claimed_by || t.status == ticket_status::closed || memory.deleted);
    ASSERT_EQ(memory.classify_input, classify_input_of(t.title, t.description));
  }
  bool by_ai = std::holds_alternative<record_ai_result>(request);
  ASSERT_TRUE(!by_ai || t.ai.status != ai_status::pending) << "the job has ended, nobody else would end the waiting";
  bool classified = !made.empty() && std::holds_alternative<ai_classified>(made.back());
  ASSERT_TRUE(!classified || by_ai);
  if (t.ai.status != was.ai.status && t.ai.status == ai_status::done) {
    const auto& result = std::get<record_ai_result>(request);
    ASSERT_TRUE(result.answer && !was.claimed_by);
    ASSERT_EQ(result.input_hash, classify_input_of(was.title, was.description)) << "done is about this very text";
  }
  ASSERT_EQ(t.ai.fallback, t.ai.status == ai_status::fallback);
  if (by_ai) {
    ASSERT_TRUE(!before.memory.category_by_person || t.category == was.category) << "a person's word stands";
    ASSERT_TRUE(!before.memory.priority_by_person || t.priority == was.priority) << "a person's word stands";
    ASSERT_TRUE(t.priority != ticket_priority::urgent || was.priority == t.priority) << "urgent is a person's word";
    ASSERT_EQ(t.title + t.description, was.title + was.description);
    ASSERT_EQ(t.status, was.status);
    ASSERT_EQ(t.assignee_id, was.assignee_id);
  }
  for (const auto& e : made)
    if (auto message = std::get_if<message_added>(&e)) {
      ASSERT_TRUE(message->author.type != actor_type::ai || !was.claimed_by) << "no AI message while claimed";
    }
  if (t.category && t.category != was.category) {
    ASSERT_NE(t.category, "sales") << "only configured categories";
  }
  if (auto forgotten = std::get_if<forget_user>(&request)) {
    ASSERT_TRUE(t.created_by != forgotten->user_id && t.assignee_id != forgotten->user_id
                && t.claimed_by != forgotten->user_id);
  }
}

void history::check_replay() const {
  ticket_state again;
  for (std::size_t i = 0; i < desk_.events.size(); ++i) {
    auto read = read_event(event_type(desk_.events[i]), event_schema, encode_event(desk_.events[i]));
    ASSERT_TRUE(read) << encode_event(desk_.events[i]);
    apply(again, *read, desk_.times[i]);
    ASSERT_EQ(again.ticket.version, static_cast<std::int64_t>(i + 1)) << "versions are dense";
  }
  ASSERT_EQ(again, desk_.state) << "what the store holds makes the same ticket";
}

TEST(ticket_property, every_history_is_sound_and_replays_to_the_same_ticket) {
  int refused = 0;
  int accepted = 0;
  int unchanged = 0;
  for (auto seed : test_seeds()) {
    SCOPED_TRACE("CALLBOARD_TEST_SEED=" + std::to_string(seed));
    for (std::uint64_t nth = 0; nth < 400; ++nth) {
      SCOPED_TRACE("history " + std::to_string(nth));
      history h{seed + nth};
      for (int i = 0; i < 60; ++i) {
        h.step();
        if (testing::Test::HasFatalFailure())
          return;
      }
      h.check_replay();
      if (testing::Test::HasFatalFailure())
        return;
      refused += h.refused;
      accepted += h.accepted;
      unchanged += h.unchanged;
    }
  }
  std::cout << accepted << " commands accepted, " << unchanged << " without effect, " << refused << " refused\n";
  EXPECT_GT(accepted, refused / 10);
  EXPECT_GT(refused, 0);
  EXPECT_GT(unchanged, 0);
}

} // namespace
} // namespace callboard
