#include "tests/config/support.hpp"

#include "config/example.hpp"

// Secrets, on a described struct of the test's own: the mechanism knows no setting by name.
namespace callboard::config::secret_test {

struct mail_settings {
  std::string host = "localhost";
  std::string password;
};
BOOST_DESCRIBE_STRUCT(mail_settings, (), (host, password))

struct account_settings {
  std::string name;
  std::string key;
  int weight = 1;
};
BOOST_DESCRIBE_STRUCT(account_settings, (), (name, key, weight))

struct desk_settings {
  int size = 3;
  mail_settings mail;
  std::vector<account_settings> accounts;
};
BOOST_DESCRIBE_STRUCT(desk_settings, (), (size, mail, accounts))

} // namespace callboard::config::secret_test

namespace callboard {

template <>
inline constexpr field_marks marks_of<&config::secret_test::mail_settings::password>{
  .length_max = 20, .single_line = true, .secret = true, .help = "The password."};
template <>
inline constexpr field_marks marks_of<&config::secret_test::account_settings::name>{.length_min = 1, .length_max = 9};
template <>
inline constexpr field_marks marks_of<&config::secret_test::account_settings::key>{
  .length_min = 1, .length_max = 20, .secret = true, .help = "The key."};
template <>
inline constexpr field_marks marks_of<&config::secret_test::account_settings::weight>{.minimum = 1, .maximum = 9};

} // namespace callboard

namespace callboard::config::secret_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class secret : public testing::Test {
protected:
  loaded<desk_settings> load(const settings_sources& sources) {
    auto loaded = load_described<desk_settings>(sources);
    EXPECT_TRUE(loaded) << (loaded ? "" : to_text(loaded.error()));
    return loaded.value();
  }

  std::vector<std::string> faults(const settings_sources& sources) { return faults_of<desk_settings>(sources); }

  std::string file(std::string_view text) { return folder_.write("secret", text).string(); }
  std::string missing() { return (folder_.path() / "missing").string(); }

  scratch_folder folder_;
};

TEST_F(secret, is_read_from_a_file_named_in_any_layer) {
  auto path = file("hunter2\n");
  std::vector<settings_sources> all{
    from_file("[mail]\npassword_file = '" + path + "'\n"), from_dotenv("CALLBOARD_MAIL_PASSWORD_FILE=" + path),
    from_environment({{"CALLBOARD_MAIL_PASSWORD_FILE", path}}), from_sets({"mail.password_file=" + path})};
  for (const auto& sources : all) {
    auto loaded = load(sources);
    EXPECT_EQ(loaded.values.mail.password, "hunter2");
    EXPECT_NE(loaded.origins.at("mail.password").layer, setting_layer::defaults);
    EXPECT_THAT(loaded.warnings, IsEmpty());
  }
}

TEST_F(secret, may_be_given_directly_too) {
  EXPECT_EQ(load(from_file("mail.password = 'a'")).values.mail.password, "a");
  EXPECT_EQ(load(from_environment({{"CALLBOARD_MAIL_PASSWORD", "b"}})).values.mail.password, "b");
  EXPECT_EQ(load(from_sets({"mail.password=c"})).values.mail.password, "c");
}

TEST_F(secret, loses_exactly_one_newline) {
  for (auto [text, expected] : {std::pair{"a", "a"}, {"a\n", "a"}, {"a\r\n", "a"}, {" a \n", " a "}})
    EXPECT_EQ(load(from_sets({"mail.password_file=" + file(text)})).values.mail.password, expected);
  EXPECT_THAT(faults(from_sets({"mail.password_file=" + file("a\n\n")})),
              ElementsAre(HasSubstr("has the control character U+000A at byte 1")));
}

TEST_F(secret, the_stronger_layer_wins_whichever_form_it_has) {
  auto sources = from_file("mail.password_file = '" + file("weak") + "'");
  sources.environment["CALLBOARD_MAIL_PASSWORD"] = "strong";
  EXPECT_EQ(load(sources).values.mail.password, "strong");
  sources.sets = {"mail.password_file=" + folder_.write("other", "strongest").string()};
  EXPECT_EQ(load(sources).values.mail.password, "strongest");
}

TEST_F(secret, a_file_that_is_overridden_is_not_looked_for) {
  auto sources = from_file("mail.password_file = '" + missing() + "'");
  sources.sets = {"mail.password=x"};
  EXPECT_EQ(load(sources).values.mail.password, "x");
}

TEST_F(secret, both_forms_in_one_layer_are_refused) {
  auto path = file("x");
  EXPECT_THAT(
    faults(from_file("[mail]\npassword = 'x'\npassword_file = '" + path + "'\n")),
    ElementsAre("callboard.toml:3:17: mail.password_file: give either mail.password or mail.password_file, not "
                "both"));
  EXPECT_EQ(faults(from_sets({"mail.password=x", "mail.password_file=" + path})).size(), 1u);
  EXPECT_EQ(faults(from_file("[[accounts]]\nname = 'a'\nkey = 'x'\nkey_file = '" + path + "'\n")).size(), 1u);
}

TEST_F(secret, a_bad_file_is_named_and_its_content_is_not) {
  auto fault_of = [&](const std::string& path) {
    auto all = faults(from_sets({"mail.password_file=" + path}));
    return all.size() == 1 ? all.front() : fmt::format("{} faults", all.size());
  };
  auto said = [](const std::string& path, std::string_view what) {
    return fmt::format("--set mail.password_file: the file {} {}", to_json(path), what);
  };
  EXPECT_EQ(fault_of(missing()), said(missing(), "does not exist"));
  EXPECT_EQ(fault_of(folder_.path().string()), said(folder_.path().string(), "is a folder"));
  EXPECT_EQ(fault_of(file("")), said(file(""), "is empty"));
  EXPECT_EQ(fault_of(file("\n")), said(file("\n"), "is empty"));
  auto large = file(std::string(text_file_bytes_max + 1, 'x'));
  EXPECT_EQ(fault_of(large), said(large, "is larger than 65536 bytes"));
  EXPECT_EQ(fault_of(""), "--set mail.password_file: must be the path of a file");
  auto too_long = fault_of(file("hunter2hunter2hunter2"));
  EXPECT_THAT(too_long, HasSubstr("what is in the file"));
  EXPECT_THAT(too_long, HasSubstr("must have at most 20 characters, has 21"));
  EXPECT_THAT(too_long, Not(HasSubstr("hunter2")));
}

TEST_F(secret, an_unreadable_file_says_why) {
  // Root reads every file, but nobody this one from its beginning.
  EXPECT_THAT(faults(from_sets({"mail.password_file=/proc/self/mem"})),
              ElementsAre(HasSubstr("cannot be read: Input/output error")));
}

TEST_F(secret, a_wrong_form_is_refused_without_showing_it) {
  EXPECT_THAT(
    faults(from_file("mail.password = 123456\nmail.password_file = 5")),
    testing::UnorderedElementsAre(HasSubstr("give either"),
                                  HasSubstr("mail.password: must be text of at most 20 characters, is another kind"),
                                  "callboard.toml:2:22: mail.password_file: must be the path of a file"));
}

TEST_F(secret, in_a_list_of_tables_comes_from_a_file_too) {
  auto text =
    fmt::format("[[accounts]]\nname = 'a'\nkey_file = '{}'\n[[accounts]]\nname = 'b'\nkey = 'plain'\nweight = 2\n",
                file("hunter2\n"));
  auto values = load(from_file(text)).values;
  ASSERT_EQ(values.accounts.size(), 2u);
  EXPECT_EQ(values.accounts[0].key, "hunter2");
  EXPECT_EQ(values.accounts[0].weight, 1);
  EXPECT_EQ(values.accounts[1].key, "plain");
  EXPECT_EQ(values.accounts[1].weight, 2);
  auto json = fmt::format(R"(accounts=[{{"name":"c","key_file":"{}"}}])", file("hunter3"));
  EXPECT_EQ(load(from_sets({json})).values.accounts.at(0).key, "hunter3");
}

TEST_F(secret, faults_in_rows_have_their_places_all_at_once) {
  auto text = fmt::format("[[accounts]]\nname = 'a'\nkey_file = '{}'\n"
                          "[[accounts]]\nname = 'b'\n"
                          "[[accounts]]\nname = 'c'\nkey_file = 7\nweight = 10\n"
                          "[[accounts]]\nkey_fil = '/x'\nkey = 'hunter2hunter2hunter2'\n",
                          missing());
  EXPECT_THAT(
    faults(from_file(text)),
    testing::UnorderedElementsAre(
      fmt::format("callboard.toml:3:12: accounts[0].key_file: the file {} does not exist", to_json(missing())),
      "callboard.toml:4:1: accounts[1].key: is required: text of 1 to 20 characters",
      "callboard.toml:8:12: accounts[2].key_file: must be the path of a file",
      "callboard.toml:9:10: accounts[2].weight: must be a whole number from 1 to 9, is 10",
      "callboard.toml:10:1: accounts[3].name: is required: text of 1 to 9 characters",
      "callboard.toml:11:11: accounts[3].key_fil: unknown key; did you mean key_file?",
      "callboard.toml:12:7: accounts[3].key: must have at most 20 characters, has 21"));
}

TEST_F(secret, a_setting_that_is_no_secret_has_no_file_form) {
  EXPECT_THAT(faults(from_sets({"mail.host_file=/x", "size_file=/x"})),
              ElementsAre(HasSubstr("unknown setting"), HasSubstr("unknown setting")));
}

TEST_F(secret, is_hidden_wherever_settings_are_shown) {
  auto loaded = load(from_file("mail.password = 'hunter2'\n[[accounts]]\nname = 'a'\nkey = 'hunter3'\n"));
  auto shown = show_settings(loaded);
  EXPECT_THAT(shown, HasSubstr("mail.password = \"***\""));
  EXPECT_THAT(shown, HasSubstr(R"(accounts = [{ name = "a", key = "***", weight = 1 }])"));
  EXPECT_THAT(shown, HasSubstr("# callboard.toml:1:17"));
  EXPECT_THAT(shown, Not(HasSubstr("hunter")));
  EXPECT_EQ(to_public_json(loaded.values), R"({"size":3,"mail":{"host":"localhost","password":"***"},)"
                                           R"("accounts":[{"name":"a","key":"***","weight":1}]})");
}

TEST_F(secret, one_that_is_not_set_shows_as_empty) {
  EXPECT_EQ(to_public_json(desk_settings{}), R"({"size":3,"mail":{"host":"localhost","password":""},"accounts":[]})");
}

TEST_F(secret, the_example_says_both_forms_in_comments_and_loads_as_the_defaults) {
  auto example = example_of(option_table_of<desk_settings>());
  EXPECT_THAT(example, HasSubstr("# password = \"...\", or password_file = \"/path/of/a/file\" that holds it\n"));
  EXPECT_THAT(example, HasSubstr("# [[accounts]]\n"));
  EXPECT_THAT(example, HasSubstr("\nsize = 3\n"));
  auto loaded = load(from_file(example));
  EXPECT_EQ(to_json(loaded.values), to_json(desk_settings{}));
}

} // namespace
} // namespace callboard::config::secret_test
