#include "config/example.hpp"
#include "http/handlers.hpp"
#include "http/pages.hpp"
#include "http/write_flow.hpp"
#include "ops/log.hpp"
#include "ops/version.hpp"

namespace callboard::http {
namespace {

template <class Handle, class Request>
task<> show_answer(exchange& ex, Handle to, Request request) {
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.ask(to, request);
  auto answered = co_await std::move(asking);
  if (answered)
    ex.out.body = to_json(*answered);
  else
    ex.refuse(std::move(answered.error()));
}

void show_probe(exchange& ex, probe_answer&& probe) {
  ex.out.status = probe.status;
  ex.out.body = std::move(probe.body);
}

/// Releases a ticket, once per key: the reply is kept beside, since quarantine lives in memory.
task<result<reply>> release(exchange& ex, const command_meta& meta, ticket_id id) {
  auto asking = ex.command(ex.house().router.get(), release_quarantine{id});
  result<bool> released = co_await std::move(asking);
  if (!released)
    co_return tl::unexpected(std::move(released.error()));
  if (!*released)
    co_return refuse(error_code::not_found, "This ticket is not in quarantine.");
  log::info("ticket released from quarantine", {{"ticket_id", id}, {"request_id", ex.request_id}});
  reply answered;
  answered.status = 204;
  auto keeping = keep_reply(ex, meta, answered);
  co_await std::move(keeping);
  co_return answered;
}

result<reply> reply_to_replay(const journal_outcome& outcome, const command_meta& meta, reply&& answered) {
  switch (outcome.status) {
    case journal_status::stored: return std::move(answered);
    case journal_status::duplicate_key:
      if (outcome.kept && outcome.kept->idempotency.request_hash == meta.idempotency->request_hash) {
        auto kept = outcome.kept->reply;
        kept.replayed = true;
        return kept;
      }
      return refuse(error_code::idempotency_mismatch, "The idempotency key was used for a different request.");
    case journal_status::missing: return refuse(error_code::not_found, "There is no dead or cancelled job of this id.");
    case journal_status::unavailable:
      return refuse(error_code::store_unavailable, "The store is unavailable; nothing was changed.");
    case journal_status::in_doubt:
      return refuse(error_code::store_in_doubt, "It is not known whether the job will run again; ask again.");
    default: return refuse(error_code::internal, "The store refused the change.");
  }
}

/// The listeners stand in the tree beside the actors: what they have open, they own.
actor_info describe_edge(const edge_state& edge) {
  actor_info all;
  all.name = "edge";
  all.path = "root/edge";
  auto add = [&](std::string name, const client_registry& connected, bool is_open) {
    actor_info listener;
    listener.path = all.path + "/" + name;
    listener.name = std::move(name);
    listener.state = is_open ? actor_state::running : actor_state::stopped;
    listener.children_total = connected.connections();
    all.children.push_back(std::move(listener));
  };
  add("public", edge.clients, !edge.draining);
  add("operations", edge.operators, true);
  all.children_total = static_cast<std::int64_t>(all.children.size());
  return all;
}

task<result<reply>> replay(exchange& ex, const command_meta& meta, job_id id) {
  reply answered;
  answered.status = 202;
  answered.body = "{\"id\":\"" + to_string(id) + "\",\"state\":\"available\"}";
  journal_item item;
  item.command_id = meta.id;
  item.who = meta.who;
  item.time = now();
  item.request_id = meta.request_id;
  if (meta.idempotency)
    item.keep = stored_reply{*meta.idempotency, answered};
  item.write = job_replay{id};
  item.place = ex.house().writes.take();
  auto asking = ex.command(ex.house().journal.get(), std::move(item));
  result<journal_outcome> outcome = co_await std::move(asking);
  if (!outcome)
    co_return tl::unexpected(std::move(outcome.error()));
  auto replied = reply_to_replay(*outcome, meta, std::move(answered));
  if (outcome->status == journal_status::stored) {
    log::info("job replayed", {{"job_id", id}, {"request_id", ex.request_id}});
    caf::anon_send(ex.house().runner.get(), jobs_hint{});
  }
  co_return replied;
}

} // namespace

task<> read_actors_handler(exchange& ex) {
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.ask(ex.house().root.get(), get_actor_info{});
  result<actor_info> tree = co_await std::move(asking);
  if (!tree)
    co_return ex.refuse(std::move(tree.error()));
  tree->children.push_back(describe_edge(ex.state));
  ++tree->children_total;
  ex.out.body = to_json(*tree);
}

task<> read_quarantine_handler(exchange& ex) { return show_answer(ex, ex.house().router.get(), get_quarantine{}); }

task<> release_quarantine_handler(exchange& ex, body_of<no_body>) {
  auto ticket = ex.ticket();
  auto fields = read_write_fields(ex);
  if (ex.refuse_mistakes())
    co_return;
  if (ticket.id.is_nil()) {
    // Quarantine knows ids; the number's ticket is found without its actor, which must not run.
    auto asking = ex.query(load_ticket{ticket, {}});
    result<loaded_ticket> loaded = co_await std::move(asking);
    if (!loaded)
      co_return ex.refuse(std::move(loaded.error()));
    if (!loaded->state)
      co_return ex.refuse(error_code::not_found, "There is no such ticket.");
    ticket.id = loaded->state->ticket.id;
  }
  auto meta = make_meta(ex, fields, no_body{});
  auto send = [&] { return release(ex, meta, ticket.id); };
  auto writing = write_once(ex, meta, send);
  result<reply> answered = co_await std::move(writing);
  ex.take(std::move(answered));
}

task<> list_providers_handler(exchange& ex) {
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.ask(ex.house().gateway.get(), get_providers{});
  result<providers> found = co_await std::move(asking);
  if (found)
    ex.out.body = "{\"items\":" + to_json(found->value) + ",\"next_cursor\":null}";
  else
    ex.refuse(std::move(found.error()));
}

task<> list_jobs_handler(exchange& ex, job_list_query query) {
  auto binding = binding_of(ex, query);
  auto page = read_page(ex, query, binding);
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.query(list_jobs{query.state, std::move(page)});
  result<page_result> found = co_await std::move(asking);
  send_page(ex, std::move(found), binding);
}

task<> replay_job_handler(exchange& ex, body_of<no_body>) {
  auto id = ex.id<job_id>();
  auto fields = read_write_fields(ex);
  if (ex.refuse_mistakes())
    co_return;
  auto meta = make_meta(ex, fields, no_body{});
  auto send = [&] { return replay(ex, meta, id); };
  auto writing = write_once(ex, meta, send);
  result<reply> answered = co_await std::move(writing);
  ex.take(std::move(answered));
}

void read_settings_handler(exchange& ex) {
  if (!ex.refuse_mistakes())
    ex.out.body = config::to_public_json(ex.settings());
}

void read_ai_switch_handler(exchange& ex) {
  if (!ex.refuse_mistakes())
    ex.out.body = to_json(ai_switch{ex.house().ai_enabled.load()});
}

task<> set_ai_switch_handler(exchange& ex, body_of<ai_switch> body) {
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.command(ex.house().runner.get(), set_ai_enabled{body.value.enabled});
  result<bool> enabled = co_await std::move(asking);
  if (!enabled)
    co_return ex.refuse(std::move(enabled.error()));
  log::info("AI switched", {{"state", *enabled ? "on" : "off"}, {"request_id", ex.request_id}});
  ex.out.body = to_json(ai_switch{*enabled});
}

/// On the public port: alive, and nothing else.
void alive_handler(exchange& ex) {
  if (!ex.refuse_mistakes())
    ex.out.body = "{\"status\":\"ok\"}";
}

void healthz_handler(exchange& ex) {
  if (!ex.refuse_mistakes())
    show_probe(ex, ex.state.health.healthz());
}

void readyz_handler(exchange& ex) {
  if (!ex.refuse_mistakes())
    show_probe(ex, ex.state.health.readyz());
}

void metrics_handler(exchange& ex) {
  if (ex.refuse_mistakes())
    return;
  ex.out.content_type = metrics_content_type;
  ex.out.body = ex.state.context.meters.text();
}

} // namespace callboard::http
