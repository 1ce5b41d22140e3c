#pragma once

#include "persistence/copy/copy_ports.hpp"

#include <string>
#include <vector>

namespace callboard {

enum class copy_phase {
  copying,
  comparing
};

struct copy_progress {
  copy_phase phase = copy_phase::copying;
  std::string_view table;       ///< for people
  std::int64_t rows = 0;        ///< of all tables, those of an earlier run included
  std::int64_t rows_of_run = 0; ///< of all tables, by this run
  std::int64_t rows_total = 0;
};

struct copy_options {
  std::size_t batch_rows = 10'000;     ///< of one transaction, unless it has
  std::size_t batch_bytes = 8'388'608; ///< before
  std::size_t differences_max = 5;     ///< told of one table
  std::function<void(const copy_progress&)> on_progress = {};
  std::function<void(copy_begin)> on_begin = {};
};

struct table_comparison {
  std::string_view table;
  std::int64_t source_rows = 0;
  std::int64_t target_rows = 0;
  std::string source_digest;
  std::string target_digest;
  std::vector<std::string> differences; ///< some of them
  bool is_equal() const { return source_rows == target_rows && source_digest == target_digest; }
};

struct copy_report {
  copy_begin begin = copy_begin::fresh;
  std::int64_t rows_copied = 0; ///< by this run
  std::vector<table_comparison> tables;
  bool is_equal = true; ///< else the target stays incomplete
};

/// Copies all of a store into another, going on where an earlier run ended, compares the two by what is read back from
/// them, and marks the target complete when they are equal. Throws `store_open_error` before anything is changed,
/// `store_failure` naming the place when it cannot go on: run it again.
copy_report copy_store(copy_source&, copy_target&, const copy_options& = {});

/// The stores that URLs name, held like a server holds its own. Throws `store_open_error`.
std::unique_ptr<copy_source> open_copy_source(const config::store_settings&, const open_options& = {});
std::unique_ptr<copy_target> open_copy_target(const config::store_settings&, const open_options& = {});

} // namespace callboard
