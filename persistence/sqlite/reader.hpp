#pragma once

#include "persistence/sqlite/batch.hpp"
#include "persistence/sqlite/list_statements.hpp"
#include "persistence/sqlite/shared_store.hpp"
#include "persistence/sqlite/ticket_list.hpp"

#include <chrono>
#include <random>

namespace callboard::sqlite {

/// One reader connection. A question that takes longer than `store.timeout` is broken off.
class reader final : public store_reader {
public:
  explicit reader(std::shared_ptr<const shared_store> shared);

  loaded_ticket load(const load_ticket&) override;
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
  /// Each question begins with this: from here on its time runs.
  void begin_question() { deadline_ = std::chrono::steady_clock::now() + shared_->timeout; }
  static int past_deadline(void* self);

  /// A page of what has an id, the newest first: `ask(below, limit, offset)` gives the rows, `read(row)` one of them.
  template <class Ask, class Read>
  result<page> newest_first(const page_request& wanted, Ask ask, Read read);
  bool is_there(const ticket_id&);
  page read_tickets(const list_tickets&, const list_statement&);
  department read_department(const rows&);
  std::shared_ptr<const feed_event> read_event(const rows&);
  search_entry text_of(const ticket_id&);

  std::shared_ptr<const shared_store> shared_;
  std::minstd_rand dice_{std::random_device{}()};
  connection db_;
  std::chrono::steady_clock::time_point deadline_;
  reply_table replies_;
  list_statements lists_;
  statement load_by_id_, load_by_number_, of_command_, ticket_there_, read_skew_, messages_, events_, of_user_,
    ticket_text_, bodies_, find_user_, user_by_name_, users_, user_by_email_, find_department_, departments_, members_,
    feed_, text_changes_, feed_ends_, jobs_, jobs_in_state_, count_tickets_, count_jobs_, count_users_,
    count_departments_;
};

} // namespace callboard::sqlite
