#pragma once

#include "base/describe.hpp"
#include "ops/metrics_cells.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

// Who is connected, by address: the bounds on connections, and until identity exists on what runs at once, too.
namespace callboard::http {

/// Counted against `limits.connections_max` and `connections_per_ip` for as long as it lives: keep it with the connection.
using connection_slot = std::shared_ptr<void>;

struct client {
  std::string address;
  bool loopback = false;
  int connections = 0;         ///< guarded by the registry
  std::atomic<int> permits{0}; ///< commands that run now
};

BOOST_DEFINE_ENUM_CLASS(admission_verdict, admitted, too_many, too_many_here)

/// Open connections, in all and by address.
class client_registry {
public:
  client_registry(int connections_max, int connections_per_ip, gauge open = {})
      : max_(connections_max), per_ip_(connections_per_ip), open_(open) {}

  /// A slot to keep while the connection lives, and its client, who lives as long as a slot of theirs.
  struct admitted {
    admission_verdict verdict = admission_verdict::admitted;
    connection_slot slot;
    client* who = nullptr;
  };
  admitted admit(const std::string& address, bool loopback);

  bool is_full() const { return count_.load(std::memory_order_relaxed) >= max_; }
  int connections() const { return count_.load(std::memory_order_relaxed); }

  /// Called after a slot is given back while the registry was full. Set while no connection comes or goes.
  void on_room(std::function<void()> hook) { on_room_ = std::move(hook); }

private:
  void give_back(client& who);

  const int max_;
  const int per_ip_;
  const gauge open_;
  std::atomic<int> count_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<client>> clients_;
  std::function<void()> on_room_;
};

BOOST_DEFINE_ENUM_CLASS(permit_verdict, granted, principal_exhausted, total_exhausted, writes_exhausted)

/// How many commands may run at once, in all, for one client, and of those that change the store (reliability C-6).
class permit_pool {
public:
  permit_pool(int total, int per_principal, int writes)
      : total_(total), per_principal_(per_principal), writes_(writes) {}

  /// Given back when it goes.
  class permit {
  public:
    permit() = default;
    permit(permit_pool& pool, client& who, bool writes) : pool_(&pool), who_(&who), writes_(writes) {}
    permit(permit&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), who_(other.who_), writes_(other.writes_) {}
    permit& operator=(permit&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(who_, other.who_);
      std::swap(writes_, other.writes_);
      return *this;
    }
    ~permit() {
      if (pool_)
        pool_->give_back(*who_, writes_);
    }
    explicit operator bool() const { return pool_ != nullptr; }

  private:
    permit_pool* pool_ = nullptr;
    client* who_ = nullptr;
    bool writes_ = false;
  };

  permit_verdict take(client& who, bool writes, permit& into);
  /// What `take` would say now.
  permit_verdict look(const client& who, bool writes) const;
  int taken() const { return taken_.load(std::memory_order_relaxed); }

private:
  void give_back(client& who, bool writes);

  const int total_;
  const int per_principal_;
  const int writes_;
  std::atomic<int> taken_{0};
  std::atomic<int> taken_writes_{0};
};

} // namespace callboard::http
