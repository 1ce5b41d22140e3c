#include "actors/ai/provider.hpp"

#include "base/check.hpp"

namespace callboard {

provider_actor spawn_provider(caf::actor_system& system, const config::provider_settings& settings,
                              const provider_context& context) {
  for (const auto& entry : provider_kinds())
    if (entry.kind == settings.kind)
      return entry.make(system, settings, context);
  throw_invariant_broken("provider_kinds", "every provider kind has an entry", __FILE__, __LINE__);
}

} // namespace callboard
