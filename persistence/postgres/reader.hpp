#pragma once

#include "persistence/postgres/list_texts.hpp"
#include "persistence/postgres/shared_store.hpp"
#include "persistence/postgres/ticket_list.hpp"

#include <optional>

namespace callboard::postgres {

/// One reader connection, opened by the first question. A question that takes longer than `store.timeout` is broken off
/// by the server. A lost connection fails the question it is lost in, and the next one opens another.
class reader final : public store_reader {
public:
  explicit reader(std::shared_ptr<const shared_store> shared) : shared_(std::move(shared)) {}

  loaded_ticket load(const load_ticket&) override;
  std::vector<load_answer> load_each(std::span<const load_ticket>) override;
  result<page> list(const list_tickets&) override;
  result<page> list(const list_messages&) override;
  result<page> list(const list_events&) override;
  result<page> list(const list_users&) override;
  result<page> list(const list_departments&) override;
  result<page> list(const list_jobs&) override;
  std::optional<user> find(const find_user&) override;
  std::optional<department> find(const find_department&) override;
  std::optional<stored_reply> find(const find_reply&) override;
  feed_page read(const read_feed&) override;
  std::vector<ticket_id> list_ids(const tickets_of_user&) override;
  search_page texts(const search_texts&) override;
  store_counts count() override;

private:
  /// The session, a new one where the last is lost.
  connection& session();
  template <class... Args>
  rows ask(std::string_view sql, const Args&... args) {
    return session().ask(sql, args...);
  }
  rows ask_list(const list_statement&);

  /// A page of what has an id, the newest first: `ask(below, limit, offset)` gives the rows, `read(row)` one of them.
  template <class Ask, class Read>
  result<page> newest_first(const page_request& wanted, Ask ask, Read read);

  std::shared_ptr<const shared_store> shared_;
  std::optional<connection> db_;
  list_texts lists_;
};

} // namespace callboard::postgres
