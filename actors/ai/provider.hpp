#pragma once

#include "actors/acting.hpp"
#include "config/settings.hpp"

// A kind of AI provider is one file that offers a `provider_kind_entry`; `provider_kinds()` lists them.
namespace callboard {

/// What a provider may need from outside; grows with the kinds.
struct provider_context {
  outside_world world = {};
};

using make_provider = provider_actor (*)(caf::actor_system&, const config::provider_settings&, const provider_context&);

struct provider_kind_entry {
  config::provider_kind kind;
  make_provider make;
};

const std::vector<provider_kind_entry>& provider_kinds();

/// Spawns the actor of a configured provider. Its kind is known: settings are checked when they are loaded.
provider_actor spawn_provider(caf::actor_system&, const config::provider_settings&, const provider_context&);

provider_actor spawn_builtin_provider(caf::actor_system&, const config::provider_settings&, const provider_context&);

} // namespace callboard
