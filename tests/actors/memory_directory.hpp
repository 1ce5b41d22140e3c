#pragma once

#include "protocol/store.hpp"

#include <algorithm>
#include <map>
#include <set>

// Users and departments in memory, judged as the ports say. Letters are compared as they are.
namespace callboard::testing {

struct memory_directory {
  std::map<user_id, user> users;
  std::map<department_id, department> departments;
  std::set<department_id> named_by_tickets;
  std::vector<directory_write> writes;

  template <class Thing>
  static std::optional<Thing> find(const std::map<decltype(Thing::id), Thing>& all, const decltype(Thing::id)& id) {
    auto found = all.find(id);
    return found == all.end() ? std::nullopt : std::optional{found->second};
  }

  journal_outcome store(const directory_write& write) {
    journal_outcome outcome;
    outcome.status = write.event.user ? save(users, *write.event.user, write.expected_version, outcome)
                                      : save(departments, *write.event.department, write.expected_version, outcome);
    if (outcome.status == journal_status::stored)
      writes.push_back(write);
    return outcome;
  }

private:
  template <class Thing>
  journal_status save(std::map<decltype(Thing::id), Thing>& all, const Thing& next, std::int64_t expected,
                      journal_outcome& outcome) {
    auto present = find<Thing>(all, next.id);
    if ((present ? present->version : 0) != expected)
      return journal_status::version_conflict;
    for (const auto& [id, other] : all)
      if (id != next.id && !other.deleted && !next.deleted && name_of(next) == name_of(other)) {
        outcome.detail = std::same_as<Thing, user> ? "email" : "name";
        return journal_status::unique_violation;
      }
    if (auto status = judge(next, outcome); status != journal_status::stored)
      return status;
    all.insert_or_assign(next.id, next);
    return journal_status::stored;
  }

  static std::string name_of(const user& u) { return u.email.value_or(""); }
  static std::string name_of(const department& d) { return d.name; }

  static journal_status judge(const user&, const journal_outcome&) { return journal_status::stored; }
  journal_status judge(const department& next, journal_outcome& outcome) const {
    if (next.deleted && named_by_tickets.contains(next.id))
      return journal_status::in_use;
    auto is_there = [&](const user_id& id) { return users.contains(id) && !users.at(id).deleted; };
    if (std::all_of(next.members.begin(), next.members.end(), is_there))
      return journal_status::stored;
    outcome.unknown = {"user_id"};
    return journal_status::unknown_reference;
  }
};

} // namespace callboard::testing
