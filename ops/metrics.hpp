#pragma once

#include "ops/metrics_cells.hpp"
#include "ops/metrics_labels.hpp"

#include <functional>

// What the house measures. `app` makes one `metrics` and passes it by reference; the catalogue says what each is.
namespace callboard {

struct http_metrics {
  /// Method, route as the route table spells it (never the request's path), status.
  labelled<histogram, label_value, label_value, label_value> duration;
  gauge active;
  gauge connections;
  labelled<counter, http_refusal> refused;
};

struct actor_metrics {
  labelled<gauge, label_value> mailbox_depth;              ///< the actor's name in the supervision tree
  labelled<counter, label_value, restart_reason> restarts; ///< the same name; `ticket` for all ticket actors
  gauge warm_tickets;
};

struct journal_metrics {
  size_histogram batch_items;
  histogram commit_duration;
  histogram queue_wait;
  labelled<counter, label_value> items; ///< `journal_status`
};

struct reader_metrics {
  gauge waiting;
  labelled<histogram, label_value> query_duration; ///< the query's type, `list_tickets`
};

struct feed_metrics {
  counter published;
  time_gauge lag;
  time_gauge horizon_lag; ///< as it was when the store was last counted
  gauge head;
};

struct search_metrics {
  time_gauge lag;
};

struct live_metrics {
  labelled<gauge, live_transport> connections;
  gauge subscriptions;
  counter deliveries;
  labelled<counter, live_close> closed;
};

struct ai_metrics {
  labelled<gauge, label_value> jobs;                         ///< `job_state`
  labelled<counter, label_value, label_value> jobs_finished; ///< `job_kind`; done, fallback, retried, refused, ...
  labelled<histogram, label_value> call_duration;            ///< the provider's name
  labelled<counter, label_value, label_value> calls;         ///< the provider's name; done or `ai_fault`
};

struct desk_metrics {
  labelled<gauge, label_value> tickets; ///< `ticket_status`
  counter tickets_created;
  labelled<counter, label_value> messages_added; ///< `message_kind`
  gauge quarantined;
  counter idempotent_replays;
};

class metrics {
  struct store;
  // First of all, because the groups below are made from it.
  std::unique_ptr<store> store_;

public:
  metrics();
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  /// Called at the begin of each scrape, one at a time, to set gauges that nobody keeps up to date. What it uses must
  /// live as long as this; it must be quick and not throw.
  void on_scrape(std::function<void()> hook);

  /// The text that Prometheus scrapes (`text/plain; version=0.0.4; charset=utf-8`). From any thread.
  std::string text();

  gauge ready; ///< 1 or 0
  http_metrics http;
  actor_metrics actors;
  journal_metrics journal;
  reader_metrics readers;
  feed_metrics feed;
  search_metrics search;
  live_metrics live;
  ai_metrics ai;
  desk_metrics desk;
};

/// What `metrics::text` is, for the answer's header.
inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

} // namespace callboard
