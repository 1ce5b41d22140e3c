#include "http/clients.hpp"

namespace callboard::http {

client_registry::admitted client_registry::admit(const std::string& address, bool loopback) {
  std::lock_guard lock{mutex_};
  if (count_.load(std::memory_order_relaxed) >= max_)
    return {admission_verdict::too_many, nullptr, nullptr};
  auto& known = clients_[address];
  if (!known) {
    known = std::make_unique<client>();
    known->address = address;
    known->loopback = loopback;
  }
  if (!loopback && known->connections >= per_ip_)
    return {admission_verdict::too_many_here, nullptr, nullptr};
  auto* who = known.get();
  ++who->connections;
  count_.fetch_add(1, std::memory_order_relaxed);
  open_.add();
  return {admission_verdict::admitted, connection_slot{who, [this](void* c) { give_back(*static_cast<client*>(c)); }},
          who};
}

void client_registry::give_back(client& who) {
  bool was_full = false;
  {
    std::lock_guard lock{mutex_};
    open_.sub();
    was_full = count_.fetch_sub(1, std::memory_order_relaxed) >= max_;
    if (--who.connections == 0)
      clients_.erase(clients_.find(who.address));
  }
  if (was_full && on_room_)
    on_room_();
}

permit_verdict permit_pool::take(client& who, bool writes, permit& into) {
  auto total = taken_.fetch_add(1, std::memory_order_relaxed);
  auto of_client = who.permits.fetch_add(1, std::memory_order_relaxed);
  auto of_writes = writes ? taken_writes_.fetch_add(1, std::memory_order_relaxed) : 0;
  permit taken{*this, who, writes}; // gives all of it back, unless it is granted
  if (total >= total_)
    return permit_verdict::total_exhausted;
  if (of_client >= per_principal_)
    return permit_verdict::principal_exhausted;
  if (of_writes >= writes_)
    return permit_verdict::writes_exhausted;
  into = std::move(taken);
  return permit_verdict::granted;
}

permit_verdict permit_pool::look(const client& who, bool writes) const {
  if (taken_.load(std::memory_order_relaxed) >= total_)
    return permit_verdict::total_exhausted;
  if (who.permits.load(std::memory_order_relaxed) >= per_principal_)
    return permit_verdict::principal_exhausted;
  if (writes && taken_writes_.load(std::memory_order_relaxed) >= writes_)
    return permit_verdict::writes_exhausted;
  return permit_verdict::granted;
}

void permit_pool::give_back(client& who, bool writes) {
  who.permits.fetch_sub(1, std::memory_order_relaxed);
  taken_.fetch_sub(1, std::memory_order_relaxed);
  if (writes)
    taken_writes_.fetch_sub(1, std::memory_order_relaxed);
}

} // namespace callboard::http
