#pragma once

#include "config/settings.hpp"
#include "domain/directory.hpp"
#include "domain/views.hpp"
#include "http/request_types.hpp"
#include "protocol/ai.hpp"
#include "protocol/system.hpp"

#include <string>

// Examples for the OpenAPI document: values of the very types that are sent, so they cannot drift from the schemas.
namespace callboard::http {

struct replayed_job {
  job_id id;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(replayed_job, (), (id, state))

/// What the public port says of itself.
struct liveness {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(liveness, (), (status))

template <class T>
T example_of();

template <>
create_ticket example_of<create_ticket>();
template <>
change_ticket example_of<change_ticket>();
template <>
claim_ticket example_of<claim_ticket>();
template <>
add_message example_of<add_message>();
template <>
create_user example_of<create_user>();
template <>
change_user example_of<change_user>();
template <>
create_department example_of<create_department>();
template <>
change_department example_of<change_department>();
template <>
no_body example_of<no_body>();
template <>
ai_switch example_of<ai_switch>();

template <>
ticket example_of<ticket>();
template <>
message_view example_of<message_view>();
template <>
event_view example_of<event_view>();
template <>
user example_of<user>();
template <>
department example_of<department>();
template <>
actor_info example_of<actor_info>();
template <>
quarantine_report example_of<quarantine_report>();
template <>
provider_info example_of<provider_info>();
template <>
job_view example_of<job_view>();
template <>
replayed_job example_of<replayed_job>();
template <>
liveness example_of<liveness>();
template <>
config::settings example_of<config::settings>();

/// One problem of each code, as it may look.
problem example_problem(error_code code);

} // namespace callboard::http
