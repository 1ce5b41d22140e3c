#include "app/wiring.hpp"

#include "actors/ai/gateway.hpp"
#include "actors/ai/job_runner.hpp"
#include "actors/ai/provider.hpp"
#include "actors/directory.hpp"
#include "actors/feed_tail.hpp"
#include "actors/housekeeper.hpp"
#include "actors/journal.hpp"
#include "actors/reader.hpp"
#include "actors/search_indexer.hpp"
#include "actors/ticket_router.hpp"
#include "ops/log.hpp"
#include "ops/process_stats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include <malloc.h>

namespace callboard::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

/// Two returns of memory to the system are so far apart: one takes up to a fifth of a second for some GiB.
constexpr auto trim_pause = 30s;

constexpr std::string_view journal_path = "root/store/journal";
constexpr std::string_view internal_reader_name = "internal_reader";
constexpr std::string_view reader_prefix = "reader_";

std::shared_ptr<const ticket_policy> policy_of(const config::settings& s) {
  ticket_policy policy;
  policy.categories = s.tickets.categories;
  policy.threshold = s.ai.policy.classify.threshold;
  policy.classify = *enum_from_name<callboard::policy_mode>(enum_name(s.ai.policy.classify.mode));
  return std::make_shared<const ticket_policy>(std::move(policy));
}

std::string_view last_part(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// How often what may end, and what follows: reliability C-7. Intensities multiply over levels: few at the top.
constexpr restart_policy root_policy{.restarts_max = 3, .window = 300s};
constexpr restart_policy store_policy{.restarts_max = std::nullopt, // as a connection: tried until it is back
                                      .survives_invariants = false};
constexpr restart_policy desk_policy{.restarts_max = 5, .window = 30s};
constexpr restart_policy live_policy{.restarts_max = 5, .window = 30s};
constexpr restart_policy ai_policy{.restarts_max = 10, .window = 60s, .then = too_often::rest};

bool is_branch(std::string_view path) { return std::count(path.begin(), path.end(), '/') == 1; }

bool is_reader(std::string_view path) {
  auto name = last_part(path);
  return name == internal_reader_name || name.starts_with(reader_prefix);
}

void tell(const wiring_context& c, const supervision_note& note) {
  if (note.step != supervision_step::give_up)
    c.meters.actors.restarts(last_part(note.path), note.why).add();
  switch (note.step) {
    case supervision_step::restart:
      log::warn("actor restarted", {{"actor", note.path}, {"detail", note.reason}});
      break;
    case supervision_step::rest:
      log::error("actor ends too often and rests", {{"actor", note.path}, {"detail", note.reason}});
      break;
    case supervision_step::give_up:
      log::error("supervisor gave up", {{"actor", note.path}, {"detail", note.reason}});
      break;
  }
  if (note.step == supervision_step::give_up && is_branch(note.path))
    c.gave_up();
  // Until it has its connection again, which it reports itself.
  if (note.path == journal_path)
    c.probes.set("store", false, fmt::format("the journal starts again: {}", note.reason));
  else if (is_reader(note.path))
    c.probes.set(last_part(note.path), false, fmt::format("the reader starts again: {}", note.reason));
}

supervisor_options supervisor_named(std::string path, const restart_policy& policy, const wiring_context& c) {
  supervisor_options options;
  options.path = std::move(path);
  options.world = c.world;
  options.started = [&mailboxes = c.mailboxes](const std::string& at, std::shared_ptr<vital_signs> vitals) {
    mailboxes.put(at, std::move(vitals));
  };
  options.policy = policy;
  options.notify = [c](const supervision_note& note) { tell(c, note); };
  return options;
}

reader_options reader_of(const wiring_context& c) {
  reader_options options{c.engine};
  options.note = [&meters = c.meters](std::string_view query, std::int64_t us) {
    meters.readers.query_duration(query).observe(microseconds{us});
  };
  return options;
}

child_spec reader_child(const wiring_context& c, std::string name, address<reader_actor>& place) {
  auto options = reader_of(c);
  options.note_open = [&probes = c.probes, name] { probes.set(name, true); };
  return child(std::move(name), place, [options](caf::actor_system& s) { return spawn_reader(s, options); });
}

/// To count a large store takes seconds, and no list shall stand behind that. Without it gauges stay as they were, and the
/// server is as ready as before.
child_spec counting_reader_child(const wiring_context& c) {
  return child("counting_reader", *c.counting_reader,
               [c](caf::actor_system& s) { return spawn_reader(s, reader_of(c)); });
}

journal_options journal_of(const wiring_context& c) {
  journal_options options{c.home, c.engine, static_cast<std::size_t>(c.settings.store.batch_max)};
  options.note = [&meters = c.meters](const batch_note& note) {
    meters.journal.batch_items.observe(note.items);
    meters.journal.commit_duration.observe(microseconds{note.commit_us});
    meters.journal.queue_wait.observe(microseconds{note.wait_us});
    for (const auto& outcome : note.outcomes)
      meters.journal.items(outcome.status).add();
  };
  options.note_call = [calls = c.store_calls](bool begins) { calls->note(begins); };
  options.note_store = [&probes = c.probes, was_down = false](bool works, std::string_view why) mutable {
    probes.set("store", works, works ? std::string{} : fmt::format("the store cannot be written: {}", why));
    if (!works)
      log::error("store cannot be written", {{"detail", why}});
    else if (was_down)
      log::info("store can be written again");
    was_down = !works;
  };
  return options;
}

void report_counts(metrics& meters, const store_counts& counts) {
  for (auto status : enum_names<ticket_status>()) {
    auto found = counts.tickets_by_status.find(std::string{status});
    meters.desk.tickets(status).set(found == counts.tickets_by_status.end() ? 0 : found->second);
  }
  for (const auto& [state, count] : counts.jobs_by_state)
    meters.ai.jobs(state).set(count);
  meters.feed.horizon_lag.set(counts.feed_held_back);
}

/// Looks whether the process has more memory of its own than it should, and says when that begins and ends.
std::function<bool()> memory_watch(int mib_max) {
  using steady = std::chrono::steady_clock;
  return
    [bytes_max = std::int64_t{mib_max} * 1024 * 1024, was_short = false, trimmed = steady::time_point{}]() mutable {
      auto bytes = own_resident_bytes();
      // What was freed and is kept for later does not count. To give it back holds up whoever allocates meanwhile.
      if (bytes > bytes_max && steady::now() - trimmed >= trim_pause) {
        ::malloc_trim(0);
        trimmed = steady::now();
        bytes = own_resident_bytes();
      }
      bool is_short = bytes > bytes_max;
      if (std::exchange(was_short, is_short) != is_short) {
        if (is_short)
          log::warn("memory is short: unused tickets leave it and background work waits",
                    {{"size", bytes}, {"limit", bytes_max}});
        else
          log::info("memory suffices again", {{"size", bytes}, {"limit", bytes_max}});
      }
      return is_short;
    };
}

child_spec store_branch(const wiring_context& c) {
  auto options = supervisor_named("root/store", store_policy, c);
  options.children.push_back(
    child("journal", c.home.journal, [c](caf::actor_system& s) { return spawn_journal(s, journal_of(c)); }));
  options.children.push_back(reader_child(c, std::string{internal_reader_name}, c.home.internal_reader));
  for (std::size_t i = 0; i < c.home.readers.size(); ++i)
    options.children.push_back(
      reader_child(c, std::string{reader_prefix} + std::to_string(i + 1), c.home.readers.at(i)));
  options.children.push_back(counting_reader_child(c));
  options.children.push_back(
    {"housekeeper", [c](caf::actor_system& s) {
       housekeeper_options housekeeper{c.home, [place = c.counting_reader] { return place->get(); }};
       housekeeper.store_timeout = c.settings.store.timeout;
       housekeeper.idempotency_retention = c.settings.store.idempotency_retention;
       housekeeper.feed_retention = c.settings.store.feed_retention;
       housekeeper.note = [&meters = c.meters](const store_counts& counts) { report_counts(meters, counts); };
       housekeeper.memory_is_short = memory_watch(c.settings.limits.resident_mib_max);
       housekeeper.watch = [calls = c.store_calls, &probes = c.probes, longest = c.settings.store.timeout + 2s] {
         bool stuck = calls->running_for() > longest;
         probes.set("store answers", !stuck, stuck ? "a write has waited for the store beyond store.timeout" : "");
       };
       housekeeper.world = c.world;
       return caf::actor_cast<caf::actor>(spawn_housekeeper(s, std::move(housekeeper)));
     }});
  options.children.push_back({"search_indexer", [c](caf::actor_system& s) {
                                indexer_options indexer{c.home, c.engine};
                                indexer.store_timeout = c.settings.store.timeout;
                                indexer.busy_batch =
                                  static_cast<std::size_t>(std::max(c.settings.store.batch_max / 4, 2));
                                indexer.lag_max = c.settings.store.search_lag_max;
                                indexer.note = [&meters = c.meters](double lag) {
                                  meters.search.lag.set(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                    std::chrono::duration<double>{lag}));
                                };
                                indexer.world = c.world;
                                return caf::actor_cast<caf::actor>(spawn_search_indexer(s, std::move(indexer)));
                              }});
  return supervisor_spec("store", std::move(options));
}

router_options router_of(const wiring_context& c) {
  router_options options{c.home, policy_of(c.settings)};
  options.writes_per_ticket = c.settings.limits.writes_per_ticket;
  options.warm_max = static_cast<std::size_t>(c.settings.tickets.warm_max);
  options.idle_timeout = c.settings.tickets.idle_timeout;
  options.store_timeout = c.settings.store.timeout;
  options.has_predecessor = c.home.router.get() != nullptr;
  options.world = c.world;
  options.note = [&meters = c.meters](std::size_t warm, std::size_t quarantined) {
    meters.actors.warm_tickets.set(static_cast<std::int64_t>(warm));
    meters.desk.quarantined.set(static_cast<std::int64_t>(quarantined));
  };
  options.note_created = [&meters = c.meters] { meters.desk.tickets_created.add(); };
  options.note_refused = [&meters = c.meters] { meters.http.refused(http_refusal::writes_per_ticket).add(); };
  options.note_message = [&meters = c.meters](message_kind kind) { meters.desk.messages_added(kind).add(); };
  options.note_set_aside = [](const set_aside_command& aside) {
    log::error("command set aside", {{"ticket_id", aside.ticket_id},
                                     {"reference", aside.reference},
                                     {"kind", aside.kind},
                                     {"request_id", aside.request_id},
                                     {"detail", aside.error}});
  };
  options.note_quarantine = [](const quarantined_ticket& ticket) {
    log::error("ticket quarantined", {{"ticket_id", ticket.ticket_id}, {"detail", ticket.last_error}});
  };
  options.note_crash = [&meters = c.meters](const ticket_id& id, restart_reason why, const std::string& in_words) {
    meters.actors.restarts("ticket", why).add();
    log::warn("ticket actor ended", {{"ticket_id", id}, {"detail", in_words}});
  };
  return options;
}

child_spec desk_branch(const wiring_context& c) {
  auto options = supervisor_named("root/desk", desk_policy, c);
  options.children.push_back(
    child("ticket_router", c.home.router, [c](caf::actor_system& s) { return spawn_ticket_router(s, router_of(c)); }));
  options.children.back().shows_children = true;
  options.children.push_back(child("directory", c.home.directory, [c](caf::actor_system& s) {
    return spawn_directory(s, {c.home, c.settings.store.timeout, c.world});
  }));
  return supervisor_spec("desk", std::move(options));
}

child_spec live_branch(const wiring_context& c) {
  auto options = supervisor_named("root/live", live_policy, c);
  options.children.push_back(child("feed", c.home.feed, [c](caf::actor_system& s) {
    feed_options feed{c.home};
    feed.store_timeout = c.settings.store.timeout;
    feed.note = [&meters = c.meters, &home = c.home](std::size_t events, std::chrono::nanoseconds lag) {
      meters.feed.published.add(static_cast<std::int64_t>(events));
      meters.feed.head.set(home.feed_head.load());
      meters.feed.lag.set(lag);
    };
    return spawn_feed(s, std::move(feed));
  }));
  auto branch = supervisor_spec("live", std::move(options));
  branch.role = child_role::vital; // whoever watches resumes elsewhere, or here after a restart
  return branch;
}

child_spec ai_branch(const wiring_context& c) {
  auto options = supervisor_named("root/ai", ai_policy, c);
  gateway_options gateway;
  gateway.classify_chain = c.settings.ai.chains.classify;
  gateway.timeout = c.settings.ai.timeout;
  gateway.is_on = [&home = c.home] { return home.ai_enabled.load(); };
  gateway.note = [&meters = c.meters](std::string_view provider, std::string_view outcome, double seconds) {
    meters.ai.calls(provider, outcome).add();
    meters.ai.call_duration(provider).observe(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{seconds}));
  };
  for (const auto& provider : c.settings.ai.providers) {
    auto place = std::make_shared<address<provider_actor>>();
    gateway.providers.emplace(provider.name, place);
    options.children.push_back({"provider_" + provider.name, [c, provider, place](caf::actor_system& s) {
                                  auto handle = spawn_provider(s, provider, {c.world});
                                  place->set(handle);
                                  return caf::actor_cast<caf::actor>(handle);
                                }});
  }
  options.children.push_back(
    child("gateway", c.home.gateway, [gateway](caf::actor_system& s) { return spawn_gateway(s, gateway); }));
  options.children.push_back(child("job_runner", c.home.runner, [c](caf::actor_system& s) {
    const auto& ai = c.settings.ai;
    runner_options runner{.home = c.home, .categories = c.settings.tickets.categories};
    runner.concurrency = ai.concurrency;
    runner.attempts = ai.attempts;
    runner.retry_base = ai.retry_base;
    runner.retry_max = ai.retry_max;
    runner.lease = ai.claim_timeout;
    runner.store_timeout = c.settings.store.timeout;
    runner.world = c.world;
    runner.note = [&meters = c.meters](std::string_view kind, std::string_view outcome) {
      meters.ai.jobs_finished(kind, outcome).add();
    };
    return spawn_job_runner(s, std::move(runner));
  }));
  return supervisor_spec("ai", std::move(options));
}

} // namespace

actor_config::actor_config() {
  add_message_types<caf::id_block::callboard>();
  // Unlimited by default: one busy actor could keep a worker for itself.
  set("scheduler.max-throughput", 100);
  // One queue and no looking for work: workers that steal poll, which took a fifth of a core while nothing happened.
  set("scheduler.policy", caf::atom("sharing"));
}

void mailbox_registry::put(const std::string& path, std::shared_ptr<vital_signs> vitals) {
  std::lock_guard lock{mutex_};
  vitals_[path] = std::move(vitals);
}

void mailbox_registry::report(metrics& meters) const {
  std::lock_guard lock{mutex_};
  for (const auto& [path, vitals] : vitals_)
    meters.actors.mailbox_depth(last_part(path)).set(vitals ? vitals->depth() : 0);
}

supervisor_options supervision_tree(const wiring_context& c) {
  auto options = supervisor_named("root", root_policy, c);
  options.children = {store_branch(c), desk_branch(c), live_branch(c), ai_branch(c)};
  return options;
}

outside_world real_world() {
  outside_world world;
  world.random = [] {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
  };
  return world;
}

} // namespace callboard::app
