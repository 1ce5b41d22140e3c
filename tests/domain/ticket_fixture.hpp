#pragma once
// A ticket to try rules on: what is decided is applied and kept, one second after another.

#include "domain/ticket_rules.hpp"

#include "base/json_write.hpp"

#include <gtest/gtest.h>

namespace callboard {

/// What GoogleTest prints of a refusal and of states.
inline void PrintTo(const problem& p, std::ostream* out) { *out << enum_name(p.code) << ": " << p.detail; }
inline void PrintTo(const ticket_state& s, std::ostream* out) { *out << to_json(s); }

} // namespace callboard

namespace callboard::testing_support {

inline const user_id ann = *user_id::parse("018f3c4e-7d2a-7b3c-9d4e-00000000a000");
inline const user_id bob = *user_id::parse("018f3c4e-7d2a-7b3c-9d4e-00000000b000");
inline const principal a_person{actor_type::user, "anonymous"};
inline const principal an_ai{actor_type::ai, "builtin"};
inline const std::array all_statuses{ticket_status::open, ticket_status::in_progress, ticket_status::waiting,
                                     ticket_status::resolved, ticket_status::closed};

inline create_ticket plain_ticket() { return {"Refund", "Charged twice.", {}, {}, {}, {}, {}, {}, {}}; }

/// The types of events, in their order, separated by blanks.
inline std::string types_of(const std::vector<ticket_event>& events) {
  std::string types;
  for (const auto& e : events)
    types.append(types.empty() ? "" : " ").append(event_type(e));
  return types;
}

class desk {
public:
  desk() : desk(plain_ticket()) {}
  explicit desk(const create_ticket& body, ticket_policy p = {}) : policy(std::move(p)) {
    keep(*decide_create(body, ticket_id{{1, 2, 3}}, 7, policy, time));
  }

  /// Decides, applies, and says the types of the events, or the code of the refusal in brackets.
  std::string run(const ticket_request& request, const principal& who = a_person) {
    auto before = state;
    auto decided = decide(state, request, who, policy, time);
    EXPECT_EQ(state, before) << "deciding changes nothing";
    if (!decided) {
      refusal = decided.error();
      return "(" + std::string{enum_name(refusal.code)} + ")";
    }
    keep(*decided);
    return types_of(*decided);
  }

  std::string move(ticket_status to) {
    change_ticket change;
    change.status = to;
    return run(change);
  }

  std::string edit(std::string title) {
    change_ticket change;
    change.title = std::move(title);
    return run(change);
  }

  std::string reply(const principal& who = a_person) { return run(add_message{message_kind::reply, "text"}, who); }
  std::string note(const principal& who = a_person) { return run(add_message{message_kind::note, "text"}, who); }

  /// What an AI job reports about the present text; without an answer every provider has failed.
  std::string classify(std::optional<classification> answer) { return run(result_now(std::move(answer)), an_ai); }

  record_ai_result result_now(std::optional<classification> answer) const {
    bool answered = answer.has_value();
    return {classify_input_of(state.ticket.title, state.ticket.description), std::move(answer),
            answered ? "builtin" : "", answered ? "bayes" : "", "classify-1"};
  }

  const ticket& now_is() const { return state.ticket; }
  ai_status ai() const { return state.ticket.ai.status; }

  ticket_policy policy;
  ticket_state state;
  problem refusal;
  std::vector<ticket_event> events;
  std::vector<timestamp> times;
  timestamp time = from_micros(1'763'631'000'123'456);

private:
  void keep(const std::vector<ticket_event>& decided) {
    for (const auto& e : decided) {
      apply(state, e, time);
      events.push_back(e);
      times.push_back(time);
    }
    time += std::chrono::microseconds{1'000'001};
  }
};

inline classification answer_of(std::string category, ticket_priority priority, double confidence) {
  return {std::move(category), priority, confidence, sentiment::negative, "en"};
}

/// A desk whose ticket stands at `status`.
inline desk desk_at(ticket_status status) {
  desk d;
  if (status != ticket_status::open) {
    EXPECT_NE(d.move(status), "(transition_refused)");
  }
  EXPECT_EQ(d.now_is().status, status);
  return d;
}

} // namespace callboard::testing_support
