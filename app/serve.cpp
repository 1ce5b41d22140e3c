#include "app/serve.hpp"

#include "app/command_line.hpp"
#include "app/demo.hpp"
#include "app/signals.hpp"
#include "app/stop_deadline.hpp"
#include "app/wiring.hpp"
#include "base/failpoint.hpp"
#include "config/shown_url.hpp"
#include "http/edge.hpp"
#include "http/live/live_service.hpp"
#include "ops/health.hpp"
#include "ops/log.hpp"
#include "ops/metrics.hpp"
#include "ops/version.hpp"
#include "persistence/open_store.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace callboard::app {
namespace {

using std::chrono::steady_clock;

constexpr duration_ms start_timeout{10'000};

/// What a stop keeps of its time for the actors, once the edge has ended or was cut off.
constexpr duration_ms actors_share_max{2'000};

void print_banner(const config::settings& s, const http::bound_ports& ports) {
  auto base = http::url_of(s.server.host, ports.open);
  std::cout << fmt::format(
    "Callboard {} serves {}\n"
    "  documentation  {}/docs\n"
    "  operations     {}/readyz and /metrics\n"
    "  store          {}\n\n"
    "Try it:\n"
    "  curl -s {}/api/v1/tickets -H 'Content-Type: application/json' \\\n"
    "       -d '{{\"title\":\"Charged twice\",\"description\":\"My card was charged twice for March.\"}}'\n"
    "Watch it live:\n"
    "  curl -sN '{}/api/v1/events?topic=tickets'\n",
    program_version, base, base, http::url_of(s.admin.host, ports.operations), config::without_password(s.store.url),
    base, base)
            << std::flush;
}

/// Written whole and then renamed, so that who waits for it never reads half of it.
std::optional<std::string> write_ready_file(const config::settings& s, const http::bound_ports& ports) {
  if (s.server.ready_file.empty())
    return std::nullopt;
  auto part = s.server.ready_file + ".part";
  std::ofstream(part) << fmt::format("{{\"pid\":{},\"server\":\"{}\",\"admin\":\"{}\"}}\n", getpid(),
                                     http::url_of(s.server.host, ports.open),
                                     http::url_of(s.admin.host, ports.operations));
  std::error_code failed;
  std::filesystem::rename(part, s.server.ready_file, failed);
  return failed ? std::optional{s.server.ready_file + ": " + failed.message()} : std::nullopt;
}

void remove_ready_file(const config::settings& s) {
  std::error_code ignored; // the file may be gone, which is what is wanted
  if (!s.server.ready_file.empty())
    std::filesystem::remove(s.server.ready_file, ignored);
}

/// As kill -9 would, which nothing acknowledged can be lost by. What holds us up may be the disk of the log, too: the alarm
/// needs nobody.
void cut_off(int status) {
  std::signal(SIGALRM, SIG_DFL);
  alarm(1);
  log::error("stopped by force: not everything ended within server.shutdown_timeout");
  log::flush();
  _exit(status);
}

/// The newest committed event: where the live feed begins.
std::int64_t feed_head_of(store_engine& engine) {
  return engine.make_reader()->read(read_feed{std::numeric_limits<std::int64_t>::max(), 1}).head;
}

bool is_staffed(callboard::house& home) {
  for (std::size_t i = 0; i < home.readers.size(); ++i)
    if (!home.readers.at(i).get())
      return false;
  return home.journal.get() && home.internal_reader.get() && home.router.get() && home.directory.get()
         && home.gateway.get() && home.runner.get() && home.feed.get();
}

/// Branches start beside each other; who asks before all are there would find nobody. False when it takes too long.
bool wait_for_staff(caf::actor_system& system, callboard::house& home, duration_ms patience) {
  caf::scoped_actor self{system};
  for (auto until = steady_clock::now() + patience; !is_staffed(home);) {
    if (steady_clock::now() > until)
      return false;
    self->receive(caf::after(std::chrono::milliseconds{1}) >> [] {});
  }
  // A handle is there before its actor has begun. What the journal answers says that it has the store.
  bool answered = false;
  self->request(home.journal.get(), patience, reserve_numbers{0})
    .receive([&](const number_block&) { answered = true; }, [](caf::error&) {});
  return answered;
}

/// Ends the tree and waits for it, so that the last commits are done before the store is let go.
void stop_tree(caf::actor_system& system, const supervisor_actor& root, duration_ms patience) {
  caf::scoped_actor self{system};
  self->monitor(root);
  self->send_exit(root, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {},
                caf::after(patience) >> [] { log::warn("the supervision tree did not end in time"); });
}

/// No new job begins, and those whose answer is still out go back uncharged, while people's requests are being finished.
/// What comes back is to be received; nothing where there is no runner.
auto drain_jobs(caf::scoped_actor& self, callboard::house& home, duration_ms patience) {
  auto runner = home.runner.get();
  using pending = decltype(self->request(runner, patience, drain{}));
  return runner ? std::optional<pending>{self->request(runner, patience, drain{})} : std::nullopt;
}

} // namespace

int serve(const config::loaded_settings& loaded, const serve_flags& flags) {
  const auto& settings = loaded.values;
  stop_signals signals;
  std::atomic<bool> gave_up{false};
  std::optional<stop_deadline> patience; // outlives all that it may have to end
  auto limit_the_stop = [&] {
    auto until = steady_clock::now() + settings.server.shutdown_timeout;
    patience.emplace(until, [&gave_up] { cut_off(gave_up ? exit_gave_up : exit_failed); });
    return until;
  };
  log::set_threshold(settings.log.level);
  for (const auto& warning : loaded.warnings)
    log::warn("setting", {{"detail", warning}});
  set_failpoints(settings.testing.failpoints);

  auto give_up = [&gave_up] {
    gave_up = true;
    stop_signals::give_up();
  };
  std::shared_ptr<store_engine> engine;
  store_identity identity;
  std::int64_t feed_head = 0;
  try {
    open_options opening;
    opening.on_wait = [](std::string_view what_for) { std::cerr << "callboard: " << what_for << "; waiting\n"; };
    opening.on_lost = [give_up](std::string_view why) {
      log::error("store is lost", {{"detail", why}});
      give_up();
    };
    engine = open_store(settings.store, opening);
    identity = engine->identity();
    feed_head = feed_head_of(*engine);
  } catch (const store_open_error& why) {
    std::cerr << "callboard: " << why.what() << '\n';
    return exit_failed;
  } catch (const store_failure& why) {
    std::cerr << "callboard: the store failed at the start: " << why.what() << '\n';
    return exit_failed;
  }

  // What actors refer to is here before their system, which waits for the last of them when it goes.
  metrics meters;
  mailbox_registry mailboxes;
  health probes{{"store"}};
  auto search_feed_id = identity.search_feed_id;
  callboard::house home{static_cast<std::size_t>(settings.store.readers), settings.limits.reads_max,
                        settings.limits.writes_max, std::move(identity)};
  home.ai_enabled = settings.ai.enabled;
  home.feed_head = feed_head;
  home.search_feed_id = search_feed_id;
  meters.on_scrape([&] {
    mailboxes.report(meters);
    meters.readers.waiting.set(home.readers.waiting());
    meters.ready.set(probes.ready() ? 1 : 0);
  });
  actor_config config;
  caf::actor_system system{config};

  // The hubs of the edge are registered before the feed starts, so that nothing is published to nobody.
  http::edge edge{{settings, home, system, meters, probes, http::make_live_service()}};
  wiring_context context{settings, home, engine, meters, probes, mailboxes, real_world(), give_up};
  auto root = spawn_supervisor(system, supervision_tree(context));
  home.root.set(root);

  if (!wait_for_staff(system, home, start_timeout))
    log::warn("not every actor has started in time; serving all the same");
  auto ports = edge.start();
  if (!ports) {
    std::cerr << "callboard: " << ports.error() << '\n';
    limit_the_stop();
    stop_tree(system, root, settings.server.shutdown_timeout);
    home.clear();
    return exit_failed;
  }
  probes.enter(health_state::serving);
  print_banner(settings, *ports);
  if (auto fault = write_ready_file(settings, *ports))
    log::error("the ready file cannot be written", {{"detail", *fault}});
  log::info("serving", {{"port", ports->open}, {"store", config::without_password(settings.store.url)}});
  std::unique_ptr<demo> show;
  if (flags.demo)
    show = std::make_unique<demo>(system, home);

  int came = signals.wait();
  signals.restore_defaults();
  log::info("stopping", {{"signal", came == SIGINT ? "SIGINT" : came == SIGTERM ? "SIGTERM" : "gave up"}});
  auto deadline = limit_the_stop();
  auto share = std::min(settings.server.shutdown_timeout / 4, actors_share_max);
  auto left = [&] {
    return std::max(std::chrono::duration_cast<duration_ms>(deadline - steady_clock::now()), duration_ms{100});
  };
  probes.enter(health_state::draining);
  remove_ready_file(settings);
  if (show)
    show->stop();
  {
    caf::scoped_actor self{system};
    auto drained = drain_jobs(self, home, settings.server.shutdown_timeout - share / 2);
    edge.drain(deadline - share);
    if (drained && !gave_up)
      drained->receive([](bool) {},
                       [](caf::error&) { log::warn("running jobs did not end in time; they start again"); });
  }
  stop_tree(system, root, left());
  show.reset();
  edge.stop();
  home.clear();
  log::info("stopped", {{"exit_code", gave_up ? exit_gave_up : exit_ok}});
  log::flush();
  return gave_up ? exit_gave_up : exit_ok;
}

} // namespace callboard::app
