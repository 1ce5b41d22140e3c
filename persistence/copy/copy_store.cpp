#include "persistence/copy/copy_store.hpp"

#include "persistence/copy/table_digest.hpp"
#include "protocol/store.hpp"

#include <fmt/format.h>

#include <future>

namespace callboard {
namespace {

constexpr std::int64_t told_rows = 10'000;

class copier {
public:
  copier(copy_source& source, copy_target& target, const copy_options& options)
      : source_(source), target_(target), options_(options) {}

  copy_report run() {
    copy_report report;
    report.begin = target_.begin(source_.stamp());
    if (options_.on_begin)
      options_.on_begin(report.begin);
    if (report.begin != copy_begin::complete) {
      report.rows_copied = copy_all();
      report.tables = compare_all();
      for (const auto& each : report.tables)
        report.is_equal = report.is_equal && each.is_equal();
      if (!report.is_equal)
        return report;
      target_.complete();
    }
    // Again after a run that was killed between the two.
    source_.end_cursors(target_.feed_epoch());
    return report;
  }

private:
  std::int64_t copy_all() {
    begin(copy_phase::copying, &table_card::is_copied);
    std::int64_t copied = 0;
    for (const auto& card : all_copied_tables)
      if (card.is_copied)
        copied += copy(card);
    return copied;
  }

  /// In the source's order, so that the number of rows says where to go on.
  std::int64_t copy(const table_card& card) {
    const auto before = target_.copied(card.table);
    auto stored = before;
    tell(card, before, 0);
    std::vector<copied_row> batch;
    std::size_t bytes = 0;
    auto store = [&] {
      if (batch.empty())
        return;
      auto then = stored + static_cast<std::int64_t>(batch.size());
      write(card, batch, stored, then);
      stored = then;
      tell(card, static_cast<std::int64_t>(batch.size()));
      batch.clear(); // and the memory of each row: long ones are rare, and in time each place would have had one
      bytes = 0;
    };
    source_.read(card.table, before, [&](const copied_row& row) {
      batch.push_back(row);
      bytes += row.whole().size();
      if (batch.size() >= options_.batch_rows || bytes >= options_.batch_bytes)
        store();
    });
    store();
    return stored - before;
  }

  void write(const table_card& card, std::span<const copied_row> rows, std::int64_t from, std::int64_t then) {
    try {
      target_.write(card.table, rows, then);
    } catch (const store_failure& why) {
      throw store_failure(fmt::format("{}, rows {} to {}: {}", card.name, from + 1, then, why.what()), why.in_doubt);
    }
  }

  std::vector<table_comparison> compare_all() {
    begin(copy_phase::comparing, &table_card::is_compared);
    std::vector<table_comparison> all;
    for (const auto& card : all_copied_tables)
      if (card.is_compared)
        all.push_back(compare(card));
    return all;
  }

  /// Both are read at the same time, each by a connection of its own.
  table_comparison compare(const table_card& card) {
    read_table of_source = [&](const auto& take) { source_.read(card.table, 0, take); };
    read_table of_target = [&](const auto& take) { target_.read(card.table, take); };
    auto there = std::async(std::launch::async, [&] {
      table_digest sum{card};
      of_source([&](const copied_row& row) { sum.add(row); });
      return sum;
    });
    table_digest copied{card};
    of_target([&](const copied_row& row) {
      copied.add(row);
      if (copied.rows() % told_rows == 0)
        tell(card, told_rows);
    });
    auto wanted = there.get();
    table_comparison found{card.name, wanted.rows(), copied.rows(), wanted.hex(), copied.hex(), {}};
    if (auto parts = wanted.differing(copied); !parts.empty())
      found.differences = differences(card, parts.front(), of_source, of_target, options_.differences_max);
    tell(card, copied.rows() % told_rows);
    return found;
  }

  void begin(copy_phase phase, bool table_card::*takes_part) {
    now_ = copy_progress{phase, {}, 0, 0, 0};
    for (const auto& card : all_copied_tables)
      if (card.*takes_part)
        now_.rows_total += source_.count(card.table);
  }

  void tell(const table_card& card, std::int64_t more) { tell(card, more, more); }

  void tell(const table_card& card, std::int64_t more, std::int64_t of_run) {
    now_.table = card.name;
    now_.rows += more;
    now_.rows_of_run += of_run;
    if (options_.on_progress)
      options_.on_progress(now_);
  }

  copy_source& source_;
  copy_target& target_;
  const copy_options& options_;
  copy_progress now_;
};

} // namespace

copy_report copy_store(copy_source& source, copy_target& target, const copy_options& options) {
  return copier{source, target, options}.run();
}

} // namespace callboard
