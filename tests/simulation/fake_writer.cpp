#include "base/json_write.hpp"
#include "persistence/fold.hpp"
#include "tests/simulation/fake_jobs.hpp"

#include <algorithm>

namespace callboard::simulation {
namespace {

constexpr int tidy_chunk = 500;

journal_outcome outcome_of(journal_status status, std::string detail = {}) {
  return {status, std::move(detail), std::nullopt, {}, 0};
}

/// The version is the number of events: what breaks that is kept out of the store.
bool versions_are_dense(const ticket_write& w) {
  auto version = w.expected_version;
  for (const auto& event : w.events)
    if (event.version != ++version)
      return false;
  return w.after.ticket.version == version;
}

class fake_writer final : public store_writer {
public:
  explicit fake_writer(opened_disk place) : place_(std::move(place)), disk_(*place_.data), jobs_(disk_) {}

  std::vector<journal_outcome> commit(std::span<const journal_item> items) override {
    auto all = [&] {
      std::vector<journal_outcome> outcomes;
      for (const auto& item : items) {
        outcomes.push_back(apply(item));
        place_.weather->saw(item, outcomes.back());
      }
      return outcomes;
    };
    try {
      return place_.call(store_call::commit, all);
    } catch (const store_failure&) {
      if (!disk_.planted.answers_before_commit || !*place_.open)
        throw;
      return std::vector<journal_outcome>(items.size());
    }
  }

  claimed_jobs claim(const claim_jobs& wanted) override {
    return place_.call(store_call::claim, [&] { return jobs_.claim(wanted); });
  }

  number_block reserve_numbers(std::int64_t count) override {
    return place_.call(store_call::reserve, [&] {
      number_block block{disk_.next_number, count};
      disk_.next_number += count;
      return block;
    });
  }

  /// Words are not indexed: only how far the index is.
  void index(const index_search& found) override {
    place_.call(store_call::index, [&] {
      disk_.search_feed_id = std::max(disk_.search_feed_id, found.feed_id);
      return true;
    });
  }

  bool tidy(const tidy_store& wanted) override {
    return place_.call(store_call::tidy, [&] {
      bool replies = tidy_replies(timestamp{wanted.now - wanted.idempotency_retention});
      bool events = tidy_feed(timestamp{wanted.now - wanted.feed_retention});
      bool leases = jobs_.sweep(wanted.now, tidy_chunk);
      return replies || events || leases;
    });
  }

private:
  journal_outcome apply(const journal_item& item) {
    if (item.keep)
      if (auto kept = disk_.find_reply(item.who, item.keep->idempotency.key)) {
        auto outcome = outcome_of(journal_status::duplicate_key);
        outcome.kept = *kept;
        return outcome;
      }
    if (place_.weather->fails(item))
      return outcome_of(journal_status::failed, "refused by the weather");
    auto outcome = write(item);
    if (item.keep && outcome.status == journal_status::stored)
      disk_.replies.emplace(
        std::pair{std::string{enum_name(item.who.type)} + ":" + item.who.id, item.keep->idempotency.key},
        std::pair{item.time, *item.keep});
    return outcome;
  }

  journal_outcome write(const journal_item& item) {
    if (auto w = std::get_if<ticket_write>(&item.write))
      return write_ticket(item, *w);
    if (auto w = std::get_if<directory_write>(&item.write))
      return write_directory(item, *w);
    if (auto update = std::get_if<job_update>(&item.write))
      return outcome_of(jobs_.update(*update, item.time));
    if (auto replay = std::get_if<job_replay>(&item.write))
      return outcome_of(jobs_.replay(*replay, item.time));
    return {};
  }

  std::int64_t feed(timestamp time, feed_source source, const uuid_bytes& subject, std::int64_t version) {
    disk_.feed.push_back({++disk_.feed_head, time, source, subject, version});
    return disk_.feed_head;
  }

  // --- tickets ---

  journal_outcome write_ticket(const journal_item& item, const ticket_write& w) {
    if (w.completion && jobs_.held(w.completion->id, w.completion->claim_token) == nullptr)
      return outcome_of(journal_status::job_lost);
    journal_outcome outcome;
    if (!w.events.empty()) {
      if (!versions_are_dense(w))
        return outcome_of(journal_status::failed, "the versions of the events are not dense");
      outcome = check(item, w);
      if (outcome.status != journal_status::stored)
        return outcome;
      outcome.feed_id = save(item, w);
    }
    if (w.completion)
      jobs_.end(*w.completion, item.time);
    if (w.cancel_jobs)
      jobs_.cancel_others(w.after.ticket.id.bytes, w.jobs, w.completion ? w.completion->id : job_id{}, item.time);
    for (const auto& job : w.jobs)
      jobs_.insert(job, item.time);
    return outcome;
  }

  journal_outcome check(const journal_item& item, const ticket_write& w) {
    const auto& t = w.after.ticket;
    auto present = disk_.find(t.id);
    bool creates = w.expected_version == 0;
    bool is_known = present && std::any_of(present->events.begin(), present->events.end(), [&](const stored_event& e) {
                      return e.command == item.command_id;
                    });
    if (is_known)
      return outcome_of(journal_status::duplicate_command);
    auto version = present ? present->state.ticket.version : 0;
    bool is_stale = creates ? present != nullptr : version != w.expected_version;
    if (!creates && (!present || (is_stale && !disk_.planted.no_version_check)))
      return outcome_of(journal_status::version_conflict);
    auto outcome = outcome_of(journal_status::stored);
    outcome.unknown = unknown_in(present && !creates ? present->state.ticket : ticket{}, t);
    if (!outcome.unknown.empty())
      outcome.status = journal_status::unknown_reference;
    else if (creates && is_stale)
      return outcome_of(journal_status::version_conflict);
    else if (creates && disk_.numbers.contains(t.number))
      return outcome_of(journal_status::failed, "the number is taken");
    return outcome;
  }

  std::vector<std::string> unknown_in(const ticket& before, const ticket& after) const {
    std::vector<std::string> unknown;
    auto look = [&](auto member, std::string_view name) {
      const auto& id = after.*member;
      if (id && id != before.*member && !is_there(*id))
        unknown.emplace_back(name);
    };
    look(&ticket::assignee_id, "assignee_id");
    look(&ticket::created_by, "created_by");
    look(&ticket::claimed_by, "claimed_by");
    look(&ticket::department, "department");
    return unknown;
  }

  bool is_there(const user_id& id) const { return disk_.users.contains(id) && !disk_.users.at(id).deleted; }
  bool is_there(const department_id& id) const {
    return disk_.departments.contains(id) && !disk_.departments.at(id).deleted;
  }

  std::int64_t save(const journal_item& item, const ticket_write& w) {
    const auto& t = w.after.ticket;
    auto& row = disk_.tickets[t.id];
    row.state = w.after;
    row.view = w.view;
    row.views[t.version] = w.view;
    disk_.numbers[t.number] = t.id;
    for (const auto& event : w.events)
      row.events.push_back(
        {event, feed(item.time, feed_source::ticket, t.id.bytes, event.version), item.command_id, item.who, item.time});
    return disk_.feed_head;
  }

  // --- the directory ---

  journal_outcome write_directory(const journal_item& item, const directory_write& w) {
    const auto& [type, changed_user, changed_department] = w.event;
    if (changed_user.has_value() == changed_department.has_value())
      return outcome_of(journal_status::failed, "a directory event is about one user or one department");
    const auto& subject = changed_user ? changed_user->id.bytes : changed_department->id.bytes;
    auto version = changed_user ? changed_user->version : changed_department->version;
    for (const auto& [at, event] : disk_.directory_events[subject])
      if (event.command == item.command_id)
        return outcome_of(journal_status::duplicate_command);
    if (version != w.expected_version + 1)
      return outcome_of(journal_status::failed, "the version does not follow the expected one");
    if (present_version(w.event) != w.expected_version && !disk_.planted.no_version_check)
      return outcome_of(journal_status::version_conflict);
    auto outcome = changed_user ? save(*changed_user) : save(*changed_department);
    if (outcome.status != journal_status::stored)
      return outcome;
    outcome.feed_id = append(item, w.id, w.event, subject, version);
    if (changed_user && changed_user->deleted)
      outcome.feed_id = std::max(outcome.feed_id, forget(item, changed_user->id));
    for (const auto& job : w.jobs)
      jobs_.insert(job, item.time);
    return outcome;
  }

  std::int64_t present_version(const directory_event& event) const {
    auto version_in = [](const auto& all, const auto& id) {
      auto found = all.find(id);
      return found == all.end() ? 0 : found->second.version;
    };
    return event.user ? version_in(disk_.users, event.user->id) : version_in(disk_.departments, event.department->id);
  }

  journal_outcome save(const user& next) {
    for (const auto& [id, other] : disk_.users)
      if (id != next.id && !other.deleted && !next.deleted && other.email && next.email
          && folded(*other.email) == folded(*next.email))
        return outcome_of(journal_status::unique_violation, "email");
    disk_.users.insert_or_assign(next.id, next);
    return {};
  }

  journal_outcome save(const department& next) {
    for (const auto& [id, other] : disk_.departments)
      if (id != next.id && !other.deleted && !next.deleted && folded(other.name) == folded(next.name))
        return outcome_of(journal_status::unique_violation, "name");
    if (next.deleted)
      for (const auto& [id, row] : disk_.tickets)
        if (!row.state.memory.deleted && row.state.ticket.department == next.id)
          return outcome_of(journal_status::in_use);
    auto present = disk_.departments.find(next.id);
    for (const auto& member : next.members) {
      bool was_there = present != disk_.departments.end()
                       && std::count(present->second.members.begin(), present->second.members.end(), member) > 0;
      if (!was_there && !is_there(member)) {
        auto outcome = outcome_of(journal_status::unknown_reference);
        outcome.unknown = {"user_id"};
        return outcome;
      }
    }
    disk_.departments.insert_or_assign(next.id, next);
    return {};
  }

  std::int64_t append(const journal_item& item, const event_id& id, const directory_event& event,
                      const uuid_bytes& subject, std::int64_t version) {
    disk_.directory_events[subject].insert_or_assign(version,
                                                     stored_directory_event{id, event, item.command_id, item.who});
    return feed(item.time, feed_source::directory, subject, version);
  }

  /// A tombstone tells nothing, nor does its history, and it is no member any more.
  std::int64_t forget(const journal_item& item, const user_id& id) {
    for (auto& [version, past] : disk_.directory_events[id.bytes]) {
      past.event.user->name.reset();
      past.event.user->email.reset();
    }
    std::int64_t feed_id = 0;
    for (auto& [key, d] : disk_.departments)
      if (std::erase(d.members, id) > 0) {
        ++d.version;
        d.updated_at = item.time;
        feed_id = append(item, event_id::make(), {"department.member_removed", {}, d}, key.bytes, d.version);
      }
    return feed_id;
  }

  // --- tidying ---

  bool tidy_replies(timestamp before) {
    int gone = 0;
    for (auto each = disk_.replies.begin(); each != disk_.replies.end() && gone < tidy_chunk;) {
      bool is_old = each->second.first < before;
      gone += is_old ? 1 : 0;
      each = is_old ? disk_.replies.erase(each) : std::next(each);
    }
    return gone == tidy_chunk;
  }

  /// The newest row stays, and what search has not read.
  bool tidy_feed(timestamp before) {
    int gone = 0;
    while (gone < tidy_chunk && disk_.feed.size() > 1 && disk_.feed.front().time < before
           && disk_.feed.front().id <= disk_.search_feed_id) {
      disk_.feed.pop_front();
      ++gone;
    }
    return gone == tidy_chunk;
  }

  opened_disk place_;
  disk& disk_;
  fake_jobs jobs_;
};

} // namespace

std::unique_ptr<store_writer> make_fake_writer(opened_disk place) {
  return std::make_unique<fake_writer>(std::move(place));
}

} // namespace callboard::simulation
