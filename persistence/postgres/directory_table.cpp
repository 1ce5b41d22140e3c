#include "persistence/postgres/directory_table.hpp"

#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "persistence/fold.hpp"
#include "persistence/postgres/job_table.hpp"
#include "persistence/postgres/write_sql.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace callboard::postgres {
namespace {

/// The event's data as the API shows it: `{"user": ...}` or `{"department": ...}`.
std::string data_of(const directory_event& e) {
  std::string out = e.user ? "{\"user\":" : "{\"department\":";
  if (e.user)
    append_json(out, *e.user);
  else
    append_json(out, *e.department);
  return out += '}';
}

} // namespace

journal_outcome directory_table::write(const journal_item& item, const directory_write& w) {
  const auto& [type, user, department] = w.event;
  if (user.has_value() == department.has_value())
    return outcome_of(journal_status::failed, "a directory event is about one user or one department");
  const auto& subject = user ? user->id.bytes : department->id.bytes;
  auto version = user ? user->version : department->version;
  if (db_.ask(sql::find_directory_command, subject, item.command_id).next())
    return outcome_of(journal_status::duplicate_command);
  auto outcome =
    check_version(user ? sql::find_user_version : sql::find_department_version, subject, version, w.expected_version);
  if (outcome.status == journal_status::stored)
    outcome = user ? save(*user) : save(*department);
  if (outcome.status != journal_status::stored)
    return outcome;
  outcome.feed_id = append_event(item, w, subject, version);
  if (user && user->deleted)
    outcome.feed_id = std::max(outcome.feed_id, leave_departments(item, user->id));
  for (const auto& job : w.jobs)
    job_table{db_}.insert(job, item.time);
  return outcome;
}

journal_outcome directory_table::check_version(std::string_view find, const uuid_bytes& id, std::int64_t version,
                                               std::int64_t expected) {
  if (version != expected + 1)
    return outcome_of(journal_status::failed, "the version does not follow the expected one");
  auto row = db_.ask(find, id);
  auto present = row.next() ? row.get<std::int64_t>(0) : 0;
  return present == expected ? stored_outcome() : outcome_of(journal_status::version_conflict);
}

journal_outcome directory_table::save(const user& u) {
  std::optional<std::string> key;
  if (u.email)
    key = folded(*u.email);
  if (!u.deleted && key && db_.ask(sql::find_email_holder, *key, u.id).next())
    return outcome_of(journal_status::unique_violation, "email");
  db_.ask(sql::save_user, u.id, u.version, u.deleted, u.name, u.email, key, u.created_at, u.updated_at);
  if (u.deleted)
    forget_in_history(u.id);
  return stored_outcome();
}

journal_outcome directory_table::save(const department& d) {
  if (!d.deleted && db_.ask(sql::find_name_holder, folded(d.name), d.id).next())
    return outcome_of(journal_status::unique_violation, "name");
  if (d.deleted && db_.ask(sql::find_ticket_of_department, d.id).next())
    return outcome_of(journal_status::in_use);
  auto present = members_of(d.id);
  for (const auto& member : d.members)
    if (std::find(present.ids.begin(), present.ids.end(), member) == present.ids.end()
        && !db_.ask(sql::user_is_there, member).next())
      return unknown_outcome({"user_id"});
  save_row(d);
  save_members(d, present);
  return stored_outcome();
}

void directory_table::save_row(const department& d) {
  db_.ask(sql::save_department, d.id, d.version, d.deleted, d.name, folded(d.name), d.created_at, d.updated_at);
}

/// A tombstone whose name can still be read in its history would be none. Done here and not by PostgreSQL, whose JSON
/// refuses some of what ours may hold.
void directory_table::forget_in_history(const user_id& id) {
  auto row = db_.ask(sql::list_history, id);
  while (row.next()) {
    auto data = parse_json(row.get<std::string_view>(1));
    if (!data || !data->is_object())
      continue;
    if (auto user = data->as_object().if_contains("user"); user != nullptr && user->is_object()) {
      user->as_object()["name"] = nullptr;
      user->as_object()["email"] = nullptr;
    }
    db_.ask(sql::rewrite_history, id, row.get<std::int64_t>(0), boost::json::serialize(*data));
  }
}

/// Whoever is deleted is no member any more: a change of each department, with its version and its event.
std::int64_t directory_table::leave_departments(const journal_item& item, const user_id& id) {
  std::vector<department> left;
  for (auto row = db_.ask(sql::departments_of_user, id); row.next();)
    left.push_back({row.get<department_id>(0),
                    row.get<std::string>(1),
                    {},
                    false,
                    row.get<std::int64_t>(2) + 1,
                    row.get<timestamp>(3),
                    item.time});
  std::int64_t feed_id = 0;
  for (auto& d : left) {
    auto present = members_of(d.id);
    d.members = present.ids;
    std::erase(d.members, id);
    save_row(d);
    save_members(d, present);
    directory_write change;
    change.id = event_id::make();
    change.event = {"department.member_removed", {}, d};
    feed_id = append_event(item, change, d.id.bytes, d.version);
  }
  return feed_id;
}

directory_table::members directory_table::members_of(const department_id& id) {
  members found;
  auto row = db_.ask(sql::list_members, id);
  while (row.next()) {
    found.ids.push_back(row.get<user_id>(0));
    found.last_position = row.get<std::int64_t>(1);
  }
  return found;
}

/// Mostly one member comes, so what is there stays where it can.
void directory_table::save_members(const department& d, const members& present) {
  auto kept = present.ids.size();
  auto position = present.last_position;
  if (kept > d.members.size() || !std::equal(present.ids.begin(), present.ids.end(), d.members.begin())) {
    db_.ask(sql::delete_members, d.id);
    kept = 0;
    position = 0;
  }
  std::span added{d.members.begin() + static_cast<std::ptrdiff_t>(kept), d.members.end()};
  if (!added.empty())
    db_.ask(sql::insert_members, d.id, position, array_of(added));
}

std::int64_t directory_table::append_event(const journal_item& item, const directory_write& w,
                                           const uuid_bytes& subject, std::int64_t version) {
  db_.ask(sql::insert_feed, ++frame_.last_feed_id, item.time, feed_source::directory, subject, version);
  db_.ask(sql::insert_directory_event, w.id, subject, version, item.command_id, item.time, item.who.type, item.who.id,
          item.request_id, w.event.type, event_schema, data_of(w.event));
  return frame_.last_feed_id;
}

} // namespace callboard::postgres
