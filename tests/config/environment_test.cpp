#include "tests/config/support.hpp"

#include "config/aliases.hpp"

namespace callboard::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> warnings_of(const settings_sources& sources) { return load_good(sources).warnings; }

TEST(alias, each_sets_what_it_says) {
  auto loaded = load_good(from_environment(
    {{"PORT", "81"}, {"DATABASE_URL", "sqlite:/tmp/a.db"}, {"AI_TIMEOUT_MS", "1500"}, {"USE_QUEUE", "false"}}));
  EXPECT_EQ(loaded.values.server.port, 81);
  EXPECT_EQ(loaded.values.store.url, "sqlite:/tmp/a.db");
  EXPECT_EQ(loaded.values.ai.timeout, 1500ms);
  EXPECT_EQ(loaded.values.ai.mode, ai_mode::sync);
  EXPECT_EQ(loaded.origins.at("server.port").where, "environment PORT");
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_EQ(load_good(from_environment({{"USE_QUEUE", "true"}, {"DB_URL", "sqlite:b"}})).values.store.url, "sqlite:b");
}

TEST(alias, each_names_a_setting_that_exists_or_has_a_note) {
  for (const auto& row : aliases) {
    EXPECT_NE(row.path.empty(), row.note.empty()) << row.name;
    if (!row.path.empty()) {
      EXPECT_NE(option_table_of<settings>().find(row.path), nullptr) << row.name;
    }
  }
}

TEST(alias, one_without_effect_warns_and_does_not_repeat_its_value) {
  EXPECT_THAT(warnings_of(from_environment({{"REDIS_URL", "hunter2"}})),
              ElementsAre("environment REDIS_URL has no effect: Callboard needs no Redis"));
  for (auto name : {"OPENAI_API_KEY", "AI_MODEL", "RATE_LIMIT_WINDOW_MS", "RATE_LIMIT_MAX_REQUESTS"}) {
    auto warnings = warnings_of(from_environment({{name, "hunter2"}}));
    ASSERT_EQ(warnings.size(), 1u) << name;
    EXPECT_THAT(warnings[0], testing::StartsWith(fmt::format("environment {} has no effect", name)));
    EXPECT_THAT(warnings[0], testing::Not(HasSubstr("hunter2")));
  }
}

TEST(alias, an_empty_one_counts_as_not_set) {
  for (const auto& row : aliases) {
    auto loaded = load_good(from_environment({{std::string{row.name}, ""}}));
    EXPECT_EQ(to_json(loaded.values), to_json(settings{})) << row.name;
    EXPECT_THAT(loaded.warnings, IsEmpty()) << row.name;
  }
}

TEST(alias, the_own_name_wins_in_the_same_layer_and_a_difference_warns) {
  auto loaded = load_good(from_environment({{"PORT", "81"}, {"CALLBOARD_SERVER_PORT", "82"}}));
  EXPECT_EQ(loaded.values.server.port, 82);
  EXPECT_THAT(loaded.warnings,
              ElementsAre("environment PORT is ignored: environment CALLBOARD_SERVER_PORT sets the same "
                          "setting to another value"));
  EXPECT_EQ(warnings_of(from_environment({{"PORT", "nonsense"}, {"CALLBOARD_SERVER_PORT", "82"}})).size(), 1u);
  EXPECT_EQ(warnings_of(from_environment({{"USE_QUEUE", "nonsense"}, {"CALLBOARD_AI_MODE", "sync"}})).size(), 1u);
}

TEST(alias, the_same_value_in_other_words_does_not_warn) {
  EXPECT_THAT(warnings_of(from_environment({{"PORT", "82"}, {"CALLBOARD_SERVER_PORT", " 82 "}})), IsEmpty());
  EXPECT_THAT(warnings_of(from_environment({{"AI_TIMEOUT_MS", "8000"}, {"CALLBOARD_AI_TIMEOUT", "8s"}})), IsEmpty());
  EXPECT_THAT(warnings_of(from_environment({{"USE_QUEUE", "1"}, {"CALLBOARD_AI_MODE", "async"}})), IsEmpty());
}

TEST(alias, of_two_for_one_setting_the_first_in_the_table_wins) {
  auto loaded = load_good(from_environment({{"DB_URL", "sqlite:a"}, {"DATABASE_URL", "sqlite:b"}}));
  EXPECT_EQ(loaded.values.store.url, "sqlite:a");
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("environment DATABASE_URL is ignored: environment DB_URL")));
}

TEST(alias, a_stronger_layer_wins_under_either_name) {
  auto sources = from_environment({{"PORT", "81"}});
  sources.dotenv = named_text{".env", "CALLBOARD_SERVER_PORT=82\n"};
  auto loaded = load_good(sources);
  EXPECT_EQ(loaded.values.server.port, 81);
  EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST(alias, bad_values_are_refused_under_the_alias) {
  EXPECT_THAT(
    faults_of(from_environment({{"PORT", "tcp://10.0.0.1:80"}, {"AI_TIMEOUT_MS", "-5"}, {"USE_QUEUE", "perhaps"}})),
    testing::UnorderedElementsAre(
      "environment PORT: server.port: must be a whole number from 0 to 65535, is \"tcp://10.0.0.1:80\"",
      "environment AI_TIMEOUT_MS: ai.timeout: must be a whole number of milliseconds, is \"-5\"",
      "environment USE_QUEUE: ai.mode: must be true (answer at once) or false (wait for the AI), is \"perhaps\""));
}

TEST(environment, unknown_names_of_ours_warn_and_others_do_not) {
  EXPECT_THAT(warnings_of(from_environment({{"CALLBOARD_SERVER_PROT", "1"},
                                            {"CALLBOARD_PORT_8080_TCP_ADDR", "10.0.0.1"},
                                            {"CALLBOARDX", "1"},
                                            {"HOME", "/"},
                                            {"SERVER_PORT", "1"}})),
              ElementsAre("environment CALLBOARD_PORT_8080_TCP_ADDR is not a setting",
                          "environment CALLBOARD_SERVER_PROT is not a setting; did you mean CALLBOARD_SERVER_PORT?"));
}

TEST(dotenv, its_forms_are_read) {
  layer_reading out;
  auto found = read_dotenv("\xEF\xBB\xBF# comment\n"
                           "A=1\r\n"
                           "  export B = two words \n"
                           "C='single # $x \\n' # comment\n"
                           "D=\"double \\\"q\\\" \\n \\$ \\\\ # kept\"\n"
                           "E=\n"
                           "F=a#b #c\n"
                           "G=#c\n"
                           "export\tH=x=y\n"
                           "\n"
                           "I=\"\"\n"
                           "J=last",
                           ".env", out);
  EXPECT_TRUE(out.refusals.empty());
  std::map<std::string, std::string> values;
  for (const auto& [name, given] : found)
    values[name] = given.value;
  EXPECT_EQ(values, (std::map<std::string, std::string>{{"A", "1"},
                                                        {"B", "two words"},
                                                        {"C", "single # $x \\n"},
                                                        {"D", "double \"q\" \n $ \\ # kept"},
                                                        {"E", ""},
                                                        {"F", "a#b"},
                                                        {"G", ""},
                                                        {"H", "x=y"},
                                                        {"I", ""},
                                                        {"J", "last"}}));
  EXPECT_EQ(found.at("J").where, ".env:12 J");
}

TEST(dotenv, each_mistake_has_its_line_and_never_the_text) {
  auto faults = faults_of(from_dotenv("nonsense\n"
                                      "1A=hunter2\n"
                                      "A B=hunter2\n"
                                      "=hunter2\n"
                                      "A='hunter2\n"
                                      "A=\"hunter2\n"
                                      "A='hunter2' hunter2\n"
                                      "A=\"hunter2\"hunter2\n"
                                      "A=\"\\hunter2\"\n"
                                      "A=\"hunter2\\\n"));
  std::string name = "the name before = must be letters, digits and _, and not begin with a digit";
  EXPECT_THAT(faults,
              ElementsAre(".env:1: must be KEY=value", ".env:2: " + name, ".env:3: " + name, ".env:4: " + name,
                          ".env:5 A: the single quote is not closed on this line",
                          ".env:6 A: the double quote is not closed on this line",
                          ".env:7 A: something follows the closing quote",
                          ".env:8 A: something follows the closing quote", HasSubstr(".env:9 A: the escape is unknown"),
                          HasSubstr(".env:10 A: the escape is unknown")));
}

TEST(dotenv, a_name_given_twice_warns_and_the_last_one_holds) {
  auto loaded = load_good(from_dotenv("PORT=1\nPORT=2\n"));
  EXPECT_EQ(loaded.values.server.port, 2);
  EXPECT_THAT(loaded.warnings, ElementsAre(".env:1 PORT is given again at .env:2 PORT; the last one holds"));
}

TEST(dotenv, other_programs_variables_may_stand_in_it) {
  EXPECT_THAT(warnings_of(from_dotenv("COMPOSE_PROJECT_NAME=x\nCALLBOARD_LOG_LEVL=debug\n")),
              ElementsAre(".env:2 CALLBOARD_LOG_LEVL is not a setting; did you mean CALLBOARD_LOG_LEVEL?"));
}

} // namespace
} // namespace callboard::config
