#include "tests/simulation/checks.hpp"

#include "base/json_write.hpp"
#include "domain/ticket_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace callboard::simulation {
namespace {

/// Of `"v12"`; 0 where there is none.
std::int64_t version_in(std::string_view etag) {
  std::int64_t version = 0;
  if (etag.size() > 3)
    std::from_chars(etag.data() + 2, etag.data() + etag.size() - 1, version);
  return version;
}

bool is_success(const reply& r) { return r.status >= 200 && r.status < 300; }

bool has_code(const reply& r, error_code code) {
  return r.body.find("\"code\":\"" + std::string{enum_name(code)} + "\"") != std::string::npos;
}

/// The answer says that nothing was changed and never will be.
bool denies_any_change(const reply& r) {
  static constexpr int refusals[]{400, 404, 409, 412, 422, 423, 429};
  if (r.replayed)
    return false;
  if (r.status == 503)
    return has_code(r, error_code::store_unavailable) || has_code(r, error_code::overloaded)
           || has_code(r, error_code::deadline_exceeded);
  return std::find(std::begin(refusals), std::end(refusals), r.status) != std::end(refusals)
         || (r.status == 500 && has_code(r, error_code::internal));
}

bool same_bytes(const reply& a, const reply& b) {
  return a.status == b.status && a.body == b.body && a.etag == b.etag && a.location == b.location
         && a.problem == b.problem;
}

std::string words_of(const reply& r) { return fmt::format("{} {} {}", r.status, r.etag, r.body); }

} // namespace

// --- while it runs -------------------------------------------------------------------------------------------------

void checks::see(const ticket_id& id, std::int64_t version, std::int64_t seen_before, std::string_view how) {
  auto row = disk_.find(id);
  auto stored = row ? row->state.ticket.version : 0;
  if (version > stored)
    fail(fmt::format("{} of ticket {} shows version {}, but the store has {}", how, to_string(id), version, stored));
  if (version < seen_before)
    fail(fmt::format("{} of ticket {} shows version {}, but {} had been shown before it was asked", how, to_string(id),
                     version, seen_before));
  auto& newest = record_.seen[id];
  newest = std::max(newest, version);
}

void checks::told(const attempt& a) {
  const auto& r = record_.requests[a.request];
  const auto& answer = a.answer;
  if (is_success(answer) && !answer.replayed && !std::holds_alternative<directory_command>(r.command))
    look_at_success(a);
  if (is_success(answer) && answer.replayed && !r.ticket.is_nil())
    see(r.ticket, version_in(answer.etag), 0, "a kept reply");
  bool is_gone = answer.status == 404 && !answer.replayed && !r.ticket.is_nil() && a.seen_before > 0;
  if (is_gone && !disk_.find(r.ticket)->state.memory.deleted)
    fail(fmt::format("{} is told that ticket {} does not exist, which does", r.meta().request_id, to_string(r.ticket)));
  if (r.meta().idempotency)
    look_at_kept_reply(a);
}

void checks::look_at_success(const attempt& a) {
  const auto& r = record_.requests[a.request];
  auto id = r.ticket;
  if (r.creates())
    id = ticket_id::parse(std::string_view{a.answer.location}.substr(a.answer.location.rfind('/') + 1)).value();
  if (r.always_changes() && effects_of(a.command) == 0)
    return fail(fmt::format("{} ({}) was acknowledged, and the store has nothing of it", r.meta().request_id, r.kind));
  auto version = version_in(a.answer.etag);
  if (a.answer.status == 204) {
    if (!disk_.find(id)->state.memory.deleted)
      fail(fmt::format("ticket {} was deleted, and the store has it still", to_string(id)));
    return;
  }
  see(id, version, a.seen_before, "the answer to " + r.meta().request_id);
  bool shows_ticket = r.creates() || a.answer.status == 200;
  auto row = disk_.find(id);
  if (row)
    record_.numbers[id] = row->state.ticket.number;
  auto view = row ? row->views.find(version) : decltype(row->views.find(version)){};
  if (shows_ticket && row && (view == row->views.end() || view->second != a.answer.body))
    fail(fmt::format("the answer to {} is no state that ticket {} has had", r.meta().request_id, to_string(id)));
}

/// The effect and the reply share a commit, so whoever asks again gets the same bytes.
void checks::look_at_kept_reply(const attempt& a) {
  const auto& r = record_.requests[a.request];
  auto kept = disk_.find_reply(r.meta().who, r.meta().idempotency->key);
  bool is_kept_for_sure = is_success(a.answer) || a.answer.replayed;
  if (is_kept_for_sure && kept == nullptr)
    return fail(fmt::format("{} was answered {}, and its key keeps no reply", r.meta().request_id, words_of(a.answer)));
  bool is_final = is_kept_for_sure || (kept && (a.answer.status == 404 || a.answer.status == 409));
  bool was_kept_before = std::any_of(r.attempts.begin(), r.attempts.end(), [&](std::size_t nth) {
    const auto& other = record_.attempts[nth];
    return other.end == fate::answered && other.command != a.command && is_success(other.answer);
  });
  if (is_kept_for_sure || (is_final && was_kept_before))
    if (!same_bytes(kept->reply, a.answer))
      fail(fmt::format("{} was answered {} although its key keeps {}", r.meta().request_id, words_of(a.answer),
                       words_of(kept->reply)));
}

void checks::shown(const ticket_id& id, std::int64_t seen_before, const reply& answer) {
  if (answer.status == 200)
    see(id, version_in(answer.etag), seen_before, "a read");
  if (answer.status == 404 && seen_before > 0 && !disk_.find(id)->state.memory.deleted)
    fail(fmt::format("a read says that ticket {} does not exist, which does", to_string(id)));
}

void checks::listed(const ticket_id& id, std::int64_t seen_before, std::int64_t events) {
  see(id, events, seen_before, "a history");
}

void checks::fed(const feed_batch& batch) {
  for (const auto& event : batch.events) {
    if (event->feed_id != fed_ + 1)
      fail(fmt::format("the feed shows event {} after {}", event->feed_id, fed_));
    if (event->feed_id > disk_.feed_head)
      fail(fmt::format("the feed shows event {}, which is not committed", event->feed_id));
    fed_ = event->feed_id;
    if (event->source == feed_source::ticket) // whoever watches has seen it
      see(ticket_id{event->subject}, event->version, 0, "the feed");
  }
  if (batch.head != fed_)
    fail(fmt::format("a batch of the feed says that it ends at {}, and ends at {}", batch.head, fed_));
}

void checks::look_at_snapshots(const house& home) {
  for (const auto& id : record_.tickets) {
    auto now = home.snapshots.find(id);
    auto& before = snapshots_[id];
    auto newest = record_.seen.find(id);
    if (now && !now->is_changing && newest != record_.seen.end() && now->version < newest->second)
      return fail(fmt::format("the snapshot of ticket {} is at version {}, but {} has been shown already",
                              to_string(id), now->version, newest->second));
    if (now == before)
      continue;
    before = now;
    auto row = disk_.find(id);
    if (now && (!row || now->version > row->state.ticket.version))
      return fail(
        fmt::format("the snapshot of ticket {} shows version {}, which is not committed", to_string(id), now->version));
    auto view = now ? row->views.find(now->version) : decltype(row->views.find(0)){};
    if (now && (view == row->views.end() || view->second != now->body))
      return fail(fmt::format("the snapshot of ticket {} is no state that it has had", to_string(id)));
  }
}

// --- when all is quiet -----------------------------------------------------------------------------------------------

bool checks::is_all_done() const { return not_done().empty(); }

std::string checks::not_done() const {
  for (const auto& [id, j] : disk_.jobs)
    if (j.state == job_state::available || j.state == job_state::running || j.state == job_state::parked)
      return fmt::format("job {} ({}) is still {}: {}", to_string(id), enum_name(j.job.kind), enum_name(j.state),
                         j.last_error);
  if (fed_ != disk_.feed_head)
    return fmt::format("the feed has shown {} of {} events", fed_, disk_.feed_head);
  if (disk_.search_feed_id != disk_.feed_head)
    return fmt::format("search has read {} of {} events", disk_.search_feed_id, disk_.feed_head);
  return {};
}

std::size_t checks::effects_of(const command_id& command) const {
  std::size_t count = 0;
  for (const auto& [id, row] : disk_.tickets)
    count += static_cast<std::size_t>(std::count_if(row.events.begin(), row.events.end(), [&](const stored_event& e) {
      return e.command == command && e.row.nth == 0;
    }));
  for (const auto& [subject, events] : disk_.directory_events)
    for (const auto& [version, event] : events)
      // Leaving departments is part of a user's deletion.
      count += event.command == command && event.event.type != "department.member_removed" ? 1 : 0;
  return count;
}

void checks::look_at_requests() {
  for (const auto& r : record_.requests) {
    std::size_t effects = 0;
    bool was_acknowledged = false;
    for (auto nth : r.attempts) {
      const auto& a = record_.attempts[nth];
      auto mine = effects_of(a.command);
      effects += mine;
      if (a.end == fate::answered && denies_any_change(a.answer) && mine > 0)
        fail(fmt::format("{} ({}) was told {}, and the store has its change", r.meta().request_id, r.kind,
                         words_of(a.answer)));
      was_acknowledged = was_acknowledged || (a.end == fate::answered && is_success(a.answer));
      bool keyless_loss = !r.meta().idempotency && r.always_changes() && mine == 0 && is_success(a.answer);
      if (a.end == fate::answered && keyless_loss)
        fail(fmt::format("{} ({}) was acknowledged and is lost", r.meta().request_id, r.kind));
    }
    if (r.meta().idempotency && effects > 1)
      fail(fmt::format("{} ({}) happened {} times under one key", r.meta().request_id, r.kind, effects));
    if (was_acknowledged && r.always_changes() && effects == 0)
      fail(fmt::format("{} ({}) was acknowledged and is lost", r.meta().request_id, r.kind));
  }
}

void checks::look_at_store() {
  for (const auto& [id, row] : disk_.tickets)
    look_at_ticket(id, row);
  look_at_feed();
  look_at_jobs();
}

/// Every event once: the versions of a ticket, a user or a department follow each other.
void checks::look_at_feed() {
  std::map<uuid_bytes, std::int64_t> versions;
  for (const auto& row : disk_.feed)
    if (auto& last = versions[row.subject]; row.version != ++last)
      return fail(fmt::format("event {} of the feed is version {} of its subject, where {} was to come", row.id,
                              row.version, last));
}

/// What ended its process three times is poison, and waits for an operator.
bool checks::has_given_up(const user_id& forgotten) const {
  return std::any_of(disk_.jobs.begin(), disk_.jobs.end(), [&](const auto& each) {
    return each.second.job.subject == forgotten.bytes && each.second.state == job_state::dead;
  });
}

/// The history leads to the row, version by version, and keeps the promises about AI on its way.
void checks::look_at_ticket(const ticket_id& id, const stored_ticket& row) {
  auto wrong = [&](std::string_view what, std::int64_t version) {
    fail(fmt::format("ticket {}, version {}: {}", to_string(id), version, what));
  };
  ticket_state state;
  std::set<std::string> texts; ///< messages: each was meant to be said once
  for (const auto& each : row.events) {
    auto version = each.row.version;
    if (version != state.ticket.version + 1)
      return wrong(fmt::format("follows {}", state.ticket.version), version);
    auto event = read_event(each.row.type, event_schema, each.row.data);
    if (!event)
      return wrong("the event cannot be read", version);
    if (std::holds_alternative<ai_classified>(*event)) {
      if (state.ticket.claimed_by)
        wrong("AI spoke after a person had claimed it", version);
      if (state.ticket.ai.status != ai_status::pending && state.ticket.ai.status != ai_status::fallback)
        wrong("AI classified the same text twice", version);
    }
    if (auto said = std::get_if<message_added>(&*event); said && !texts.insert(said->body).second)
      wrong("says the same message again", version);
    if (state.memory.deleted)
      wrong("changed after it had been deleted", version);
    apply(state, *event, each.time);
  }
  if (state != row.state)
    wrong("its history does not lead to its row", row.state.ticket.version);
  if (row.view != to_json(row.state.ticket))
    wrong("its view is not its row", row.state.ticket.version);
  for (const auto& person : {state.ticket.created_by, state.ticket.assignee_id, state.ticket.claimed_by})
    if (person && !state.memory.deleted && disk_.users.at(*person).deleted && !has_given_up(*person))
      wrong("names a user who is deleted", state.ticket.version);
  if (!state.memory.deleted && state.ticket.ai.status == ai_status::pending)
    wrong("waits for its classification for ever", state.ticket.version);
}

/// Who ends a job holds it: the last claim, unless it was taken away since.
void checks::look_at_jobs() {
  std::map<job_id, std::int64_t> holder;
  for (const auto& step : disk_.job_steps) {
    auto& held_by = holder[step.id];
    if (step.kind == job_step::ended && held_by != step.token)
      fail(
        fmt::format("job {} was ended under token {}, and was held under {}", to_string(step.id), step.token, held_by));
    if (step.kind == job_step::claimed && held_by != 0)
      fail(fmt::format("job {} was claimed while it was held under {}", to_string(step.id), held_by));
    held_by = step.kind == job_step::claimed ? step.token : 0;
  }
}

} // namespace callboard::simulation
