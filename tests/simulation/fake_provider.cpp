#include "tests/simulation/fake_provider.hpp"

namespace callboard::simulation {
namespace {

class fake_provider_state {
public:
  using interface = provider_actor;
  using options = fake_provider_options;
  static inline const char* name = "simulation.provider";

  explicit fake_provider_state(interface::pointer self) : self_(self) {}

  interface::behavior_type start(options given) {
    options_.emplace(given);
    return {
      [this](const classify_task& task) { return classify(task); },
      [](get_providers) { return providers{}; },
    };
  }

private:
  caf::result<ai_answer> classify(const classify_task& task) {
    auto& d = options_->chance;
    const auto& rates = options_->rates;
    if (d.chance(rates.provider_crashes))
      throw std::runtime_error("the provider crashed");
    auto promise = self_->make_response_promise<ai_answer>();
    if (d.chance(rates.provider_hangs)) {
      silent_.push_back(promise); // kept, because a dropped promise never answers either
      return promise;
    }
    promise.deliver(d.chance(rates.provider_fails) ? failure() : answer(task));
    return promise;
  }

  ai_answer failure() {
    auto& d = options_->chance;
    ai_answer failed;
    failed.provider = "fake";
    failed.failure = ai_failure{static_cast<ai_fault>(d.below(enum_names<ai_fault>().size())), "as planned", {}};
    if (d.below(4) == 0)
      failed.failure->retry_after_s = static_cast<int>(d.below(20));
    return failed;
  }

  ai_answer answer(const classify_task& task) {
    auto& d = options_->chance;
    classification said{d.one_of(task.categories), ticket_priority::low, d.unit(), sentiment::neutral, "en"};
    if (d.chance(options_->rates.provider_fails))
      said.category = "nonsense";
    return {.answer = std::move(said),
            .failure = {},
            .provider = "fake",
            .model = "dice",
            .prompt_version = std::string{classify_prompt_version}};
  }

  interface::pointer self_;
  std::optional<options> options_;
  std::vector<caf::typed_response_promise<ai_answer>> silent_;
};

} // namespace

provider_actor spawn_fake_provider(caf::actor_system& system, fake_provider_options options) {
  return system.spawn<acting<fake_provider_state>>(options);
}

} // namespace callboard::simulation
