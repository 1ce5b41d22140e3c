#include "persistence/postgres/reader.hpp"

#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "persistence/postgres/read_sql.hpp"
#include "persistence/postgres/storable.hpp"
#include "persistence/postgres/stored_directory.hpp"
#include "persistence/reply_owner.hpp"
#include "persistence/stored_json.hpp"
#include "persistence/stored_rows.hpp"

namespace callboard::postgres {
namespace {

/// Of one ticket's text, the newest messages first. Each new message indexes its ticket again: a conversation without
/// end must not stop everybody's writes.
constexpr std::size_t indexed_bytes_max = 256 * 1024;

/// What is fetched for it. Encoded messages are longer than their bodies.
constexpr std::size_t fetched_bytes_max = 4 * indexed_bytes_max;

// All that the index takes of a ticket and of a message: what is damaged elsewhere in them does not stop it.
struct words_of_ticket {
  std::string title;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(words_of_ticket, (), (title, description))
struct words_of_message {
  std::string body;
};
BOOST_DESCRIBE_STRUCT(words_of_message, (), (body))

std::shared_ptr<const feed_event> event_of(const rows& row) {
  auto read = std::make_shared<feed_event>();
  read->feed_id = row.get<std::int64_t>(2);
  read->source = row.get<feed_source>(3);
  read->subject = row.get<uuid_bytes>(4);
  read->version = row.get<std::int64_t>(5);
  read->type = row.get<std::string>(8);
  bool of_ticket = read->source == feed_source::ticket;
  event_view view{row.get<event_id>(7),
                  read->type,
                  row.get<timestamp>(6),
                  of_ticket ? std::optional{ticket_id{read->subject}} : std::nullopt,
                  read->version,
                  {row.get<actor_type>(9), row.get<std::string>(10)},
                  {row.get<std::string>(11)}};
  append_json(read->json, view);
  if (of_ticket)
    read->context = stored_json<ticket_context>(row.get<std::string_view>(12), "context");
  if (of_ticket && !row.is_null(13))
    read->before = stored_json<ticket_context>(row.get<std::string_view>(13), "context");
  if (!row.is_null(14))
    read->ticket = row.get<std::string>(14);
  return read;
}

loaded_ticket ticket_of(const rows& row) {
  loaded_ticket loaded;
  if (row.is_null(0))
    return loaded;
  auto& state = loaded.state.emplace();
  state.ticket = stored_json<ticket>(row.get<std::string_view>(0), "ticket");
  state.memory = stored_json<ticket_memory>(row.get<std::string_view>(1), "ticket's memory");
  // JSON has milliseconds; the columns have all of the time, and lists sort by it.
  state.ticket.created_at = row.get<timestamp>(2);
  state.ticket.updated_at = row.get<timestamp>(3);
  state.ticket.resolved_at = row.get<std::optional<timestamp>>(4);
  state.ticket.closed_at = row.get<std::optional<timestamp>>(5);
  if (!row.is_null(6))
    loaded.committed = {row.get<event_id>(6), row.get<std::int64_t>(7), row.get<std::int64_t>(9),
                        row.get<timestamp>(8)};
  return loaded;
}

} // namespace

connection& reader::session() {
  if (db_ && !db_->is_alive())
    db_.reset();
  if (!db_) {
    lists_.clear();
    db_.emplace(shared_->settings, connection_use::reader);
  }
  return *db_;
}

loaded_ticket reader::load(const load_ticket& asked) {
  auto answer = std::move(load_each({&asked, 1}).front());
  if (!answer)
    throw store_failure(answer.error(), false);
  return std::move(*answer);
}

std::vector<load_answer> reader::load_each(std::span<const load_ticket> asked) {
  array_parameter ids, numbers, commands;
  for (const auto& each : asked) {
    ids.add(each.ticket.id.is_nil() ? std::nullopt : std::optional{each.ticket.id});
    numbers.add(each.ticket.number);
    commands.add(each.command);
  }
  std::vector<load_answer> answers;
  for (auto row = ask(sql::load_tickets, ids.take(), numbers.take(), commands.take()); row.next();) {
    try {
      answers.emplace_back(ticket_of(row));
    } catch (const store_failure& damage) {
      answers.emplace_back(tl::unexpect, damage.what());
    }
  }
  return answers;
}

std::optional<user> reader::find(const find_user& asked) {
  if (asked.id.is_nil() && !storable(asked.name))
    return std::nullopt;
  auto row = asked.id.is_nil() ? ask(sql::find_user_by_name, asked.name) : ask(sql::find_user, asked.id);
  return row.next() ? std::optional{user_of(row)} : std::nullopt;
}

std::optional<department> reader::find(const find_department& asked) {
  auto row = ask(sql::find_department, asked.id);
  return row.next() ? std::optional{department_of(row)} : std::nullopt;
}

std::optional<stored_reply> reader::find(const find_reply& asked) {
  auto owner = reply_owner(asked.who);
  if (!storable(owner) || !storable(asked.key))
    return std::nullopt;
  auto row = ask(sql::find_reply, owner, asked.key);
  return row.next() ? std::optional{reply_of_row(row)} : std::nullopt;
}

feed_page reader::read(const read_feed& asked) {
  feed_page found;
  auto row = ask(sql::read_feed, asked.after, std::max(asked.limit, 1));
  while (row.next()) {
    found.head = row.get<std::int64_t>(0);
    found.oldest = row.get<std::int64_t>(1);
    if (!row.is_null(2))
      found.events.push_back(event_of(row));
  }
  return found;
}

std::vector<ticket_id> reader::list_ids(const tickets_of_user& asked) {
  std::vector<ticket_id> found;
  auto row = ask(sql::list_tickets_of_user, asked.user_id, asked.after, asked.limit);
  while (row.next())
    found.push_back(row.get<ticket_id>(0));
  return found;
}

search_page reader::texts(const search_texts& asked) {
  search_page found;
  auto row = ask(sql::read_texts, asked.after, std::max(asked.limit, 1), fetched_bytes_max);
  while (row.next()) {
    found.feed_id = row.get<std::int64_t>(0);
    if (!row.is_null(1))
      found.time = row.get<timestamp>(1);
    found.more = row.get<bool>(2);
    if (row.is_null(3))
      continue;
    auto id = row.get<ticket_id>(3);
    if (found.entries.empty() || found.entries.back().id != id) {
      auto& entry = found.entries.emplace_back(search_entry{.id = id, .remove = true, .title = {}, .text = {}});
      if (!row.is_null(4)) {
        auto seen = stored_json<words_of_ticket>(row.get<std::string_view>(4), "ticket");
        entry.remove = false;
        entry.title = std::move(seen.title);
        entry.text = std::move(seen.description);
      }
    }
    auto& text = found.entries.back().text;
    if (!row.is_null(5) && text.size() < indexed_bytes_max)
      text.append(1, '\n').append(stored_json<words_of_message>(row.get<std::string_view>(5), "message").body);
  }
  return found;
}

store_counts reader::count() {
  store_counts counts;
  for (auto name : enum_names<ticket_status>())
    counts.tickets_by_status[std::string{name}] = 0;
  for (auto state : counted_job_states)
    counts.jobs_by_state[std::string{enum_name(state)}] = 0;
  for (auto row = ask(sql::count_all, to_micros(now())); row.next();) {
    auto what = row.get<std::string_view>(0);
    auto number = row.get<std::int64_t>(2);
    if (what == "ticket")
      counts.tickets_by_status[row.get<std::string>(1)] = number;
    else if (what == "job")
      counts.jobs_by_state[row.get<std::string>(1)] = number;
    else if (what == "held back")
      counts.feed_held_back = std::chrono::microseconds{std::max<std::int64_t>(number, 0)};
    else
      (what == "user" ? counts.users : counts.departments) = number;
  }
  return counts;
}

} // namespace callboard::postgres
