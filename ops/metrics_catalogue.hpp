#pragma once

#include "base/describe.hpp"
#include "ops/metrics_labels.hpp"

#include <span>

// Every metric there is, as data. `metrics.hpp` hands them out by name, `docs/metrics.md` lists them, tests walk them.
// Names are OpenTelemetry's where it has one, in Prometheus' spelling: base units, `_total` on what only grows.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(metric_kind, counter, gauge, histogram)

struct metric_label {
  std::string_view name;
  /// The closed set; empty: any short printable value, as long as the metric has series left. What does not fit is
  /// counted under `other`. Ids of tickets, users or requests are never label values.
  std::span<const std::string_view> values = {};
};

struct metric_row {
  static constexpr std::size_t labels_max = 3;

  std::string_view name;
  metric_kind kind = metric_kind::counter;
  std::string_view unit; ///< `seconds`, `bytes`, or what is counted
  std::string_view help; ///< one sentence
  std::array<metric_label, labels_max> labels = {};
  std::size_t series_max = 0;           ///< needed when a label is open: series beyond share one labelled `other`
  std::span<const double> buckets = {}; ///< upper bounds, ascending, in `unit`

  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels_max && !labels[count].name.empty())
      ++count;
    return count;
  }
};

namespace catalogue_parts {

template <class E>
inline constexpr auto names = enum_names<E>();

inline constexpr std::array<std::string_view, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
inline constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warn", "error"};

/// OpenTelemetry's advice for HTTP, and finer below it: a warm read takes a tenth of a millisecond.
inline constexpr std::array request_seconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075,
                                            0.1,    0.25,    0.5,    0.75,  1.0,    2.5,   5.0,  7.5,   10.0};
/// From a page in the cache to a disk in trouble.
inline constexpr std::array store_seconds{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                          0.025,   0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0};
/// OpenTelemetry's advice for calls of generative AI begins at 10 ms; the built-in provider is far below.
inline constexpr std::array call_seconds{0.0001, 0.001, 0.01, 0.02, 0.04,  0.08,  0.16, 0.32,
                                         0.64,   1.28,  2.56, 5.12, 10.24, 20.48, 40.96};
inline constexpr std::array batch_items{1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0};

} // namespace catalogue_parts

inline constexpr auto metric_catalogue = [] {
  using namespace catalogue_parts;
  using enum metric_kind;
  return std::array{
    metric_row{.name = "http_server_request_duration_seconds",
               .kind = histogram,
               .unit = "seconds",
               .help = "From the first byte of a request to the last byte of its answer.",
               .labels = {{{"http_request_method", methods}, {"http_route"}, {"http_response_status_code"}}},
               .series_max = 1024,
               .buckets = request_seconds},
    metric_row{.name = "http_server_active_requests",
               .kind = gauge,
               .unit = "requests",
               .help = "Requests that have begun and are not answered."},
    metric_row{.name = "http_server_connections",
               .kind = gauge,
               .unit = "connections",
               .help = "Open connections of the public listener, live ones included."},
    metric_row{.name = "http_server_refused_total",
               .kind = counter,
               .unit = "requests",
               .help = "Connections and requests turned away before any work was done for them, by the limit they met.",
               .labels = {{{"reason", names<http_refusal>}}}},

    metric_row{.name = "callboard_actor_mailbox_depth",
               .kind = gauge,
               .unit = "messages",
               .help = "Messages sent to a long-lived actor and not handled yet.",
               .labels = {{{"actor"}}},
               .series_max = 64},
    metric_row{.name = "callboard_actor_restarts_total",
               .kind = counter,
               .unit = "restarts",
               .help = "Actors that ended and were started again, by why they ended; ticket actors count together.",
               .labels = {{{"actor"}, {"reason", names<restart_reason>}}},
               .series_max = 256},
    metric_row{.name = "callboard_actor_warm_tickets",
               .kind = gauge,
               .unit = "actors",
               .help = "Ticket actors in memory, bounded by tickets.warm_max."},

    metric_row{.name = "callboard_journal_batch_items",
               .kind = histogram,
               .unit = "items",
               .help = "Items that one transaction of the journal wrote.",
               .buckets = batch_items},
    metric_row{.name = "callboard_journal_commit_duration_seconds",
               .kind = histogram,
               .unit = "seconds",
               .help = "One transaction of the journal, from begin to durable.",
               .buckets = store_seconds},
    metric_row{.name = "callboard_journal_queue_wait_seconds",
               .kind = histogram,
               .unit = "seconds",
               .help = "From an item's arrival at the journal to the begin of its transaction; background work pauses "
                       "above 0.1.",
               .buckets = store_seconds},
    metric_row{.name = "callboard_journal_items_total",
               .kind = counter,
               .unit = "items",
               .help = "Items that the journal has answered, by outcome.",
               .labels = {{{"outcome"}}},
               .series_max = 16},

    metric_row{.name = "callboard_reader_waiting",
               .kind = gauge,
               .unit = "queries",
               .help = "Queries that wait for a reader of the store, bounded by limits.reads_max."},
    metric_row{.name = "callboard_reader_query_duration_seconds",
               .kind = histogram,
               .unit = "seconds",
               .help = "One query of the store, without the wait for a reader.",
               .labels = {{{"query"}}},
               .series_max = 32,
               .buckets = store_seconds},

    metric_row{.name = "callboard_feed_published_total",
               .kind = counter,
               .unit = "events",
               .help = "Committed events that the feed has handed to the live hubs."},
    metric_row{.name = "callboard_feed_lag_seconds",
               .kind = gauge,
               .unit = "seconds",
               .help = "Age of the oldest committed event that the feed has not published."},
    metric_row{.name = "callboard_feed_horizon_lag_seconds",
               .kind = gauge,
               .unit = "seconds",
               .help =
                 "How long a committed event has waited for transactions that began before it, of whomever in the "
                 "database's cluster; 0 on SQLite."},
    metric_row{.name = "callboard_feed_head",
               .kind = gauge,
               .unit = "events",
               .help = "Position of the newest event that the feed has published."},
    metric_row{.name = "callboard_search_lag_seconds",
               .kind = gauge,
               .unit = "seconds",
               .help = "Age of the oldest committed event that full text (q=) does not know yet."},

    metric_row{.name = "callboard_live_connections",
               .kind = gauge,
               .unit = "connections",
               .help = "Open WebSocket and SSE connections.",
               .labels = {{{"transport", names<live_transport>}}}},
    metric_row{.name = "callboard_live_subscriptions",
               .kind = gauge,
               .unit = "subscriptions",
               .help = "Subscriptions on all live connections."},
    metric_row{.name = "callboard_live_deliveries_total",
               .kind = counter,
               .unit = "events",
               .help = "Events queued to live connections, one for each connection that gets it."},
    metric_row{.name = "callboard_live_closed_total",
               .kind = counter,
               .unit = "connections",
               .help = "Live connections that ended, by reason.",
               .labels = {{{"reason", names<live_close>}}}},

    metric_row{.name = "callboard_jobs",
               .kind = gauge,
               .unit = "jobs",
               .help = "Durable jobs in the store that wait, run or are dead, of every kind, by state.",
               .labels = {{{"state"}}},
               .series_max = 8},
    metric_row{.name = "callboard_jobs_finished_total",
               .kind = counter,
               .unit = "jobs",
               .help = "Runs of durable jobs, by kind and by what became of the job.",
               .labels = {{{"kind"}, {"outcome"}}},
               .series_max = 64},
    metric_row{.name = "callboard_ai_call_duration_seconds",
               .kind = histogram,
               .unit = "seconds",
               .help = "One call of an AI provider, whatever came of it.",
               .labels = {{{"provider"}}},
               .series_max = 32,
               .buckets = call_seconds},
    metric_row{.name = "callboard_ai_calls_total",
               .kind = counter,
               .unit = "calls",
               .help = "Calls of AI providers, by outcome: ok, or the kind of failure.",
               .labels = {{{"provider"}, {"outcome"}}},
               .series_max = 128},

    metric_row{.name = "callboard_tickets",
               .kind = gauge,
               .unit = "tickets",
               .help = "Tickets that are not deleted, by status.",
               .labels = {{{"status"}}},
               .series_max = 8},
    metric_row{.name = "callboard_tickets_created_total",
               .kind = counter,
               .unit = "tickets",
               .help = "Tickets created since the process started."},
    metric_row{.name = "callboard_messages_added_total",
               .kind = counter,
               .unit = "messages",
               .help = "Messages added to tickets since the process started, by kind.",
               .labels = {{{"kind"}}},
               .series_max = 8},
    metric_row{.name = "callboard_ticket_quarantined",
               .kind = gauge,
               .unit = "tickets",
               .help = "Tickets set aside because commands on them kept crashing their actor."},
    metric_row{.name = "callboard_idempotent_replays_total",
               .kind = counter,
               .unit = "replies",
               .help = "Requests answered with the stored reply of an earlier one with the same Idempotency-Key."},

    metric_row{.name = "callboard_log_lines_total",
               .kind = counter,
               .unit = "lines",
               .help = "Log lines written, by level.",
               .labels = {{{"level", log_levels}}}},
    metric_row{.name = "callboard_log_suppressed_total",
               .kind = counter,
               .unit = "lines",
               .help = "Repeated warnings and errors that were counted instead of written."},
    metric_row{.name = "callboard_log_lost_total",
               .kind = counter,
               .unit = "lines",
               .help = "Log lines lost because the standard error stream could not take them."},

    metric_row{.name = "callboard_clock_difference_seconds",
               .kind = gauge,
               .unit = "seconds",
               .help =
                 "How far the machine's clock is before the process's, which follows a jump by one part in a hundred "
                 "(restart to follow at once)."},
    metric_row{.name = "callboard_build_info",
               .kind = gauge,
               .unit = "info",
               .help = "Always 1; the label is what is running.",
               .labels = {{{"version"}}},
               .series_max = 1},
    metric_row{
      .name = "callboard_ready", .kind = gauge, .unit = "state", .help = "1 while `/readyz` answers 200, else 0."},
    metric_row{.name = "callboard_own_memory_bytes",
               .kind = gauge,
               .unit = "bytes",
               .help = "Memory in RAM without pages of files: what `limits.resident_mib_max` is compared with."},
    metric_row{.name = "process_cpu_seconds_total",
               .kind = counter,
               .unit = "seconds",
               .help = "Processor time used, user and system."},
    metric_row{.name = "process_resident_memory_bytes",
               .kind = gauge,
               .unit = "bytes",
               .help = "Memory in RAM, with pages of mapped files."},
    metric_row{.name = "process_virtual_memory_bytes", .kind = gauge, .unit = "bytes", .help = "Address space."},
    metric_row{.name = "process_open_fds", .kind = gauge, .unit = "descriptors", .help = "Open file descriptors."},
    metric_row{.name = "process_max_fds",
               .kind = gauge,
               .unit = "descriptors",
               .help = "How many file descriptors may be open."},
    metric_row{.name = "process_threads", .kind = gauge, .unit = "threads", .help = "Operating system threads."},
    metric_row{.name = "process_start_time_seconds",
               .kind = gauge,
               .unit = "seconds",
               .help = "When the process started, since 1970."},
  };
}();

/// The row of a name that is known when compiling; a name that is not in the catalogue does not compile.
struct metric_name {
  std::size_t row;

  consteval metric_name(const char* name) : row(metric_catalogue.size()) {
    for (std::size_t i = 0; i < metric_catalogue.size(); ++i)
      if (metric_catalogue[i].name == name)
        row = i;
    if (row == metric_catalogue.size())
      throw "the catalogue has no metric of this name";
  }
};

} // namespace callboard
