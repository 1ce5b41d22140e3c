#include "domain/directory.hpp"

#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "tests/base/random_value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace callboard {
namespace {

using namespace testing_support;

const auto t1 = from_micros(1'000'000);
const auto t2 = from_micros(2'000'000);
const user_id ann{{1}};
const department_id sales{{2}};

user a_user() { return *decide_user({}, user_creation{ann, {"Ann", "ann@example.com"}}, t1)->value().user; }
department a_department() {
  return *decide_department({}, department_creation{sales, {"Sales"}}, t1)->value().department;
}

user deleted_user() { return *decide_user(a_user(), user_deletion{ann}, t1)->value().user; }
department deleted_department() {
  return *decide_department(a_department(), department_deletion{sales}, t1)->value().department;
}

template <class Outcome>
error_code code_of(const Outcome& outcome) {
  EXPECT_FALSE(outcome);
  return outcome ? error_code::internal : outcome.error().code;
}

TEST(user, is_created_with_version_one) {
  auto event = decide_user({}, user_creation{ann, {"Ann", "ann@example.com"}}, t1);
  ASSERT_TRUE(event && *event);
  EXPECT_EQ(**event,
            (directory_event{"user.created", user{ann, "Ann", "ann@example.com", false, 1, t1, t1}, std::nullopt}));
}

TEST(user, is_not_created_over_another_even_a_deleted_one) {
  EXPECT_EQ(code_of(decide_user(a_user(), user_creation{ann, {"X", "x@y.z"}}, t2)), error_code::conflict);
  EXPECT_EQ(code_of(decide_user(deleted_user(), user_creation{ann, {"X", "x@y.z"}}, t2)), error_code::conflict);
}

TEST(user, changes_what_is_given) {
  auto event = decide_user(a_user(), user_change{ann, {"Anna", std::nullopt}}, t2);
  ASSERT_TRUE(event && *event);
  EXPECT_EQ(**event,
            (directory_event{"user.changed", user{ann, "Anna", "ann@example.com", false, 2, t1, t2}, std::nullopt}));
}

TEST(user, makes_no_event_of_what_is_so_already) {
  for (const auto& body : {change_user{}, change_user{"Ann", {}}, change_user{"Ann", "ann@example.com"}}) {
    auto event = decide_user(a_user(), user_change{ann, body}, t2);
    ASSERT_TRUE(event);
    EXPECT_FALSE(*event);
  }
}

TEST(user, leaves_a_tombstone_without_name_and_address) {
  auto event = decide_user(a_user(), user_deletion{ann}, t2);
  ASSERT_TRUE(event && *event);
  EXPECT_EQ(**event,
            (directory_event{"user.deleted", user{ann, std::nullopt, std::nullopt, true, 2, t1, t2}, std::nullopt}));
}

TEST(user, that_is_absent_or_deleted_is_not_found) {
  for (const auto& present : {std::optional<user>{}, std::optional{deleted_user()}}) {
    EXPECT_EQ(code_of(decide_user(present, user_change{ann, {"X", {}}}, t2)), error_code::not_found);
    EXPECT_EQ(code_of(decide_user(present, user_deletion{ann}, t2)), error_code::not_found);
  }
}

TEST(user, is_no_department) {
  EXPECT_EQ(code_of(decide_user(a_user(), department_deletion{sales}, t2)), error_code::internal);
  EXPECT_EQ(code_of(decide_department(a_department(), user_deletion{ann}, t2)), error_code::internal);
}

TEST(department, is_created_renamed_and_deleted) {
  auto d = a_department();
  EXPECT_EQ(d, (department{sales, "Sales", {}, false, 1, t1, t1}));
  auto renamed = *decide_department(d, department_change{sales, {"Trade"}}, t2);
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->type, "department.changed");
  EXPECT_EQ(*renamed->department, (department{sales, "Trade", {}, false, 2, t1, t2}));
  EXPECT_FALSE(*decide_department(d, department_change{sales, {"Sales"}}, t2));
  EXPECT_FALSE(*decide_department(d, department_change{sales, {}}, t2));
  auto gone = *decide_department(d, department_deletion{sales}, t2);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->type, "department.deleted");
  EXPECT_TRUE(gone->department->deleted);
}

TEST(department, is_not_created_over_another) {
  EXPECT_EQ(code_of(decide_department(a_department(), department_creation{sales, {"X"}}, t2)), error_code::conflict);
}

TEST(department, that_is_absent_or_deleted_is_not_found) {
  for (const auto& present : {std::optional<department>{}, std::optional{deleted_department()}})
    for (const directory_request& request :
         std::vector<directory_request>{department_change{sales, {"X"}}, department_deletion{sales},
                                        membership_change{sales, ann, true}, membership_change{sales, ann, false}})
      EXPECT_EQ(code_of(decide_department(present, request, t2)), error_code::not_found) << request.index();
}

TEST(department, forgets_its_members_when_it_is_deleted) {
  auto d = *decide_department(a_department(), membership_change{sales, ann, true}, t2)->value().department;
  EXPECT_EQ(d.members, std::vector<user_id>{ann});
  EXPECT_TRUE(decide_department(d, department_deletion{sales}, t2)->value().department->members.empty());
}

TEST(membership, behaves_as_a_set_whatever_the_order) {
  for (auto seed : test_seeds()) {
    SCOPED_TRACE(seed);
    dice d{seed};
    auto present = a_department();
    std::set<user_id> expected;
    for (int i = 0; i < 1'000; ++i) {
      user_id who{{static_cast<std::uint8_t>(below(d, 20))}};
      bool member = one_in(d, 2);
      bool changes = expected.contains(who) != member;
      member ? void(expected.insert(who)) : void(expected.erase(who));
      auto event = decide_department(present, membership_change{sales, who, member}, t2);
      ASSERT_TRUE(event);
      ASSERT_EQ(event->has_value(), changes);
      if (!changes)
        continue;
      ASSERT_EQ((*event)->type, member ? "department.member_added" : "department.member_removed");
      ASSERT_EQ((*event)->department->version, present.version + 1);
      present = *(*event)->department;
      ASSERT_TRUE(std::equal(present.members.begin(), present.members.end(), expected.begin(), expected.end()));
    }
  }
}

TEST(membership, is_bounded_and_a_full_department_still_lets_go) {
  auto d = a_department();
  for (std::size_t i = 0; i < limits::department_members_max; ++i) {
    user_id id;
    id.bytes[0] = static_cast<std::uint8_t>(i >> 8);
    id.bytes[1] = static_cast<std::uint8_t>(i);
    d.members.push_back(id);
  }
  user_id one_more{{0xff}};
  EXPECT_EQ(code_of(decide_department(d, membership_change{sales, one_more, true}, t2)), error_code::conflict);
  EXPECT_FALSE(*decide_department(d, membership_change{sales, d.members[5], true}, t2)) << "a member already";
  EXPECT_TRUE(*decide_department(d, membership_change{sales, d.members[5], false}, t2));
}

TEST(directory_event, reads_back_as_it_was_written) {
  auto event = **decide_user(a_user(), user_deletion{ann}, t2);
  auto read = from_json_text<directory_event>(to_json(event), read_as::stored);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, event);
}

TEST(directory_bodies, hold_to_their_limits) {
  auto faults = []<class T>(T*, std::string_view text) {
    auto read = from_json_text<T>(text, read_as::request);
    std::string all;
    if (!read)
      for (const auto& e : read.error().errors)
        all += (all.empty() ? "" : " ") + e.pointer + ":" + e.code;
    return all;
  };
  auto* create = static_cast<create_user*>(nullptr);
  auto* change = static_cast<change_user*>(nullptr);
  auto* unit = static_cast<create_department*>(nullptr);
  EXPECT_EQ(faults(create, R"({"name":"Ann","email":"ann@example.com"})"), "");
  EXPECT_EQ(faults(create, "{}"), "/name:missing /email:missing");
  EXPECT_EQ(faults(create, R"({"name":"a\nb","email":"ann","role":"admin","deleted":true})"),
            "/name:invalid_character /email:invalid_email /role:unknown_member /deleted:unknown_member");
  EXPECT_EQ(faults(create, R"({"name":")" + std::string(201, 'x') + R"(","email":"a@b.c"})"), "/name:too_long");
  EXPECT_EQ(faults(change, R"({"name":null,"email":null})"), "/name:null /email:null");
  EXPECT_EQ(faults(change, "{}"), "");
  EXPECT_EQ(faults(unit, R"({"name":" "})"), "/name:blank");
  EXPECT_EQ(faults(unit, R"({"name":")" + std::string(101, 'x') + R"("})"), "/name:too_long");
}

} // namespace
} // namespace callboard
