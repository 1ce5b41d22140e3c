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

  /// Does not wait for the request that is under way; the destructor does.
  void stop() { thread_.request_stop(); }

private:
  std::jthread thread_;
};

} // namespace callboard::app
