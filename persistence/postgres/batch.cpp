#include "persistence/postgres/batch.hpp"

#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "persistence/postgres/binary_array.hpp"
#include "persistence/reply_owner.hpp"
#include "persistence/search_language.hpp"
#include "persistence/ticket_row.hpp"

#include <algorithm>

namespace callboard::postgres {
namespace {

std::optional<std::string_view> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

/// A new job may be the very one that is completed; one statement cannot do both to it.
bool is_usual(const journal_item& item) {
  if (auto w = std::get_if<ticket_write>(&item.write))
    return !w->completion || w->jobs.empty();
  return std::holds_alternative<reply_only>(item.write);
}

/// The version is the number of events, without gaps: what breaks that is a mistake of ours, kept out of the store.
bool versions_are_dense(const ticket_write& w) {
  auto version = w.expected_version;
  for (const auto& event : w.events)
    if (event.version != ++version)
      return false;
  return w.after.ticket.version == version;
}

/// What two items of one statement must not share.
std::vector<std::string> touched_by(const journal_item& item) {
  std::vector<std::string> all;
  if (auto w = std::get_if<ticket_write>(&item.write)) {
    all.push_back("t" + to_string(w->after.ticket.id));
    if (w->completion)
      all.push_back("j" + to_string(w->completion->id));
  }
  if (item.keep)
    all.push_back("k" + reply_owner(item.who) + '\n' + item.keep->idempotency.key);
  return all;
}

/// The arrays of the statement, in its order.
struct columns {
  binary_array ord{element::int4}, expected{element::int8}, ticket_id{element::uuid}, command_id{element::uuid},
    version{element::int8}, number{element::int8}, created_at{element::int8}, updated_at{element::int8},
    resolved_at{element::int8}, closed_at{element::int8}, assignee_id{element::uuid}, department_id{element::uuid},
    created_by{element::uuid}, claimed_by{element::uuid}, priority_rank{element::int2}, deleted{element::boolean},
    status{element::text}, ai_status{element::text}, category{element::text}, language{element::text},
    tags{element::text}, memory{element::text}, view{element::text}, job_id{element::uuid}, job_token{element::int8},
    job_state{element::text}, job_reason{element::text}, cancel{element::boolean}, time{element::int8},
    principal{element::text}, key{element::text}, request_hash{element::text}, reply_status{element::int4},
    retry_after_s{element::int4}, problem{element::boolean}, etag{element::text}, location{element::text},
    body{element::text};
  binary_array event_ord{element::int4}, event_nth{element::int4}, event_id{element::uuid}, event_ticket{element::uuid},
    event_version{element::int8}, event_command{element::uuid}, event_time{element::int8}, event_actor{element::text},
    event_actor_id{element::text}, event_request{element::text}, event_type{element::text},
    event_context{element::text}, event_before{element::text}, event_data{element::text};
  binary_array wanted_ord{element::int4}, wanted_id{element::uuid}, wanted_subject{element::uuid},
    wanted_kind{element::text}, wanted_hash{element::text}, wanted_prompt{element::text}, wanted_time{element::int8};

  void add(int at, const journal_item& item);
  void add_ticket(const ticket_write&);
  void add_no_ticket();
  void add_completion(const ticket_write*);
  void add_reply(const journal_item&);
  void add_events(int at, const journal_item&, const ticket_write&);
  void add_jobs(int at, const journal_item&, const ticket_write&);
  std::vector<std::string> take(const std::string& node, std::int64_t epoch, std::int64_t last_feed_id);
};

void columns::add(int at, const journal_item& item) {
  auto w = std::get_if<ticket_write>(&item.write);
  ord.add(at);
  command_id.add(item.command_id);
  time.add(item.time);
  w != nullptr ? add_ticket(*w) : add_no_ticket();
  add_completion(w);
  add_reply(item);
  if (w != nullptr) {
    add_events(at, item, *w);
    add_jobs(at, item, *w);
  }
}

/// Without events the row stays as it is; only its id is needed.
void columns::add_ticket(const ticket_write& w) {
  const auto& t = w.after.ticket;
  expected.add(w.events.empty() ? std::optional<std::int64_t>{} : std::optional{w.expected_version});
  ticket_id.add(t.id);
  version.add(t.version);
  number.add(t.number);
  created_at.add(t.created_at);
  updated_at.add(t.updated_at);
  resolved_at.add(t.resolved_at);
  closed_at.add(t.closed_at);
  assignee_id.add(t.assignee_id);
  department_id.add(t.department);
  created_by.add(t.created_by);
  claimed_by.add(t.claimed_by);
  priority_rank.add(rank_of(t.priority));
  deleted.add(w.after.memory.deleted);
  status.add(enum_name(t.status));
  ai_status.add(enum_name(t.ai.status));
  category.add(t.category);
  language.add(search_language(t.ai.language));
  tags.add(w.after.memory.deleted ? std::string{"{}"} : array_of(t.tags));
  memory.add(to_json(w.after.memory));
  view.add(w.view);
}

void columns::add_no_ticket() {
  for (auto column : {&expected,  &ticket_id,   &version,       &number,     &created_at, &updated_at,    &resolved_at,
                      &closed_at, &assignee_id, &department_id, &created_by, &claimed_by, &priority_rank, &deleted,
                      &status,    &ai_status,   &category,      &language,   &tags,       &memory,        &view})
    column->add_null();
}

void columns::add_completion(const ticket_write* w) {
  cancel.add(w != nullptr && w->cancel_jobs);
  if (w == nullptr || !w->completion) {
    for (auto column : {&job_id, &job_token, &job_state, &job_reason})
      column->add_null();
    return;
  }
  job_id.add(w->completion->id);
  job_token.add(w->completion->claim_token);
  job_state.add(enum_name(w->completion->state));
  job_reason.add(text_or_null(w->completion->reason));
}

void columns::add_reply(const journal_item& item) {
  if (!item.keep) {
    for (auto column :
         {&principal, &key, &request_hash, &reply_status, &retry_after_s, &problem, &etag, &location, &body})
      column->add_null();
    return;
  }
  const auto& r = item.keep->reply;
  principal.add(reply_owner(item.who));
  key.add(item.keep->idempotency.key);
  request_hash.add(item.keep->idempotency.request_hash);
  reply_status.add(r.status);
  retry_after_s.add(r.retry_after_s);
  problem.add(r.problem);
  etag.add(r.etag);
  location.add(r.location);
  body.add(r.body);
}

void columns::add_events(int at, const journal_item& item, const ticket_write& w) {
  for (const auto& e : w.events) {
    event_ord.add(at);
    event_nth.add(e.nth);
    event_id.add(e.id);
    event_ticket.add(w.after.ticket.id);
    event_version.add(e.version);
    event_command.add(item.command_id);
    event_time.add(item.time);
    event_actor.add(enum_name(item.who.type));
    event_actor_id.add(item.who.id);
    event_request.add(item.request_id);
    event_type.add(e.type);
    event_context.add(e.context);
    event_before.add(text_or_null(e.context_before));
    event_data.add(e.data);
  }
}

/// The same job twice in one item is one.
void columns::add_jobs(int at, const journal_item& item, const ticket_write& w) {
  for (auto job = w.jobs.begin(); job != w.jobs.end(); ++job) {
    bool repeated = std::any_of(w.jobs.begin(), job, [&](const new_job& other) {
      return other.kind == job->kind && other.subject == job->subject && other.input_hash == job->input_hash
             && other.prompt_version == job->prompt_version;
    });
    if (repeated)
      continue;
    wanted_ord.add(at);
    wanted_id.add(job->id);
    wanted_subject.add(job->subject);
    wanted_kind.add(enum_name(job->kind));
    wanted_hash.add(job->input_hash);
    wanted_prompt.add(job->prompt_version);
    wanted_time.add(item.time);
  }
}

std::vector<std::string> columns::take(const std::string& node, std::int64_t epoch, std::int64_t last_feed_id) {
  std::vector<std::string> all{node, binary_of(epoch, 8), binary_of(last_feed_id, 8)};
  for (auto column :
       {&ord,           &expected,      &ticket_id,  &command_id,   &version,        &number,         &created_at,
        &updated_at,    &resolved_at,   &closed_at,  &assignee_id,  &department_id,  &created_by,     &claimed_by,
        &priority_rank, &deleted,       &status,     &ai_status,    &category,       &language,       &tags,
        &memory,        &view,          &job_id,     &job_token,    &job_state,      &job_reason,     &cancel,
        &time,          &principal,     &key,        &request_hash, &reply_status,   &retry_after_s,  &problem,
        &etag,          &location,      &body,       &event_ord,    &event_nth,      &event_id,       &event_ticket,
        &event_version, &event_command, &event_time, &event_actor,  &event_actor_id, &event_request,  &event_type,
        &event_context, &event_before,  &event_data, &wanted_ord,   &wanted_id,      &wanted_subject, &wanted_kind,
        &wanted_hash,   &wanted_prompt, &wanted_time})
    all.push_back(column->take());
  all.push_back(binary_of(view_schema, 2));
  all.push_back(binary_of(event_schema, 2));
  return all;
}

} // namespace

std::vector<batch_step> plan_steps(std::span<const journal_item> items) {
  std::vector<batch_step> steps;
  std::size_t first = 0; ///< the first step that may still take items
  std::unordered_map<std::string, std::size_t> last_touched;
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (refused(items[at]))
      continue;
    if (!is_usual(items[at])) {
      steps.push_back({true, {at}});
      first = steps.size();
      last_touched.clear();
      continue;
    }
    auto touched = touched_by(items[at]);
    auto step = first;
    for (const auto& thing : touched)
      if (auto last = last_touched.find(thing); last != last_touched.end())
        step = std::max(step, last->second + 1);
    if (step >= steps.size())
      steps.resize(step + 1);
    steps[step].items.push_back(at);
    for (auto& thing : touched)
      last_touched[std::move(thing)] = step;
  }
  return steps;
}

std::vector<std::string> batch_parameters(std::span<const journal_item> items, const batch_step& step,
                                          const std::string& node, std::int64_t epoch, const frame& now) {
  columns all;
  int ord = 0; // places in SQL's arrays begin with 1
  for (auto at : step.items)
    all.add(++ord, items[at]);
  return all.take(node, epoch, now.last_feed_id);
}

std::optional<journal_outcome> refused(const journal_item& item) {
  auto w = std::get_if<ticket_write>(&item.write);
  if (w != nullptr && !w->events.empty() && !versions_are_dense(*w))
    return outcome_of(journal_status::failed, "the versions of the events are not dense");
  return std::nullopt;
}

std::size_t event_count(const journal_item& item) {
  auto w = std::get_if<ticket_write>(&item.write);
  return w != nullptr ? w->events.size() : 0;
}

bool note_skew(frame& known, const journal_item& item) {
  auto w = std::get_if<ticket_write>(&item.write);
  if (w == nullptr || w->expected_version != 0)
    return false;
  auto skew = to_micros(w->after.ticket.created_at) - id_micros(w->after.ticket.id);
  bool wider = skew > known.id_ahead || -skew > known.id_behind;
  known.id_ahead = std::max(known.id_ahead, skew);
  known.id_behind = std::max(known.id_behind, -skew);
  return wider;
}

} // namespace callboard::postgres
