#include "http/live/subscription_index.hpp"

namespace callboard::http {

subscription_index::group& subscription_index::group_of(const live_subscription& s) {
  switch (s.rule.topic.kind) {
    case topic_kind::ticket: return by_ticket_[s.rule.topic.ticket];
    case topic_kind::department: return by_department_[s.rule.topic.department];
    case topic_kind::tickets: break;
  }
  return wide_;
}

void subscription_index::forget_empty(const live_subscription& s) {
  if (s.rule.topic.kind == topic_kind::ticket)
    by_ticket_.erase(s.rule.topic.ticket);
  else if (s.rule.topic.kind == topic_kind::department)
    by_department_.erase(s.rule.topic.department);
}

void subscription_index::add(live_subscription& s) {
  auto& these = group_of(s);
  s.place = these.size();
  these.push_back(&s);
  ++size_;
}

void subscription_index::remove(live_subscription& s) {
  auto& these = group_of(s);
  auto* last = these.back();
  these[s.place] = last;
  last->place = s.place;
  these.pop_back();
  --size_;
  if (these.empty())
    forget_empty(s);
}

} // namespace callboard::http
