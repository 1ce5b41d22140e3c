#include "persistence/sqlite/directory_table.hpp"

#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "persistence/fold.hpp"

#include <algorithm>

namespace callboard::sqlite {
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

directory_table::directory_table(const connection& db, feed_table& feed, job_table& jobs, references& named)
    : feed_(feed),
      jobs_(jobs),
      named_(named),
      find_user_(db, sql::find_user_version),
      find_email_(db, sql::find_email_holder),
      save_user_(db, sql::save_user),
      departments_of_user_(db, sql::departments_of_user),
      forget_history_(db, sql::forget_user_in_history),
      find_department_(db, sql::find_department_version),
      find_name_(db, sql::find_name_holder),
      find_ticket_(db, sql::find_ticket_of_department),
      save_department_(db, sql::save_department),
      list_members_(db, sql::list_members),
      delete_members_(db, sql::delete_members),
      insert_member_(db, sql::insert_member),
      find_command_(db, sql::find_directory_command),
      insert_event_(db, sql::insert_directory_event) {}

journal_outcome directory_table::write(batch& b, const journal_item& item, const directory_write& w) {
  const auto& [type, user, department] = w.event;
  if (user.has_value() == department.has_value())
    return outcome_of(journal_status::failed, "a directory event is about one user or one department");
  const auto& subject = user ? user->id.bytes : department->id.bytes;
  auto version = user ? user->version : department->version;
  if (find_command_.query(subject, item.command_id).next())
    return outcome_of(journal_status::duplicate_command);
  auto outcome = check_version(user ? find_user_ : find_department_, subject, version, w.expected_version);
  if (outcome.status == journal_status::stored)
    outcome = user ? save(*user, w) : save(*department, w);
  if (outcome.status != journal_status::stored)
    return outcome;
  outcome.feed_id = append_event(b, item, w, subject, version);
  if (user && user->deleted)
    outcome.feed_id = std::max(outcome.feed_id, leave_departments(b, item, user->id));
  for (const auto& job : w.jobs)
    jobs_.insert(job, item.time);
  return outcome;
}

journal_outcome directory_table::check_version(statement& find, const uuid_bytes& id, std::int64_t version,
                                               std::int64_t expected) {
  if (version != expected + 1)
    return outcome_of(journal_status::failed, "the version does not follow the expected one");
  auto row = find.query(id);
  auto present = row.next() ? row.get<std::int64_t>(0) : 0;
  return present == expected ? stored_outcome() : outcome_of(journal_status::version_conflict);
}

journal_outcome directory_table::save(const user& u, const directory_write&) {
  std::optional<std::string> key;
  if (u.email)
    key = folded(*u.email);
  if (!u.deleted && key && find_email_.query(*key, u.id).next())
    return outcome_of(journal_status::unique_violation, "email");
  save_user_.exec(u.id, u.version, u.deleted, u.name, u.email, key, u.created_at, u.updated_at);
  if (u.deleted) {
    forget_history_.exec(u.id);
  }
  return stored_outcome();
}

journal_outcome directory_table::save(const department& d, const directory_write&) {
  auto key = folded(d.name);
  if (!d.deleted && find_name_.query(key, d.id).next())
    return outcome_of(journal_status::unique_violation, "name");
  if (d.deleted && find_ticket_.query(d.id).next())
    return outcome_of(journal_status::in_use);
  auto present = members_of(d.id);
  for (const auto& member : d.members)
    if (std::find(present.ids.begin(), present.ids.end(), member) == present.ids.end() && !named_.has(member))
      return unknown_outcome({"user_id"});
  save_department_.exec(d.id, d.version, d.deleted, d.name, key, d.created_at, d.updated_at);
  save_members(d, present);
  return stored_outcome();
}

/// Whoever is deleted is no member any more: a change of each department, with its version and its event.
std::int64_t directory_table::leave_departments(batch& b, const journal_item& item, const user_id& id) {
  std::vector<department> left;
  for (auto row = departments_of_user_.query(id); row.next();)
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
    save_department_.exec(d.id, d.version, d.deleted, d.name, folded(d.name), d.created_at, d.updated_at);
    save_members(d, present);
    directory_write change;
    change.id = event_id::make();
    change.event = {"department.member_removed", {}, d};
    feed_id = append_event(b, item, change, d.id.bytes, d.version);
  }
  return feed_id;
}

directory_table::members directory_table::members_of(const department_id& id) {
  members found;
  auto row = list_members_.query(id);
  while (row.next()) {
    found.ids.push_back(row.get<user_id>(0));
    found.last_position = row.get<std::int64_t>(1);
  }
  return found;
}

/// Mostly one member comes, so what is there stays where it can.
void directory_table::save_members(const department& d, const members& present) {
  auto kept = present.ids.size();
  if (kept > d.members.size() || !std::equal(present.ids.begin(), present.ids.end(), d.members.begin()))
    return rewrite_members(d);
  auto position = present.last_position;
  for (auto i = kept; i < d.members.size(); ++i)
    insert_member_.exec(d.id, ++position, d.members[i]);
}

void directory_table::rewrite_members(const department& d) {
  delete_members_.exec(d.id);
  std::int64_t position = 0;
  for (const auto& member : d.members)
    insert_member_.exec(d.id, ++position, member);
}

std::int64_t directory_table::append_event(batch& b, const journal_item& item, const directory_write& w,
                                           const uuid_bytes& subject, std::int64_t version) {
  auto seq = feed_.append(b, item.time, feed_source::directory, subject, version);
  insert_event_.exec(seq, w.id, subject, version, item.command_id, item.time, item.who.type, item.who.id,
                     item.request_id, w.event.type, event_schema, data_of(w.event));
  return seq;
}

} // namespace callboard::sqlite
