#pragma once

#include "persistence/sqlite/directory_table.hpp"
#include "persistence/sqlite/shared_store.hpp"
#include "persistence/sqlite/ticket_table.hpp"

namespace callboard::sqlite {

/// The store's one writer (reliability C-4).
class writer final : public store_writer {
public:
  explicit writer(std::shared_ptr<const shared_store> shared);

  std::vector<journal_outcome> commit(std::span<const journal_item> items) override;
  claimed_jobs claim(const claim_jobs&) override;
  number_block reserve_numbers(std::int64_t count) override;
  void index(const index_search&) override;
  bool tidy(const tidy_store&) override;

  /// For tests that make the disk small.
  connection& database() { return db_; }

private:
  /// `each`: every item under a savepoint, so that one that the engine refuses takes nobody with it.
  enum class isolation {
    none,
    each
  };
  std::vector<journal_outcome> run_batch(std::span<const journal_item> items, isolation);
  batch begin_batch();
  void finish(transaction&, std::string_view what);
  static int note_log(void* self, sqlite3*, const char*, int pages);
  journal_outcome apply(batch&, const journal_item&);
  journal_outcome apply_alone(batch&, const journal_item&);
  journal_outcome write(batch&, const journal_item&);

  std::shared_ptr<const shared_store> shared_;
  connection db_;
  int log_pages_ = 0; ///< length of the write-ahead log after the last commit
  feed_table feed_;
  job_table jobs_;
  reply_table replies_;
  references named_;
  ticket_table tickets_;
  directory_table directory_;
  statement read_frame_, save_skew_, take_numbers_, find_number_, save_entry_, delete_entry_, save_position_,
    purge_replies_, purge_feed_;
};

} // namespace callboard::sqlite
