#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "domain/views.hpp"
#include "persistence/fold.hpp"
#include "persistence/sqlite/guarded.hpp"
#include "persistence/sqlite/reader.hpp"
#include "persistence/stored_json.hpp"
#include "persistence/stored_rows.hpp"

namespace callboard::sqlite {
namespace {

job_view job_of(const rows& row) {
  std::string subject;
  append_uuid(subject, row.get<uuid_bytes>(2));
  return {.id = row.get<job_id>(0),
          .kind = row.get<std::string>(1),
          .subject_id = std::move(subject),
          .state = row.get<std::string>(3),
          .attempt = row.get<std::int64_t>(4),
          .crash_count = row.get<std::int64_t>(5),
          .run_at = row.get<timestamp>(6),
          .claimed_until = row.get<std::optional<timestamp>>(7),
          .last_error = row.get<std::optional<std::string>>(8),
          .created_at = row.get<timestamp>(9),
          .updated_at = row.get<timestamp>(10)};
}

} // namespace

result<page> reader::list(const list_tickets& asked) {
  std::optional<list_position> after;
  if (!asked.page.after.empty()) {
    after = decode_position(asked.sort, asked.page.after);
    if (!after)
      return tl::unexpected(bad_cursor());
  }
  begin_question();
  return guarded([&]() -> result<page> {
    if (!needs_skew(asked)) {
      auto composed = compose_list(asked, after, {});
      return composed ? read_tickets(asked, *composed) : page{};
    }
    // The skew and the list must be of one moment, else a ticket that widens it could be missed.
    transaction moment{db_, "BEGIN"};
    id_skew skew;
    {
      auto row = read_skew_.query();
      row.next();
      skew = {row.get<std::int64_t>(0), row.get<std::int64_t>(1)};
    }
    auto composed = compose_list(asked, after, skew);
    return composed ? read_tickets(asked, *composed) : page{};
  });
}

page reader::read_tickets(const list_tickets& asked, const list_statement& composed) {
  page_builder found{asked.page.limit};
  auto row = lists_.get(composed.sql).query_with(composed.values);
  while (row.next()) {
    if (found.full()) {
      found.there_is_more();
      break;
    }
    found.add(view_for(asked.scope, row.get<std::string_view>(2), row.get<int>(3)), [&] {
      return encode_position(asked.sort, {row.get<std::int64_t>(0), row.get<ticket_id>(1)});
    });
  }
  return found.take();
}

bool reader::is_there(const ticket_id& id) { return ticket_there_.query(id).next(); }

result<page> reader::list(const list_messages& asked) {
  auto after = parse_version(asked.page.after);
  if (!after)
    return tl::unexpected(bad_cursor());
  begin_question();
  return guarded([&]() -> result<page> {
    if (!asked.scope.all_tickets || !is_there(asked.ticket))
      return tl::unexpected(no_such_ticket());
    page_builder found{asked.page.limit, offset_of(asked.page)};
    auto row = messages_.query(asked.ticket, *after);
    while (row.next()) {
      auto said = stored_json<message_added>(row.get<std::string_view>(3), "message");
      if ((said.kind == message_kind::note && !asked.scope.staff_fields) || found.skipped())
        continue;
      if (found.full()) {
        found.there_is_more();
        break;
      }
      auto version = row.get<std::int64_t>(0);
      message_view view{row.get<event_id>(1), asked.ticket,         version, said.kind, std::move(said.author),
                        std::move(said.body), row.get<timestamp>(2)};
      found.add(to_json(view), [&] { return std::to_string(version); });
    }
    return found.take();
  });
}

result<page> reader::list(const list_events& asked) {
  auto after = parse_version(asked.page.after);
  if (!after)
    return tl::unexpected(bad_cursor());
  begin_question();
  return guarded([&]() -> result<page> {
    // Which events a customer may see is settled with identity; until then nobody but staff has a history.
    if (!asked.scope.all_tickets || !asked.scope.staff_fields || !is_there(asked.ticket))
      return tl::unexpected(no_such_ticket());
    page_builder found{asked.page.limit, offset_of(asked.page)};
    auto row = events_.query(asked.ticket, *after);
    while (row.next()) {
      if (found.skipped())
        continue;
      if (found.full()) {
        found.there_is_more();
        break;
      }
      auto version = row.get<std::int64_t>(0);
      event_view view{row.get<event_id>(1),
                      row.get<std::string>(2),
                      row.get<timestamp>(3),
                      asked.ticket,
                      version,
                      {row.get<actor_type>(4), row.get<std::string>(5)},
                      {row.get<std::string>(6)}};
      found.add(to_json(view), [&] { return std::to_string(version); });
    }
    return found.take();
  });
}

template <class Ask, class Read>
result<page> reader::newest_first(const page_request& wanted, Ask ask, Read read) {
  auto below = parse_upper_id(wanted.after);
  if (!below)
    return tl::unexpected(bad_cursor());
  begin_question();
  return guarded([&]() -> result<page> {
    page_builder found{wanted.limit};
    auto row = ask(*below, std::int64_t{wanted.limit} + 1, offset_of(wanted));
    while (row.next()) {
      if (found.full()) {
        found.there_is_more();
        break;
      }
      auto each = read(row);
      found.add(to_json(each), [&] { return to_string(each.id); });
    }
    return found.take();
  });
}

result<page> reader::list(const list_users& asked) {
  auto ask = [&](const auto&... part) {
    return asked.email ? user_by_email_.query(folded(*asked.email), part...) : users_.query(part...);
  };
  return newest_first(asked.page, ask, [](const rows& row) { return user_of(row); });
}

result<page> reader::list(const list_departments& asked) {
  auto ask = [&](const auto&... part) { return departments_.query(part...); };
  return newest_first(asked.page, ask, [&](const rows& row) { return read_department(row); });
}

result<page> reader::list(const list_jobs& asked) {
  auto ask = [&](const auto&... part) {
    return asked.state ? jobs_in_state_.query(*asked.state, part...) : jobs_.query(part...);
  };
  return newest_first(asked.page, ask, [](const rows& row) { return job_of(row); });
}

} // namespace callboard::sqlite
