#pragma once

#include "actors/acting.hpp"
#include "protocol/house.hpp"

namespace callboard {

/// What became of one batch, for metrics.
struct batch_note {
  std::size_t items = 0;
  duration_ms::rep commit_us = 0;
  duration_ms::rep wait_us = 0; ///< of the item that waited longest
  std::span<const journal_outcome> outcomes;
};

struct journal_options {
  house& home;
  std::shared_ptr<store_engine> engine;
  std::size_t batch_max = 64;
  std::function<void(const batch_note&)> note = [](const batch_note&) {};
  std::function<void(bool begins)> note_call = [](bool) {}; ///< a call of the store begins, ends
  /// Whether the store can be written, when that changes; the reason where it cannot.
  std::function<void(bool, std::string_view)> note_store = [](bool, std::string_view) {};
};

/// The writer of the store: commits neighbours in one transaction and answers each with its own outcome.
///
/// Spawned by: the `store` supervisor, detached, because the engine blocks. Monitors: nobody. Bounded by: the permits of
/// the edge, the router's waiting room and the runner's concurrency. When it dies, the batch that is being written is in
/// doubt and the next one is not stored, and those who wait for them are told; what was committed stays.
class journal_state {
public:
  using interface = journal_actor;
  using options = journal_options;
  static inline const char* name = "callboard.journal";

  explicit journal_state(interface::pointer self) : self_(self) {}
  ~journal_state();
  interface::behavior_type start(options given);

private:
  using steady = std::chrono::steady_clock;

  caf::result<journal_outcome> take(journal_item& item);
  caf::result<claimed_jobs> claim(const claim_jobs& wanted);
  void flush();
  void on_calm();
  void await_calm();
  caf::result<number_block> on_doubt();
  void end_doubts();
  std::vector<journal_outcome> commit(std::span<const journal_item> items);
  void note_store(bool works, std::string_view why = {});
  /// Runs `work` on the writer and notes whether the store took it.
  template <class Work>
  auto write(Work&& work);
  void tell_others(std::span<const journal_item> items, std::span<const journal_outcome> outcomes);

  interface::pointer self_;
  std::optional<options> options_;
  std::unique_ptr<store_writer> writer_;
  std::vector<journal_item> items_;
  std::vector<caf::typed_response_promise<journal_outcome>> promises_;
  std::vector<caf::typed_response_promise<number_block>> doubts_; ///< until the store answers again
  std::uint64_t batch_ = 0;                                       ///< the number of the one that `items_` will be
  std::optional<bool> works_;
  std::uint64_t calm_batch_ = 0; ///< the number of the next batch when that tick was sent
  bool calm_due_ = false;        ///< a tick is on its way that finds out whether nothing waits any more
};

journal_actor spawn_journal(caf::actor_system&, journal_options);

} // namespace callboard
