#pragma once

#include "protocol/house.hpp"

namespace callboard {

/// Has something stored, and counts it among `house::writes` until the journal is done with it.
template <class Self, class Patience>
auto ask_journal(Self self, house& home, Patience patience, journal_item item) {
  item.place = home.writes.take();
  return self->request(home.journal.get(), patience, std::move(item));
}

/// Calls `then` when the journal is done with all that was sent to it before, or nothing of that is done any more.
template <class Self, class Then>
void wait_out_journal(Self self, house& home, Then then) {
  // While the store is stuck each time-out would add a question of each of those who wait.
  constexpr caf::timespan patience = std::chrono::hours{1};
  self->request(home.journal.get(), patience, reserve_numbers{0})
    .then([then](const number_block&) { then(); },
          [self, &home, then](caf::error& why) {
            if (why == caf::sec::request_timeout)
              wait_out_journal(self, home, then);
            else
              then();
          });
}

} // namespace callboard
