#pragma once

#include "protocol/queries.hpp"

namespace callboard::testing {

/// Finds nothing. A test says what it needs to be found.
class silent_reader : public store_reader {
public:
  loaded_ticket load(const load_ticket&) override { return {}; }
  result<page> list(const list_tickets&) override { return page{}; }
  result<page> list(const list_messages&) override { return page{}; }
  result<page> list(const list_events&) override { return page{}; }
  result<page> list(const list_users&) override { return page{}; }
  result<page> list(const list_departments&) override { return page{}; }
  result<page> list(const list_jobs&) override { return page{}; }
  std::optional<user> find(const find_user&) override { return {}; }
  std::optional<department> find(const find_department&) override { return {}; }
  std::optional<stored_reply> find(const find_reply&) override { return {}; }
  feed_page read(const read_feed&) override { return {}; }
  std::vector<ticket_id> list_ids(const tickets_of_user&) override { return {}; }
  search_page texts(const search_texts&) override { return {}; }
  store_counts count() override { return {}; }
};

} // namespace callboard::testing
