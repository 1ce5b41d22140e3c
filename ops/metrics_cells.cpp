#include "ops/metrics_cells.hpp"

#include "base/check.hpp"
#include "ops/metrics_catalogue.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <thread>

namespace callboard::detail {
namespace {

constexpr std::string_view other = "other";
constexpr std::size_t label_length_max = 100;

std::size_t hash_of(std::span<const std::string_view> labels) {
  std::size_t hash = 0;
  for (auto label : labels)
    hash = std::rotl(hash, 7) * 31 + std::hash<std::string_view>{}(label);
  return hash;
}

/// Twice the cores: threads that run at the same time seldom meet.
std::size_t shard_count() {
  return std::bit_ceil(std::clamp<std::size_t>(2 * std::thread::hardware_concurrency(), 4, 16));
}

std::size_t series_of_closed_sets(const metric_row& row) {
  std::size_t product = 1;
  for (std::size_t i = 0; i < row.label_count(); ++i)
    product *= row.labels[i].values.size() + 1; // and `other`
  return product;
}

histogram_shape shape_of(const metric_row& row, double ticks_per_unit) {
  histogram_shape shape;
  for (auto bound : row.buckets)
    shape.bounds.push_back(static_cast<std::uint64_t>(std::llround(bound * ticks_per_unit)));
  shape.shards = shard_count();
  auto words = shape.bounds.size() + 2; // the sum before, the open bucket behind
  shape.lines = (words + histogram_cell::words_per_line - 1) / histogram_cell::words_per_line;
  return shape;
}

} // namespace

histogram_cell::totals histogram_cell::read() const {
  totals all;
  all.buckets.resize(shape_.bounds.size() + 1);
  for (std::size_t shard = 0; shard < shape_.shards; ++shard) {
    const auto* first = &lines_[shard * shape_.lines];
    all.sum_ticks += first->words[0].load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < all.buckets.size(); ++i)
      all.buckets[i] += first[(i + 1) / words_per_line].words[(i + 1) % words_per_line].load(std::memory_order_relaxed);
  }
  return all;
}

series& spare_series() {
  static const histogram_shape shape;
  static auto& spare = *[] {
    auto* made = new series;
    made->histogram = std::make_unique<histogram_cell>(shape);
    return made;
  }();
  return spare;
}

metric_family::metric_family(const metric_row& row)
    : row_(row),
      label_count_(row.label_count()),
      series_max_(row.series_max != 0 ? row.series_max : series_of_closed_sets(row)),
      shape_(shape_of(row, ticks_per_unit())),
      slots_(std::bit_ceil(2 * (series_max_ + 1))) {
  add_closed_sets();
}

double metric_family::ticks_per_unit() const { return row_.unit == "seconds" ? 1e9 : 1; }

series& metric_family::at(std::span<const std::string_view> labels) {
  CALLBOARD_CHECK(labels.size() == label_count_, "a metric is used with the labels of its row");
  auto* found = find(labels);
  return found != nullptr ? *found : add(labels);
}

std::vector<const series*> metric_family::all() const {
  std::vector<const series*> sorted;
  {
    std::lock_guard lock{adding_};
    for (const auto& each : series_)
      sorted.push_back(&each);
  }
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->labels < b->labels; });
  return sorted;
}

series* metric_family::find(std::span<const std::string_view> labels) const {
  for (auto at = hash_of(labels);; ++at) {
    auto* found = slots_[at & (slots_.size() - 1)].load(std::memory_order_acquire);
    if (found == nullptr || std::equal(labels.begin(), labels.end(), found->labels.begin(), found->labels.end()))
      return found;
  }
}

series& metric_family::add(std::span<const std::string_view> labels) {
  std::array<std::string_view, metric_row::labels_max> kept;
  for (std::size_t i = 0; i < label_count_; ++i)
    kept[i] = is_allowed(i, labels[i]) ? labels[i] : other;
  std::span<const std::string_view> wanted{kept.data(), label_count_};
  std::lock_guard lock{adding_};
  if (auto* found = find(wanted))
    return *found;
  if (series_.size() >= series_max_) {
    std::fill(kept.begin(), kept.end(), other);
    if (auto* found = find(wanted))
      return *found;
  }
  return insert(wanted);
}

series& metric_family::insert(std::span<const std::string_view> labels) {
  auto& made = series_.emplace_back();
  made.labels.assign(labels.begin(), labels.end());
  if (row_.kind == metric_kind::histogram)
    made.histogram = std::make_unique<histogram_cell>(shape_);
  auto at = hash_of(labels);
  while (slots_[at & (slots_.size() - 1)].load(std::memory_order_relaxed) != nullptr)
    ++at;
  // Whoever finds the pointer finds the series complete.
  slots_[at & (slots_.size() - 1)].store(&made, std::memory_order_release);
  return made;
}

/// A counter that is not there yet looks like one that has not moved, so what is known in advance is there from the start.
void metric_family::add_closed_sets() {
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < label_count_; ++i)
    combinations *= row_.labels[i].values.size();
  for (std::size_t nth = 0; nth < combinations; ++nth) {
    std::array<std::string_view, metric_row::labels_max> labels;
    auto rest = nth;
    for (std::size_t i = 0; i < label_count_; rest /= row_.labels[i].values.size(), ++i)
      labels[i] = row_.labels[i].values[rest % row_.labels[i].values.size()];
    insert({labels.data(), label_count_});
  }
}

/// What is not printable ASCII could make the whole scrape unreadable.
bool metric_family::is_allowed(std::size_t label, std::string_view value) const {
  const auto& values = row_.labels[label].values;
  if (!values.empty())
    return std::find(values.begin(), values.end(), value) != values.end();
  return value.size() <= label_length_max
         && std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

} // namespace callboard::detail
