#pragma once

#include "base/describe.hpp"
#include "domain/values.hpp"

#include <string>

namespace callboard {

/// Who asks. Until identity exists everybody outside is the user "anonymous".
struct principal {
  actor_type type = actor_type::user;
  std::string id = "anonymous";

  bool operator==(const principal&) const = default;
};
BOOST_DESCRIBE_STRUCT(principal, (), (type, id))

inline principal system_principal() { return {actor_type::system, "system"}; }

/// What a principal may see. Every query takes one; `scope_of` is the only place that makes one.
struct scope {
  bool all_tickets = false;
  bool staff_fields = false; ///< notes, `ai`

  bool operator==(const scope&) const = default;
};
BOOST_DESCRIBE_STRUCT(scope, (), (all_tickets, staff_fields))

/// Without identity there are no customers to keep apart: who reaches the listener works as staff.
inline scope scope_of(const principal&) { return {true, true}; }

} // namespace callboard
