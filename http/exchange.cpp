#include "http/exchange.hpp"

#include "http/request_fields.hpp"

#include <algorithm>
#include <charconv>

namespace callboard::http {
namespace {

/// What a list of mistakes is called as a whole.
error_code code_for(const std::vector<field_error>& errors) {
  auto all_begin = [&](std::string_view prefix) {
    return std::all_of(errors.begin(), errors.end(),
                       [&](const field_error& e) { return e.pointer.starts_with(prefix); });
  };
  if (all_begin("header:"))
    return error_code::invalid_header;
  if (all_begin("query:cursor") && errors.front().code == "invalid_cursor")
    return error_code::invalid_cursor;
  return error_code::invalid_request;
}

} // namespace

void exchange::mistake(std::string pointer, std::string code, std::string detail) {
  if (errors.size() < json_reader::errors_max)
    errors.push_back({std::move(pointer), std::move(code), std::move(detail)});
}

bool exchange::refuse_mistakes() {
  if (is_refused())
    return true;
  if (errors.empty())
    return false;
  refuse(problem{code_for(errors), "The request has mistakes; see `errors`.", std::move(errors), {}, {}});
  return true;
}

void exchange::refuse(problem p) {
  if (!p.retry_after_s && row_of(p.code).retryable)
    p.retry_after_s = io.retry_after();
  out.set_problem(p, request_id, path);
}

std::optional<std::string_view> exchange::field(std::string_view name) {
  auto found = head.fields.find(name);
  if (found && head.fields.count(name) > 1)
    mistake("header:" + std::string{name}, "repeated", "may be sent once only");
  return found;
}

std::optional<ticket_ref> parse_ticket_ref(std::string_view text) {
  if (auto id = ticket_id::parse(text))
    return ticket_ref{*id, 0};
  std::int64_t number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault == std::errc{} && end == text.data() + text.size() && number > 0 && text.front() != '0')
    return ticket_ref{{}, number};
  return std::nullopt;
}

ticket_ref exchange::ticket() {
  if (auto read = parse_ticket_ref(ids[0]))
    return *read;
  mistake("path:id", "invalid_id", "must be a ticket's UUID or its number");
  return {};
}

std::optional<ticket_ref> exchange::ticket_named() const {
  constexpr std::string_view tickets = "/api/v1/tickets/";
  std::string_view made = made_;
  if (made.starts_with(tickets))
    return parse_ticket_ref(made.substr(tickets.size(), made.find('/', tickets.size()) - tickets.size()));
  return matched && matched->path.starts_with("/tickets/{id}") ? parse_ticket_ref(ids[0]) : std::nullopt;
}

bool exchange::changes_store() const { return matched->takes == admission::write; }

/// Of what waits for it, too much has no caller any more who has a permit.
bool exchange::store_is_behind() const { return changes_store() && house().writes.is_full(); }

bool exchange::admit() {
  return is_granted(store_is_behind() ? permit_verdict::writes_exhausted
                                      : state.permits.take(from, changes_store(), permit));
}

bool exchange::may_be_admitted() {
  return is_granted(store_is_behind() ? permit_verdict::writes_exhausted : state.permits.look(from, changes_store()));
}

bool exchange::is_granted(permit_verdict verdict) {
  const auto& refused = state.context.meters.http.refused;
  switch (verdict) {
    case permit_verdict::granted: return true;
    case permit_verdict::principal_exhausted:
      refused(http_refusal::permits_per_principal).add();
      refuse(error_code::too_many_requests, "Too many of your requests are being handled.");
      break;
    case permit_verdict::total_exhausted:
      refused(http_refusal::permits_total).add();
      refuse(error_code::overloaded, "Too many requests are being handled.");
      break;
    case permit_verdict::writes_exhausted:
      refused(http_refusal::writes).add();
      refuse(error_code::overloaded, "Too many changes are waiting for the store.");
      break;
  }
  out.close = true;
  return false;
}

problem exchange::too_many_reads() {
  state.context.meters.http.refused(http_refusal::reads).add();
  return {error_code::overloaded, "Too many questions are waiting for the store.", {}, io.retry_after(), {}};
}

std::optional<boost::json::value> exchange::parse_body() {
  if (body.empty() && matched->request_optional)
    return boost::json::object{};
  auto value = parse_json(body);
  if (value)
    return std::move(*value);
  if (value.error().code == error_code::invalid_request)
    take_errors(value.error());
  else
    refuse(std::move(value.error()));
  return std::nullopt;
}

void exchange::take_errors(problem& p) {
  for (auto& each : p.errors)
    mistake(std::move(each.pointer), std::move(each.code), std::move(each.detail));
}

void exchange::take(reply&& r) {
  out.status = r.status;
  out.content_type = r.problem ? problem_type : json_type;
  out.body = std::move(r.body);
  out.etag = std::move(r.etag);
  if (!r.location.empty())
    out.add_field("Location", r.location);
  made_ = std::move(r.location);
  if (r.replayed) {
    out.add_field("Idempotency-Replayed", "true");
    state.context.meters.desk.idempotent_replays.add();
  }
  if (!r.retry_after_s && r.status == 503)
    r.retry_after_s = io.retry_after();
  if (r.retry_after_s)
    out.add_field("Retry-After", std::to_string(*r.retry_after_s));
}

void exchange::take(result<reply>&& r) {
  if (r)
    take(std::move(*r));
  else
    refuse(std::move(r.error()));
}

} // namespace callboard::http
