#pragma once

#include "base/describe.hpp"
#include "base/time.hpp"
#include "config/provider_kinds.hpp"

#include <map>
#include <string>
#include <vector>

// Every setting, with its default. How they are read, checked and shown is `load_settings.hpp`; bounds and help are the
// marks in `settings_marks.hpp`, which comes along at the end.
namespace callboard::config {

using namespace std::chrono_literals;

BOOST_DEFINE_ENUM_CLASS(ai_mode, async, sync)
BOOST_DEFINE_ENUM_CLASS(policy_mode, suggest, auto_apply, off)
BOOST_DEFINE_ENUM_CLASS(provider_kind, CALLBOARD_PROVIDER_KINDS) // one per actors/ai/KIND_provider.cpp
BOOST_DEFINE_ENUM_CLASS(log_threshold, debug, info, warn, error)

struct server_settings {
  std::string host = "127.0.0.1";
  int port = 8080;        ///< 0 picks a free one
  int threads = 2;        ///< I/O threads
  std::string ready_file; ///< written with the addresses when serving; empty = none
  duration_ms shutdown_timeout = 25s;
  duration_ms drain_delay = 0ms; ///< keep accepting this long after SIGTERM, so that a balancer can look away
  std::vector<std::string> cors_origins;
};
BOOST_DESCRIBE_STRUCT(server_settings, (),
                      (host, port, threads, ready_file, shutdown_timeout, drain_delay, cors_origins))

struct admin_settings {
  std::string host = "127.0.0.1";
  int port = 9090;
};
BOOST_DESCRIBE_STRUCT(admin_settings, (), (host, port))

struct store_settings {
  std::string url = "sqlite:var/callboard.db";
  int readers = 4;
  int batch_max = 64;
  duration_ms timeout = 5s;
  duration_ms feed_retention = 168h;
  duration_ms idempotency_retention = 24h;
  duration_ms search_lag_max = 10s; ///< while many write at once
  duration_ms lock_timeout = 1s;    ///< PostgreSQL
  bool tls_required = true;         ///< PostgreSQL on another host
};
BOOST_DESCRIBE_STRUCT(store_settings, (),
                      (url, readers, batch_max, timeout, feed_retention, idempotency_retention, search_lag_max,
                       lock_timeout, tls_required))

struct log_settings {
  log_threshold level = log_threshold::info;
};
BOOST_DESCRIBE_STRUCT(log_settings, (), (level))

struct limit_settings {
  int permits_total = 1024;
  int permits_per_principal = 192;
  int writes_per_ticket = 32;
  int writes_max = 208; ///< changes that the store is not done with
  int reads_max = 256;  ///< lists and searches waiting for a reader
  duration_ms read_wait_max = 1s;
  int connections_max = 20'000;
  int connections_per_ip = 1'000; ///< loopback exempt
  int header_bytes_max = 16'384;
  int header_fields_max = 100;
  int body_bytes_max = 1'048'576;
  duration_ms header_timeout = 10s;
  duration_ms body_timeout = 30s;
  duration_ms idle_timeout = 60s;
  duration_ms request_timeout = 10s;
  int live_queue_messages = 256;
  int live_queue_bytes = 262'144;
  int live_message_bytes_max = 65'536;
  int live_subscriptions_max = 64;
  duration_ms live_behind_timeout = 5s;
  int resident_mib_max = 1'536; ///< of its own, without mapped files; above it warm tickets leave
};
BOOST_DESCRIBE_STRUCT(limit_settings, (),
                      (permits_total, permits_per_principal, writes_per_ticket, writes_max, reads_max, read_wait_max,
                       connections_max, connections_per_ip, header_bytes_max, header_fields_max, body_bytes_max,
                       header_timeout, body_timeout, idle_timeout, request_timeout, live_queue_messages,
                       live_queue_bytes, live_message_bytes_max, live_subscriptions_max, live_behind_timeout,
                       resident_mib_max))

struct ticket_settings {
  std::vector<std::string> categories{"billing", "technical", "general"};
  duration_ms idle_timeout = 5min;
  int warm_max = 100'000; ///< ticket actors kept; the least recently used leave
};
BOOST_DESCRIBE_STRUCT(ticket_settings, (), (categories, idle_timeout, warm_max))

struct compat_settings {
  bool unprefixed = false;
  bool admin_creates_all = false;
};
BOOST_DESCRIBE_STRUCT(compat_settings, (), (unprefixed, admin_creates_all))

struct classify_policy_settings {
  policy_mode mode = policy_mode::auto_apply;
  double threshold = 0.5;
};
BOOST_DESCRIBE_STRUCT(classify_policy_settings, (), (mode, threshold))

struct ai_policy_settings {
  classify_policy_settings classify;
};
BOOST_DESCRIBE_STRUCT(ai_policy_settings, (), (classify))

struct ai_chain_settings {
  std::vector<std::string> classify{"builtin"};
};
BOOST_DESCRIBE_STRUCT(ai_chain_settings, (), (classify))

struct provider_settings {
  std::string name;
  provider_kind kind = provider_kind::builtin;
};
BOOST_DESCRIBE_STRUCT(provider_settings, (), (name, kind))

struct ai_settings {
  bool enabled = true;
  ai_mode mode = ai_mode::async;
  duration_ms timeout = 8s;
  int concurrency = 64; ///< jobs running at once
  int attempts = 3;
  duration_ms retry_base = 1s; ///< full jitter: up to base * 2^attempt, capped at retry_max
  duration_ms retry_max = 300s;
  duration_ms claim_timeout = 60s;
  ai_chain_settings chains;
  ai_policy_settings policy;
  std::vector<provider_settings> providers{{"builtin", provider_kind::builtin}};
};
BOOST_DESCRIBE_STRUCT(ai_settings, (),
                      (enabled, mode, timeout, concurrency, attempts, retry_base, retry_max, claim_timeout, chains,
                       policy, providers))

/// For tests and drills alone: planned faults, `name=value` each. See `base/failpoint.hpp`.
struct testing_settings {
  std::vector<std::string> failpoints;
};
BOOST_DESCRIBE_STRUCT(testing_settings, (), (failpoints))

struct settings {
  server_settings server;
  admin_settings admin;
  store_settings store;
  log_settings log;
  limit_settings limits;
  ticket_settings tickets;
  compat_settings compat;
  ai_settings ai;
  testing_settings testing;
};
BOOST_DESCRIBE_STRUCT(settings, (), (server, admin, store, log, limits, tickets, compat, ai, testing))

} // namespace callboard::config

// A translation unit that sees settings without their marks reads empty ones, and the linker may choose those for the
// whole program.
#include "config/settings_marks.hpp"
