#include "http/handlers.hpp"
#include "http/pages.hpp"
#include "http/write_flow.hpp"

namespace callboard::http {
namespace {

/// The ticket's present version, for an If-Match that names several.
task<result<std::int64_t>> current_version(exchange& ex, ticket_ref ticket) {
  if (auto snapshot = ex.house().snapshots.find(ticket); snapshot && !snapshot->is_changing)
    co_return snapshot->version;
  auto asking = ex.query(load_ticket{ticket, {}});
  result<loaded_ticket> loaded = co_await std::move(asking);
  if (!loaded)
    co_return tl::unexpected(std::move(loaded.error()));
  co_return loaded->state ? loaded->state->ticket.version : 0;
}

template <class Body>
task<> write_ticket(exchange& ex, Body body) {
  auto ticket = ex.ticket();
  auto fields = read_write_fields(ex);
  if (ex.refuse_mistakes())
    co_return;
  auto meta = make_meta(ex, fields, body);
  auto send = [&]() -> task<result<reply>> {
    if (needs_current_version(fields)) {
      auto looking = current_version(ex, ticket);
      result<std::int64_t> current = co_await std::move(looking);
      if (!current)
        co_return tl::unexpected(std::move(current.error()));
      meta.expected_version = expected_version(fields, *current);
    }
    ticket_command command{meta, ticket, std::move(body), {}, 0, 0};
    auto asking = ex.command(ex.house().router.get(), std::move(command));
    result<reply> answered = co_await std::move(asking);
    co_return answered;
  };
  auto writing = write_once(ex, meta, send);
  result<reply> answered = co_await std::move(writing);
  ex.take(std::move(answered));
}

/// The id behind a reference, or a refusal when there is no such ticket.
task<std::optional<ticket_id>> find_ticket(exchange& ex, ticket_ref ticket) {
  if (auto snapshot = ex.house().snapshots.find(ticket))
    co_return snapshot->id;
  auto asking = ex.query(load_ticket{ticket, {}});
  result<loaded_ticket> loaded = co_await std::move(asking);
  if (!loaded)
    ex.refuse(std::move(loaded.error()));
  else if (!loaded->state || loaded->state->memory.deleted)
    ex.refuse(error_code::not_found, "There is no such ticket.");
  else
    co_return loaded->state->ticket.id;
  co_return std::nullopt;
}

template <class Question>
task<> list_of_ticket(exchange& ex, page_query query) {
  auto ticket = ex.ticket();
  auto binding = binding_of(ex, query);
  auto page = read_page(ex, query, binding);
  if (ex.refuse_mistakes())
    co_return;
  auto finding = find_ticket(ex, ticket);
  std::optional<ticket_id> id = co_await std::move(finding);
  if (!id)
    co_return;
  auto asking = ex.query(Question{scope_of(ex.who), *id, std::move(page)});
  result<page_result> found = co_await std::move(asking);
  send_page(ex, std::move(found), binding);
}

ticket_filter filter_of(ticket_list_query& query) {
  return {.status = std::move(query.status),
          .priority = std::move(query.priority),
          .category = std::move(query.category),
          .ai_status = query.ai_status,
          .assignee_id = query.assignee_id,
          .department = query.department,
          .created_by = query.created_by,
          .tag = std::move(query.tag),
          .created_after = query.created_after,
          .created_before = query.created_before,
          .text = std::move(query.q)};
}

} // namespace

task<> list_tickets_handler(exchange& ex, ticket_list_query query) {
  auto binding = binding_of(ex, query);
  list_tickets question;
  question.scope = scope_of(ex.who);
  question.sort = query.sort;
  question.ascending = query.order == sort_order::asc;
  question.page = read_page(ex, query, binding);
  question.filter = filter_of(query);
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.query(std::move(question));
  result<page_result> found = co_await std::move(asking);
  send_page(ex, std::move(found), binding);
}

bool read_warm_ticket(exchange& ex) {
  auto ticket = parse_ticket_ref(ex.ids[0]);
  if (!ticket || !ex.head.query.empty() || !ex.errors.empty())
    return false;
  auto snapshot = ex.house().snapshots.find(*ticket);
  if (!snapshot || snapshot->is_changing)
    return false;
  ex.out.etag = snapshot->etag;
  ex.out.shared = snapshot->body;
  ex.out.keep = std::move(snapshot);
  return true;
}

task<> read_ticket_handler(exchange& ex) {
  auto ticket = ex.ticket();
  if (ex.refuse_mistakes() || !ex.admit())
    co_return;
  auto asking = ex.ask(ex.house().router.get(), read_ticket{ticket, deadline::at(ex.deadline),
                                                            std::string{ex.request_id}, std::string{ex.path}});
  result<reply> answered = co_await std::move(asking);
  ex.take(std::move(answered));
}

task<> change_ticket_handler(exchange& ex, body_of<change_ticket> body) {
  return write_ticket(ex, std::move(body.value));
}
task<> delete_ticket_handler(exchange& ex) { return write_ticket(ex, delete_ticket{}); }
task<> claim_ticket_handler(exchange& ex, body_of<claim_ticket> body) { return write_ticket(ex, body.value); }
task<> release_ticket_handler(exchange& ex, body_of<no_body>) { return write_ticket(ex, release_ticket{}); }
task<> add_message_handler(exchange& ex, body_of<add_message> body) { return write_ticket(ex, std::move(body.value)); }

task<> list_messages_handler(exchange& ex, page_query query) {
  return list_of_ticket<list_messages>(ex, std::move(query));
}
task<> list_ticket_events_handler(exchange& ex, page_query query) {
  return list_of_ticket<list_events>(ex, std::move(query));
}

} // namespace callboard::http
