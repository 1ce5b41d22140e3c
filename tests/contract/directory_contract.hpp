#pragma once

#include "tests/contract/store_fixture.hpp"

// Users and departments: unique where they must be, tombstones that tell nothing.
namespace callboard::contract {

inline user changed(user u, timestamp time) {
  ++u.version;
  u.updated_at = time;
  return u;
}

inline user deleted(user u, timestamp time) {
  u = changed(std::move(u), time);
  u.name.reset();
  u.email.reset();
  u.deleted = true;
  return u;
}

inline department changed(department d, timestamp time) {
  ++d.version;
  d.updated_at = time;
  return d;
}

TEST_P(store_contract, a_user_is_found_as_written_and_changes_follow_versions) {
  auto ann = test_user("Ann", "Ann@Example.com", at(0));
  EXPECT_FALSE(reader->find(find_user{ann.id}));
  auto creation = directory_item("user.created", ann);
  EXPECT_EQ(commit(creation).status, stored);
  EXPECT_EQ(reader->find(find_user{ann.id}), ann);
  auto again = creation;
  EXPECT_EQ(commit(again).status, duplicate_command);
  again.command_id = command_id::make();
  EXPECT_EQ(commit(again).status, version_conflict);
  auto renamed = changed(ann, at(1));
  renamed.name = "Anna";
  EXPECT_EQ(commit(directory_item("user.changed", renamed)).status, stored);
  EXPECT_EQ(commit(directory_item("user.changed", renamed)).status, version_conflict);
  EXPECT_EQ(reader->find(find_user{ann.id}), renamed);
  auto unknown = changed(test_user("Bob", "bob@example.com", at(2)), at(2));
  EXPECT_EQ(commit(directory_item("user.changed", unknown)).status, version_conflict);
}

TEST_P(store_contract, a_user_is_found_by_the_exact_name_the_oldest_first) {
  auto older = test_user("admin", "one@example.com", at(0));
  auto newer = test_user("admin", "two@example.com", at(1));
  commit(directory_item("user.created", newer));
  commit(directory_item("user.created", older));
  commit(directory_item("user.created", test_user("Admin", "three@example.com", at(2))));
  auto by_name = [&](std::string name) { return reader->find(find_user{{}, std::move(name)}); };
  EXPECT_EQ(by_name("admin"), std::min(older, newer, [](const user& a, const user& b) { return a.id < b.id; }));
  EXPECT_FALSE(by_name("ADMIN") || by_name("adm") || by_name(""));
  commit(directory_item("user.deleted", deleted(older, at(3))));
  EXPECT_EQ(by_name("admin"), newer);
  commit(directory_item("user.deleted", deleted(newer, at(4))));
  EXPECT_FALSE(by_name("admin"));
}

TEST_P(store_contract, an_address_belongs_to_one_user_whatever_its_case) {
  auto ann = test_user("Ann", "Ann@Example.com", at(0));
  auto other = test_user("Other", "aNN@exAMPLE.COM", at(0));
  auto outcomes =
    writer->commit(std::vector{directory_item("user.created", ann), directory_item("user.created", other)});
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[1].status, unique_violation);
  EXPECT_EQ(outcomes[1].detail, "email");
  EXPECT_FALSE(reader->find(find_user{other.id}));
  auto same = changed(ann, at(1));
  same.email = "ann@example.com";
  EXPECT_EQ(commit(directory_item("user.changed", same)).status, stored) << "one's own address";
  EXPECT_EQ(commit_all({directory_item("user.deleted", deleted(same, at(2))), directory_item("user.created", other)}),
            (statuses{stored, stored}))
    << "a deleted user's address is free";
}

TEST_P(store_contract, case_is_that_of_every_alphabet) {
  auto first = test_department("Ärzte ÉCOLE Ωmega Жук", at(0));
  auto second = test_department("ärzte école ωMEGA жУК", at(0));
  auto outcomes = writer->commit(
    std::vector{directory_item("department.created", first), directory_item("department.created", second)});
  EXPECT_EQ(outcomes[1].status, unique_violation);
  EXPECT_EQ(outcomes[1].detail, "name");
}

TEST_P(store_contract, a_deleted_user_leaves_a_tombstone_that_tells_nothing) {
  auto ann = test_user("Annabella", "annabella@example.com", at(0));
  auto sales = test_department("Sales", at(0));
  sales.members = {ann.id};
  commit(directory_item("user.created", ann));
  commit(directory_item("department.created", sales));
  auto gone = deleted(ann, at(1));
  auto deletion = directory_item("user.deleted", gone);
  std::get<directory_write>(deletion.write).jobs = {{job_id::make(), job_kind::forget_user, gone.id.bytes, "", ""}};
  ASSERT_EQ(commit(deletion).status, stored);
  EXPECT_EQ(reader->find(find_user{ann.id}), gone);
  auto without = reader->find(find_department{sales.id});
  EXPECT_TRUE(without->members.empty());
  EXPECT_EQ(without->version, sales.version + 1) << "its tag must not hold any more";
  EXPECT_EQ(without->updated_at, deletion.time);
  EXPECT_TRUE(reader->list(list_users{{}, std::nullopt})->items.empty());
  EXPECT_TRUE(reader->list(list_users{{}, "annabella@example.com"})->items.empty());
  auto events = reader->read({0, 100}).events;
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[3]->type, "department.member_removed");
  EXPECT_EQ(events[3]->subject, sales.id.bytes);
  for (const auto& event : events) {
    EXPECT_EQ(event->json.find("nnabella"), std::string::npos) << event->json;
    EXPECT_EQ(event->subject == ann.id.bytes, event->type.starts_with("user."));
  }
  EXPECT_EQ(claim(at(2), 1, {job_kind::forget_user}).jobs.size(), 1u);
}

TEST_P(store_contract, members_come_and_go_in_their_order) {
  auto sales = test_department("Sales", at(0));
  std::vector<user_id> people;
  for (auto name : {"a", "b", "c", "d"}) {
    auto person = test_user(name, std::string{name} + "@example.com", at(0));
    people.push_back(person.id);
    commit(directory_item("user.created", person));
  }
  commit(directory_item("department.created", sales));
  for (const auto& members : std::vector<std::vector<user_id>>{{people[1]},
                                                               {people[1], people[0], people[2]},
                                                               {people[0], people[2]},
                                                               {people[0], people[2], people[3], people[1]},
                                                               {people[3], people[0]},
                                                               {}}) {
    sales = changed(sales, at(sales.version));
    sales.members = members;
    ASSERT_EQ(commit(directory_item("department.changed", sales)).status, stored);
    EXPECT_EQ(reader->find(find_department{sales.id}), sales);
  }
}

TEST_P(store_contract, a_department_that_tickets_name_cannot_be_deleted) {
  auto sales = test_department("Sales", at(0));
  commit(directory_item("department.created", sales));
  create_ticket body;
  body.department = sales.id;
  auto made = store(1, at(1), body);
  auto gone = changed(sales, at(2));
  gone.deleted = true;
  EXPECT_EQ(commit(directory_item("department.deleted", gone)).status, in_use);
  EXPECT_EQ(reader->find(find_department{sales.id}), sales);
  EXPECT_EQ(commit_all({made.asked(delete_ticket{}, at(3)), directory_item("department.deleted", gone)}),
            (statuses{stored, stored}));
  EXPECT_TRUE(reader->list(list_departments{}).value().items.empty());
  auto successor = test_department("SALES", at(4));
  EXPECT_EQ(commit(directory_item("department.created", successor)).status, stored) << "its name is free";
}

TEST_P(store_contract, users_and_departments_are_listed_newest_first_by_page) {
  texts names;
  for (int i = 0; i < 5; ++i) {
    auto name = "n" + std::to_string(i);
    names.insert(names.begin(), name);
    commit(directory_item("user.created", test_user(name, name + "@example.com", at(i))));
    commit(directory_item("department.created", test_department(name, at(i))));
  }
  auto check = [&](auto list) {
    auto first = list(page_request{2, {}, 0}).value();
    auto rest = list(page_request{10, first.next, 0}).value();
    auto all = member_texts(first.items, "name");
    for (auto& name : member_texts(rest.items, "name"))
      all.push_back(name);
    EXPECT_EQ(all, names);
    EXPECT_EQ(rest.next, "");
    EXPECT_EQ(member_texts(list(page_request{2, {}, 4}).value().items, "name"), texts{"n0"});
    EXPECT_EQ(list(page_request{2, "n0", 0}).error().code, error_code::invalid_cursor);
  };
  check([&](page_request page) { return reader->list(list_users{std::move(page), std::nullopt}); });
  check([&](page_request page) { return reader->list(list_departments{std::move(page)}); });
  EXPECT_EQ(member_texts(reader->list(list_users{{}, "N3@EXAMPLE.com"}).value().items, "name"), texts{"n3"});
  EXPECT_EQ(reader->count().users, 5);
  EXPECT_EQ(reader->count().departments, 5);
}

TEST_P(store_contract, a_ticket_names_nobody_who_is_not_there) {
  auto ann = person();
  auto gone = test_user("Bob", "bob@example.com", at(0));
  commit(directory_item("user.created", gone));
  commit(directory_item("user.deleted", deleted(gone, at(1))));
  create_ticket body;
  body.assignee_id = ann;
  body.created_by = gone.id;
  body.department = department_id::make();
  auto [refused, creation] = test_ticket::made(1, at(2), body);
  auto outcome = commit(keyed(creation, "key"));
  EXPECT_EQ(outcome.status, unknown_reference);
  EXPECT_EQ(outcome.unknown, (texts{"created_by", "department"}));
  EXPECT_FALSE(loaded(refused.state.ticket.id));
  EXPECT_FALSE(reader->find(find_reply{{}, "key"}));
  auto made = store(1, at(3));
  auto before = made;
  outcome = commit(before.asked(claim_ticket{user_id::make()}, at(4)));
  EXPECT_EQ(outcome.status, unknown_reference);
  EXPECT_EQ(outcome.unknown, (texts{"assignee_id", "claimed_by"}));
  EXPECT_EQ(loaded(made.state.ticket.id), made.state);
}

TEST_P(store_contract, who_is_deleted_in_the_same_batch_is_not_named_after_it) {
  auto ann = test_user("Ann", "ann@example.com", at(0));
  auto made = store(1);
  auto gone = deleted(ann, at(2));
  EXPECT_EQ(commit_all({directory_item("user.created", ann), made.asked(claim_ticket{ann.id}, at(1)),
                        directory_item("user.deleted", gone), made.said("still hers", at(3))}),
            (statuses{stored, stored, stored, stored}))
    << "what named her before may go on until it is made to forget her";
  auto other = store(2);
  EXPECT_EQ(commit(other.asked(claim_ticket{ann.id}, at(4))).status, unknown_reference);
}

TEST_P(store_contract, nobody_joins_a_department_who_is_not_there) {
  auto sales = test_department("Sales", at(0));
  commit(directory_item("department.created", sales));
  auto crowded = changed(sales, at(1));
  crowded.members = {person(), user_id::make()};
  auto outcome = commit(directory_item("department.member_added", crowded));
  EXPECT_EQ(outcome.status, unknown_reference);
  EXPECT_EQ(outcome.unknown, texts{"user_id"});
  EXPECT_EQ(reader->find(find_department{sales.id}), sales);
}

TEST_P(store_contract, a_directory_write_is_about_one_thing_and_the_next_version) {
  auto ann = test_user("Ann", "ann@example.com", at(0));
  auto both = directory_item("user.created", ann);
  std::get<directory_write>(both.write).event.department = test_department("Sales", at(0));
  EXPECT_EQ(commit(both).status, failed);
  auto jump = directory_item("user.created", ann);
  std::get<directory_write>(jump.write).event.user->version = 3;
  EXPECT_EQ(commit(jump).status, failed);
  EXPECT_FALSE(reader->find(find_user{ann.id}));
}

TEST_P(store_contract, tickets_that_name_a_user_are_found_by_page) {
  auto ann = person();
  std::vector<ticket_id> named;
  for (int i = 1; i <= 6; ++i) {
    create_ticket body;
    if (i % 2 == 0)
      body.created_by = ann;
    if (i % 3 == 0)
      body.assignee_id = ann;
    auto made = store(i, at(i), body);
    if (i == 1)
      commit(made.asked(claim_ticket{ann}, at(10)));
    if (i == 4)
      commit(made.asked(delete_ticket{}, at(11)));
    else if (i != 5)
      named.push_back(made.state.ticket.id);
  }
  EXPECT_EQ(reader->list_ids({ann, {}, 100}), named);
  EXPECT_EQ(reader->list_ids({ann, named[1], 1}), std::vector{named[2]});
  EXPECT_TRUE(reader->list_ids({user_id::make(), {}, 100}).empty());
}

} // namespace callboard::contract
