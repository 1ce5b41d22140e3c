#pragma once

#include "domain/ticket_events.hpp"
#include "protocol/queries.hpp"

#include <deque>
#include <set>

// A store in memory that keeps the contract of the real engines (tests/contract/), and does on the way whatever a
// `store_weather` wants to happen to it.
namespace callboard::simulation {

enum class store_call {
  commit,
  claim,
  reserve,
  index,
  tidy,
  read
};

/// What happens to calls. Either function may let time pass and may throw `store_failure`. The effect lies between the
/// two: what `before` throws was not done, what `after` throws was.
class store_weather {
public:
  virtual ~store_weather() = default;
  virtual void before(store_call) {}
  virtual void after(store_call) {}
  /// The engine refuses this item alone.
  virtual bool fails(const journal_item&) { return false; }
  /// What came of an item.
  virtual void saw(const journal_item&, const journal_outcome&) {}
};

/// Mistakes that the simulation must find, or it proves nothing.
struct planted_bugs {
  bool no_version_check = false;
  bool answers_before_commit = false; ///< what fails while committing has been told as stored already
  bool no_claim_token = false;
};

struct stored_event {
  event_row row;
  std::int64_t feed_id = 0;
  callboard::command_id command;
  principal who;
  timestamp time;
};

struct stored_ticket {
  ticket_state state;
  std::string view;
  std::vector<stored_event> events;
  std::map<std::int64_t, std::string> views; ///< what staff saw at each version that was an item's last
};

struct stored_directory_event {
  event_id id;
  directory_event event;
  callboard::command_id command;
  principal who;
};

struct feed_row {
  std::int64_t id = 0;
  timestamp time;
  feed_source source = feed_source::ticket;
  uuid_bytes subject{};
  std::int64_t version = 0;
};

struct stored_job {
  new_job job;
  job_state state = job_state::available;
  std::int64_t attempt = 0;
  std::int64_t crash_count = 0;
  std::int64_t claim_token = 0;
  timestamp run_at;
  std::optional<timestamp> claimed_until;
  std::string last_error;
  timestamp created_at;
  timestamp updated_at;
};

/// What became of a job, in the order in which it did: who ends a job must be the one who holds it.
struct job_step {
  enum what {
    claimed,
    taken_away, ///< by a sweep, a restart or a change of the ticket
    ended       ///< or given back, by who says that it holds it
  };
  job_id id;
  what kind = claimed;
  std::int64_t token = 0;
};

/// What outlives the process.
struct disk {
  std::map<ticket_id, stored_ticket> tickets;
  std::map<std::int64_t, ticket_id> numbers;
  std::map<user_id, user> users;
  std::map<department_id, department> departments;
  std::map<uuid_bytes, std::map<std::int64_t, stored_directory_event>> directory_events;
  std::deque<feed_row> feed;
  std::int64_t feed_head = 0;
  std::map<job_id, stored_job> jobs;
  std::vector<job_step> job_steps;
  std::map<std::pair<std::string, std::string>, std::pair<timestamp, stored_reply>> replies; ///< by principal and key
  std::int64_t next_number = 1;
  std::int64_t next_token = 1;
  std::int64_t search_feed_id = 0;
  planted_bugs planted;

  const stored_ticket* find(const ticket_id& id) const {
    auto found = tickets.find(id);
    return found == tickets.end() ? nullptr : &found->second;
  }
  const stored_reply* find_reply(const principal& who, const std::string& key) const;
  /// The event behind a row of the feed.
  const stored_event* event_of(const feed_row&) const;
};

/// One process's opening of a disk. After `close` every call fails: the process is gone, whatever still runs of it.
class fake_engine final : public store_engine {
public:
  fake_engine(std::shared_ptr<disk> data, std::shared_ptr<store_weather> weather, std::function<timestamp()> wall);

  std::unique_ptr<store_writer> make_writer() override;
  std::unique_ptr<store_reader> make_reader() override;
  store_identity identity() override;
  void close() { *open_ = false; }

private:
  std::shared_ptr<disk> disk_;
  std::shared_ptr<store_weather> weather_;
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);
};

/// What a connection works on.
struct opened_disk {
  std::shared_ptr<disk> data;
  std::shared_ptr<store_weather> weather;
  std::shared_ptr<bool> open;

  /// Runs `work` with the weather before and after it.
  template <class Work>
  auto call(store_call what, Work&& work) {
    check_open();
    weather->before(what);
    check_open();
    auto done = work();
    weather->after(what);
    check_open();
    return done;
  }
  void check_open() const {
    if (!*open)
      throw store_failure("the process has ended", true);
  }
};

std::unique_ptr<store_writer> make_fake_writer(opened_disk);
std::unique_ptr<store_reader> make_fake_reader(opened_disk);

} // namespace callboard::simulation
