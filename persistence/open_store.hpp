#pragma once

#include "config/settings.hpp"
#include "protocol/queries.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

// Which engine a URL means, and how a store is opened or brought to this binary's schema.
namespace callboard {

/// Why a store cannot be opened: one sentence for an operator that names the remedy.
class store_open_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

struct open_options {
  /// How long to wait for another process that has the store: one that is just stopping gets the time to go.
  duration_ms lock_wait{6'000};
  /// Told once, when the wait begins, what for: `the store is held by process 42 on host since 2026-...`.
  std::function<void(std::string_view)> on_wait = {};
  /// Told once, from any thread, when this process can never write the store again, and why: another one has taken it, or
  /// it came back without writes that were acknowledged. What actors know of it is then no longer true.
  std::function<void(std::string_view)> on_lost = {};
};

/// Takes the store for this process (creating or migrating it first), and gives back to the queue the jobs that a
/// predecessor was running. The store is held until the engine and all its writers and readers are gone.
/// Throws `store_open_error`.
std::unique_ptr<store_engine> open_store(const config::store_settings&, const open_options& = {});

struct migration_report {
  int before = 0; ///< schema version; 0 is a new store
  int after = 0;
};

/// Brings the store to this binary's schema and lets it go. Throws `store_open_error`.
migration_report migrate_store(const config::store_settings&, const open_options& = {});

} // namespace callboard
