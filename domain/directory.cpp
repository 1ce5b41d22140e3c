#include "domain/directory.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callboard {
namespace {

using outcome = result<std::optional<directory_event>>;

/// The next state of a user or department, with its version and time.
template <class T>
T next(const T& present, timestamp now) {
  T changed = present;
  ++changed.version;
  changed.updated_at = now;
  return changed;
}

outcome user_event(std::string type, user changed) {
  return directory_event{std::move(type), std::move(changed), std::nullopt};
}

outcome department_event(std::string type, department changed) {
  return directory_event{std::move(type), std::nullopt, std::move(changed)};
}

class user_decider {
public:
  user_decider(const std::optional<user>& present, timestamp now) : present_(present), now_(now) {}

  outcome operator()(const user_creation& c) const {
    if (present_)
      return refuse(error_code::conflict, "There is a user with this id already.");
    return user_event("user.created", {c.id, c.body.name, c.body.email, false, 1, now_, now_});
  }

  outcome operator()(const user_change& c) const {
    if (!exists())
      return gone();
    auto changed = next(*present_, now_);
    if (c.body.name)
      changed.name = c.body.name;
    if (c.body.email)
      changed.email = c.body.email;
    if (changed.name == present_->name && changed.email == present_->email)
      return std::nullopt;
    return user_event("user.changed", std::move(changed));
  }

  outcome operator()(const user_deletion&) const {
    if (!exists())
      return gone();
    auto changed = next(*present_, now_);
    changed.name.reset();
    changed.email.reset();
    changed.deleted = true;
    return user_event("user.deleted", std::move(changed));
  }

  template <class Other>
  outcome operator()(const Other&) const {
    return refuse(error_code::internal, "This is not a request about a user.");
  }

private:
  bool exists() const { return present_ && !present_->deleted; }
  static outcome gone() { return refuse(error_code::not_found, "There is no such user."); }

  const std::optional<user>& present_;
  timestamp now_;
};

class department_decider {
public:
  department_decider(const std::optional<department>& present, timestamp now) : present_(present), now_(now) {}

  outcome operator()(const department_creation& c) const {
    if (present_)
      return refuse(error_code::conflict, "There is a department with this id already.");
    return department_event("department.created", {c.id, c.body.name, {}, false, 1, now_, now_});
  }

  outcome operator()(const department_change& c) const {
    if (!exists())
      return gone();
    if (!c.body.name || *c.body.name == present_->name)
      return std::nullopt;
    auto changed = next(*present_, now_);
    changed.name = *c.body.name;
    return department_event("department.changed", std::move(changed));
  }

  outcome operator()(const department_deletion&) const {
    if (!exists())
      return gone();
    auto changed = next(*present_, now_);
    changed.deleted = true;
    changed.members.clear();
    return department_event("department.deleted", std::move(changed));
  }

  outcome operator()(const membership_change& c) const {
    if (!exists())
      return gone();
    auto changed = next(*present_, now_);
    auto& members = changed.members;
    auto place = std::lower_bound(members.begin(), members.end(), c.user_id);
    bool is_member = place != members.end() && *place == c.user_id;
    if (is_member == c.member)
      return std::nullopt;
    if (!c.member) {
      members.erase(place);
      return department_event("department.member_removed", std::move(changed));
    }
    if (members.size() >= limits::department_members_max)
      return refuse(error_code::conflict,
                    fmt::format("A department has at most {} members.", limits::department_members_max));
    members.insert(place, c.user_id);
    return department_event("department.member_added", std::move(changed));
  }

  template <class Other>
  outcome operator()(const Other&) const {
    return refuse(error_code::internal, "This is not a request about a department.");
  }

private:
  bool exists() const { return present_ && !present_->deleted; }
  static outcome gone() { return refuse(error_code::not_found, "There is no such department."); }

  const std::optional<department>& present_;
  timestamp now_;
};

} // namespace

result<std::optional<directory_event>> decide_user(const std::optional<user>& present, const directory_request& request,
                                                   timestamp now) {
  return std::visit(user_decider{present, now}, request);
}

result<std::optional<directory_event>> decide_department(const std::optional<department>& present,
                                                         const directory_request& request, timestamp now) {
  return std::visit(department_decider{present, now}, request);
}

} // namespace callboard
