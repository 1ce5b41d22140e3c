#pragma once

#include "tests/contract/store_fixture.hpp"

#include <set>

// All that a store answers through its reader, as lines to compare.
namespace callboard::contract {

class store_dump {
public:
  static texts of(store_engine& engine, const std::vector<find_reply>& replies) {
    auto reader = engine.make_reader();
    store_dump all{*reader};
    all.add_identity(engine.identity());
    all.add_counts();
    all.add_tickets();
    all.add_directory();
    all.add_jobs();
    all.add_feed();
    for (const auto& each : replies)
      all.add_reply(each);
    return std::move(all.lines_);
  }

private:
  explicit store_dump(store_reader& reader) : reader_(reader) {}

  template <class... Parts>
  void line(const Parts&... parts) {
    std::string text;
    auto add = [&](const auto& part) {
      if constexpr (std::integral<std::decay_t<decltype(part)>>)
        text += std::to_string(part);
      else
        text += part;
      text += '|';
    };
    (add(parts), ...);
    lines_.push_back(std::move(text));
  }

  /// Every page of a list, with its cursors.
  template <class List>
  void add_pages(std::string_view what, List asked) {
    asked.page = {7, {}, 0};
    do {
      auto page = reader_.list(asked).value();
      for (const auto& item : page.items)
        line(what, item);
      line(what, "next", page.next);
      asked.page.after = page.next;
    } while (!asked.page.after.empty());
  }

  void add_identity(const store_identity& known) {
    line("identity", known.cursor_key, known.feed_epoch, known.search_feed_id);
  }
  void add_counts() {
    auto counted = reader_.count();
    for (const auto& [status, n] : counted.tickets_by_status)
      line("tickets", status, n);
    for (const auto& [state, n] : counted.jobs_by_state)
      line("jobs", state, n);
    line("directory", counted.users, counted.departments);
  }
  void add_tickets() {
    for (auto sort : {ticket_sort::id, ticket_sort::created_at, ticket_sort::updated_at, ticket_sort::priority})
      add_pages("tickets", list_tickets{staff, {}, sort, false, {}});
    for (std::string word : {"printer", "\"burns since\"", "grün", "-printer nothing"}) {
      ticket_filter filter;
      filter.text = word;
      add_pages("search " + word, list_tickets{staff, filter, ticket_sort::id, false, {}});
    }
    ticket_filter tagged;
    tagged.tag = "a,\"b\"\\";
    add_pages("tagged", list_tickets{staff, tagged, ticket_sort::id, true, {}});
  }
  void add_ticket(const ticket_id& id) {
    auto row = reader_.load({{id, 0}, std::nullopt}).state.value();
    line("ticket", to_json(row.ticket), to_json(row.memory));
    if (row.memory.deleted)
      return;
    add_pages("events", list_events{staff, id, {}});
    add_pages("messages", list_messages{staff, id, {}});
  }
  void add_directory() {
    add_pages("users", list_users{{}, std::nullopt});
    add_pages("user by address", list_users{{}, "ANN@example.com"});
    add_pages("departments", list_departments{});
  }
  void add_jobs() { add_pages("jobs", list_jobs{std::nullopt, {}}); }
  /// The feed names every ticket and user, deleted ones too.
  void add_feed() {
    auto page = reader_.read({0, 100'000});
    line("feed", page.head, page.oldest);
    std::set<uuid_bytes> known;
    for (const auto& e : page.events) {
      line("feed", e->feed_id, enum_name(e->source), to_string(user_id{e->subject}), e->version, e->type, e->json,
           to_json(e->context), e->before ? to_json(*e->before) : "", e->ticket);
      if (!known.insert(e->subject).second)
        continue;
      if (e->source == feed_source::ticket)
        add_ticket({e->subject});
      else if (auto found = reader_.find(find_user{{e->subject}, {}}))
        line("user", to_json(*found));
      else if (auto place = reader_.find(find_department{{e->subject}}))
        line("department", to_json(*place));
    }
  }
  void add_reply(const find_reply& asked) {
    auto found = reader_.find(asked);
    if (!found)
      return line("no reply", asked.key);
    const auto& r = found->reply;
    line("reply", asked.key, found->idempotency.request_hash, r.status, r.body, r.etag, r.location,
         r.retry_after_s.value_or(-1), r.problem);
  }

  store_reader& reader_;
  texts lines_;
};

} // namespace callboard::contract
