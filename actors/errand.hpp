#pragma once

#include "actors/acting.hpp"
#include "protocol/interfaces.hpp"

namespace callboard {

/// Something to hand to a ticket's actor, and who waits for the answer.
struct errand {
  std::variant<ticket_command, read_ticket> what;
  caf::typed_response_promise<reply> caller;

  bool has_expired(std::chrono::steady_clock::time_point now) const;
  /// Its time was over before its turn came.
  void expire();
  void refuse(const problem&);
};

} // namespace callboard
