#pragma once

#include "persistence/postgres/shared_store.hpp"

#include <optional>

namespace callboard::postgres {

/// Writes the words of tickets over a session of its own: making words of texts is more work for the server than all the
/// rest of a write, and would keep the writer waiting. The session is opened by the first call, and again when it is lost.
class indexer final : public store_indexer {
public:
  explicit indexer(std::shared_ptr<const shared_store> shared) : shared_(std::move(shared)) {}

  void index(const index_search&) override;

private:
  void write(std::span<const search_entry>, std::int64_t feed_id);
  void write_now(std::span<const search_entry>, std::int64_t feed_id, std::size_t bytes_max);

  std::shared_ptr<const shared_store> shared_;
  std::optional<connection> db_;
};

} // namespace callboard::postgres
