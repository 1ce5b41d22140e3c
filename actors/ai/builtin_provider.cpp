#include "actors/ai/provider.hpp"

#include "base/failpoint.hpp"
#include "domain/classifier/text_classifier.hpp"

namespace callboard {
namespace {

/// The classifier that is linked into the binary: no network, no cost, the same answer each time.
///
/// Spawned by: the `ai` supervisor. Monitors: nobody. Bounded by: the gateway's concurrency. When it dies the calls under
/// way fail as transient and their jobs are tried again.
class builtin_state {
public:
  using interface = provider_actor;
  using options = config::provider_settings;
  static inline const char* name = "callboard.builtin_provider";

  explicit builtin_state(interface::pointer) {}

  interface::behavior_type start(options given) {
    info_.name = given.name;
    info_.kind = enum_name(given.kind);
    info_.model = text_classifier::built_in().version();
    return {
      [this](const classify_task& task) { return classify(task); },
      [this](get_providers) { return providers{{info_}}; },
    };
  }

private:
  ai_answer classify(const classify_task& task) {
    hit_failpoint("builtin.classify", task.title);
    ++info_.calls;
    auto found = text_classifier::built_in().classify(task.title, task.description, task.categories);
    return {.answer = classification{std::move(found.category), found.priority, found.confidence, found.mood,
                                     std::move(found.language)},
            .failure = {},
            .provider = info_.name,
            .model = info_.model,
            .prompt_version = std::string{classify_prompt_version}};
  }

  provider_info info_;
};

} // namespace

provider_actor spawn_builtin_provider(caf::actor_system& system, const config::provider_settings& settings,
                                      const provider_context&) {
  return system.spawn<acting<builtin_state>>(settings);
}

} // namespace callboard
