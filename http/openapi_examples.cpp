#include "http/openapi_examples.hpp"

#include "base/check.hpp"

namespace callboard::http {
namespace {

template <class Id>
Id id_of(std::string_view text) {
  auto id = Id::parse(text);
  CALLBOARD_CHECK(id, "the examples' ids are ids");
  return *id;
}

const auto the_ticket = id_of<ticket_id>("01936b2e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
const auto the_agent = id_of<user_id>("01936b2d-11f0-7c52-8a41-2b7be63ad9f4");
const auto the_department = id_of<department_id>("01936b2c-9a3e-7e10-b8d5-64d21c1f0a77");
const auto the_event = id_of<event_id>("01936b30-02c4-7d91-a6ce-3f0b9d52e816");
const auto the_job = id_of<job_id>("01936b2e-7d2b-7f04-93a5-c8e1d0b7426a");

timestamp at(int minute) {
  auto start = from_rfc3339("2026-11-20T09:30:00.000Z");
  return *start + std::chrono::minutes{minute};
}

requester the_customer() { return {"Ada Lovelace", "ada@example.com"}; }

} // namespace

template <>
create_ticket example_of<create_ticket>() {
  create_ticket body;
  body.title = "Charged twice for November";
  body.description = "My card statement shows two charges of 49 EUR on 3 November. Please refund one of them.";
  body.tags = {"refund"};
  body.requester = the_customer();
  return body;
}

template <>
change_ticket example_of<change_ticket>() {
  change_ticket body;
  body.status = ticket_status::waiting;
  body.priority = {true, ticket_priority::high};
  body.assignee_id = {true, the_agent};
  return body;
}

template <>
claim_ticket example_of<claim_ticket>() {
  return {the_agent};
}

template <>
add_message example_of<add_message>() {
  return {message_kind::reply, "The second charge is refunded; it takes up to three days to show."};
}

template <>
create_user example_of<create_user>() {
  return {"Grace Hopper", "grace@example.com"};
}

template <>
change_user example_of<change_user>() {
  return {"Grace B. Hopper", {}};
}

template <>
create_department example_of<create_department>() {
  return {"Accounts"};
}

template <>
change_department example_of<change_department>() {
  return {"Accounts and billing"};
}

template <>
no_body example_of<no_body>() {
  return {};
}

template <>
ai_switch example_of<ai_switch>() {
  return {false};
}

template <>
ticket example_of<ticket>() {
  auto wish = example_of<create_ticket>();
  ticket t;
  t.id = the_ticket;
  t.number = 1042;
  t.title = wish.title;
  t.description = wish.description;
  t.priority = ticket_priority::medium;
  t.category = "billing";
  t.tags = wish.tags;
  t.requester = wish.requester;
  t.ai.status = ai_status::done;
  t.ai.category = "billing";
  t.ai.priority = ticket_priority::medium;
  t.ai.confidence = 0.93;
  t.ai.sentiment = sentiment::negative;
  t.ai.language = "en";
  t.ai.provider = "builtin";
  t.ai.model = "builtin-1";
  t.ai.prompt_version = "classify-1";
  t.version = 2;
  t.created_at = at(0);
  t.updated_at = at(1);
  return t;
}

template <>
message_view example_of<message_view>() {
  auto wish = example_of<add_message>();
  return {the_event, the_ticket, 3, wish.kind, principal{}, wish.body, at(12)};
}

template <>
event_view example_of<event_view>() {
  return {the_event,
          "ticket.status_changed",
          at(14),
          the_ticket,
          4,
          principal{},
          raw_json{R"({"from":"open","to":"in_progress"})"}};
}

template <>
user example_of<user>() {
  auto wish = example_of<create_user>();
  return {the_agent, wish.name, wish.email, false, 1, at(0), at(0)};
}

template <>
department example_of<department>() {
  return {the_department, example_of<create_department>().name, {the_agent}, false, 2, at(0), at(3)};
}

template <>
actor_info example_of<actor_info>() {
  actor_info journal{"journal", "root/store/journal", actor_state::running, 0, 5120, 0, "", {}, 0, {}};
  actor_info store{"store", "root/store", actor_state::running, 0, 1, 0, "", {}, 1, {journal}};
  return {"root", "root", actor_state::running, 0, 1, 0, "", {}, 1, {store}};
}

template <>
quarantine_report example_of<quarantine_report>() {
  std::string reference = "01936b31-5b6a-7c3d-8e4f-0a1b2c3d4e5f";
  return {{{the_ticket, at(20), {reference}, "invariant broken"}},
          {{reference, the_ticket, "add_message", "9f3a1c2b7d4e-0000000001", at(20), "invariant broken"}}};
}

template <>
provider_info example_of<provider_info>() {
  provider_info p;
  p.name = "builtin";
  p.kind = "builtin";
  p.model = "builtin-1";
  p.calls = 1042;
  return p;
}

template <>
job_view example_of<job_view>() {
  job_view job;
  job.id = the_job;
  job.kind = "classify";
  job.subject_id = to_string(the_ticket);
  job.state = "dead";
  job.attempt = 3;
  job.run_at = at(2);
  job.last_error = "every provider failed";
  job.created_at = at(0);
  job.updated_at = at(2);
  return job;
}

template <>
replayed_job example_of<replayed_job>() {
  return {the_job, "available"};
}

template <>
liveness example_of<liveness>() {
  return {"ok"};
}

template <>
config::settings example_of<config::settings>() {
  return {};
}

problem example_problem(error_code code) {
  using enum error_code;
  problem p{code, {}, {}, {}, {}};
  switch (code) {
    case invalid_request:
      p.detail = "The request has mistakes; see `errors`.";
      p.errors = {{"/title", "missing", "is required"}, {"query:limit", "too_large", "must be at most 100"}};
      break;
    case malformed_json: p.detail = "At byte 17: incomplete JSON."; break;
    case malformed_framing: p.detail = "Content-Length must be one decimal number (at byte 57)."; break;
    case invalid_cursor:
      p.detail = "The request has mistakes; see `errors`.";
      p.errors = {{"query:cursor", "invalid_cursor", "is not a cursor of this list with these filters"}};
      break;
    case invalid_header:
      p.detail = "The request has mistakes; see `errors`.";
      p.errors = {{"header:Idempotency-Key", "invalid_key", "must be 1 to 255 visible ASCII characters"}};
      break;
    case not_found: p.detail = "There is no such ticket."; break;
    case method_not_allowed: p.detail = "Allowed here: GET, HEAD, OPTIONS."; break;
    case not_acceptable: p.detail = "This is answered as application/json."; break;
    case request_timeout: p.detail = "The body did not arrive in time."; break;
    case conflict: p.detail = "The ticket is closed."; break;
    case transition_refused:
      p.detail = "A ticket that is closed cannot become open; it can become: nothing.";
      p.extra = R"("allowed":[])";
      break;
    case claimed_by_other: p.detail = "The ticket is claimed by another user."; break;
    case email_taken:
      p.detail = "Another user has this e-mail address.";
      p.errors = {{"/email", "taken", "is taken by another user"}};
      break;
    case name_taken:
      p.detail = "Another department has this name.";
      p.errors = {{"/name", "taken", "is taken by another department"}};
      break;
    case in_use: p.detail = "Tickets still name this department; move them first."; break;
    case version_conflict:
      p.detail = "The ticket is at version 5, not 3.";
      p.extra = R"("current_version":5)";
      break;
    case payload_too_large: p.detail = "The request body is too large (at byte 0)."; break;
    case uri_too_long: p.detail = "The request target is too long (at byte 8192)."; break;
    case unsupported_media_type: p.detail = "A body must be sent as application/json, in UTF-8."; break;
    case expectation_failed: p.detail = "The only expectation that can be met is 100-continue (at byte 80)."; break;
    case idempotency_mismatch: p.detail = "The idempotency key was used for a different request."; break;
    case idempotency_in_flight: p.detail = "A request with this key is still being handled."; break;
    case quarantined: p.detail = "The ticket is in quarantine; an operator can release it."; break;
    case websocket_version: p.detail = "Only version 13 of WebSocket (RFC 6455) is spoken."; break;
    case too_many_requests: p.detail = "Too many of your requests are being handled."; break;
    case headers_too_large: p.detail = "The request head is too large (at byte 16384)."; break;
    case cursor_expired: p.detail = "The cursor is older than what is kept; read the list and begin anew."; break;
    case forbidden_origin: p.detail = "Pages of this origin may not change anything here."; break;
    case internal: p.detail = "The request failed; see `request_id`."; break;
    case set_aside: p.detail = "The command failed three times and was set aside; see `reference`."; break;
    case not_implemented: p.detail = "The method is not implemented (at byte 0)."; break;
    case http_version: p.detail = "Only HTTP/1.1 and HTTP/1.0 are spoken here (at byte 14)."; break;
    case overloaded: p.detail = "Too many requests are being handled."; break;
    case draining: p.detail = "The server is stopping."; break;
    case store_unavailable: p.detail = "The store is unavailable; nothing was changed."; break;
    case store_in_doubt:
      p.detail = "It is not known whether the change was stored; ask again with the same Idempotency-Key.";
      break;
    case deadline_exceeded: p.detail = "The answer did not come in time."; break;
  }
  if (row_of(code).retryable)
    p.retry_after_s = 1;
  return p;
}

} // namespace callboard::http
