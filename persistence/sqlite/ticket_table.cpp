#include "persistence/sqlite/ticket_table.hpp"

#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "persistence/ticket_row.hpp"

#include <algorithm>

namespace callboard::sqlite {
namespace {

std::optional<std::string_view> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

/// The version is the number of events, without gaps: what breaks that is a mistake of ours, kept out of the store.
bool versions_are_dense(const ticket_write& w) {
  auto version = w.expected_version;
  for (const auto& event : w.events)
    if (event.version != ++version)
      return false;
  return w.after.ticket.version == version;
}

/// Widens what is known of ids and times; true times and fresh ids hardly ever do.
void note_skew(batch& b, const ticket& t) {
  auto skew = to_micros(t.created_at) - id_micros(t.id);
  b.id_ahead = std::max(b.id_ahead, skew);
  b.id_behind = std::max(b.id_behind, -skew);
}

} // namespace

ticket_table::ticket_table(const connection& db, feed_table& feed, job_table& jobs, references& named)
    : feed_(feed),
      jobs_(jobs),
      named_(named),
      insert_(db, sql::insert_ticket),
      find_(db, sql::find_ticket),
      update_text_(db, sql::update_ticket_text),
      update_advice_(db, sql::update_ticket_advice),
      update_all_(db, sql::update_ticket),
      insert_tag_(db, sql::insert_tag),
      delete_tags_(db, sql::delete_tags),
      find_command_(db, sql::find_ticket_command),
      insert_event_(db, sql::insert_ticket_event) {}

journal_outcome ticket_table::write(batch& b, const journal_item& item, const ticket_write& w) {
  if (w.completion && !jobs_.running(w.completion->id, w.completion->claim_token))
    return outcome_of(journal_status::job_lost);
  journal_outcome outcome;
  if (!w.events.empty()) {
    if (!versions_are_dense(w))
      return outcome_of(journal_status::failed, "the versions of the events are not dense");
    outcome = w.expected_version == 0 ? insert(b, item, w) : update(item, w);
    if (outcome.status != journal_status::stored)
      return outcome;
    outcome.feed_id = append_events(b, item, w);
  }
  if (w.completion)
    jobs_.end(*w.completion, item.time);
  if (w.cancel_jobs)
    jobs_.cancel_others(w.after.ticket.id.bytes, w.jobs, w.completion ? w.completion->id : job_id{}, item.time);
  for (const auto& job : w.jobs)
    jobs_.insert(job, item.time);
  return outcome;
}

journal_outcome ticket_table::insert(batch& b, const journal_item& item, const ticket_write& w) {
  const auto& t = w.after.ticket;
  auto row = listed_of(w.after);
  if (auto unknown = unknown_in({}, row); !unknown.empty())
    return command_known(t.id, item.command_id) ? outcome_of(journal_status::duplicate_command)
                                                : unknown_outcome(std::move(unknown));
  auto memory = to_json(w.after.memory);
  auto inserted =
    insert_.exec(t.number, t.id, t.version, row.deleted, row.status, row.priority_rank, row.category, row.ai_status,
                 row.assignee_id, row.department, row.created_by, row.claimed_by, t.created_at, t.updated_at,
                 t.resolved_at, t.closed_at, row.tags, view_schema, memory, w.view);
  if (inserted == 0)
    return outcome_of(command_known(t.id, item.command_id) ? journal_status::duplicate_command
                                                           : journal_status::version_conflict);
  if (!row.deleted)
    insert_tags(t.number, t);
  note_skew(b, t);
  return stored_outcome();
}

journal_outcome ticket_table::update(const journal_item& item, const ticket_write& w) {
  const auto& t = w.after.ticket;
  std::int64_t number = 0;
  listed before;
  {
    auto row = find_.query(t.id);
    if (!row.next())
      return outcome_of(journal_status::version_conflict);
    if (command_known(t.id, item.command_id))
      return outcome_of(journal_status::duplicate_command);
    if (row.get<std::int64_t>(1) != w.expected_version)
      return outcome_of(journal_status::version_conflict);
    number = row.get<std::int64_t>(0);
    before = listed_of(row);
  }
  auto after = listed_of(w.after);
  if (auto unknown = unknown_in(before, after); !unknown.empty())
    return unknown_outcome(std::move(unknown));
  update_row(number, w, before, after);
  if (before.tags != after.tags)
    replace_tags(number, w, before.tags, after.tags);
  return stored_outcome();
}

void ticket_table::update_row(std::int64_t number, const ticket_write& w, const listed& before, const listed& after) {
  const auto& t = w.after.ticket;
  auto memory = to_json(w.after.memory);
  auto run = [&](statement& chosen, const auto&... columns) {
    chosen.exec(columns..., t.version, t.updated_at, t.resolved_at, t.closed_at, view_schema, memory, w.view, number,
                w.expected_version);
  };
  if (before == after)
    run(update_text_);
  else if (before.differs_in_advice_only(after))
    run(update_advice_, after.priority_rank, after.category, after.ai_status);
  else
    run(update_all_, after.deleted, after.status, after.assignee_id, after.department, after.created_by,
        after.claimed_by, after.tags, after.priority_rank, after.category, after.ai_status);
}

void ticket_table::replace_tags(std::int64_t number, const ticket_write& w, const std::string& before,
                                const std::string& after) {
  delete_tags_.exec(before, w.after.ticket.id);
  if (after != "[]")
    insert_tags(number, w.after.ticket);
}

void ticket_table::insert_tags(std::int64_t number, const ticket& t) {
  for (const auto& tag : t.tags)
    insert_tag_.exec(tag, t.id, number);
}

std::int64_t ticket_table::append_events(batch& b, const journal_item& item, const ticket_write& w) {
  std::int64_t last = 0;
  const auto& id = w.after.ticket.id;
  for (const auto& e : w.events) {
    last = feed_.append(b, item.time, feed_source::ticket, id.bytes, e.version);
    insert_event_.exec(last, e.id, id, e.version, item.command_id, e.nth, item.time, item.who.type, item.who.id,
                       item.request_id, e.type, event_schema, e.context, text_or_null(e.context_before), e.data);
  }
  return last;
}

std::vector<std::string> ticket_table::unknown_in(const listed& before, const listed& after) {
  std::vector<std::string> unknown;
  auto look = [&](auto member, std::string_view name) {
    const auto& id = after.*member;
    if (id && id != before.*member && !named_.has(*id))
      unknown.emplace_back(name);
  };
  look(&listed::assignee_id, "assignee_id");
  look(&listed::created_by, "created_by");
  look(&listed::claimed_by, "claimed_by");
  look(&listed::department, "department");
  return unknown;
}

bool ticket_table::command_known(const ticket_id& id, const command_id& command) {
  return find_command_.query(id, command).next();
}

bool ticket_table::listed::differs_in_advice_only(const listed& other) const {
  auto same = *this;
  same.priority_rank = other.priority_rank;
  same.category = other.category;
  same.ai_status = other.ai_status;
  return same == other;
}

ticket_table::listed ticket_table::listed_of(const ticket_state& s) {
  const auto& t = s.ticket;
  return {.deleted = s.memory.deleted,
          .status = std::string{enum_name(t.status)},
          .assignee_id = t.assignee_id,
          .department = t.department,
          .created_by = t.created_by,
          .claimed_by = t.claimed_by,
          .tags = s.memory.deleted ? "[]" : to_json(t.tags),
          .priority_rank = rank_of(t.priority),
          .category = t.category,
          .ai_status = std::string{enum_name(t.ai.status)}};
}

ticket_table::listed ticket_table::listed_of(const rows& row) {
  return {.deleted = row.get<bool>(2),
          .status = row.get<std::string>(3),
          .assignee_id = row.get<std::optional<user_id>>(7),
          .department = row.get<std::optional<department_id>>(8),
          .created_by = row.get<std::optional<user_id>>(9),
          .claimed_by = row.get<std::optional<user_id>>(10),
          .tags = row.get<std::string>(11),
          .priority_rank = row.get<int>(4),
          .category = row.get<std::optional<std::string>>(5),
          .ai_status = row.get<std::string>(6)};
}

} // namespace callboard::sqlite
