#pragma once

#include "persistence/copy/copy_ports.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/shared_store.hpp"

namespace callboard::postgres {

/// A store that is held to be copied into. Rows go in by COPY; each batch is one transaction, which takes the fence like
/// every other writer and notes how far the table is.
class database_target final : public copy_target {
public:
  database_target(std::shared_ptr<const shared_store>, std::string shown);

  std::string shown() const override { return shown_; }
  copy_begin begin(const source_stamp&) override;
  std::int64_t copied(copied_table) override;
  void write(copied_table, std::span<const copied_row>, std::int64_t copied_then) override;
  void read(copied_table, const take_row&) override;
  void complete() override;
  std::int64_t feed_epoch() override;

private:
  void hold_fence(connection&);
  void save_search_texts(std::span<const copied_row>);
  copy_begin look_at_present(const source_stamp&);
  void note_changes();
  void store(copied_table, std::span<const copied_row>);

  std::shared_ptr<const shared_store> shared_;
  std::string shown_;
  connection db_;
  std::vector<connection> searchers_; ///< beside `db_`, made when first needed
};

} // namespace callboard::postgres
