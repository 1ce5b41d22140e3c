#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "domain/views.hpp"
#include "persistence/fold.hpp"
#include "persistence/list_page.hpp"
#include "persistence/ticket_row.hpp"
#include "tests/simulation/fake_store.hpp"

#include <algorithm>
#include <set>

namespace callboard::simulation {
namespace {

constexpr std::size_t indexed_bytes_max = 256 * 1024;

template <class T>
bool among(const std::vector<T>& wanted, const std::optional<T>& value) {
  return wanted.empty() || (value && std::find(wanted.begin(), wanted.end(), *value) != wanted.end());
}
template <class T>
bool is(const std::optional<T>& wanted, const std::optional<T>& value) {
  return !wanted || wanted == value;
}

bool passes(const ticket_filter& f, const ticket& t) {
  return among(f.status, std::optional{t.status}) && among(f.priority, t.priority) && is(f.category, t.category)
         && is(f.ai_status, std::optional{t.ai.status}) && is(f.assignee_id, t.assignee_id)
         && is(f.department, t.department) && is(f.created_by, t.created_by)
         && (!f.tag || std::count(t.tags.begin(), t.tags.end(), *f.tag) > 0)
         && (!f.created_after || t.created_at > *f.created_after)
         && (!f.created_before || t.created_at < *f.created_before);
}

std::int64_t sort_key(ticket_sort sort, const ticket& t) {
  switch (sort) {
    case ticket_sort::id: return 0;
    case ticket_sort::created_at: return to_micros(t.created_at);
    case ticket_sort::updated_at: return to_micros(t.updated_at);
    case ticket_sort::priority: return rank_of(t.priority);
  }
  return 0;
}

/// One page of rows that are in their order already: `position` says where a row stands, `after` is passed over.
template <class Row, class Encode, class Position>
page page_of(const std::vector<Row>& rows, const page_request& asked, Encode encode, Position position) {
  page found;
  auto skip = static_cast<std::size_t>(offset_of(asked));
  auto limit = static_cast<std::size_t>(std::max(asked.limit, 1));
  std::string last;
  for (auto i = skip; i < rows.size(); ++i) {
    if (found.items.size() == limit) {
      found.next = last;
      break;
    }
    found.items.push_back(encode(rows[i]));
    last = position(rows[i]);
  }
  return found;
}

class fake_reader final : public store_reader {
public:
  explicit fake_reader(opened_disk place) : place_(std::move(place)), disk_(*place_.data) {}

  loaded_ticket load(const load_ticket& q) override {
    return read([&] {
      loaded_ticket loaded;
      auto row = find(q.ticket);
      if (row == nullptr)
        return loaded;
      loaded.state = row->state;
      for (const auto& event : row->events)
        if (q.command && event.command == *q.command) {
          if (!loaded.committed)
            loaded.committed = {event.row.id, event.row.version, event.row.version, event.time};
          loaded.committed->last_version = event.row.version;
        }
      return loaded;
    });
  }

  result<page> list(const list_tickets& q) override {
    return read([&]() -> result<page> {
      std::optional<list_position> after;
      if (!q.page.after.empty()) {
        after = decode_position(q.sort, q.page.after);
        if (!after)
          return tl::unexpected(bad_cursor());
      }
      if (!q.scope.all_tickets || (q.filter.text && !q.scope.staff_fields))
        return page{};
      return page_of(
        rows_of(q, after), q.page, [&](const stored_ticket* row) { return view_for(q.scope, row->view, view_schema); },
        [&](const stored_ticket* row) {
          return encode_position(q.sort, {sort_key(q.sort, row->state.ticket), row->state.ticket.id});
        });
    });
  }

  result<page> list(const list_messages& q) override {
    return read([&] {
      return list_of_ticket(q, q.scope.all_tickets, [&](const stored_event& event) -> std::optional<std::string> {
        auto read = read_event(event.row.type, event_schema, event.row.data);
        auto said = read ? std::get_if<message_added>(&*read) : nullptr;
        if (said == nullptr || (said->kind == message_kind::note && !q.scope.staff_fields))
          return std::nullopt;
        return to_json(
          message_view{event.row.id, q.ticket, event.row.version, said->kind, said->author, said->body, event.time});
      });
    });
  }

  result<page> list(const list_events& q) override {
    return read([&] {
      return list_of_ticket(q, q.scope.all_tickets && q.scope.staff_fields,
                            [&](const stored_event& event) { return std::optional{view_of(q.ticket, event)}; });
    });
  }

  result<page> list(const list_users& q) override {
    return read([&] {
      return list_by_id(disk_.users, q.page, [&](const user& u) {
        return !u.deleted && (!q.email || (u.email && folded(*u.email) == folded(*q.email)));
      });
    });
  }

  result<page> list(const list_departments& q) override {
    return read([&] { return list_by_id(disk_.departments, q.page, [](const department& d) { return !d.deleted; }); });
  }

  result<page> list(const list_jobs& q) override {
    return read([&]() -> result<page> {
      auto top = parse_upper_id(q.page.after);
      if (!top)
        return tl::unexpected(bad_cursor());
      std::vector<const stored_job*> rows;
      for (auto each = disk_.jobs.rbegin(); each != disk_.jobs.rend(); ++each)
        if (each->first.bytes < *top && (!q.state || each->second.state == *q.state))
          rows.push_back(&each->second);
      return page_of(
        rows, q.page, [](const stored_job* j) { return to_json(view_of(*j)); },
        [](const stored_job* j) { return to_string(j->job.id); });
    });
  }

  std::optional<user> find(const find_user& q) override {
    return read([&]() -> std::optional<user> {
      for (const auto& [id, u] : disk_.users)
        if (q.id.is_nil() ? !u.deleted && u.name == q.name : id == q.id)
          return u;
      return std::nullopt;
    });
  }

  std::optional<department> find(const find_department& q) override {
    return read([&]() -> std::optional<department> {
      auto found = disk_.departments.find(q.id);
      return found == disk_.departments.end() ? std::nullopt : std::optional{found->second};
    });
  }

  std::optional<stored_reply> find(const callboard::find_reply& q) override {
    return read([&]() -> std::optional<stored_reply> {
      auto found = disk_.find_reply(q.who, q.key);
      return found ? std::optional{*found} : std::nullopt;
    });
  }

  feed_page read(const read_feed& q) override {
    return read([&] {
      feed_page found;
      found.head = disk_.feed_head;
      found.oldest = disk_.feed.empty() ? 0 : disk_.feed.front().id;
      for (const auto* row : feed_after(q.after, q.limit))
        found.events.push_back(fed(*row));
      return found;
    });
  }

  std::vector<ticket_id> list_ids(const tickets_of_user& q) override {
    return read([&] {
      std::vector<ticket_id> found;
      for (const auto& [id, row] : disk_.tickets) {
        const auto& t = row.state.ticket;
        bool names = t.created_by == q.user_id || t.assignee_id == q.user_id || t.claimed_by == q.user_id;
        if (names && !row.state.memory.deleted && id > q.after && found.size() < static_cast<std::size_t>(q.limit))
          found.push_back(id);
      }
      return found;
    });
  }

  search_page texts(const search_texts& q) override {
    return read([&] {
      search_page found{.entries = {}, .feed_id = q.after, .time = {}, .more = false};
      std::set<ticket_id> changed;
      for (const auto* row : feed_after(q.after, q.limit)) {
        found.feed_id = row->id;
        found.time = row->time;
        auto event = fed(*row);
        if (event->type == "ticket.created" || event->type == "ticket.changed" || event->type == "ticket.deleted"
            || event->type == "message.added")
          changed.insert({event->subject});
      }
      found.more = found.feed_id < disk_.feed_head;
      for (const auto& id : changed)
        found.entries.push_back(text_of(id));
      return found;
    });
  }

  store_counts count() override {
    return read([&] {
      store_counts counts;
      for (auto name : enum_names<ticket_status>())
        counts.tickets_by_status[std::string{name}] = 0;
      for (auto state : counted_job_states)
        counts.jobs_by_state[std::string{enum_name(state)}] = 0;
      for (const auto& [id, row] : disk_.tickets)
        if (!row.state.memory.deleted)
          ++counts.tickets_by_status[std::string{enum_name(row.state.ticket.status)}];
      for (const auto& [id, j] : disk_.jobs)
        if (std::ranges::find(counted_job_states, j.state) != counted_job_states.end())
          ++counts.jobs_by_state[std::string{enum_name(j.state)}];
      for (const auto& [id, u] : disk_.users)
        counts.users += u.deleted ? 0 : 1;
      for (const auto& [id, d] : disk_.departments)
        counts.departments += d.deleted ? 0 : 1;
      return counts;
    });
  }

private:
  template <std::invocable Work>
  std::invoke_result_t<Work> read(Work&& work) {
    return place_.call(store_call::read, std::forward<Work>(work));
  }

  std::vector<const feed_row*> feed_after(std::int64_t after, int limit) const {
    std::vector<const feed_row*> found;
    for (const auto& row : disk_.feed)
      if (row.id > after && found.size() < static_cast<std::size_t>(std::max(limit, 1)))
        found.push_back(&row);
    return found;
  }

  const stored_ticket* find(const ticket_ref& ref) const {
    if (!ref.id.is_nil())
      return disk_.find(ref.id);
    auto found = disk_.numbers.find(ref.number);
    return found == disk_.numbers.end() ? nullptr : disk_.find(found->second);
  }

  std::vector<const stored_ticket*> rows_of(const list_tickets& q, const std::optional<list_position>& after) {
    auto place = [&](const stored_ticket* row) {
      return std::pair{sort_key(q.sort, row->state.ticket), row->state.ticket.id};
    };
    std::vector<const stored_ticket*> rows;
    for (const auto& [id, row] : disk_.tickets)
      if (!row.state.memory.deleted && passes(q.filter, row.state.ticket))
        rows.push_back(&row);
    std::sort(rows.begin(), rows.end(),
              [&](auto* a, auto* b) { return q.ascending ? place(a) < place(b) : place(b) < place(a); });
    if (after)
      std::erase_if(rows, [&](auto* row) {
        auto from = std::pair{q.sort == ticket_sort::id ? 0 : after->key, after->id};
        return q.ascending ? place(row) <= from : place(row) >= from;
      });
    return rows;
  }

  template <class Query, class Encode>
  result<page> list_of_ticket(const Query& q, bool may_see, Encode encode) {
    auto after = parse_version(q.page.after);
    if (!after)
      return tl::unexpected(bad_cursor());
    auto row = disk_.find(q.ticket);
    if (!may_see || row == nullptr || row->state.memory.deleted)
      return tl::unexpected(no_such_ticket());
    std::vector<std::pair<std::int64_t, std::string>> shown;
    for (const auto& event : row->events)
      if (event.row.version > *after)
        if (auto item = encode(event))
          shown.emplace_back(event.row.version, std::move(*item));
    return page_of(
      shown, q.page, [](const auto& each) { return each.second; },
      [](const auto& each) { return std::to_string(each.first); });
  }

  template <class Map, class Wanted>
  result<page> list_by_id(const Map& all, const page_request& asked, Wanted wanted) {
    auto top = parse_upper_id(asked.after);
    if (!top)
      return tl::unexpected(bad_cursor());
    std::vector<const typename Map::mapped_type*> rows;
    for (auto each = all.rbegin(); each != all.rend(); ++each)
      if (each->first.bytes < *top && wanted(each->second))
        rows.push_back(&each->second);
    return page_of(
      rows, asked, [](auto* row) { return to_json(*row); }, [](auto* row) { return to_string(row->id); });
  }

  static std::string view_of(const ticket_id& id, const stored_event& event) {
    return to_json(
      event_view{event.row.id, event.row.type, event.time, id, event.row.version, event.who, raw_json{event.row.data}});
  }

  static job_view view_of(const stored_job& j) {
    std::string subject;
    append_uuid(subject, j.job.subject);
    return {.id = j.job.id,
            .kind = std::string{enum_name(j.job.kind)},
            .subject_id = std::move(subject),
            .state = std::string{enum_name(j.state)},
            .attempt = j.attempt,
            .crash_count = j.crash_count,
            .run_at = j.run_at,
            .claimed_until = j.claimed_until,
            .last_error = j.last_error.empty() ? std::nullopt : std::optional{j.last_error},
            .created_at = j.created_at,
            .updated_at = j.updated_at};
  }

  std::shared_ptr<const feed_event> fed(const feed_row& row) const {
    auto made = std::make_shared<feed_event>();
    made->feed_id = row.id;
    made->source = row.source;
    made->subject = row.subject;
    made->version = row.version;
    if (auto event = disk_.event_of(row)) {
      made->type = event->row.type;
      made->json = view_of(ticket_id{row.subject}, *event);
      made->context = context_in(event->row.context);
      if (!event->row.context_before.empty()) {
        made->before = context_in(event->row.context_before);
        const auto& ticket = *disk_.find(ticket_id{row.subject});
        made->ticket = ticket.state.memory.deleted ? std::string{} : ticket.view;
      }
    } else if (row.source == feed_source::directory) {
      const auto& past = disk_.directory_events.at(row.subject).at(row.version);
      made->type = past.event.type;
      auto data = past.event.user ? "{\"user\":" + to_json(*past.event.user)
                                  : "{\"department\":" + to_json(*past.event.department);
      made->json = to_json(
        event_view{past.id, past.event.type, row.time, std::nullopt, row.version, past.who, raw_json{data + "}"}});
    }
    return made;
  }

  static ticket_context context_in(const std::string& text) {
    auto read = from_json_text<ticket_context>(text, read_as::stored);
    if (!read)
      throw std::logic_error("a stored context cannot be read");
    return *read;
  }

  search_entry text_of(const ticket_id& id) const {
    search_entry entry{.id = id, .remove = true, .title = {}, .text = {}};
    auto row = disk_.find(id);
    if (row == nullptr || row->state.memory.deleted)
      return entry;
    entry.remove = false;
    entry.title = row->state.ticket.title;
    entry.text = row->state.ticket.description;
    for (auto event = row->events.rbegin(); event != row->events.rend(); ++event) {
      auto read = read_event(event->row.type, event_schema, event->row.data);
      if (auto said = read ? std::get_if<message_added>(&*read) : nullptr;
          said && entry.text.size() < indexed_bytes_max)
        entry.text.append(1, '\n').append(said->body);
    }
    return entry;
  }

  opened_disk place_;
  disk& disk_;
};

} // namespace

std::unique_ptr<store_reader> make_fake_reader(opened_disk place) {
  return std::make_unique<fake_reader>(std::move(place));
}

} // namespace callboard::simulation
