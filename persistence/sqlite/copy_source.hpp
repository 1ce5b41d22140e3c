#pragma once

#include "persistence/copy/copy_ports.hpp"
#include "persistence/sqlite/connection.hpp"
#include "persistence/sqlite/shared_store.hpp"

namespace callboard::sqlite {

/// A store that is held to be copied. Nothing in it changes until its cursors are ended.
class file_source final : public copy_source {
public:
  explicit file_source(std::shared_ptr<const shared_store>);

  source_stamp stamp() override;
  std::int64_t count(copied_table) override;
  void read(copied_table, std::int64_t from, const take_row&) override;
  void end_cursors(std::int64_t feed_epoch) override;

private:
  std::shared_ptr<const shared_store> shared_;
  connection db_;
};

} // namespace callboard::sqlite
