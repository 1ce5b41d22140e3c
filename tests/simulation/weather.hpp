#pragma once

#include "tests/simulation/fake_store.hpp"
#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

namespace callboard::simulation {

/// What the plan's rates make of each call of the store. While it takes time the rest of the house goes on.
class planned_weather final : public store_weather {
public:
  planned_weather(dice& chance, const plan& rates, std::function<void(std::chrono::nanoseconds)> let_pass,
                  std::function<void(std::string_view)> note)
      : chance_(chance), rates_(rates), let_pass_(std::move(let_pass)), note_(std::move(note)) {}

  void before(store_call call) override {
    pass(call);
    if (call == store_call::read)
      return fail(rates_.reads_fail, "a read fails", false);
    fail(rates_.unavailable, "unavailable", false);
    fail(rates_.in_doubt / 2, "in doubt, not done", true);
  }

  void after(store_call call) override {
    if (call != store_call::read)
      fail(rates_.in_doubt / 2, "in doubt, done", true);
    pass(call);
  }

  bool fails(const journal_item&) override { return chance_.chance(rates_.item_fails); }

  void saw(const journal_item& item, const journal_outcome& outcome) override {
    auto said = fmt::format("the store takes {}", to_string(item.command_id));
    if (auto w = std::get_if<ticket_write>(&item.write))
      said += fmt::format(" on {} from version {} to {}", to_string(w->after.ticket.id), w->expected_version,
                          w->after.ticket.version);
    if (auto u = std::get_if<job_update>(&item.write))
      said += fmt::format(" of job {}: {}", to_string(u->id), enum_name(u->state));
    note_(fmt::format("{}: {}", said, enum_name(outcome.status)));
  }

private:
  void pass(store_call call) {
    using namespace std::chrono_literals;
    if (call == store_call::read)
      return pass(rates_.reads_slow, 0s, 1'500ms);
    pass(rates_.slow_store, 0s, 800ms);
    pass(rates_.stuck_store, 1s, 4s);
    pass(rates_.frozen_store, 8s, 30s);
  }
  void pass(int rate, std::chrono::nanoseconds least, std::chrono::nanoseconds more) {
    if (chance_.chance(rate))
      let_pass_(least + chance_.span(more));
  }
  void fail(int rate, const char* what, bool in_doubt) {
    if (!chance_.chance(rate))
      return;
    note_(what);
    throw store_failure(what, in_doubt);
  }

  dice& chance_;
  const plan& rates_;
  std::function<void(std::chrono::nanoseconds)> let_pass_;
  std::function<void(std::string_view)> note_;
};

} // namespace callboard::simulation
