#include "ops/metrics.hpp"

#include "base/check.hpp"
#include "base/wall_clock.hpp"
#include "ops/log.hpp"
#include "ops/metrics_catalogue.hpp"
#include "ops/process_stats.hpp"
#include "ops/version.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

namespace callboard {
namespace {

template <class Handle>
inline constexpr metric_kind kind_of = metric_kind::gauge;
template <>
inline constexpr metric_kind kind_of<counter> = metric_kind::counter;
template <>
inline constexpr metric_kind kind_of<histogram> = metric_kind::histogram;
template <>
inline constexpr metric_kind kind_of<size_histogram> = metric_kind::histogram;

template <class Handle>
inline constexpr bool measures_time = false;
template <>
inline constexpr bool measures_time<histogram> = true;
template <>
inline constexpr bool measures_time<time_gauge> = true;

template <class Handle>
struct handle_traits {
  using measured = Handle;
  static constexpr std::size_t labels = 0;
  static Handle make(detail::metric_family& family) { return Handle{family.at({})}; }
};

template <class Handle, class... Labels>
struct handle_traits<labelled<Handle, Labels...>> {
  using measured = Handle;
  static constexpr std::size_t labels = sizeof...(Labels);
  static labelled<Handle, Labels...> make(detail::metric_family& family) { return labelled<Handle, Labels...>{family}; }
};

/// A row on its way to a handle: becomes whichever kind the member is, if the catalogue agrees.
class binding {
public:
  explicit binding(detail::metric_family& family) : family_(family) {}

  template <class Handle>
  operator Handle() const {
    using traits = handle_traits<Handle>;
    using measured = typename traits::measured;
    const auto& row = family_.row();
    CALLBOARD_CHECK(row.kind == kind_of<measured>, "a metric is bound as the kind of its row");
    CALLBOARD_CHECK(row.label_count() == traits::labels, "a metric is bound with the labels of its row");
    if constexpr (!std::is_same_v<measured, counter>)
      CALLBOARD_CHECK((row.unit == "seconds") == measures_time<measured>, "a metric is bound with the unit of its row");
    return traits::make(family_);
  }

private:
  detail::metric_family& family_;
};

prometheus::MetricType type_of(metric_kind kind) {
  switch (kind) {
    case metric_kind::counter: return prometheus::MetricType::Counter;
    case metric_kind::gauge: return prometheus::MetricType::Gauge;
    case metric_kind::histogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram shown(const detail::histogram_cell& cell, const detail::metric_family& family) {
  prometheus::ClientMetric::Histogram result;
  auto totals = cell.read();
  const auto& bounds = family.row().buckets;
  result.bucket.reserve(totals.buckets.size());
  for (std::size_t i = 0; i < totals.buckets.size(); ++i) {
    result.sample_count += totals.buckets[i];
    auto bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    result.bucket.push_back({result.sample_count, bound});
  }
  result.sample_sum = static_cast<double>(totals.sum_ticks) / family.ticks_per_unit();
  return result;
}

prometheus::ClientMetric shown(const detail::series& series, const detail::metric_family& family) {
  prometheus::ClientMetric result;
  const auto& row = family.row();
  for (std::size_t i = 0; i < series.labels.size(); ++i)
    result.label.push_back({std::string{row.labels[i].name}, series.labels[i]});
  auto number = static_cast<double>(series.number.ticks.load(std::memory_order_relaxed)) / family.ticks_per_unit();
  switch (row.kind) {
    case metric_kind::counter: result.counter.value = number; break;
    case metric_kind::gauge: result.gauge.value = number; break;
    case metric_kind::histogram: result.histogram = shown(*series.histogram, family); break;
  }
  return result;
}

prometheus::MetricFamily shown(const detail::metric_family& family) {
  prometheus::MetricFamily result;
  const auto& row = family.row();
  result.name = row.name;
  result.help = row.help;
  result.type = type_of(row.kind);
  for (const auto* each : family.all())
    result.metric.push_back(shown(*each, family));
  return result;
}

/// What nobody counts but the scrape itself asks for.
struct scraped_metrics {
  labelled<gauge, label_value> build_info;
  labelled<counter, label_value> log_lines;
  counter log_suppressed;
  counter log_lost;
  gauge own_memory;
  counter cpu;
  gauge resident;
  gauge virtual_memory;
  gauge open_fds;
  gauge max_fds;
  gauge threads;
  time_gauge start_time;
  time_gauge clock_difference;
};

void bring(const counter& c, std::int64_t total) { c.add(total - c.value()); }

void refresh(const scraped_metrics& to) {
  auto process = read_process_stats();
  to.own_memory.set(own_resident_bytes());
  bring(to.cpu, process.cpu.count());
  to.resident.set(process.resident_bytes);
  to.virtual_memory.set(process.virtual_bytes);
  to.open_fds.set(process.open_fds);
  to.max_fds.set(process.max_fds);
  to.threads.set(process.threads);
  to.start_time.set(process.start_time);
  to.clock_difference.set(clock_difference());
  auto lines = log::counts();
  for (auto level : {log_level::debug, log_level::info, log_level::warn, log_level::error})
    bring(to.log_lines(log::name_of(level)), lines.written[static_cast<std::size_t>(level)]);
  bring(to.log_suppressed, lines.suppressed);
  bring(to.log_lost, lines.lost);
}

} // namespace

struct metrics::store {
  std::deque<detail::metric_family> families;
  std::vector<bool> bound;
  std::mutex scraping;
  std::vector<std::function<void()>> hooks;
  std::optional<scraped_metrics> scraped;

  store() : bound(metric_catalogue.size()) {
    for (const auto& row : metric_catalogue)
      families.emplace_back(row);
  }

  binding operator[](metric_name name) {
    bound[name.row] = true;
    return binding{families[name.row]};
  }
};

metrics::metrics()
    : store_(std::make_unique<store>()),
      ready((*store_)["callboard_ready"]),
      http{.duration = (*store_)["http_server_request_duration_seconds"],
           .active = (*store_)["http_server_active_requests"],
           .connections = (*store_)["http_server_connections"],
           .refused = (*store_)["http_server_refused_total"]},
      actors{.mailbox_depth = (*store_)["callboard_actor_mailbox_depth"],
             .restarts = (*store_)["callboard_actor_restarts_total"],
             .warm_tickets = (*store_)["callboard_actor_warm_tickets"]},
      journal{.batch_items = (*store_)["callboard_journal_batch_items"],
              .commit_duration = (*store_)["callboard_journal_commit_duration_seconds"],
              .queue_wait = (*store_)["callboard_journal_queue_wait_seconds"],
              .items = (*store_)["callboard_journal_items_total"]},
      readers{.waiting = (*store_)["callboard_reader_waiting"],
              .query_duration = (*store_)["callboard_reader_query_duration_seconds"]},
      feed{.published = (*store_)["callboard_feed_published_total"],
           .lag = (*store_)["callboard_feed_lag_seconds"],
           .horizon_lag = (*store_)["callboard_feed_horizon_lag_seconds"],
           .head = (*store_)["callboard_feed_head"]},
      search{.lag = (*store_)["callboard_search_lag_seconds"]},
      live{.connections = (*store_)["callboard_live_connections"],
           .subscriptions = (*store_)["callboard_live_subscriptions"],
           .deliveries = (*store_)["callboard_live_deliveries_total"],
           .closed = (*store_)["callboard_live_closed_total"]},
      ai{.jobs = (*store_)["callboard_jobs"],
         .jobs_finished = (*store_)["callboard_jobs_finished_total"],
         .call_duration = (*store_)["callboard_ai_call_duration_seconds"],
         .calls = (*store_)["callboard_ai_calls_total"]},
      desk{.tickets = (*store_)["callboard_tickets"],
           .tickets_created = (*store_)["callboard_tickets_created_total"],
           .messages_added = (*store_)["callboard_messages_added_total"],
           .quarantined = (*store_)["callboard_ticket_quarantined"],
           .idempotent_replays = (*store_)["callboard_idempotent_replays_total"]} {
  store_->scraped.emplace(scraped_metrics{.build_info = (*store_)["callboard_build_info"],
                                          .log_lines = (*store_)["callboard_log_lines_total"],
                                          .log_suppressed = (*store_)["callboard_log_suppressed_total"],
                                          .log_lost = (*store_)["callboard_log_lost_total"],
                                          .own_memory = (*store_)["callboard_own_memory_bytes"],
                                          .cpu = (*store_)["process_cpu_seconds_total"],
                                          .resident = (*store_)["process_resident_memory_bytes"],
                                          .virtual_memory = (*store_)["process_virtual_memory_bytes"],
                                          .open_fds = (*store_)["process_open_fds"],
                                          .max_fds = (*store_)["process_max_fds"],
                                          .threads = (*store_)["process_threads"],
                                          .start_time = (*store_)["process_start_time_seconds"],
                                          .clock_difference = (*store_)["callboard_clock_difference_seconds"]});
  store_->scraped->build_info(program_version).set(1);
  CALLBOARD_CHECK(std::all_of(store_->bound.begin(), store_->bound.end(), [](bool b) { return b; }),
                  "every row of the catalogue has a handle");
}

metrics::~metrics() = default;

void metrics::on_scrape(std::function<void()> hook) {
  std::lock_guard lock{store_->scraping};
  store_->hooks.push_back(std::move(hook));
}

std::string metrics::text() {
  {
    std::lock_guard lock{store_->scraping};
    for (const auto& hook : store_->hooks)
      hook();
    refresh(*store_->scraped);
  }
  std::vector<prometheus::MetricFamily> shown_families;
  for (const auto& each : store_->families)
    shown_families.push_back(shown(each));
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, shown_families);
  return std::move(out).str();
}

} // namespace callboard
