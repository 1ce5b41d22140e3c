#pragma once

#include "http/exchange.hpp"
#include "http/request_types.hpp"

// What each row of the route table calls. Described in the table; their sources are grouped by resource.
namespace callboard::http {

// tickets_api.cpp, ticket_creation.cpp
task<> list_tickets_handler(exchange& ex, ticket_list_query query);
task<> create_ticket_handler(exchange& ex, creation_query query, body_of<create_ticket> body);
/// From the published snapshot; false when there is none (or something is wrong).
bool read_warm_ticket(exchange& ex);
task<> read_ticket_handler(exchange& ex);
task<> change_ticket_handler(exchange& ex, body_of<change_ticket> body);
task<> delete_ticket_handler(exchange& ex);
task<> claim_ticket_handler(exchange& ex, body_of<claim_ticket> body);
task<> release_ticket_handler(exchange& ex, body_of<no_body> body);
task<> list_messages_handler(exchange& ex, page_query query);
task<> add_message_handler(exchange& ex, body_of<add_message> body);
task<> list_ticket_events_handler(exchange& ex, page_query query);

// directory_api.cpp
task<> list_users_handler(exchange& ex, user_list_query query);
task<> create_user_handler(exchange& ex, body_of<create_user> body);
task<> read_user_handler(exchange& ex);
task<> change_user_handler(exchange& ex, body_of<change_user> body);
task<> delete_user_handler(exchange& ex);
task<> list_departments_handler(exchange& ex, page_query query);
task<> create_department_handler(exchange& ex, body_of<create_department> body);
task<> read_department_handler(exchange& ex);
task<> change_department_handler(exchange& ex, body_of<change_department> body);
task<> delete_department_handler(exchange& ex);
task<> add_member_handler(exchange& ex, body_of<no_body> body);
task<> remove_member_handler(exchange& ex);

// system_api.cpp
task<> read_actors_handler(exchange& ex);
task<> read_quarantine_handler(exchange& ex);
task<> release_quarantine_handler(exchange& ex, body_of<no_body> body);
task<> list_providers_handler(exchange& ex);
task<> list_jobs_handler(exchange& ex, job_list_query query);
task<> replay_job_handler(exchange& ex, body_of<no_body> body);
void read_settings_handler(exchange& ex);
void read_ai_switch_handler(exchange& ex);
task<> set_ai_switch_handler(exchange& ex, body_of<ai_switch> body);
void alive_handler(exchange& ex);
void healthz_handler(exchange& ex);
void readyz_handler(exchange& ex);
void metrics_handler(exchange& ex);

// documents_api.cpp
void openapi_handler(exchange& ex);
void welcome_handler(exchange& ex);
void swagger_page_handler(exchange& ex);
void redoc_page_handler(exchange& ex);
void swagger_file_handler(exchange& ex);
void redoc_file_handler(exchange& ex);

} // namespace callboard::http
