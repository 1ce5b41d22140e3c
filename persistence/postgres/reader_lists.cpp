#include "base/json_write.hpp"
#include "domain/ticket_events.hpp"
#include "domain/views.hpp"
#include "persistence/fold.hpp"
#include "persistence/postgres/read_sql.hpp"
#include "persistence/postgres/reader.hpp"
#include "persistence/postgres/storable.hpp"
#include "persistence/postgres/stored_directory.hpp"
#include "persistence/stored_json.hpp"
#include "persistence/stored_rows.hpp"

namespace callboard::postgres {
namespace {

job_view job_of(const rows& row) {
  return {.id = row.get<job_id>(0),
          .kind = row.get<std::string>(1),
          .subject_id = row.get<std::string>(2),
          .state = row.get<std::string>(3),
          .attempt = row.get<std::int64_t>(4),
          .crash_count = row.get<std::int64_t>(5),
          .run_at = row.get<timestamp>(6),
          .claimed_until = row.get<std::optional<timestamp>>(7),
          .last_error = row.get<std::optional<std::string>>(8),
          .created_at = row.get<timestamp>(9),
          .updated_at = row.get<timestamp>(10)};
}

std::int64_t rows_wanted(const page_request& page) { return std::int64_t{std::max(page.limit, 1)} + 1; }

/// Fills a page from rows of which there is one more than it holds, if there are more at all.
template <class Read>
page read_page(rows row, const page_request& wanted, Read read) {
  page_builder found{wanted.limit};
  while (row.next()) {
    if (found.full()) {
      found.there_is_more();
      break;
    }
    read(found, row);
  }
  return found.take();
}

} // namespace

rows reader::ask_list(const list_statement& list) {
  auto& db = session();
  if (auto oldest = lists_.use(list.sql))
    db.forget(*oldest);
  return db.query(list.sql, list.values);
}

result<page> reader::list(const list_tickets& asked) {
  std::optional<list_position> after;
  if (!asked.page.after.empty()) {
    after = decode_position(asked.sort, asked.page.after);
    if (!after)
      return tl::unexpected(bad_cursor());
  }
  auto composed = compose_list(asked, after);
  if (!composed)
    return page{};
  return read_page(ask_list(*composed), asked.page, [&](page_builder& found, const rows& row) {
    found.add(view_for(asked.scope, row.get<std::string_view>(2), row.get<int>(3)), [&] {
      auto key = row.get<std::optional<std::int64_t>>(0).value_or(0);
      return encode_position(asked.sort, {key, row.get<ticket_id>(1)});
    });
  });
}

result<page> reader::list(const list_messages& asked) {
  auto after = parse_version(asked.page.after);
  if (!after)
    return tl::unexpected(bad_cursor());
  if (!asked.scope.all_tickets)
    return tl::unexpected(no_such_ticket());
  bool notes = asked.scope.staff_fields;
  auto all = ask(sql::list_messages, asked.ticket, *after, rows_wanted(asked.page), offset_of(asked.page), notes);
  if (all.size() == 0)
    return tl::unexpected(no_such_ticket());
  return read_page(std::move(all), asked.page, [&](page_builder& found, const rows& row) {
    if (row.is_null(0))
      return;
    auto said = stored_json<message_added>(row.get<std::string_view>(3), "message");
    if (said.kind == message_kind::note && !notes)
      return;
    auto version = row.get<std::int64_t>(0);
    message_view view{row.get<event_id>(1), asked.ticket,         version, said.kind, std::move(said.author),
                      std::move(said.body), row.get<timestamp>(2)};
    found.add(to_json(view), [&] { return std::to_string(version); });
  });
}

result<page> reader::list(const list_events& asked) {
  auto after = parse_version(asked.page.after);
  if (!after)
    return tl::unexpected(bad_cursor());
  // Which events a customer may see is settled with identity; until then nobody but staff has a history.
  if (!asked.scope.all_tickets || !asked.scope.staff_fields)
    return tl::unexpected(no_such_ticket());
  auto all = ask(sql::list_events, asked.ticket, *after, rows_wanted(asked.page), offset_of(asked.page));
  if (all.size() == 0)
    return tl::unexpected(no_such_ticket());
  return read_page(std::move(all), asked.page, [&](page_builder& found, const rows& row) {
    if (row.is_null(0))
      return;
    auto version = row.get<std::int64_t>(0);
    event_view view{row.get<event_id>(1),
                    row.get<std::string>(2),
                    row.get<timestamp>(3),
                    asked.ticket,
                    version,
                    {row.get<actor_type>(4), row.get<std::string>(5)},
                    {row.get<std::string>(6)}};
    found.add(to_json(view), [&] { return std::to_string(version); });
  });
}

template <class Ask, class Read>
result<page> reader::newest_first(const page_request& wanted, Ask ask, Read read_row) {
  auto below = parse_upper_id(wanted.after);
  if (!below)
    return tl::unexpected(bad_cursor());
  return read_page(ask(*below, rows_wanted(wanted), offset_of(wanted)), wanted,
                   [&](page_builder& found, const rows& row) {
                     auto each = read_row(row);
                     found.add(to_json(each), [&] { return to_string(each.id); });
                   });
}

result<page> reader::list(const list_users& asked) {
  auto key = asked.email ? std::optional{folded(*asked.email)} : std::nullopt;
  if (key && !storable(*key))
    return page{};
  auto ask_users = [&](const auto&... part) {
    return key ? ask(sql::find_user_by_email, part..., *key) : ask(sql::list_users, part...);
  };
  return newest_first(asked.page, ask_users, user_of<rows>);
}

result<page> reader::list(const list_departments& asked) {
  auto ask_departments = [&](const auto&... part) { return ask(sql::list_departments, part...); };
  return newest_first(asked.page, ask_departments, department_of);
}

result<page> reader::list(const list_jobs& asked) {
  auto ask_jobs = [&](const auto&... part) {
    return asked.state ? ask(sql::list_jobs_in_state, part..., *asked.state) : ask(sql::list_jobs, part...);
  };
  return newest_first(asked.page, ask_jobs, job_of);
}

} // namespace callboard::postgres
