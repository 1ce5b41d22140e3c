#include "actors/ai/gateway.hpp"

#include "domain/ticket_rules.hpp"

namespace callboard {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begun, std::chrono::steady_clock::time_point now) {
  return std::chrono::duration<double>(now - begun).count();
}

/// Providers are not trusted. The answer's own words stay out: they may quote a customer.
std::optional<std::string> fault_in(const ai_answer& said, const classify_task& task) {
  if (!said.answer)
    return "no answer";
  auto fault = check_classification(*said.answer, task.categories);
  return fault ? std::optional{fault->pointer + " " + fault->detail} : std::nullopt;
}

} // namespace

gateway_actor::behavior_type gateway_state::start(options given) {
  options_.emplace(std::move(given));
  return {
    [this](classify_task& task) { return classify(task); },
    [this](get_providers) { return describe(); },
  };
}

caf::result<ai_answer> gateway_state::classify(classify_task& task) {
  auto w = std::make_shared<walk>();
  w->task = std::move(task);
  w->caller = self_->make_response_promise<ai_answer>();
  auto promise = w->caller;
  try_next(std::move(w));
  return promise;
}

void gateway_state::try_next(std::shared_ptr<walk> w) {
  const auto& chain = options_->classify_chain;
  bool is_on = options_->is_on();
  auto begun = self_->clock().now();
  bool is_late = w->task.deadline.passed(begun);
  if (!is_on)
    w->last = {ai_fault::parked, "AI was switched off", {}};
  else if (is_late && w->step == 0)
    w->last = {ai_fault::transient, "no time was left for a provider", {}};
  if (!is_on || is_late || w->step == chain.size()) {
    w->caller.deliver(ai_answer{.answer = {},
                                .failure = w->last,
                                .provider = chain.empty() ? std::string{} : chain.back(),
                                .model = {},
                                .prompt_version = std::string{classify_prompt_version}});
    return;
  }
  auto provider = options_->providers.at(chain[w->step])->get();
  if (!provider)
    return on_failure(w, {ai_fault::parked, "the provider is starting", {}}, begun);
  auto task = w->task;
  task.deadline = deadline::at(std::min(task.deadline.time(), begun + options_->timeout));
  auto patience = task.deadline.time() - begun;
  self_->request(provider, patience, std::move(task))
    .then([this, w, begun](ai_answer& answer) { on_answer(w, answer, begun); },
          [this, w, begun](caf::error& why) {
            // It was gone before it saw the task: nothing was tried, so no attempt may be charged.
            auto fault = why == caf::sec::request_receiver_down ? ai_fault::parked : ai_fault::transient;
            on_failure(w, {fault, text_of(why, self_->system()), {}}, begun);
          });
}

void gateway_state::on_answer(const std::shared_ptr<walk>& w, ai_answer& answer, steady::time_point begun) {
  if (answer.failure)
    return on_failure(w, std::move(*answer.failure), begun);
  if (auto fault = fault_in(answer, w->task))
    return on_failure(w, {ai_fault::bad_output, std::move(*fault), {}}, begun);
  const auto& provider = options_->classify_chain[w->step];
  ++seen_[provider].calls;
  options_->note(provider, "ok", seconds_since(begun, self_->clock().now()));
  w->caller.deliver(std::move(answer));
}

void gateway_state::on_failure(const std::shared_ptr<walk>& w, ai_failure why, steady::time_point begun) {
  const auto& provider = options_->classify_chain[w->step];
  auto& seen = seen_[provider];
  ++seen.calls;
  ++seen.failures;
  seen.last_error = why.detail;
  options_->note(provider, enum_name(why.fault), seconds_since(begun, self_->clock().now()));
  // What may succeed next time outweighs what cannot: the job is tried again if any provider gives hope.
  if (why.fault != ai_fault::permanent || w->step == 0)
    w->last = std::move(why);
  ++w->step;
  try_next(w);
}

/// Each provider tells of itself; the counts are the gateway's, which also sees what never reached the provider.
caf::result<providers> gateway_state::describe() {
  struct gathering {
    providers all;
    std::size_t missing = 0;
    caf::typed_response_promise<providers> promise;
  };
  auto g = std::make_shared<gathering>();
  g->promise = self_->make_response_promise<providers>();
  auto promise = g->promise;
  g->missing = options_->providers.size();
  if (g->missing == 0)
    promise.deliver(g->all);
  for (const auto& [provider_name, place] : options_->providers) {
    auto add = [this, g, provider_name = provider_name](provider_info info) {
      const auto& seen = seen_[provider_name];
      info.name = provider_name;
      info.calls = seen.calls;
      info.failures = seen.failures;
      info.last_error = seen.last_error;
      g->all.value.push_back(std::move(info));
      if (--g->missing == 0)
        g->promise.deliver(g->all);
    };
    auto provider = place->get();
    provider_info absent;
    absent.available = false;
    if (!provider) {
      add(absent);
      continue;
    }
    self_->request(provider, std::chrono::seconds{1}, get_providers{})
      .then([add](providers& told) { add(told.value.empty() ? provider_info{} : told.value.front()); },
            [add, absent](caf::error&) { add(absent); });
  }
  return promise;
}

gateway_actor spawn_gateway(caf::actor_system& system, gateway_options options) {
  return system.spawn<acting<gateway_state>>(std::move(options));
}

} // namespace callboard
