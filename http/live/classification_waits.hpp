#pragma once

#include "http/expiry_queue.hpp"
#include "protocol/queries.hpp"

#include <functional>
#include <memory>
#include <unordered_map>

namespace callboard::http {

/// Who waits for the end of a ticket's classification: requests with `Prefer: wait`. On one thread.
class classification_waits {
public:
  explicit classification_waits(expiry_queue& expiries) : expiries_(expiries) {}
  ~classification_waits();
  classification_waits(const classification_waits&) = delete;
  classification_waits& operator=(const classification_waits&) = delete;

  /// Calls `done` once, from `see` or `end_all` or at `until`. Dropping the token forgets it; the token may outlive this.
  std::shared_ptr<void> add(const ticket_id& ticket, steady_time until, std::function<void()> done);

  void see(const feed_event& event);
  /// No classification will come, or nobody may wait for it: AI was switched off, or the server is stopping.
  void end_all();
  std::size_t size() const { return waits_.size(); }

private:
  class wait;

  expiry_queue& expiries_;
  std::unordered_multimap<ticket_id, wait*> waits_;
};

} // namespace callboard::http
