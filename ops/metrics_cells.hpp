#pragma once

#include "base/describe.hpp"

#include <atomic>
#include <charconv>
#include <chrono>
#include <concepts>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>

// Where measurements land, and the handles that code holds. A handle is one pointer: copy it freely. Cells are whole
// numbers in ticks (nanoseconds for what is measured in seconds), so that writing is an atomic addition and no loop.
namespace callboard {

struct metric_row;

namespace detail {

/// Alone on its cache line, so that two hot counters do not slow each other down.
struct alignas(64) number_cell {
  std::atomic<std::int64_t> ticks{0};
};

/// A small number of this thread, the same for its whole life.
inline std::size_t thread_slot() {
  static std::atomic<std::size_t> next{1};
  static constinit thread_local std::size_t mine = 0;
  if (mine == 0) [[unlikely]]
    mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

/// What all histograms of one metric share.
struct histogram_shape {
  std::vector<std::uint64_t> bounds; ///< in ticks, ascending; a value equal to a bound is in its bucket
  std::size_t shards = 1;            ///< a power of two; threads are spread over them
  std::size_t lines = 1;             ///< cache lines of a shard
};

/// Counts per bucket and a sum, sharded by thread. The number of observations is the sum of the counts, so what a scrape
/// reads is consistent but for a sum that may lead or trail by what is being observed at that moment.
class histogram_cell {
public:
  explicit histogram_cell(const histogram_shape& shape)
      : shape_(shape), lines_(std::make_unique<line[]>(shape.shards * shape.lines)) {}

  void observe(std::uint64_t ticks) {
    std::size_t bucket = 1;
    for (auto bound : shape_.bounds)
      bucket += ticks > bound ? 1 : 0;
    auto* shard = &lines_[(thread_slot() & (shape_.shards - 1)) * shape_.lines];
    shard->words[0].fetch_add(ticks, std::memory_order_relaxed);
    shard[bucket / words_per_line].words[bucket % words_per_line].fetch_add(1, std::memory_order_relaxed);
  }

  struct totals {
    std::vector<std::uint64_t> buckets; ///< not cumulative; the last is what lies above all bounds
    std::uint64_t sum_ticks = 0;
  };
  totals read() const;

  static constexpr std::size_t words_per_line = 8;

private:
  struct alignas(64) line {
    std::array<std::atomic<std::uint64_t>, words_per_line> words{}; ///< the shard's first word is the sum
  };

  const histogram_shape& shape_;
  std::unique_ptr<line[]> lines_;
};

/// One time series.
struct series {
  std::vector<std::string> labels;
  number_cell number;
  std::unique_ptr<histogram_cell> histogram;
};

/// Takes what handles without a metric measure, and is never shown.
series& spare_series();

/// All series of one metric. Finding one takes no lock; a new one takes a lock once. Series are never removed.
class metric_family {
public:
  explicit metric_family(const metric_row& row);

  const metric_row& row() const { return row_; }
  series& at(std::span<const std::string_view> labels);
  /// In the order of their labels.
  std::vector<const series*> all() const;
  double ticks_per_unit() const;

private:
  series* find(std::span<const std::string_view> labels) const;
  series& add(std::span<const std::string_view> labels);
  series& insert(std::span<const std::string_view> labels);
  void add_closed_sets();
  bool is_allowed(std::size_t label, std::string_view value) const;

  const metric_row& row_;
  std::size_t label_count_;
  std::size_t series_max_;
  histogram_shape shape_;
  mutable std::mutex adding_;
  std::deque<series> series_;                       ///< stable addresses
  std::vector<std::atomic<detail::series*>> slots_; ///< open addressing, at most half full
};

} // namespace detail

class counter {
public:
  counter() : counter(detail::spare_series()) {}
  explicit counter(detail::series& s) : cell_(&s.number) {}

  void add(std::int64_t n = 1) const { cell_->ticks.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const { return cell_->ticks.load(std::memory_order_relaxed); }

private:
  detail::number_cell* cell_;
};

class gauge {
public:
  gauge() : gauge(detail::spare_series()) {}
  explicit gauge(detail::series& s) : cell_(&s.number) {}

  void set(std::int64_t value) const { cell_->ticks.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n = 1) const { cell_->ticks.fetch_add(n, std::memory_order_relaxed); }
  void sub(std::int64_t n = 1) const { add(-n); }
  std::int64_t value() const { return cell_->ticks.load(std::memory_order_relaxed); }

private:
  detail::number_cell* cell_;
};

/// A span of time that is now so long.
class time_gauge {
public:
  time_gauge() : time_gauge(detail::spare_series()) {}
  explicit time_gauge(detail::series& s) : cell_(&s.number) {}

  void set(std::chrono::nanoseconds value) const { cell_->ticks.store(value.count(), std::memory_order_relaxed); }
  std::chrono::nanoseconds value() const {
    return std::chrono::nanoseconds{cell_->ticks.load(std::memory_order_relaxed)};
  }

private:
  detail::number_cell* cell_;
};

/// How long things take.
class histogram {
public:
  histogram() : histogram(detail::spare_series()) {}
  explicit histogram(detail::series& s) : cell_(s.histogram.get()) {}

  void observe(std::chrono::nanoseconds took) const {
    cell_->observe(took.count() < 0 ? 0 : static_cast<std::uint64_t>(took.count()));
  }
  void observe_since(std::chrono::steady_clock::time_point start) const {
    observe(std::chrono::steady_clock::now() - start);
  }
  detail::histogram_cell::totals read() const { return cell_->read(); }

private:
  detail::histogram_cell* cell_;
};

/// How many, how big.
class size_histogram {
public:
  size_histogram() : size_histogram(detail::spare_series()) {}
  explicit size_histogram(detail::series& s) : cell_(s.histogram.get()) {}

  void observe(std::uint64_t size) const { cell_->observe(size); }
  detail::histogram_cell::totals read() const { return cell_->read(); }

private:
  detail::histogram_cell* cell_;
};

/// The value of a label that is not one of our enums: text, a whole number, or another room's described enum.
class label_value {
public:
  label_value(std::string_view text) : text_(text) {}
  label_value(const char* text) : text_(text) {}
  label_value(const std::string& text) : text_(text) {}
  template <described_enum E>
  label_value(E value) : text_(enum_name(value)) {}
  template <std::integral T>
  label_value(T value) {
    text_ = {digits_, static_cast<std::size_t>(std::to_chars(digits_, digits_ + sizeof digits_, value).ptr - digits_)};
  }
  label_value(const label_value&) = delete;
  label_value& operator=(const label_value&) = delete;

  std::string_view text() const { return text_; }

private:
  char digits_[24];
  std::string_view text_;
};

namespace detail {

inline std::string_view label_text(const label_value& value) { return value.text(); }
template <described_enum E>
std::string_view label_text(E value) {
  return enum_name(value);
}

} // namespace detail

/// A metric with labels: call it with their values to get the handle. A call costs tens of nanoseconds, so hot paths
/// keep the handle.
template <class Handle, class... Labels>
class labelled {
public:
  explicit labelled(detail::metric_family& family) : family_(&family) {}

  Handle operator()(const Labels&... values) const {
    const std::array<std::string_view, sizeof...(Labels)> texts{detail::label_text(values)...};
    return Handle{family_->at(texts)};
  }

private:
  detail::metric_family* family_;
};

} // namespace callboard
