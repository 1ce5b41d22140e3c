#include "persistence/sqlite/reader.hpp"

#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "persistence/sqlite/guarded.hpp"
#include "persistence/sqlite/read_sql.hpp"
#include "persistence/stored_json.hpp"
#include "persistence/stored_rows.hpp"

#include <algorithm>
#include <map>
#include <sqlite3.h>

namespace callboard::sqlite {
namespace {

/// How many steps of SQLite's machine pass between two looks at the clock: well under a millisecond.
constexpr int steps_between_looks = 20'000;

/// Of one ticket's text, the newest messages first. Each new message indexes its ticket again, on the writer's thread:
/// a conversation without end must not stop everybody's writes.
constexpr std::size_t indexed_bytes_max = 256 * 1024;

/// Of all texts that the index is given at once; the last one may exceed it. The writer that they are for is everybody's.
constexpr std::size_t page_bytes_max = 256 * 1024;
constexpr std::size_t entry_bytes_min = 512; ///< what a ticket of the index counts before its text

} // namespace

reader::reader(std::shared_ptr<const shared_store> shared)
    : shared_(std::move(shared)),
      db_(shared_->file, connection_use::reader),
      replies_(db_),
      lists_(db_),
      load_by_id_(db_, sql::load_by_id),
      load_by_number_(db_, sql::load_by_number),
      of_command_(db_, sql::events_of_command),
      ticket_there_(db_, sql::ticket_is_there),
      read_skew_(db_, sql::read_skew),
      messages_(db_, sql::list_messages),
      events_(db_, sql::list_events),
      of_user_(db_, sql::list_tickets_of_user),
      ticket_text_(db_, sql::find_ticket_text),
      bodies_(db_, sql::list_message_bodies),
      find_user_(db_, sql::find_user),
      user_by_name_(db_, sql::find_user_by_name),
      users_(db_, sql::list_users),
      user_by_email_(db_, sql::find_user_by_email),
      find_department_(db_, sql::find_department),
      departments_(db_, sql::list_departments),
      members_(db_, sql::list_members_of),
      feed_(db_, sql::read_feed),
      text_changes_(db_, sql::read_text_changes),
      feed_ends_(db_, sql::feed_ends),
      jobs_(db_, sql::list_jobs),
      jobs_in_state_(db_, sql::list_jobs_in_state),
      count_tickets_(db_, sql::count_tickets),
      count_jobs_(db_, sql::count_jobs),
      count_users_(db_, sql::count_users),
      count_departments_(db_, sql::count_departments) {
  sqlite3_progress_handler(db_.handle(), steps_between_looks, past_deadline, this);
}

int reader::past_deadline(void* self) {
  return std::chrono::steady_clock::now() > static_cast<reader*>(self)->deadline_ ? 1 : 0;
}

loaded_ticket reader::load(const load_ticket& asked) {
  begin_question();
  return guarded([&] {
    loaded_ticket loaded;
    const auto& [id, number] = asked.ticket;
    auto row = id.is_nil() ? load_by_number_.query(number) : load_by_id_.query(id);
    if (!row.next())
      return loaded;
    auto& state = loaded.state.emplace();
    state.ticket = stored_json<ticket>(row.get<std::string_view>(1), "ticket");
    state.memory = stored_json<ticket_memory>(row.get<std::string_view>(2), "ticket's memory");
    // JSON has milliseconds; the columns have all of the time, and lists sort by it.
    state.ticket.created_at = row.get<timestamp>(3);
    state.ticket.updated_at = row.get<timestamp>(4);
    state.ticket.resolved_at = row.get<std::optional<timestamp>>(5);
    state.ticket.closed_at = row.get<std::optional<timestamp>>(6);
    if (asked.command) {
      auto event = of_command_.query(row.get<ticket_id>(0), *asked.command);
      if (event.next())
        loaded.committed = {event.get<event_id>(0), event.get<std::int64_t>(1), event.get<std::int64_t>(1),
                            event.get<timestamp>(2)};
      while (loaded.committed && event.next())
        loaded.committed->last_version = event.get<std::int64_t>(1);
    }
    return loaded;
  });
}

department reader::read_department(const rows& row) {
  department found{.id = row.get<department_id>(0),
                   .name = row.get<std::string>(1),
                   .members = {},
                   .deleted = row.get<bool>(2),
                   .version = row.get<std::int64_t>(3),
                   .created_at = row.get<timestamp>(4),
                   .updated_at = row.get<timestamp>(5)};
  auto member = members_.query(found.id);
  while (member.next())
    found.members.push_back(member.get<user_id>(0));
  return found;
}

std::optional<user> reader::find(const find_user& asked) {
  begin_question();
  return guarded([&]() -> std::optional<user> {
    auto row = asked.id.is_nil() ? user_by_name_.query(asked.name) : find_user_.query(asked.id);
    return row.next() ? std::optional{user_of(row)} : std::nullopt;
  });
}

std::optional<department> reader::find(const find_department& asked) {
  begin_question();
  return guarded([&]() -> std::optional<department> {
    transaction moment{db_, "BEGIN"}; // the row and its members
    auto row = find_department_.query(asked.id);
    return row.next() ? std::optional{read_department(row)} : std::nullopt;
  });
}

std::optional<stored_reply> reader::find(const find_reply& asked) {
  begin_question();
  return guarded([&] { return replies_.find(asked.who, asked.key); });
}

feed_page reader::read(const read_feed& asked) {
  begin_question();
  return guarded([&] {
    transaction moment{db_, "BEGIN"}; // so that `head` is never behind the events
    feed_page found;
    {
      auto ends = feed_ends_.query();
      ends.next();
      found.head = ends.get<std::int64_t>(0);
      found.oldest = ends.get<std::int64_t>(1);
    }
    if (asked.after >= found.head)
      return found;
    auto row = feed_.query(asked.after, std::max(asked.limit, 1));
    while (row.next())
      found.events.push_back(read_event(row));
    return found;
  });
}

std::shared_ptr<const feed_event> reader::read_event(const rows& row) {
  auto read = std::make_shared<feed_event>();
  read->feed_id = row.get<std::int64_t>(0);
  read->source = row.get<feed_source>(1);
  read->subject = row.get<uuid_bytes>(2);
  read->version = row.get<std::int64_t>(3);
  read->type = row.get<std::string>(6);
  bool of_ticket = read->source == feed_source::ticket;
  event_view view{row.get<event_id>(5),
                  read->type,
                  row.get<timestamp>(4),
                  of_ticket ? std::optional{ticket_id{read->subject}} : std::nullopt,
                  read->version,
                  {row.get<actor_type>(7), row.get<std::string>(8)},
                  {row.get<std::string>(9)}};
  append_json(read->json, view);
  if (of_ticket)
    read->context = stored_json<ticket_context>(row.get<std::string_view>(10), "context");
  if (of_ticket && !row.is_null(11))
    read->before = stored_json<ticket_context>(row.get<std::string_view>(11), "context");
  if (!row.is_null(12))
    read->ticket = row.get<std::string>(12);
  return read;
}

std::vector<ticket_id> reader::list_ids(const tickets_of_user& asked) {
  begin_question();
  return guarded([&] {
    std::vector<ticket_id> found;
    auto row = of_user_.query(asked.user_id, asked.after, asked.limit);
    while (row.next())
      found.push_back(row.get<ticket_id>(0));
    return found;
  });
}

search_entry reader::text_of(const ticket_id& id) {
  search_entry entry{.id = id, .remove = true, .title = {}, .text = {}};
  auto row = ticket_text_.query(id);
  if (!row.next() || row.get<bool>(0))
    return entry;
  entry.remove = false;
  entry.title = row.get<std::string>(1);
  entry.text = row.get<std::string>(2);
  auto body = bodies_.query(id); // the newest first
  while (entry.text.size() < indexed_bytes_max && body.next())
    entry.text.append(1, '\n').append(body.get<std::string_view>(0));
  return entry;
}

search_page reader::texts(const search_texts& asked) {
  begin_question();
  return guarded([&] {
    search_page found;
    std::vector<std::pair<std::int64_t, timestamp>> looked{{asked.after, {}}};
    struct change {
      std::size_t first = 0, last = 0; ///< in `looked`
    };
    std::map<ticket_id, change> changes;
    for (auto row = text_changes_.query(asked.after, std::max(asked.limit, 1)); row.next();) {
      looked.emplace_back(row.get<std::int64_t>(0), row.get<timestamp>(1));
      if (row.get<bool>(3)) {
        auto& [first, last] = changes[row.get<ticket_id>(2)];
        last = looked.size() - 1;
        first = first == 0 ? last : first;
      }
    }
    std::map<std::size_t, ticket_id> in_order;
    for (const auto& [id, its] : changes)
      in_order.emplace(its.last, id);
    // This ends before the last event of the first that is left out. Of those that are passed by so, since they were
    // changed again, chance takes one along: none that is changed all the time is left out for ever.
    auto reached = looked.size() - 1;
    std::size_t bytes = 0;
    auto next = in_order.begin();
    for (; next != in_order.end() && bytes < page_bytes_max; ++next) {
      const auto& entry = found.entries.emplace_back(text_of(next->second));
      bytes += entry_bytes_min + entry.title.size() + entry.text.size();
    }
    if (next != in_order.end())
      reached = next->first - 1;
    std::vector<ticket_id> passed;
    for (; next != in_order.end(); ++next)
      if (changes[next->second].first <= reached)
        passed.push_back(next->second);
    if (!passed.empty())
      found.entries.push_back(text_of(passed[dice_() % passed.size()]));
    std::tie(found.feed_id, found.time) = looked[reached];
    found.more = reached + 1 < looked.size() || looked.size() > static_cast<std::size_t>(std::max(asked.limit, 1));
    return found;
  });
}

store_counts reader::count() {
  begin_question();
  return guarded([&] {
    store_counts counts;
    for (auto name : enum_names<ticket_status>())
      counts.tickets_by_status[std::string{name}] = 0;
    for (auto state : counted_job_states)
      counts.jobs_by_state[std::string{enum_name(state)}] = 0;
    for (auto row = count_tickets_.query(); row.next();)
      counts.tickets_by_status[row.get<std::string>(0)] = row.get<std::int64_t>(1);
    for (auto row = count_jobs_.query(); row.next();)
      counts.jobs_by_state[row.get<std::string>(0)] = row.get<std::int64_t>(1);
    auto number = [](rows row) { return row.next() ? row.get<std::int64_t>(0) : 0; };
    counts.users = number(count_users_.query());
    counts.departments = number(count_departments_.query());
    return counts;
  });
}

} // namespace callboard::sqlite
