#pragma once

#include "actors/acting.hpp"
#include "config/settings.hpp"

// A kind of AI provider is one file, KIND_provider.cpp beside this one, with a `spawn_KIND_provider` of the signature
// `make_provider`. The build finds it (cmake/provider_kinds.cmake): the setting `kind` and the table below follow.
namespace callboard {

/// What a provider may need from outside; grows with the kinds.
struct provider_context {
  outside_world world = {};
};

using make_provider = provider_actor(caf::actor_system&, const config::provider_settings&, const provider_context&);

struct provider_kind_entry {
  config::provider_kind kind;
  make_provider* make;
};

/// Written by the build.
const std::vector<provider_kind_entry>& provider_kinds();

/// Spawns the actor of a configured provider. Its kind is known: settings are checked when they are loaded.
provider_actor spawn_provider(caf::actor_system&, const config::provider_settings&, const provider_context&);
} // namespace callboard
