#pragma once

#include "http/live/subscription.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

namespace callboard::http {

class live_connection;

/// One subscription of one connection, which owns it. On the hub's thread only.
struct live_subscription {
  live_connection* owner = nullptr;
  std::string id;
  std::string label; ///< how its event frames begin
  subscription_rule rule;
  std::int64_t position = 0; ///< everything up to here has been looked at; a live one is at least at the hub's
  bool live = false;         ///< gets what the hub publishes; otherwise it is read up from the table
  bool owes_caught_up = false;
  std::size_t place = 0; ///< the index's own
};

/// Finds who may want an event without asking everybody.
class subscription_index {
public:
  void add(live_subscription& s);
  void remove(live_subscription& s);
  std::size_t size() const { return size_; }

  /// Calls `f` with each subscription whose topic the event may belong to. `f` must not add or remove any.
  template <class F>
  void for_each_candidate(const feed_event& event, F&& f) const {
    call(&wide_, f);
    call(find(by_ticket_, ticket_id{event.subject}), f);
    const auto& now = event.context.department;
    if (now)
      call(find(by_department_, *now), f);
    if (event.before && event.before->department && event.before->department != now)
      call(find(by_department_, *event.before->department), f);
  }

private:
  using group = std::vector<live_subscription*>;
  template <class Id>
  using groups = boost::unordered_flat_map<Id, group, std::hash<Id>>;

  template <class Id>
  static const group* find(const groups<Id>& in, const Id& id) {
    if (in.empty())
      return nullptr;
    auto found = in.find(id);
    return found == in.end() ? nullptr : &found->second;
  }
  template <class F>
  static void call(const group* these, F& f) {
    if (these)
      for (auto* each : *these)
        f(*each);
  }
  group& group_of(const live_subscription& s);
  void forget_empty(const live_subscription& s);

  group wide_;
  groups<ticket_id> by_ticket_;
  groups<department_id> by_department_;
  std::size_t size_ = 0;
};

} // namespace callboard::http
