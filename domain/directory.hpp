#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "domain/principal.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

// People and departments. As data only: what somebody may do comes with identity.
namespace callboard {

struct user {
  user_id id;
  std::optional<std::string> name;  ///< null once deleted
  std::optional<std::string> email; ///< null once deleted; unique without regard to case
  bool deleted = false;
  std::int64_t version = 0;
  timestamp created_at;
  timestamp updated_at;

  bool operator==(const user&) const = default;
};
BOOST_DESCRIBE_STRUCT(user, (), (id, name, email, deleted, version, created_at, updated_at))

struct department {
  department_id id;
  std::string name; ///< unique without regard to case
  std::vector<user_id> members;
  bool deleted = false;
  std::int64_t version = 0;
  timestamp created_at;
  timestamp updated_at;

  bool operator==(const department&) const = default;
};
BOOST_DESCRIBE_STRUCT(department, (), (id, name, members, deleted, version, created_at, updated_at))

struct create_user {
  std::string name;
  std::string email;

  bool operator==(const create_user&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_user, (), (name, email))

struct change_user {
  std::optional<std::string> name;
  std::optional<std::string> email;

  bool operator==(const change_user&) const = default;
};
BOOST_DESCRIBE_STRUCT(change_user, (), (name, email))

struct create_department {
  std::string name;

  bool operator==(const create_department&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_department, (), (name))

struct change_department {
  std::optional<std::string> name;

  bool operator==(const change_department&) const = default;
};
BOOST_DESCRIBE_STRUCT(change_department, (), (name))

// What the directory is asked; the id of a new thing is fresh and chosen by the edge.
struct user_creation {
  user_id id;
  create_user body;

  bool operator==(const user_creation&) const = default;
};
BOOST_DESCRIBE_STRUCT(user_creation, (), (id, body))

struct user_change {
  user_id id;
  change_user body;

  bool operator==(const user_change&) const = default;
};
BOOST_DESCRIBE_STRUCT(user_change, (), (id, body))

struct user_deletion {
  user_id id;

  bool operator==(const user_deletion&) const = default;
};
BOOST_DESCRIBE_STRUCT(user_deletion, (), (id))

struct department_creation {
  department_id id;
  create_department body;

  bool operator==(const department_creation&) const = default;
};
BOOST_DESCRIBE_STRUCT(department_creation, (), (id, body))

struct department_change {
  department_id id;
  change_department body;

  bool operator==(const department_change&) const = default;
};
BOOST_DESCRIBE_STRUCT(department_change, (), (id, body))

struct department_deletion {
  department_id id;

  bool operator==(const department_deletion&) const = default;
};
BOOST_DESCRIBE_STRUCT(department_deletion, (), (id))

struct membership_change {
  department_id department;
  callboard::user_id user_id;
  bool member = true;

  bool operator==(const membership_change&) const = default;
};
BOOST_DESCRIBE_STRUCT(membership_change, (), (department, user_id, member))

using directory_request = std::variant<user_creation, user_change, user_deletion, department_creation,
                                       department_change, department_deletion, membership_change>;

/// One change in the directory, as the store keeps it: the whole new state of what changed.
struct directory_event {
  std::string type; ///< `user.created`, `department.member_added`, ...
  std::optional<callboard::user> user;
  std::optional<callboard::department> department;

  bool operator==(const directory_event&) const = default;
};
BOOST_DESCRIBE_STRUCT(directory_event, (), (type, user, department))

namespace limits {
inline constexpr std::size_t department_members_max = 1'000;
inline constexpr std::size_t departments_max = 1'000;
} // namespace limits

// Pure rules. `present` is what the store has now (nothing when there is no such thing); no event and no refusal means
// that everything is already so. Uniqueness is the store's to judge, and existence of members the caller's.
result<std::optional<directory_event>> decide_user(const std::optional<user>& present, const directory_request&,
                                                   timestamp);
result<std::optional<directory_event>> decide_department(const std::optional<department>& present,
                                                         const directory_request&, timestamp);

template <>
inline constexpr field_marks marks_of<&user::name>{.personal = true};
template <>
inline constexpr field_marks marks_of<&user::email>{.personal = true};
template <>
inline constexpr field_marks marks_of<&create_user::name>{
  .length_min = 1, .length_max = 200, .single_line = true, .personal = true};
template <>
inline constexpr field_marks marks_of<&create_user::email>{
  .length_min = 3, .length_max = 254, .single_line = true, .email = true, .personal = true};
template <>
inline constexpr field_marks marks_of<&change_user::name>{
  .length_min = 1, .length_max = 200, .single_line = true, .not_null = true, .personal = true};
template <>
inline constexpr field_marks marks_of<&change_user::email>{
  .length_min = 3, .length_max = 254, .single_line = true, .email = true, .not_null = true, .personal = true};
template <>
inline constexpr field_marks marks_of<&create_department::name>{
  .length_min = 1, .length_max = 100, .single_line = true};
template <>
inline constexpr field_marks marks_of<&change_department::name>{
  .length_min = 1, .length_max = 100, .single_line = true, .not_null = true};

} // namespace callboard
