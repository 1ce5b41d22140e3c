#include "actors/directory.hpp"

#include "base/json_read.hpp"
#include "tests/actors/actor_test.hpp"

namespace callboard::testing {
namespace {

class directory_actor_test : public actor_test {
protected:
  directory_actor directory;
  const user_id ann = user_id::make();
  const department_id sales = department_id::make();

  void SetUp() override {
    actor_test::SetUp();
    directory = keep(spawn_directory(system, {home, 5s, world}));
    settle();
  }

  directory_command command(directory_request body) { return {meta(), std::move(body)}; }
  directory_command keyed(directory_request body, std::string key, std::string hash = "hash") {
    auto c = command(std::move(body));
    c.meta.idempotency = idempotency{std::move(key), std::move(hash)};
    return c;
  }
  directory_command at_version(directory_request body, std::int64_t version) {
    auto c = command(std::move(body));
    c.meta.expected_version = version;
    return c;
  }

  reply say(directory_command c) { return ask<reply>(directory, std::move(c)); }
  reply say(directory_request body) { return say(command(std::move(body))); }

  void put_ann() { say(user_creation{ann, {"Ann", "ann@example.com"}}); }
  void put_sales() { say(department_creation{sales, {"Sales"}}); }

  /// Everything that can be asked of what is there already.
  std::vector<directory_request> changes() const {
    return {user_change{ann, {"Anna", {}}},      user_deletion{ann},
            department_change{sales, {"Trade"}}, department_deletion{sales},
            membership_change{sales, ann, true}, membership_change{sales, ann, false}};
  }

  template <class Thing>
  static Thing read(const reply& answer) {
    auto value = from_json_text<Thing>(answer.body, read_as::stored);
    EXPECT_TRUE(value) << answer.body;
    return value ? *value : Thing{};
  }

  static boost::json::object problem_in(const reply& answer) {
    EXPECT_TRUE(answer.problem) << answer.body;
    auto value = parse_json(answer.body);
    return value && value->is_object() ? value->as_object() : boost::json::object{{"code", "none"}};
  }
  static std::string code_of(const reply& answer) { return std::string{problem_in(answer).at("code").as_string()}; }
  static std::string pointer_of(const reply& answer) {
    return std::string{problem_in(answer).at("errors").as_array().at(0).at("pointer").as_string()};
  }

  void journal_says(std::optional<journal_status> status) {
    store.refuse = [status](const journal_item&) { return status; };
  }

  std::size_t writes() const { return store.directory.writes.size(); }
};

TEST_F(directory_actor_test, creates_a_user_and_says_where_and_which_version) {
  auto answer = say(user_creation{ann, {"Ann", "ann@example.com"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.etag, "\"v1\"");
  EXPECT_EQ(answer.location, "/api/v1/users/" + to_string(ann));
  EXPECT_EQ(read<user>(answer), (user{ann, "Ann", "ann@example.com", false, 1, wall, wall}));
  EXPECT_EQ(store.directory.users.at(ann), read<user>(answer));
  EXPECT_TRUE(store.directory.writes.at(0).jobs.empty());
}

TEST_F(directory_actor_test, creates_a_department_and_says_where_and_which_version) {
  auto answer = say(department_creation{sales, {"Sales"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.etag, "\"v1\"");
  EXPECT_EQ(answer.location, "/api/v1/departments/" + to_string(sales));
  EXPECT_EQ(read<department>(answer), (department{sales, "Sales", {}, false, 1, wall, wall}));
  EXPECT_EQ(store.directory.departments.at(sales), read<department>(answer));
}

TEST_F(directory_actor_test, stores_with_the_change_who_asked_and_when) {
  std::vector<journal_item> items;
  store.refuse = [&](const journal_item& item) {
    items.push_back(item);
    return std::optional<journal_status>{};
  };
  auto c = keyed(user_creation{ann, {"Ann", "ann@example.com"}}, "key");
  c.meta.who.id = "operator";
  auto answer = say(c);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].command_id, c.meta.id);
  EXPECT_EQ(items[0].who, c.meta.who);
  EXPECT_EQ(items[0].request_id, c.meta.request_id);
  EXPECT_EQ(items[0].time, wall);
  ASSERT_TRUE(items[0].keep);
  EXPECT_EQ(items[0].keep->reply, answer);
  EXPECT_EQ(store.directory.writes.at(0).event.type, "user.created");
  EXPECT_FALSE(store.directory.writes.at(0).id.is_nil());
}

TEST_F(directory_actor_test, does_not_create_over_another) {
  put_ann();
  put_sales();
  EXPECT_EQ(code_of(say(user_creation{ann, {"Bob", "bob@example.com"}})), "conflict");
  EXPECT_EQ(code_of(say(department_creation{sales, {"Trade"}})), "conflict");
  EXPECT_EQ(writes(), 2u);
}

TEST_F(directory_actor_test, changes_what_is_given_and_counts_the_version) {
  put_ann();
  put_sales();
  wall += 1s;
  auto renamed = say(user_change{ann, {"Anna", {}}});
  EXPECT_EQ(renamed.status, 200);
  EXPECT_EQ(renamed.etag, "\"v2\"");
  EXPECT_EQ(renamed.location, "");
  EXPECT_EQ(read<user>(renamed), store.directory.users.at(ann));
  EXPECT_EQ(read<user>(renamed).name, "Anna");
  EXPECT_EQ(read<user>(renamed).updated_at, wall);
  auto trade = say(department_change{sales, {"Trade"}});
  EXPECT_EQ(trade.status, 200);
  EXPECT_EQ(trade.etag, "\"v2\"");
  EXPECT_EQ(trade.location, "");
  EXPECT_EQ(read<department>(trade), store.directory.departments.at(sales));
}

TEST_F(directory_actor_test, answers_what_is_so_already_without_a_write) {
  put_ann();
  put_sales();
  auto same_user = say(user_change{ann, {"Ann", {}}});
  EXPECT_EQ(same_user.status, 200);
  EXPECT_EQ(same_user.etag, "\"v1\"");
  EXPECT_EQ(read<user>(same_user), store.directory.users.at(ann));
  auto same_department = say(membership_change{sales, ann, false});
  EXPECT_EQ(same_department.status, 200);
  EXPECT_EQ(same_department.etag, "\"v1\"");
  EXPECT_EQ(read<department>(same_department), store.directory.departments.at(sales));
  EXPECT_EQ(writes(), 2u);
}

TEST_F(directory_actor_test, a_deleted_user_leaves_a_tombstone_and_work_that_makes_tickets_forget) {
  put_ann();
  auto answer = say(user_deletion{ann});
  EXPECT_EQ(answer, reply{.status = 204});
  EXPECT_EQ(store.directory.users.at(ann), (user{ann, {}, {}, true, 2, wall, wall}));
  const auto& write = store.directory.writes.back();
  EXPECT_EQ(write.event.type, "user.deleted");
  ASSERT_EQ(write.jobs.size(), 1u);
  EXPECT_FALSE(write.jobs[0].id.is_nil());
  EXPECT_EQ(write.jobs[0].kind, job_kind::forget_user);
  EXPECT_EQ(write.jobs[0].subject, ann.bytes);
  EXPECT_EQ(write.jobs[0].input_hash, to_string(ann));
  EXPECT_EQ(say(user_creation{user_id::make(), {"Ann", "ann@example.com"}}).status, 201) << "the address is free";
}

TEST_F(directory_actor_test, deletes_a_department_that_no_ticket_names) {
  put_sales();
  store.directory.named_by_tickets = {sales};
  auto refused = say(department_deletion{sales});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "in_use");
  EXPECT_FALSE(store.directory.departments.at(sales).deleted);
  store.directory.named_by_tickets.clear();
  EXPECT_EQ(say(department_deletion{sales}), reply{.status = 204});
  EXPECT_TRUE(store.directory.departments.at(sales).deleted);
  EXPECT_TRUE(store.directory.writes.back().jobs.empty());
}

TEST_F(directory_actor_test, an_address_that_another_has_is_taken) {
  put_ann();
  auto bob = user_id::make();
  auto refused = say(user_creation{bob, {"Bob", "ann@example.com"}});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "email_taken");
  EXPECT_EQ(pointer_of(refused), "/email");
  EXPECT_EQ(refused.body.find("ann@example.com"), std::string::npos) << "nobody's text in a problem";
  EXPECT_FALSE(store.directory.users.contains(bob));
  say(user_creation{bob, {"Bob", "bob@example.com"}});
  EXPECT_EQ(code_of(say(user_change{bob, {{}, "ann@example.com"}})), "email_taken");
  EXPECT_EQ(store.directory.users.at(bob).email, "bob@example.com");
}

TEST_F(directory_actor_test, a_name_that_another_department_has_is_taken) {
  put_sales();
  auto other = department_id::make();
  auto refused = say(department_creation{other, {"Sales"}});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "name_taken");
  EXPECT_EQ(pointer_of(refused), "/name");
  EXPECT_FALSE(store.directory.departments.contains(other));
  say(department_creation{other, {"Trade"}});
  EXPECT_EQ(code_of(say(department_change{other, {"Sales"}})), "name_taken");
  EXPECT_EQ(store.directory.departments.at(other).name, "Trade");
}

TEST_F(directory_actor_test, members_come_and_go) {
  put_ann();
  put_sales();
  auto joined = say(membership_change{sales, ann, true});
  EXPECT_EQ(joined.status, 200);
  EXPECT_EQ(joined.etag, "\"v2\"");
  EXPECT_EQ(read<department>(joined).members, std::vector<user_id>{ann});
  EXPECT_EQ(say(membership_change{sales, ann, true}).etag, "\"v2\"") << "she is a member already";
  auto left = say(membership_change{sales, ann, false});
  EXPECT_EQ(left.etag, "\"v3\"");
  EXPECT_TRUE(read<department>(left).members.empty());
}

TEST_F(directory_actor_test, nobody_joins_who_is_not_there) {
  put_sales();
  auto refused = say(membership_change{sales, ann, true});
  EXPECT_EQ(refused.status, 404);
  EXPECT_NE(refused.body.find("user"), std::string::npos) << "it is not the department that is missing";
  EXPECT_TRUE(store.directory.departments.at(sales).members.empty());
  put_ann();
  say(user_deletion{ann});
  EXPECT_EQ(say(membership_change{sales, ann, true}).status, 404);
}

TEST_F(directory_actor_test, what_is_absent_or_deleted_is_not_found) {
  for (const auto& change : changes())
    EXPECT_EQ(code_of(say(change)), "not_found") << change.index();
  put_ann();
  put_sales();
  say(user_deletion{ann});
  say(department_deletion{sales});
  for (const auto& change : changes()) {
    EXPECT_EQ(code_of(say(change)), "not_found") << change.index();
    EXPECT_EQ(code_of(say(at_version(change, 1))), "not_found") << change.index();
  }
  EXPECT_EQ(writes(), 4u);
}

TEST_F(directory_actor_test, a_stale_version_is_412_and_says_the_present_one) {
  put_ann();
  put_sales();
  say(user_change{ann, {"Anne", {}}});
  say(department_change{sales, {"Shop"}});
  for (const auto& change : changes()) {
    auto refused = say(at_version(change, 1));
    EXPECT_EQ(refused.status, 412) << change.index();
    EXPECT_EQ(code_of(refused), "version_conflict") << change.index();
    EXPECT_EQ(problem_in(refused).at("current_version").as_int64(), 2) << change.index();
  }
  EXPECT_EQ(writes(), 4u);
  EXPECT_EQ(say(at_version(user_change{ann, {"Anna", {}}}, 2)).etag, "\"v3\"");
  EXPECT_EQ(say(at_version(department_change{sales, {"Trade"}}, 2)).etag, "\"v3\"");
}

TEST_F(directory_actor_test, a_412_is_not_kept_under_its_key) {
  put_ann();
  auto c = keyed(user_change{ann, {"Anna", {}}}, "key");
  c.meta.expected_version = 7;
  EXPECT_EQ(say(c).status, 412);
  c.meta.expected_version = 1;
  EXPECT_EQ(say(c).status, 200);
}

TEST_F(directory_actor_test, the_same_key_gets_the_stored_bytes_and_does_nothing_twice) {
  auto first = say(keyed(user_creation{ann, {"Ann", "ann@example.com"}}, "create"));
  auto again = say(keyed(user_creation{user_id::make(), {"Ann", "ann@example.com"}}, "create"));
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.location, first.location);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(code_of(say(keyed(user_creation{ann, {"Bob", "bob@example.com"}}, "create", "other"))),
            "idempotency_mismatch");
  EXPECT_EQ(writes(), 1u);
}

TEST_F(directory_actor_test, what_changes_nothing_is_kept_under_its_key_too) {
  auto refused = say(keyed(user_change{ann, {"Anna", {}}}, "refused"));
  put_ann();
  auto refused_again = say(keyed(user_change{ann, {"Anna", {}}}, "refused"));
  EXPECT_EQ(refused_again.status, 404) << "as it was answered before she was there";
  EXPECT_EQ(refused_again.body, refused.body);
  EXPECT_TRUE(refused_again.replayed);
  auto same = say(keyed(user_change{ann, {"Ann", {}}}, "same"));
  EXPECT_EQ(same.etag, "\"v1\"");
  say(user_change{ann, {"Anna", {}}});
  auto same_again = say(keyed(user_change{ann, {"Ann", {}}}, "same"));
  EXPECT_EQ(same_again.etag, "\"v1\"");
  EXPECT_TRUE(same_again.replayed);
  EXPECT_EQ(writes(), 2u);
}

TEST_F(directory_actor_test, what_comes_too_late_is_not_begun) {
  std::vector<directory_request> all = changes();
  all.push_back(user_creation{ann, {"Ann", "ann@example.com"}});
  for (const auto& change : all) {
    auto c = command(change);
    scheduler.advance_time(11s);
    EXPECT_EQ(code_of(say(c)), "deadline_exceeded");
  }
  EXPECT_EQ(writes(), 0u);
}

TEST_F(directory_actor_test, a_store_that_cannot_be_read_changes_nothing) {
  put_ann();
  put_sales();
  store.reads_fail = true;
  for (const auto& change : changes()) {
    auto answer = say(change);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(code_of(answer), "store_unavailable");
  }
  EXPECT_EQ(writes(), 2u);
  store.reads_fail = false;
  EXPECT_EQ(say(user_change{ann, {"Anna", {}}}).status, 200);
}

TEST_F(directory_actor_test, tells_apart_what_was_not_stored_what_is_in_doubt_and_what_is_refused) {
  put_ann();
  journal_says(journal_status::unavailable);
  EXPECT_EQ(code_of(say(user_change{ann, {"Anna", {}}})), "store_unavailable");
  journal_says(journal_status::in_doubt);
  EXPECT_EQ(code_of(say(user_change{ann, {"Anna", {}}})), "store_in_doubt");
  journal_says(journal_status::failed);
  auto refused = command(user_change{ann, {"Anna", {}}});
  auto answer = say(refused);
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.body.find(to_string(refused.meta.id)), std::string::npos) << "what operators search for";
  EXPECT_EQ(answer.body.find("refused by the test"), std::string::npos) << "the engine's words are not for callers";
  journal_says({});
  EXPECT_EQ(say(user_change{ann, {"Anna", {}}}).etag, "\"v2\"");
}

TEST_F(directory_actor_test, a_journal_that_is_gone_leaves_the_change_in_doubt) {
  client->send_exit(home.journal.get(), caf::exit_reason::kill);
  settle();
  EXPECT_EQ(code_of(say(user_creation{ann, {"Ann", "ann@example.com"}})), "store_in_doubt");
  EXPECT_EQ(code_of(say(department_creation{sales, {"Sales"}})), "store_in_doubt");
}

TEST_F(directory_actor_test, handles_one_after_the_other) {
  put_ann();
  put_sales();
  auto name = send_request(directory, command(user_change{ann, {"Anna", {}}}));
  auto email = send_request(directory, command(user_change{ann, {{}, "anna@example.com"}}));
  auto joined = send_request(directory, command(membership_change{sales, ann, true}));
  EXPECT_EQ(answer_of<reply>(name).etag, "\"v2\"");
  EXPECT_EQ(answer_of<reply>(email).etag, "\"v3\"");
  EXPECT_EQ(answer_of<reply>(joined).etag, "\"v2\"");
  EXPECT_EQ(store.directory.users.at(ann).name, "Anna");
  EXPECT_EQ(store.directory.users.at(ann).email, "anna@example.com");
}

TEST_F(directory_actor_test, the_next_change_waits_for_the_one_in_doubt_and_builds_on_what_was_stored) {
  put_ann();
  journal_holds = true;
  auto first = send_request(directory, command(user_change{ann, {"Anna", {}}}));
  auto second = send_request(directory, command(user_change{ann, {{}, "anna@example.com"}}));
  settle();
  EXPECT_EQ(held_items.size(), 1u) << "the second is not decided before the first is known";
  // It is stored, but its answer is lost.
  journal_holds = false;
  store.store(held_items.at(0).first);
  pass(5s);
  EXPECT_EQ(code_of(answer_of<reply>(first)), "store_in_doubt");
  EXPECT_EQ(answer_of<reply>(second).etag, "\"v3\"");
  EXPECT_EQ(store.directory.users.at(ann).name, "Anna");
  EXPECT_EQ(store.directory.users.at(ann).email, "anna@example.com");
}

TEST_F(directory_actor_test, a_change_in_doubt_that_is_stored_late_keeps_out_what_was_decided_before) {
  put_ann();
  journal_holds = true;
  auto first = send_request(directory, command(user_change{ann, {"Anna", {}}}));
  settle();
  pass(5s);
  EXPECT_EQ(code_of(answer_of<reply>(first)), "store_in_doubt");
  auto second = send_request(directory, command(user_change{ann, {{}, "anna@example.com"}}));
  settle();
  ASSERT_EQ(held_items.size(), 2u);
  release_journal();
  auto answer = answer_of<reply>(second);
  EXPECT_EQ(answer.status, 503) << "nothing was changed, and asking again helps: " << answer.body;
  EXPECT_EQ(code_of(answer), "store_unavailable");
  EXPECT_EQ(store.directory.users.at(ann).email, "ann@example.com");
  EXPECT_EQ(say(user_change{ann, {{}, "anna@example.com"}}).etag, "\"v3\"");
}

} // namespace
} // namespace callboard::testing
