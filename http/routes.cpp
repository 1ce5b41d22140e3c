#include "http/handlers.hpp"
#include "http/live/event_stream.hpp"
#include "http/live/frames.hpp"
#include "http/route_shapes.hpp"
#include "ops/metrics.hpp"

// Every operation, one row each.
namespace callboard::http {
namespace {

using enum error_code;
using enum admission;
using enum route_place;

constexpr fields_used keyed{.idempotency_key = true};
constexpr fields_used matched{.if_match = true};
constexpr fields_used keyed_and_matched{.if_match = true, .idempotency_key = true};
constexpr fields_used revalidated{.if_none_match = true};

std::vector<route> ticket_rows() {
  return {
    waits<list_tickets_handler>(
      {.method = "GET",
       .path = "/tickets",
       .operation = "list_tickets",
       .tag = "tickets",
       .summary = "List tickets",
       .description = "Newest first unless sorted otherwise. Every write that was answered before is in it; only `q` "
                      "may be a second behind, or more under load.",
       .takes = read,
       .responses = {page_of<ticket>("A page of tickets.")},
       .errors = {invalid_cursor}}),
    waits<create_ticket_handler>(
      {.method = "POST",
       .path = "/tickets",
       .operation = "create_ticket",
       .tag = "tickets",
       .summary = "Create a ticket",
       .description =
         "The ticket is stored and classified by AI in the background. With `Prefer: wait=N` or `?wait=N` the "
         "answer comes when it is classified or the time is over; it is 201 either way.",
       .takes = write,
       .fields = {.idempotency_key = true, .prefer_wait = true},
       .responses = {created<ticket>("The ticket.")}}),
    [] {
      auto row = waits<read_ticket_handler>({.method = "GET",
                                             .path = "/tickets/{id}",
                                             .operation = "read_ticket",
                                             .tag = "tickets",
                                             .summary = "Read a ticket",
                                             .ids = {id_kind::ticket},
                                             .takes = read,
                                             .fields = revalidated,
                                             .responses = {ok<ticket>("The ticket.", true)},
                                             .errors = {too_many_requests}});
      row.now = &read_warm_ticket;
      return row;
    }(),
    waits<change_ticket_handler>(
      {.method = "PATCH",
       .path = "/tickets/{id}",
       .operation = "change_ticket",
       .tag = "tickets",
       .summary = "Change a ticket",
       .description =
         "Members that are left out stay as they are; null clears where that makes sense. A status may only "
         "move along the allowed ways; a refusal names them. A new title or description is classified again.",
       .ids = {id_kind::ticket},
       .takes = write,
       .fields = keyed_and_matched,
       .responses = {ok<ticket>("The ticket after the change.", true)},
       .errors = {conflict, transition_refused, claimed_by_other, quarantined, set_aside}}),
    waits<delete_ticket_handler>({.method = "DELETE",
                                  .path = "/tickets/{id}",
                                  .operation = "delete_ticket",
                                  .tag = "tickets",
                                  .summary = "Delete a ticket",
                                  .description = "It is gone from every view from then on.",
                                  .ids = {id_kind::ticket},
                                  .takes = write,
                                  .fields = matched,
                                  .responses = {no_content("Deleted.")},
                                  .errors = {quarantined, set_aside}}),
    waits<claim_ticket_handler>(
      {.method = "POST",
       .path = "/tickets/{id}/claim",
       .operation = "claim_ticket",
       .tag = "tickets",
       .summary = "Take a ticket",
       .description =
         "The ticket becomes this person's and is in progress. AI that runs for it is cancelled, and AI keeps "
         "silent until it is released.",
       .ids = {id_kind::ticket},
       .takes = write,
       .fields = keyed_and_matched,
       .responses = {ok<ticket>("The claimed ticket.", true)},
       .errors = {conflict, claimed_by_other, transition_refused, quarantined, set_aside}}),
    waits<release_ticket_handler>({.method = "POST",
                                   .path = "/tickets/{id}/release",
                                   .operation = "release_ticket",
                                   .tag = "tickets",
                                   .summary = "Give a claimed ticket back",
                                   .ids = {id_kind::ticket},
                                   .takes = write,
                                   .fields = keyed_and_matched,
                                   .responses = {ok<ticket>("The released ticket.", true)},
                                   .errors = {conflict, quarantined, set_aside}}),
    waits<list_messages_handler>({.method = "GET",
                                  .path = "/tickets/{id}/messages",
                                  .operation = "list_messages",
                                  .tag = "tickets",
                                  .summary = "Read the conversation",
                                  .description = "Oldest first.",
                                  .ids = {id_kind::ticket},
                                  .takes = read,
                                  .responses = {page_of<message_view>("A page of messages.")},
                                  .errors = {invalid_cursor}}),
    waits<add_message_handler>(
      {.method = "POST",
       .path = "/tickets/{id}/messages",
       .operation = "add_message",
       .tag = "tickets",
       .summary = "Add a message",
       .description =
         "A `reply` is seen by the customer and cancels AI that has not answered; a `note` is seen by staff.",
       .ids = {id_kind::ticket},
       .takes = write,
       .fields = keyed_and_matched,
       .responses = {created<message_view>("The message.")},
       .errors = {conflict, quarantined, set_aside}}),
    waits<list_ticket_events_handler>(
      {.method = "GET",
       .path = "/tickets/{id}/events",
       .operation = "list_ticket_events",
       .tag = "tickets",
       .summary = "Read the history",
       .description = "Every event of the ticket, oldest first; their versions have no gaps.",
       .ids = {id_kind::ticket},
       .takes = read,
       .responses = {page_of<event_view>("A page of events.")},
       .errors = {invalid_cursor}}),
  };
}

std::vector<route> directory_rows() {
  return {
    waits<list_users_handler>({.method = "GET",
                               .path = "/users",
                               .operation = "list_users",
                               .tag = "users",
                               .summary = "List users",
                               .takes = read,
                               .responses = {page_of<user>("A page of users.")},
                               .errors = {invalid_cursor}}),
    waits<create_user_handler>({.method = "POST",
                                .path = "/users",
                                .operation = "create_user",
                                .tag = "users",
                                .summary = "Create a user",
                                .takes = write,
                                .fields = keyed,
                                .responses = {created<user>("The user.")},
                                .errors = {email_taken}}),
    waits<read_user_handler>({.method = "GET",
                              .path = "/users/{id}",
                              .operation = "read_user",
                              .tag = "users",
                              .summary = "Read a user",
                              .ids = {id_kind::user},
                              .takes = read,
                              .fields = revalidated,
                              .responses = {ok<user>("The user.", true)}}),
    waits<change_user_handler>({.method = "PATCH",
                                .path = "/users/{id}",
                                .operation = "change_user",
                                .tag = "users",
                                .summary = "Change a user",
                                .ids = {id_kind::user},
                                .takes = write,
                                .fields = keyed_and_matched,
                                .responses = {ok<user>("The user after the change.", true)},
                                .errors = {email_taken}}),
    waits<delete_user_handler>({.method = "DELETE",
                                .path = "/users/{id}",
                                .operation = "delete_user",
                                .tag = "users",
                                .summary = "Delete a user",
                                .description = "Name and e-mail address go at once; tickets forget them soon after.",
                                .ids = {id_kind::user},
                                .takes = write,
                                .fields = matched,
                                .responses = {no_content("Deleted.")}}),
    waits<list_departments_handler>({.method = "GET",
                                     .path = "/departments",
                                     .operation = "list_departments",
                                     .tag = "departments",
                                     .summary = "List departments",
                                     .takes = read,
                                     .responses = {page_of<department>("A page of departments.")},
                                     .errors = {invalid_cursor}}),
    waits<create_department_handler>({.method = "POST",
                                      .path = "/departments",
                                      .operation = "create_department",
                                      .tag = "departments",
                                      .summary = "Create a department",
                                      .takes = write,
                                      .fields = keyed,
                                      .responses = {created<department>("The department.")},
                                      .errors = {name_taken, conflict}}),
    waits<read_department_handler>({.method = "GET",
                                    .path = "/departments/{id}",
                                    .operation = "read_department",
                                    .tag = "departments",
                                    .summary = "Read a department",
                                    .ids = {id_kind::department},
                                    .takes = read,
                                    .fields = revalidated,
                                    .responses = {ok<department>("The department.", true)}}),
    waits<change_department_handler>({.method = "PATCH",
                                      .path = "/departments/{id}",
                                      .operation = "change_department",
                                      .tag = "departments",
                                      .summary = "Rename a department",
                                      .ids = {id_kind::department},
                                      .takes = write,
                                      .fields = keyed_and_matched,
                                      .responses = {ok<department>("The department after the change.", true)},
                                      .errors = {name_taken}}),
    waits<delete_department_handler>({.method = "DELETE",
                                      .path = "/departments/{id}",
                                      .operation = "delete_department",
                                      .tag = "departments",
                                      .summary = "Delete a department",
                                      .ids = {id_kind::department},
                                      .takes = write,
                                      .fields = matched,
                                      .responses = {no_content("Deleted.")},
                                      .errors = {in_use}}),
    waits<add_member_handler>({.method = "PUT",
                               .path = "/departments/{id}/members/{user}",
                               .operation = "add_member",
                               .tag = "departments",
                               .summary = "Add a member",
                               .ids = {id_kind::department, id_kind::user},
                               .takes = write,
                               .fields = matched,
                               .responses = {ok<department>("The department with its members.", true)},
                               .errors = {conflict}}),
    waits<remove_member_handler>({.method = "DELETE",
                                  .path = "/departments/{id}/members/{user}",
                                  .operation = "remove_member",
                                  .tag = "departments",
                                  .summary = "Remove a member",
                                  .ids = {id_kind::department, id_kind::user},
                                  .takes = write,
                                  .fields = matched,
                                  .responses = {ok<department>("The department with its members.", true)}}),
  };
}

std::vector<route> system_rows() {
  return {
    waits<read_actors_handler>({.method = "GET",
                                .path = "/system/actors",
                                .operation = "read_actors",
                                .tag = "system",
                                .summary = "Read the supervision tree",
                                .takes = command,
                                .responses = {ok<actor_info>("The tree, from its root.")}}),
    waits<read_quarantine_handler>(
      {.method = "GET",
       .path = "/system/quarantine",
       .operation = "read_quarantine",
       .tag = "system",
       .summary = "Read what is quarantined or set aside",
       .takes = command,
       .responses = {ok<quarantine_report>("Tickets, and the newest commands set aside.")}}),
    waits<release_quarantine_handler>({.method = "POST",
                                       .path = "/system/quarantine/{id}/release",
                                       .operation = "release_quarantine",
                                       .tag = "system",
                                       .summary = "Release a ticket from quarantine",
                                       .ids = {id_kind::ticket},
                                       .takes = command,
                                       .fields = keyed,
                                       .responses = {no_content("Released.")}}),
    waits<list_providers_handler>({.method = "GET",
                                   .path = "/system/providers",
                                   .operation = "list_providers",
                                   .tag = "system",
                                   .summary = "List AI providers",
                                   .takes = command,
                                   .responses = {page_of<provider_info>("All providers.")}}),
    waits<list_jobs_handler>({.method = "GET",
                              .path = "/system/jobs",
                              .operation = "list_jobs",
                              .tag = "system",
                              .summary = "List durable jobs",
                              .takes = read,
                              .responses = {page_of<job_view>("A page of jobs.")},
                              .errors = {invalid_cursor}}),
    waits<replay_job_handler>(
      {.method = "POST",
       .path = "/system/jobs/{id}/replay",
       .operation = "replay_job",
       .tag = "system",
       .summary = "Run a dead or cancelled job again",
       .ids = {id_kind::job},
       .takes = write,
       .fields = keyed,
       .responses = {{.status = 202, .description = "It runs soon.", .body = shape_of<replayed_job>()}}}),
    answers<read_settings_handler>({.method = "GET",
                                    .path = "/system/settings",
                                    .operation = "read_settings",
                                    .tag = "system",
                                    .summary = "Read the settings in force",
                                    .description = "Secrets read `***`.",
                                    .responses = {ok<config::settings>("All settings.")}}),
    answers<read_ai_switch_handler>({.method = "GET",
                                     .path = "/system/ai",
                                     .operation = "read_ai_switch",
                                     .tag = "system",
                                     .summary = "Is AI on?",
                                     .responses = {ok<ai_switch>("The switch.")}}),
    waits<set_ai_switch_handler>(
      {.method = "PUT",
       .path = "/system/ai",
       .operation = "set_ai_switch",
       .tag = "system",
       .summary = "Switch AI on or off",
       .description =
         "Off: no job is begun, running calls are cancelled uncharged, waiting creations answer at once. It ends "
         "with the process: the setting `ai.enabled` is the first value.",
       .takes = command,
       .responses = {ok<ai_switch>("The switch.")}}),
  };
}

std::vector<route> live_rows() {
  return {
    {.method = "GET",
     .path = "/live",
     .operation = "live",
     .tag = "live",
     .summary = "Watch over a WebSocket",
     .description =
       "Send `subscribe_command` and `unsubscribe_command`; every event comes as an `event_frame`. See the "
       "schemas of these frames.",
     .responses = {{.status = 101, .description = "The connection is a WebSocket."}},
     .errors = {forbidden_origin, websocket_version, draining},
     .stream = stream_kind::live},
    {.method = "GET",
     .path = "/events",
     .operation = "events",
     .tag = "live",
     .summary = "Watch server-sent events",
     .description =
       "The first event, `cursor`, names the place of now; `Last-Event-ID` resumes after the event it names. "
       "What comes in `data` is an `event_view`.",
     .fields = {.last_event_id = true},
     .query = &query_parameters<events_query>,
     .responses = {{.status = 200,
                    .description = "A stream that does not end.",
                    .body = {&text_schema, nullptr, "text/event-stream"}}},
     .errors = {not_found, invalid_cursor, cursor_expired, draining, store_unavailable},
     .produces = "text/event-stream",
     .stream = stream_kind::events},
  };
}

std::vector<route> document_rows() {
  constexpr std::string_view html = "text/html";
  return {
    answers<openapi_handler>({.method = "GET",
                              .path = "/openapi.json",
                              .operation = "read_openapi",
                              .tag = "documents",
                              .summary = "This document",
                              .place = both,
                              .fields = revalidated,
                              .responses = {document("The OpenAPI document.")}}),
    answers<openapi_handler>({.method = "GET",
                              .path = "/docs.json",
                              .operation = "read_docs_json",
                              .tag = "documents",
                              .summary = "This document, by its other name",
                              .place = both,
                              .fields = revalidated,
                              .responses = {document("The OpenAPI document.")}}),
    answers<welcome_handler>({.method = "GET",
                              .path = "/",
                              .operation = "show_welcome",
                              .tag = "documents",
                              .summary = "To the documentation",
                              .place = route_place::root,
                              .produces = html,
                              .documented = false}),
    answers<swagger_page_handler>({.method = "GET",
                                   .path = "/docs",
                                   .operation = "show_swagger_ui",
                                   .tag = "documents",
                                   .summary = "This document in Swagger UI",
                                   .place = both,
                                   .fields = revalidated,
                                   .responses = {page("A page.")},
                                   .produces = html}),
    answers<redoc_page_handler>({.method = "GET",
                                 .path = "/redoc",
                                 .operation = "show_redoc",
                                 .tag = "documents",
                                 .summary = "This document in Redoc",
                                 .place = both,
                                 .fields = revalidated,
                                 .responses = {page("A page.")},
                                 .produces = html}),
    answers<swagger_file_handler>({.method = "GET",
                                   .path = "/docs/{file}",
                                   .operation = "read_swagger_file",
                                   .tag = "documents",
                                   .summary = "A file of Swagger UI",
                                   .place = both,
                                   .produces = "",
                                   .documented = false}),
    answers<redoc_file_handler>({.method = "GET",
                                 .path = "/redoc/{file}",
                                 .operation = "read_redoc_file",
                                 .tag = "documents",
                                 .summary = "A file of Redoc",
                                 .place = both,
                                 .produces = "",
                                 .documented = false}),
    answers<alive_handler>({.method = "GET",
                            .path = "/healthz",
                            .operation = "healthz",
                            .tag = "system",
                            .summary = "Is it alive?",
                            .place = root,
                            .responses = {ok<liveness>("It is.")}}),
  };
}

std::vector<route> operations_rows() {
  return {
    answers<healthz_handler>({.method = "GET",
                              .path = "/healthz",
                              .operation = "probe_alive",
                              .tag = "operations",
                              .summary = "Is the process alive?",
                              .place = admin,
                              .documented = false}),
    answers<readyz_handler>({.method = "GET",
                             .path = "/readyz",
                             .operation = "probe_ready",
                             .tag = "operations",
                             .summary = "Should it get work?",
                             .place = admin,
                             .documented = false}),
    answers<metrics_handler>({.method = "GET",
                              .path = "/metrics",
                              .operation = "scrape_metrics",
                              .tag = "operations",
                              .summary = "Everything that is measured",
                              .place = admin,
                              .produces = "text/plain",
                              .documented = false}),
  };
}

} // namespace

const std::vector<route>& route_table() {
  static const std::vector<route> rows = [] {
    std::vector<route> all;
    for (auto part : {ticket_rows, directory_rows, system_rows, live_rows, document_rows, operations_rows})
      for (auto& row : part())
        all.push_back(std::move(row));
    return all;
  }();
  return rows;
}

void add_frames(boost::json::object& operation, schema_set& schemas) {
  operation["x-client-frames"] =
    boost::json::array{schemas.schema_of<subscribe_command>(), schemas.schema_of<unsubscribe_command>()};
  operation["x-server-frames"] = boost::json::array{
    schemas.schema_of<subscribed_frame>(), schemas.schema_of<event_frame>(), schemas.schema_of<caught_up_frame>(),
    schemas.schema_of<resync_frame>(),     schemas.schema_of<error_frame>(), schemas.schema_of<heartbeat_frame>()};
}

} // namespace callboard::http
