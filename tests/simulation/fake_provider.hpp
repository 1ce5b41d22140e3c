#pragma once

#include "actors/acting.hpp"
#include "protocol/interfaces.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/plan.hpp"

namespace callboard::simulation {

struct fake_provider_options {
  dice& chance;
  const plan& rates; ///< all 0 when the faults are over
};

/// A provider with every habit of real ones: slow, silent, wrong, refusing, dying.
provider_actor spawn_fake_provider(caf::actor_system&, fake_provider_options);

} // namespace callboard::simulation
