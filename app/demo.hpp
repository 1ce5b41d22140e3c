#pragma once

#include "protocol/house.hpp"

#include <thread>

namespace callboard::app {

/// Fills an empty store with people, departments and 200 tickets, then keeps a trickle of activity going, so that a
/// newcomer sees something move. Everything goes through the same commands as anybody's requests; a thread of its own
/// asks one after the other, so it never has more than one request under way.
class demo {
public:
  demo(caf::actor_system&, house&);

private:
  std::jthread thread_; ///< asked to stop and joined when this ends
};

} // namespace callboard::app
