#include "domain/ticket_rules.hpp"

#include "base/digest.hpp"
#include "base/json_read.hpp"
#include "base/json_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace callboard {
namespace {

using enum ticket_status;

/// The transition table: what each status may become.
constexpr std::array from_open{in_progress, waiting, resolved, closed};
constexpr std::array from_in_progress{open, waiting, resolved, closed};
constexpr std::array from_waiting{open, in_progress, resolved, closed};
constexpr std::array from_resolved{open, closed};

template <class T>
constexpr bool contains(std::span<const T> all, T one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

problem one_mistake(field_error fault) {
  return {error_code::invalid_request, "The body has mistakes; see `errors`.", {std::move(fault)}};
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

ticket_ai advice_of(const classification& answer) {
  ticket_ai ai;
  ai.status = ai_status::done;
  ai.category = answer.category;
  ai.priority = answer.priority;
  ai.confidence = answer.confidence;
  ai.sentiment = answer.sentiment;
  ai.language = answer.language;
  return ai;
}

/// What stands in when every provider has failed.
ticket_ai safe_advice(const ticket_policy& policy) {
  ticket_ai ai;
  ai.status = ai_status::fallback;
  if (std::string category{safe_category}; contains(std::span{policy.categories}, category))
    ai.category = std::move(category);
  ai.priority = ticket_priority::medium;
  ai.confidence = 0;
  ai.fallback = true;
  return ai;
}

problem refuse_move(ticket_status from, ticket_status to) {
  std::vector<std::string> names;
  for (auto s : allowed_moves(from))
    names.emplace_back(enum_name(s));
  problem p{error_code::transition_refused,
            fmt::format("A ticket that is {} cannot become {}; it can become: {}.", enum_name(from), enum_name(to),
                        names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")))};
  p.extra = "\"allowed\":" + to_json(names);
  return p;
}

/// Gathers the events of one command and the state they lead to, so that later rules see earlier effects.
class decider {
public:
  decider(const ticket_state& before, const principal& who, const ticket_policy& policy, timestamp now)
      : state_(before), who_(who), policy_(policy), now_(now) {}

  decision operator()(const change_ticket&);
  decision operator()(const add_message&);
  decision operator()(const claim_ticket&);
  decision operator()(const release_ticket&);
  decision operator()(const delete_ticket&);
  decision operator()(const forget_user&);
  decision operator()(const record_ai_result&);

private:
  const ticket& now_is() const { return state_.ticket; }

  void emit(ticket_event event) {
    apply(state_, event, now_);
    events_.push_back(std::move(event));
  }

  void cancel_ai(std::string_view reason) {
    if (now_is().ai.status == ai_status::pending)
      emit(ai_cancelled{std::string{reason}});
  }

  decision done() { return std::move(events_); }

  std::optional<problem> check_change(const change_ticket&) const;
  ticket_changed fields_changed(const change_ticket&) const;
  bool may_classify() const;

  ticket_state state_;
  const principal& who_;
  const ticket_policy& policy_;
  timestamp now_;
  std::vector<ticket_event> events_;
};

bool decider::may_classify() const {
  return policy_.classify != policy_mode::off && !now_is().claimed_by && now_is().status != closed;
}

std::optional<problem> decider::check_change(const change_ticket& c) const {
  if (c.category.present && c.category.value)
    if (auto fault = check_category(*c.category.value, policy_.categories))
      return one_mistake(std::move(*fault));
  if (c.status && *c.status != now_is().status && !contains(allowed_moves(now_is().status), *c.status))
    return refuse_move(now_is().status, *c.status);
  if (c.assignee_id.present && now_is().claimed_by && c.assignee_id.value != now_is().claimed_by)
    return problem{error_code::claimed_by_other,
                   fmt::format("The ticket is claimed by {}; release it before assigning somebody else.",
                               to_string(*now_is().claimed_by))};
  return std::nullopt;
}

template <class T>
void note_change(patch_field<T>& into, const std::optional<T>& wanted, const std::optional<T>& present) {
  if (wanted != present)
    into = {true, wanted};
}

ticket_changed decider::fields_changed(const change_ticket& c) const {
  const auto& t = now_is();
  ticket_changed e;
  if (c.title)
    note_change<std::string>(e.title, c.title, t.title);
  if (c.description)
    note_change<std::string>(e.description, c.description, t.description);
  // A person's word stands even where it repeats what AI had filled in: it is theirs from then on.
  if (c.priority.present && (c.priority.value != t.priority || (t.priority && !state_.memory.priority_by_person)))
    e.priority = c.priority;
  if (c.category.present && (c.category.value != t.category || (t.category && !state_.memory.category_by_person)))
    e.category = c.category;
  if (c.tags)
    note_change<std::vector<std::string>>(e.tags, without_repeats(*c.tags), t.tags);
  if (c.department.present)
    note_change(e.department, c.department.value, t.department);
  if (c.requester.present)
    note_change(e.requester, c.requester.value, t.requester);
  if ((e.title.present || e.description.present) && may_classify())
    e.classify_input = {true, classify_input_of(c.title.value_or(t.title), c.description.value_or(t.description))};
  return e;
}

decision decider::operator()(const change_ticket& c) {
  if (auto p = check_change(c))
    return tl::unexpected(std::move(*p));
  auto changed = fields_changed(c);
  bool unasked = (changed.title.present || changed.description.present) && !changed.classify_input.present;
  if (changed != ticket_changed{})
    emit(std::move(changed));
  if (c.assignee_id.present && c.assignee_id.value != now_is().assignee_id)
    emit(ticket_assigned{now_is().assignee_id, c.assignee_id.value});
  if (c.status && *c.status != now_is().status)
    emit(ticket_status_changed{now_is().status, *c.status});
  if (now_is().status == closed)
    cancel_ai("closed");
  // Nobody asks about the new text, and an answer about the old one will be refused: waiting has no end.
  if (unasked)
    cancel_ai("off");
  return done();
}

decision decider::operator()(const add_message& c) {
  if (who_.type == actor_type::ai && now_is().claimed_by)
    return refuse(error_code::conflict, "A person has claimed the ticket.");
  if (c.kind == message_kind::reply && now_is().status == closed)
    return refuse(error_code::conflict, "A closed ticket takes no replies; add a note, or open a new ticket.");
  emit(message_added{c.kind, who_, c.body});
  if (c.kind == message_kind::reply && who_.type == actor_type::user)
    cancel_ai("replied");
  return done();
}

decision decider::operator()(const claim_ticket& c) {
  if (now_is().claimed_by == c.user_id)
    return done();
  if (now_is().claimed_by)
    return refuse(error_code::claimed_by_other,
                  fmt::format("The ticket is claimed by {}.", to_string(*now_is().claimed_by)));
  if (now_is().status != in_progress && !contains(allowed_moves(now_is().status), in_progress))
    return tl::unexpected(refuse_move(now_is().status, in_progress));
  emit(ticket_claimed{c.user_id});
  if (now_is().assignee_id != c.user_id)
    emit(ticket_assigned{now_is().assignee_id, c.user_id});
  if (now_is().status != in_progress)
    emit(ticket_status_changed{now_is().status, in_progress});
  cancel_ai("claimed");
  return done();
}

decision decider::operator()(const release_ticket&) {
  if (now_is().claimed_by)
    emit(ticket_released{*now_is().claimed_by});
  return done();
}

decision decider::operator()(const delete_ticket&) {
  cancel_ai("deleted");
  emit(ticket_deleted{});
  return done();
}

decision decider::operator()(const forget_user& c) {
  if (now_is().claimed_by == c.user_id)
    emit(ticket_released{c.user_id});
  if (now_is().assignee_id == c.user_id)
    emit(ticket_assigned{c.user_id, std::nullopt});
  if (now_is().created_by == c.user_id)
    emit(creator_forgotten{});
  return done();
}

decision decider::operator()(const record_ai_result& c) {
  const auto& t = now_is();
  if (t.claimed_by)
    return refuse(error_code::conflict, "A person has claimed the ticket.");
  if (t.ai.status == ai_status::off)
    return refuse(error_code::conflict, "AI is off for this ticket.");
  // The text may also have been edited while nothing was to be classified (claimed, closed, policy off).
  if (c.input_hash != state_.memory.classify_input || c.input_hash != classify_input_of(t.title, t.description))
    return refuse(error_code::conflict, "The result is about an older text of the ticket.");
  if (t.ai.status == ai_status::done)
    return refuse(error_code::conflict, "The ticket is already classified.");
  if (policy_.classify == policy_mode::off) {
    cancel_ai("off");
    return done();
  }
  // A refusal would end the job and leave the ticket waiting for ever, so what is malformed counts as no answer.
  bool answered = has_usable_answer(c, policy_);
  if (!answered && t.ai.status == ai_status::fallback)
    return done();

  ai_classified e;
  e.ai = answered ? advice_of(*c.answer) : safe_advice(policy_);
  e.ai.provider = unless_empty(c.provider);
  e.ai.model = unless_empty(c.model);
  e.ai.prompt_version = unless_empty(c.prompt_version);
  // Safe values always fill what nobody set.
  bool fills = !answered || (policy_.classify == policy_mode::auto_apply && e.ai.confidence >= policy_.threshold);
  if (fills && e.ai.category && !state_.memory.category_by_person && t.category != e.ai.category)
    e.category = {true, e.ai.category};
  if (fills && !state_.memory.priority_by_person && t.priority != e.ai.priority)
    e.priority = {true, e.ai.priority};
  emit(std::move(e));
  return done();
}

/// Applies one event. Each says exactly what became different, nothing is decided here.
class applier {
public:
  applier(ticket_state& state, timestamp now) : t(state.ticket), memory(state.memory), now_(now) {}

  void operator()(const ticket_created& e) {
    t = e.ticket;
    // The event's own time is the finer one: in its data it is written with milliseconds.
    t.created_at = now_;
    memory.classify_input = e.classify_input;
    memory.category_by_person = t.category.has_value();
    memory.priority_by_person = t.priority.has_value();
    t.version = 0;
  }

  void operator()(const ticket_changed& e) {
    if (e.title.present)
      t.title = e.title.value.value_or("");
    if (e.description.present)
      t.description = e.description.value.value_or("");
    if (e.priority.present) {
      t.priority = e.priority.value;
      memory.priority_by_person = t.priority.has_value();
    }
    if (e.category.present) {
      t.category = e.category.value;
      memory.category_by_person = t.category.has_value();
    }
    if (e.tags.present)
      t.tags = e.tags.value.value_or(std::vector<std::string>{});
    if (e.department.present)
      t.department = e.department.value;
    if (e.requester.present)
      t.requester = e.requester.value;
    if (e.classify_input.present) {
      memory.classify_input = e.classify_input.value.value_or("");
      t.ai = {};
    }
  }

  void operator()(const ticket_status_changed& e) {
    t.status = e.to;
    if (e.to == resolved)
      t.resolved_at = now_;
    else if (e.to != closed)
      t.resolved_at.reset();
    if (e.to == closed)
      t.closed_at = now_;
  }

  void operator()(const ticket_assigned& e) { t.assignee_id = e.to; }
  void operator()(const ticket_claimed& e) { t.claimed_by = e.user_id; }
  void operator()(const ticket_released&) { t.claimed_by.reset(); }
  void operator()(const ticket_deleted&) { memory.deleted = true; }
  void operator()(const creator_forgotten&) { t.created_by.reset(); }
  void operator()(const message_added&) {}

  void operator()(const ai_classified& e) {
    t.ai = e.ai;
    if (e.category.present)
      t.category = e.category.value;
    if (e.priority.present)
      t.priority = e.priority.value;
  }

  void operator()(const ai_cancelled&) { t.ai.status = ai_status::off; }

private:
  ticket& t;
  ticket_memory& memory;
  timestamp now_;
};

} // namespace

decision decide_create(const create_ticket& c, ticket_id id, std::int64_t number, const ticket_policy& policy,
                       timestamp now) {
  if (c.category)
    if (auto fault = check_category(*c.category, policy.categories))
      return tl::unexpected(one_mistake(std::move(*fault)));
  ticket_created e;
  auto& t = e.ticket;
  t.id = id;
  t.number = number;
  t.title = c.title;
  t.description = c.description;
  t.priority = c.priority;
  t.category = c.category;
  t.tags = without_repeats(c.tags);
  t.department = c.department;
  t.assignee_id = c.assignee_id;
  t.requester = c.requester;
  t.created_by = c.created_by;
  t.version = 1;
  t.created_at = t.updated_at = now;
  if (policy.classify == policy_mode::off)
    t.ai.status = ai_status::off;
  else
    e.classify_input = classify_input_of(c.title, c.description);
  return std::vector<ticket_event>{std::move(e)};
}

decision decide(const ticket_state& state, const ticket_request& request, const principal& who,
                const ticket_policy& policy, timestamp now) {
  if (state.memory.deleted)
    return refuse(error_code::not_found, "There is no such ticket.");
  return std::visit(decider{state, who, policy, now}, request);
}

void apply(ticket_state& state, const ticket_event& event, timestamp now) {
  std::visit(applier{state, now}, event);
  ++state.ticket.version;
  state.ticket.updated_at = now;
}

std::span<const ticket_status> allowed_moves(ticket_status from) {
  switch (from) {
    case open: return from_open;
    case in_progress: return from_in_progress;
    case waiting: return from_waiting;
    case resolved: return from_resolved;
    case closed: return {};
  }
  return {};
}

std::string classify_input_of(std::string_view title, std::string_view description) {
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  return to_hex(bytes_of(sha256(fmt::format("{}:{}{}", title.size(), title, description))));
}

std::optional<field_error> check_category(const std::string& category, std::span<const std::string> configured) {
  if (contains(configured, category))
    return std::nullopt;
  return field_error{"/category", "invalid_choice", fmt::format("must be one of: {}", fmt::join(configured, ", "))};
}

std::optional<field_error> check_classification(const classification& answer, std::span<const std::string> categories) {
  if (auto fault = check_category(answer.category, categories))
    return fault;
  if (answer.priority == ticket_priority::urgent)
    return field_error{"/priority", "invalid_choice", "must be one of: low, medium, high"};
  if (!(answer.confidence >= 0 && answer.confidence <= 1))
    return field_error{"/confidence", "out_of_range", "must be from 0 to 1"};
  auto fault = check_text(answer.language, marks_of<&classification::language>);
  if (fault)
    fault->pointer = "/language";
  return fault;
}

bool has_usable_answer(const record_ai_result& result, const ticket_policy& policy) {
  return result.answer && !check_classification(*result.answer, policy.categories);
}

std::vector<std::string> without_repeats(const std::vector<std::string>& tags) {
  std::vector<std::string> kept;
  for (const auto& tag : tags)
    if (std::find(kept.begin(), kept.end(), tag) == kept.end())
      kept.push_back(tag);
  return kept;
}

} // namespace callboard
