#pragma once

#include "protocol/house.hpp"
#include "tests/simulation/fake_store.hpp"
#include "tests/simulation/record.hpp"

namespace callboard::simulation {

/// What must hold, looked at while a run goes on and at its end. The first thing that does not hold is kept.
class checks {
public:
  checks(const disk& data, record& kept) : disk_(data), record_(kept) {}

  // While it runs:
  void told(const attempt&);
  void shown(const ticket_id&, std::int64_t seen_before, const reply&);
  void listed(const ticket_id&, std::int64_t seen_before, std::int64_t events);
  void fed(const feed_batch&);
  /// The process has begun to publish behind this event.
  void feed_begins(std::int64_t feed_id) { fed_ = feed_id; }
  void look_at_snapshots(const house&);

  // When the faults are over and all is quiet:
  bool is_all_done() const;
  std::string not_done() const;
  void look_at_store();
  void look_at_requests();

  void fail(std::string what) {
    if (!failure_)
      failure_ = std::move(what);
  }
  const std::optional<std::string>& failure() const { return failure_; }

private:
  void see(const ticket_id&, std::int64_t version, std::int64_t seen_before, std::string_view how);
  void look_at_success(const attempt&);
  void look_at_kept_reply(const attempt&);
  void look_at_ticket(const ticket_id&, const stored_ticket&);
  void look_at_feed();
  void look_at_jobs();
  bool has_given_up(const user_id& forgotten) const;
  std::size_t effects_of(const command_id&) const;

  const disk& disk_;
  record& record_;
  std::int64_t fed_ = 0;
  std::map<ticket_id, std::shared_ptr<const ticket_snapshot>> snapshots_;
  std::optional<std::string> failure_;
};

} // namespace callboard::simulation
