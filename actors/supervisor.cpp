#include "actors/supervisor.hpp"

#include <algorithm>
#include <numeric>

namespace callboard {
namespace {

std::shared_ptr<vital_signs> vitals_of(const caf::actor& handle) {
  auto body = dynamic_cast<watched*>(caf::actor_cast<caf::abstract_actor*>(handle));
  return body ? body->vitals() : nullptr;
}

/// Gathers the answers from below, which come in any order, into one tree.
struct gathering {
  actor_info tree;
  std::size_t missing = 0;
  caf::typed_response_promise<actor_info> promise;

  void settle() {
    if (missing == 0)
      promise.deliver(tree);
  }
};

/// Who asks waits a little longer than whom it asks, so that what is known of the rest arrives.
std::chrono::milliseconds patience_of(std::string_view path) {
  auto depth = std::count(path.begin(), path.end(), '/');
  return std::max(std::chrono::milliseconds{1'000} - depth * std::chrono::milliseconds{300},
                  std::chrono::milliseconds{100});
}

} // namespace

supervisor_state::~supervisor_state() {
  for (auto& c : children_)
    if (c.handle)
      caf::anon_send_exit(c.handle, caf::exit_reason::user_shutdown);
}

supervisor_actor::behavior_type supervisor_state::start(options given) {
  options_ = std::move(given);
  children_.resize(options_.children.size());
  self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
  self_->set_exit_handler([this](caf::exit_msg& exit) {
    if (!stopping_)
      stop_next(exit.reason);
  });
  for (std::size_t i = 0; i < children_.size(); ++i) {
    children_[i].spec = options_.children[i];
    launch(i);
  }
  return {
    [this](get_actor_info) { return describe(); },
    [this](start_child which) {
      if (!stopping_)
        launch(which.index);
    },
  };
}

/// A child that cannot even start (no thread is left) has ended like any other.
void supervisor_state::launch(std::size_t index) {
  auto& c = children_.at(index);
  try {
    c.handle = c.spec.start(self_->system());
  } catch (const std::exception& e) {
    return schedule_restart(index, own_error(restart_reason::exception, e.what()));
  }
  c.vitals = vitals_of(c.handle);
  c.state = actor_state::running;
  self_->monitor(c.handle);
  options_.started(options_.path + "/" + c.spec.name, c.vitals);
}

void supervisor_state::on_down(const caf::down_msg& down) {
  auto found = std::find_if(children_.begin(), children_.end(),
                            [&](const child& c) { return c.handle && c.handle.address() == down.source; });
  if (found == children_.end())
    return;
  found->handle = nullptr;
  found->vitals = nullptr;
  found->state = actor_state::stopped;
  if (stopping_)
    return stop_next(*stopping_);
  schedule_restart(static_cast<std::size_t>(found - children_.begin()), down.reason);
}

void supervisor_state::schedule_restart(std::size_t index, const caf::error& reason) {
  auto& c = children_[index];
  note_end(c);
  c.last_error = text_of(reason, self_->system());
  auto path = options_.path + "/" + c.spec.name;
  const auto& policy = options_.policy;
  auto why = restart_reason_of(reason);
  bool is_too_often = ends_too_often(c);
  bool at_once = c.spec.role == child_role::vital || (why == restart_reason::invariant && !policy.survives_invariants);
  if (at_once || (is_too_often && policy.then == too_often::escalate))
    return give_up(c, path, reason);
  ++c.restarts;
  c.last_restart_at = options_.world.wall();
  c.state = is_too_often ? actor_state::failed : actor_state::restarting;
  options_.notify({path, is_too_often ? supervision_step::rest : supervision_step::restart, why, c.last_error});
  self_->delayed_send(self_, is_too_often ? policy.window : backoff(c), start_child{index});
}

void supervisor_state::note_end(child& c) {
  auto now = self_->clock().now();
  for (auto& each : children_)
    while (!each.recent.empty() && now - each.recent.front() > options_.policy.window)
      each.recent.pop_front();
  c.recent.push_back(now);
}

bool supervisor_state::ends_too_often(const child& c) const {
  if (!options_.policy.restarts_max)
    return false;
  auto count = c.recent.size();
  if (options_.policy.then == too_often::escalate)
    count = std::accumulate(children_.begin(), children_.end(), std::size_t{0},
                            [](std::size_t sum, const child& each) { return sum + each.recent.size(); });
  return count > static_cast<std::size_t>(*options_.policy.restarts_max);
}

void supervisor_state::give_up(child& c, const std::string& path, const caf::error& reason) {
  c.state = actor_state::failed;
  options_.notify({path, supervision_step::give_up, restart_reason_of(reason), c.last_error});
  stop_next(own_error(restart_reason::error, path + " ended: " + c.last_error));
}

/// Full jitter, so that what failed together does not come back together.
duration_ms supervisor_state::backoff(const child& c) const {
  if (c.recent.size() <= 1)
    return duration_ms{0};
  auto doublings = std::min<std::size_t>(c.recent.size() - 2, 16);
  auto ceiling = std::min(options_.policy.backoff_base * (1 << doublings), options_.policy.backoff_max);
  return duration_ms{static_cast<duration_ms::rep>(options_.world.random() * static_cast<double>(ceiling.count()))};
}

void supervisor_state::stop_next(caf::error reason) {
  stopping_ = reason;
  // The last started depends on those before it, so it goes first, and the next only when it is gone.
  for (auto c = children_.rbegin(); c != children_.rend(); ++c)
    if (c->handle) {
      self_->send_exit(c->handle, caf::exit_reason::user_shutdown);
      return;
    }
  self_->quit(std::move(reason));
}

actor_info supervisor_state::describe_leaf(const child& c) const {
  actor_info info;
  info.name = c.spec.name;
  info.path = options_.path + "/" + c.spec.name;
  info.state = c.state;
  info.restarts = c.restarts;
  info.last_error = c.last_error;
  info.last_restart_at = c.last_restart_at;
  if (c.vitals) {
    info.mailbox_depth = c.vitals->depth();
    info.handled = c.vitals->handled.load();
  }
  return info;
}

caf::result<actor_info> supervisor_state::describe() {
  auto all = std::make_shared<gathering>();
  auto slash = options_.path.rfind('/');
  all->tree.name = slash == std::string::npos ? options_.path : options_.path.substr(slash + 1);
  all->tree.path = options_.path;
  all->tree.children_total = static_cast<std::int64_t>(children_.size());
  all->promise = self_->make_response_promise<actor_info>();
  for (const auto& c : children_)
    all->tree.children.push_back(describe_leaf(c));
  auto promise = all->promise;
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (!children_[i].spec.shows_children || !children_[i].handle)
      continue;
    ++all->missing;
    auto below = caf::actor_cast<branch_actor>(children_[i].handle);
    self_->request(below, patience_of(options_.path), get_actor_info{})
      .then(
        [all, i](actor_info& info) {
          all->tree.children[i].children = std::move(info.children);
          all->tree.children[i].children_total = info.children_total;
          --all->missing;
          all->settle();
        },
        [all, i, self = self_](caf::error& why) {
          // It may be restarting or busy; the rest of the tree is still worth showing.
          if (all->tree.children[i].last_error.empty())
            all->tree.children[i].last_error = "shows nothing below: " + text_of(why, self->system());
          --all->missing;
          all->settle();
        });
  }
  all->settle();
  return promise;
}

child_spec supervisor_spec(std::string name, supervisor_options options) {
  child_spec spec{std::move(name), [options](caf::actor_system& system) {
                    return caf::actor_cast<caf::actor>(spawn_supervisor(system, options));
                  }};
  spec.shows_children = true;
  return spec;
}

supervisor_actor spawn_supervisor(caf::actor_system& system, supervisor_options options) {
  return system.spawn<acting<supervisor_state>>(std::move(options));
}

} // namespace callboard
