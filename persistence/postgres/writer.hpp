#pragma once

#include "persistence/postgres/batch.hpp"
#include "persistence/postgres/indexer.hpp"

#include <chrono>

namespace callboard::postgres {

/// The store's one writer (reliability C-4): the usual batch is one statement, which is its own transaction.
///
/// A session that is lost is not repaired but replaced at the next call, after the old one has been ended on the server:
/// what it was still doing must be over before anything is counted on. A writer that finds its epoch gone never writes
/// again.
class writer final : public store_writer {
public:
  explicit writer(std::shared_ptr<const shared_store> shared);

  std::vector<journal_outcome> commit(std::span<const journal_item> items) override;
  claimed_jobs claim(const claim_jobs&) override;
  number_block reserve_numbers(std::int64_t count) override;
  void index(const index_search& found) override { indexer_.index(found); }
  bool tidy(const tidy_store&) override;

private:
  using outcomes = std::vector<journal_outcome>;
  /// `each`: under savepoints, halving what the server refuses until the item is found that it is about.
  enum class isolation {
    none,
    each
  };

  connection& session();
  void open_session();
  /// Runs `work` in a transaction with the fence as its first statement.
  template <class Work>
  auto fenced(std::string_view what, Work&& work);
  void hold_fence(connection&);
  void refuse_another_past();

  outcomes write_batch(std::span<const journal_item>, const std::vector<batch_step>&, bool wider_skew);
  outcomes run_batch(std::span<const journal_item>, const std::vector<batch_step>&, isolation);
  outcomes run_statement(std::span<const journal_item>, const batch_step&);
  void run_step(std::span<const journal_item>, const batch_step&, outcomes&);
  void run_isolated(std::span<const journal_item>, const batch_step&, outcomes&);
  void read_outcomes(rows, std::span<const journal_item>, const batch_step&, outcomes&);
  journal_outcome write_alone(const journal_item&);
  journal_outcome write_with_jobs(const journal_item&, const ticket_write&);
  std::optional<stored_reply> find_reply(const journal_item&);
  void fetch_kept(std::span<const journal_item>, outcomes&);

  /// After a loss in the middle of a commit: whether the feed has grown beyond `before`, if that can be found out.
  std::optional<bool> has_grown(std::int64_t before);
  outcomes settle(std::span<const journal_item>, std::int64_t before, const store_failure&);
  journal_outcome settle_one(const journal_item& item, std::int64_t before, bool grown, const store_failure& lost);
  std::optional<std::int64_t> feed_id_of(const journal_item&, std::int64_t after);

  void keep_days();

  std::shared_ptr<const shared_store> shared_;
  std::optional<connection> db_;
  std::optional<std::int64_t> unheard_from_; ///< jobs under tokens from here on were claimed for nobody: see `claim`
  frame frame_;
  indexer indexer_;
  std::chrono::sys_days days_kept_{}; ///< when places in the feed were last made and dropped
  std::chrono::steady_clock::time_point keep_days_again_{};
};

} // namespace callboard::postgres
