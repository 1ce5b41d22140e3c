#pragma once

#include "protocol/store.hpp"

#include <memory>

// Everything that is read from the store, one struct a question, and the port that answers.
// Answers are encoded JSON where the edge only passes them on. Every question about tickets takes a scope. What is asked of
// a reader may say with `until` how long somebody waits for the answer; later the store is not asked.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(ticket_sort, id, created_at, updated_at, priority)

/// `items` are encoded objects; `next` is set when there are more.
struct page {
  std::vector<std::string> items;
  std::string next; ///< opaque to everybody but the reader: goes into the signed cursor
};

/// Which part of a list: at most one of `after` (what `page::next` said) and `offset`.
struct page_request {
  int limit = 20;
  std::string after;
  std::int64_t offset = 0;

  bool operator==(const page_request&) const = default;
};

struct ticket_filter {
  std::vector<ticket_status> status; ///< any of them
  std::vector<ticket_priority> priority;
  std::optional<std::string> category;
  std::optional<callboard::ai_status> ai_status;
  std::optional<user_id> assignee_id;
  std::optional<department_id> department;
  std::optional<user_id> created_by;
  std::optional<std::string> tag;
  std::optional<timestamp> created_after;  ///< exclusive
  std::optional<timestamp> created_before; ///< exclusive
  std::optional<std::string> text;         ///< `q=`: words, "phrases", -without

  bool operator==(const ticket_filter&) const = default;
};

/// The default order is newest first by id. Any sort is made total by id. Two that are equal ask the same, whenever they end.
struct list_tickets {
  callboard::scope scope;
  ticket_filter filter;
  ticket_sort sort = ticket_sort::id;
  bool ascending = false;
  page_request page;
  deadline until = deadline::none();

  bool operator==(const list_tickets& o) const {
    return scope == o.scope && filter == o.filter && sort == o.sort && ascending == o.ascending && page == o.page;
  }
};

/// The row of one ticket, deleted ones included (the actor must know). With `command`, what it has stored.
struct load_ticket {
  ticket_ref ticket;
  std::optional<command_id> command;
  deadline until = deadline::none();
};

/// What a committed command has left in the ticket's history.
struct committed_command {
  event_id first;
  std::int64_t first_version = 0;
  std::int64_t last_version = 0;
  timestamp time;
};

struct loaded_ticket {
  std::optional<ticket_state> state;
  std::optional<committed_command> committed; ///< of `load_ticket::command`
};

using load_answer = tl::expected<loaded_ticket, std::string>;

struct list_messages {
  callboard::scope scope;
  ticket_id ticket;
  page_request page; ///< oldest first
  deadline until = deadline::none();
};

struct list_events {
  callboard::scope scope;
  ticket_id ticket;
  page_request page; ///< oldest first
  deadline until = deadline::none();
};

/// A user by the id, deleted ones included; or, while the id is nil, the oldest who has exactly this name.
struct find_user {
  user_id id;
  std::string name;
  deadline until = deadline::none();
};

struct list_users {
  page_request page;
  std::optional<std::string> email; ///< exact, without regard to case
  deadline until = deadline::none();
};

struct find_department {
  department_id id;
  deadline until = deadline::none();
};

struct list_departments {
  page_request page;
  deadline until = deadline::none();
};

struct find_reply {
  principal who;
  std::string key;
  deadline until = deadline::none();
};

/// Committed events after `after`, in feed order, at most `limit`.
struct read_feed {
  std::int64_t after = 0;
  int limit = 500;
  deadline until = deadline::none();
};

/// One committed event with all that subscriptions need. Immutable once made, shared by all subscribers.
struct feed_event {
  std::int64_t feed_id = 0;
  feed_source source = feed_source::ticket;
  uuid_bytes subject{};
  std::int64_t version = 0;
  std::string type;
  std::string json; ///< the event as the API shows it to staff
  ticket_context context;
  std::optional<ticket_context> before; ///< where it differs
  std::string ticket; ///< where `before` is set: the whole ticket when this was read, as staff see it; empty if deleted
};

struct feed_page {
  std::vector<std::shared_ptr<const feed_event>> events;
  std::int64_t head = 0;   ///< the newest that may be told, or of a full page its last: more may follow
  std::int64_t oldest = 0; ///< the oldest that is kept; 0 when there is none
};

struct list_jobs {
  std::optional<job_state> state;
  page_request page;
  deadline until = deadline::none();
};

/// Tickets that name a user, for `forget_user`: ids after `after`.
struct tickets_of_user {
  callboard::user_id user_id;
  ticket_id after;
  int limit = 100;
  deadline until = deadline::none();
};

/// What the search index has to learn of the committed events after `after`, of which `limit` are looked at.
struct search_texts {
  std::int64_t after = 0;
  int limit = 500;
};

/// Each ticket once whose words may have changed, as it is now; deleted ones come with `remove`.
struct search_page {
  std::vector<search_entry> entries;
  std::int64_t feed_id = 0; ///< of the last event that was looked at; `after` where there is none
  timestamp time;           ///< of that event
  bool more = false;        ///< there may be events after that one
};

/// Counts for gauges; every status and every state that is counted is there, if only with 0.
struct store_counts {
  std::map<std::string, std::int64_t> tickets_by_status;
  /// Of those that wait, run or are dead. The others are all that there ever were: to count them takes ever longer.
  std::map<std::string, std::int64_t> jobs_by_state;
  std::int64_t users = 0;
  std::int64_t departments = 0;
  /// How long the oldest event that is stored but may not be told yet has waited (reliability C-3); 0 when there is none.
  std::chrono::microseconds feed_held_back{0};
};
struct count_store {
  deadline until = deadline::none();
};

/// What the store knows of itself: signs cursors, tells stores apart.
struct store_identity {
  std::string cursor_key; ///< secret
  std::int64_t feed_epoch = 0;
  std::int64_t search_feed_id = 0;
};

/// Port: one reader connection. Called from one thread at a time. Throws `store_failure`.
/// `invalid_cursor` is a problem of the caller: a page whose `after` makes no sense.
class store_reader {
public:
  virtual ~store_reader() = default;
  virtual loaded_ticket load(const load_ticket&) = 0;
  /// Several at once: as many answers, in order. Of what cannot be read by itself, why.
  virtual std::vector<load_answer> load_each(std::span<const load_ticket>);
  virtual result<page> list(const list_tickets&) = 0;
  virtual result<page> list(const list_messages&) = 0;
  virtual result<page> list(const list_events&) = 0;
  virtual result<page> list(const list_users&) = 0;
  virtual result<page> list(const list_departments&) = 0;
  virtual result<page> list(const list_jobs&) = 0;
  virtual std::optional<user> find(const find_user&) = 0;
  virtual std::optional<department> find(const find_department&) = 0;
  virtual std::optional<stored_reply> find(const find_reply&) = 0;
  virtual feed_page read(const read_feed&) = 0;
  virtual std::vector<ticket_id> list_ids(const tickets_of_user&) = 0;
  virtual search_page texts(const search_texts&) = 0;
  virtual store_counts count() = 0;
};

inline std::vector<load_answer> store_reader::load_each(std::span<const load_ticket> asked) {
  std::vector<load_answer> answers;
  for (const auto& each : asked) {
    try {
      answers.emplace_back(load(each));
    } catch (const store_failure& failure) {
      answers.emplace_back(tl::unexpect, failure.what());
    }
  }
  return answers;
}

/// Port: an engine opened on a store. Makes the connections that the detached actors own.
class store_engine {
public:
  virtual ~store_engine() = default;
  virtual std::unique_ptr<store_writer> make_writer() = 0;
  virtual std::unique_ptr<store_reader> make_reader() = 0;
  /// A session that writes the index while the writer commits. Nothing where one writes at a time: then the writer does it.
  virtual std::unique_ptr<store_indexer> make_indexer() { return nullptr; }
  virtual store_identity identity() = 0;
};

} // namespace callboard
