#include "http/live/classification_waits.hpp"

#include <utility>

namespace callboard::http {

class classification_waits::wait final : public expiring, public std::enable_shared_from_this<wait> {
public:
  wait(classification_waits& owner, const ticket_id& ticket, std::function<void()> done)
      : owner_(&owner), ticket_(ticket), done_(std::move(done)) {
    owner_->expiries_.add(*this);
    owner_->waits_.emplace(ticket_, this);
  }
  ~wait() override { leave(); }

  /// The owner is still there and does not know it any more.
  void leave() {
    auto* owner = std::exchange(owner_, nullptr);
    if (!owner)
      return;
    owner->expiries_.remove(*this);
    auto [begin, end] = owner->waits_.equal_range(ticket_);
    for (auto each = begin; each != end; ++each)
      if (each->second == this) {
        owner->waits_.erase(each);
        return;
      }
  }

  void finish() {
    leave();
    auto done = std::exchange(done_, nullptr); // may drop the token, and us with it
    done();
  }

private:
  void on_expiry(steady_time) override { finish(); }

  classification_waits* owner_;
  ticket_id ticket_;
  std::function<void()> done_;
};

classification_waits::~classification_waits() {
  while (!waits_.empty())
    waits_.begin()->second->leave();
}

std::shared_ptr<void> classification_waits::add(const ticket_id& ticket, steady_time until,
                                                std::function<void()> done) {
  auto token = std::make_shared<wait>(*this, ticket, std::move(done));
  token->expires_at(until);
  return token;
}

void classification_waits::see(const feed_event& event) {
  if (waits_.empty() || event.source != feed_source::ticket)
    return;
  if (event.context.ai_status == ai_status::pending && event.type != "ticket.deleted")
    return;
  // One at a time, looked up anew: what `done` does may drop others.
  ticket_id ticket{event.subject};
  for (auto found = waits_.find(ticket); found != waits_.end(); found = waits_.find(ticket))
    found->second->finish();
}

void classification_waits::end_all() {
  while (!waits_.empty())
    waits_.begin()->second->finish();
}

} // namespace callboard::http
