#include "tests/config/support.hpp"

#include "config/check_value.hpp"

namespace callboard::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct bad_value {
  std::string toml;  ///< a whole file of one line
  std::string fault; ///< after `callboard.toml:1:`
};

void PrintTo(const bad_value& each, std::ostream* out) { *out << each.toml; }

class bad_file_value : public testing::TestWithParam<bad_value> {};

TEST_P(bad_file_value, is_named_with_its_place_and_what_is_allowed) {
  EXPECT_THAT(faults_of(from_file(GetParam().toml)), ElementsAre("callboard.toml:1:" + GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
  wrong_types, bad_file_value,
  testing::Values(
    bad_value{"ai.enabled = 1", "14: ai.enabled: must be true or false, is 1"},
    bad_value{"ai.enabled = 'true'", "14: ai.enabled: must be true or false, is \"true\""},
    bad_value{"server.port = '80'", "15: server.port: must be a whole number from 0 to 65535, is \"80\""},
    bad_value{"server.port = 80.0", "15: server.port: must be a whole number from 0 to 65535, is 80"},
    bad_value{"server.port = true", "15: server.port: must be a whole number from 0 to 65535, is true"},
    bad_value{"server.port = [80]", "15: server.port: must be a whole number from 0 to 65535, is a list"},
    bad_value{"server.port.x = 80", "8: server.port: must be a whole number from 0 to 65535, is a table"},
    bad_value{"server.port = 1979-05-27", "15: server.port: must be a whole number from 0 to 65535, is null or a date"},
    bad_value{"ai.timeout = 8", "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is 8"},
    bad_value{"ai.mode = 3", "11: ai.mode: must be one of async, sync, is 3"},
    bad_value{"server.ready_file = 3", "21: server.ready_file: must be text of at most 4096 characters, is 3"},
    bad_value{"tickets.categories = 'a'",
              "22: tickets.categories: must be a list of at most 100 texts of 1 to 50 characters, is \"a\""},
    bad_value{"tickets.categories = ['a', 1]", "28: tickets.categories[1]: must be text, is 1"},
    bad_value{"ai.providers = {}", "16: ai.providers: must be a list of at most 32 tables with name, kind, is a table"},
    bad_value{"ai.providers = [1]", "17: ai.providers[0]: must be a table with name, kind, is 1"},
    bad_value{"ai.policy.classify.threshold = 'x'",
              "32: ai.policy.classify.threshold: must be a number from 0 to 1, is \"x\""}));

INSTANTIATE_TEST_SUITE_P(
  out_of_bounds, bad_file_value,
  testing::Values(
    bad_value{"server.port = -1", "15: server.port: must be a whole number from 0 to 65535, is -1"},
    bad_value{"server.port = 65536", "15: server.port: must be a whole number from 0 to 65535, is 65536"},
    bad_value{"server.threads = 0", "18: server.threads: must be a whole number from 1 to 64, is 0"},
    bad_value{"server.threads = 4294967297", "18: server.threads: must be a whole number from 1 to 64, is 4294967297"},
    bad_value{"ai.timeout = '9ms'", "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is \"9ms\""},
    bad_value{"ai.timeout = '11m'", "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is \"11m\""},
    bad_value{"ai.timeout = '-8s'", "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is \"-8s\""},
    bad_value{"ai.timeout = '8'", "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is \"8\""},
    bad_value{"ai.timeout = '99999999999999999999d'",
              "14: ai.timeout: must be a duration such as \"8s\", from 10ms to 10m, is \"99999999999999999999d\""},
    bad_value{"ai.mode = 'Async'", "11: ai.mode: must be one of async, sync, is \"Async\""},
    bad_value{"ai.policy.classify.threshold = 1.01",
              "32: ai.policy.classify.threshold: must be a number from 0 to 1, is 1.01"},
    bad_value{"ai.policy.classify.threshold = nan",
              "32: ai.policy.classify.threshold: must be a number from 0 to 1, is nan"},
    bad_value{"ai.policy.classify.threshold = -inf",
              "32: ai.policy.classify.threshold: must be a number from 0 to 1, is -inf"},
    bad_value{"server.host = ''", "15: server.host: must not be empty"},
    bad_value{"server.ready_file = \"a\\nb\"", "21: server.ready_file: has the control character U+000A at byte 1"},
    bad_value{"tickets.categories = ['']", "23: tickets.categories[0]: must not be empty"},
    bad_value{"tickets.categories = ['123456789012345678901234567890123456789012345678901']",
              "23: tickets.categories[0]: must have at most 50 characters, has 51"}));

INSTANTIATE_TEST_SUITE_P(
  unknown_keys, bad_file_value,
  testing::Values(bad_value{"server.prot = 1", "8: server.prot: unknown setting; did you mean server.port?"},
                  bad_value{"server.Port = 1", "8: server.Port: unknown setting; did you mean server.port?"},
                  bad_value{"server.cors-origins = []",
                            "8: server.cors-origins: unknown setting; did you mean server.cors_origins?"},
                  bad_value{"port = 1", "1: port: unknown setting; did you mean server.port or admin.port?"},
                  bad_value{"zzzzzzzzzz = 1", "1: zzzzzzzzzz: unknown setting"},
                  bad_value{"'server.port' = 1", "1: server.port: unknown setting; did you mean server.port?"},
                  bad_value{"servers = { port = 1, host = 2 }", "1: servers: unknown group; did you mean server?"},
                  bad_value{"server.\"a\\u0007b\" = 1", "8: server.\"a\\u0007b\": unknown setting"},
                  bad_value{"server = 1", "1: server: is a group of settings: write [server] and its keys below"},
                  bad_value{"ai.providers = [{ name = 'builtin', kin = 'x' }]",
                            "43: ai.providers[0].kin: unknown key; did you mean kind?"},
                  bad_value{"ai.providers = [{ kind = 'builtin' }]",
                            "17: ai.providers[0].name: is required: text of 1 to 50 characters"},
                  bad_value{"server.port_file = '/x'", "8: server.port_file: unknown setting"}));

TEST(bad_file, a_syntax_error_has_its_line_and_column) {
  for (auto [text, place] : {std::pair{"server.port = ", "1:15"},
                             {"server.port 80", "1:13"},
                             {"[server]\nport = 80\nhost = \"open\nthreads = 2\n", "3:13"},
                             {"[server]\nport = 80\nport = 81\n", "3:8"},
                             {"\n\n[server", "3:8"},
                             {"x = \"\xff\"", "1:5"},
                             {"x = \"\x01\"", "1:6"}})
    EXPECT_THAT(faults_of(from_file(text)),
                ElementsAre(testing::StartsWith(fmt::format("callboard.toml:{}: is not valid TOML: ", place))))
      << text;
}

TEST(bad_file, a_foreign_letter_is_no_blank) {
  // One of each stretch of letters that the library once took for impossible.
  for (std::string letter : {"\u00a7", "\u00e4", "\u044f", "\u2e80", "\u3042", "\ufb4f"}) {
    EXPECT_THAT(faults_of(from_file("[server]\nport = 80 " + letter + "\n")),
                ElementsAre(testing::StartsWith("callboard.toml:2:11: is not valid TOML: ")))
      << letter;
    auto loaded = load_settings(from_file("[tickets]\ncategories = [\"\"\"\\\n  " + letter + "\"\"\"]\n"));
    ASSERT_TRUE(loaded) << letter;
    EXPECT_THAT(loaded->values.tickets.categories, ElementsAre(letter));
  }
}

TEST(bad_file, the_faults_come_in_the_order_of_the_file) {
  EXPECT_THAT(faults_of(from_file("z = 1\n[server]\nport = ''\nb = 1\na = 1\n[admin]\nq = 1\n")),
              ElementsAre(testing::StartsWith("callboard.toml:1:1: z:"),
                          testing::StartsWith("callboard.toml:3:8: server.port:"),
                          testing::StartsWith("callboard.toml:4:1: server.b:"),
                          testing::StartsWith("callboard.toml:5:1: server.a:"),
                          testing::StartsWith("callboard.toml:7:1: admin.q:")));
}

TEST(bad_flag, names_the_flag_and_never_the_text_of_an_unknown_one) {
  EXPECT_THAT(faults_of(from_sets({"server.port=x", "server.prot=secret", "server=1", "server.port", "=1", "",
                                   "ai.providers=[{", "ai.providers=x", "tickets.categories=[1]"})),
              UnorderedElementsAre("--set server.port: must be a whole number from 0 to 65535, is \"x\"",
                                   "--set server.prot: unknown setting; did you mean server.port?",
                                   "--set server: is a group of settings: name one of them",
                                   "--set server.port: must be path=value, such as --set server.port=8081",
                                   "--set \"\": must be path=value, such as --set server.port=8081",
                                   "--set \"\": must be path=value, such as --set server.port=8081",
                                   HasSubstr("--set ai.providers: begins with [ but is not a JSON array: At byte"),
                                   "--set ai.providers: must be a list of at most 32 tables with name, kind, is \"x\"",
                                   "--set tickets.categories: tickets.categories[0]: must be text, is 1"));
}

TEST(bad_environment, names_the_variable) {
  EXPECT_THAT(
    faults_of(from_environment({{"CALLBOARD_SERVER_PORT", ""}, {"CALLBOARD_AI_ENABLED", "maybe"}, {"DB_URL", "x"}})),
    ElementsAre("environment CALLBOARD_SERVER_PORT: server.port: must be a whole number from 0 to 65535, is \"\"",
                "environment CALLBOARD_AI_ENABLED: ai.enabled: must be true or false, is \"maybe\"",
                "environment DB_URL: store.url: must begin with sqlite: or postgres://, such as "
                "sqlite:var/callboard.db or postgres://user@host/database"));
}

TEST(bad_values, all_layers_are_named_at_once) {
  auto sources = from_file("[server]\nport = 'x'\nprot = 1\n[log]\nlevel = 'loud'\n");
  sources.dotenv = named_text{".env", "nonsense\nCALLBOARD_STORE_READERS=0\n"};
  sources.environment["AI_TIMEOUT_MS"] = "5s";
  sources.sets = {"unknown=1", "admin.host=example.com"};
  EXPECT_THAT(
    faults_of(sources),
    UnorderedElementsAre("callboard.toml:2:8: server.port: must be a whole number from 0 to 65535, is \"x\"",
                         "callboard.toml:3:1: server.prot: unknown setting; did you mean server.port?",
                         "callboard.toml:5:9: log.level: must be one of debug, info, warn, error, is \"loud\"",
                         ".env:1: must be KEY=value",
                         ".env:2 CALLBOARD_STORE_READERS: store.readers: must be a whole number from 1 to 64, is 0",
                         "environment AI_TIMEOUT_MS: ai.timeout: must be a whole number of milliseconds, is \"5s\"",
                         "--set unknown: unknown setting",
                         "--set admin.host: must be an IP address or localhost, is \"example.com\""));
}

TEST(bad_values, a_syntax_error_in_the_file_does_not_hide_the_other_layers) {
  auto sources = from_file("=");
  sources.sets = {"server.port=x"};
  EXPECT_EQ(faults_of(sources).size(), 2u);
}

TEST(bad_values, the_list_of_faults_is_bounded_and_says_so) {
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += fmt::format("unknown_{} = 1\n", i);
  auto faults = faults_of(from_file(text));
  ASSERT_EQ(faults.size(), merged_settings::faults_max + 1);
  EXPECT_EQ(faults.back(), "settings: and 900 mistakes more");
}

TEST(bad_values, a_long_value_is_cut_and_control_characters_are_escaped) {
  auto faults = faults_of(from_sets({"server.port=" + std::string(1'000, 'x'), "ai.mode=\x1b[31m\xff"}));
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_LT(faults[0].size(), 200u);
  EXPECT_THAT(faults[0], testing::EndsWith("xxx\"..."));
  EXPECT_THAT(faults[1], HasSubstr("\\u001b[31m\xEF\xBF\xBD"));
}

TEST(bad_values, deep_nesting_is_refused_not_followed) {
  std::string keys, lists;
  for (int i = 0; i < 2'000; ++i)
    keys += "a.";
  for (int i = 0; i < 200; ++i)
    lists += "[";
  EXPECT_EQ(faults_of(from_file("server.port." + keys + "a = 1")).size(), 1u);
  EXPECT_EQ(faults_of(from_file("tickets.categories = [ {" + keys + "a = 1} ]")).size(), 1u);
  EXPECT_EQ(faults_of(from_file("ai.providers = " + lists + std::string(200, ']'))).size(), 1u);
  EXPECT_EQ(faults_of(from_sets({"ai.providers=" + lists + std::string(200, ']')})).size(), 1u);
}

TEST(bad_values, the_text_for_people_counts_them) {
  settings_fault one{"--set a", "", "is wrong"};
  EXPECT_EQ(to_text(settings_faults{one}), "The settings have a mistake:\n  --set a: is wrong\n");
  EXPECT_EQ(to_text(settings_faults{one, one}),
            "The settings have 2 mistakes:\n  --set a: is wrong\n  --set a: is wrong\n");
}

TEST(good_values, bounds_themselves_are_allowed) {
  auto values = load_good(from_sets({"server.port=65535", "admin.port=0", "server.threads=64", "ai.timeout=10ms",
                                     "ai.policy.classify.threshold=1", "ai.claim_timeout=1d",
                                     "tickets.categories=[\"" + std::string(50, 'x') + "\"]"}))
                  .values;
  EXPECT_EQ(values.server.port, 65'535);
  EXPECT_EQ(values.ai.policy.classify.threshold, 1.0);
  EXPECT_EQ(values.ai.claim_timeout, 24h);
}

TEST(good_values, text_forms_of_each_kind_are_read) {
  for (auto word : {"true", "TRUE", "yes", "on", "1", " on "})
    EXPECT_TRUE(load_good(from_sets({"ai.enabled=false", std::string{"ai.enabled="} + word})).values.ai.enabled)
      << word;
  for (auto word : {"false", "No", "off", "0"})
    EXPECT_FALSE(load_good(from_sets({std::string{"ai.enabled="} + word})).values.ai.enabled) << word;
  EXPECT_EQ(load_good(from_sets({"server.port= 81 "})).values.server.port, 81);
  EXPECT_EQ(load_good(from_sets({"ai.policy.classify.threshold=0.25"})).values.ai.policy.classify.threshold, 0.25);
  EXPECT_THAT(load_good(from_sets({"tickets.categories=a, b ,c"})).values.tickets.categories,
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(load_good(from_sets({R"(tickets.categories=["a,b", "c"])"})).values.tickets.categories,
              ElementsAre("a,b", "c"));
  EXPECT_THAT(load_good(from_environment({{"CALLBOARD_SERVER_CORS_ORIGINS", ""}})).values.server.cors_origins,
              IsEmpty());
  auto providers =
    load_good(from_sets({R"(ai.providers=[{"name":"a"},{"name":"b","kind":"builtin"}])", "ai.chains.classify=b,a"}))
      .values.ai.providers;
  ASSERT_EQ(providers.size(), 2u);
  EXPECT_EQ(providers[1].name, "b");
}

TEST(marks, every_setting_and_group_has_help_and_every_number_has_bounds) {
  const auto& table = option_table_of<settings>();
  auto is_sentence = [](std::string_view help) {
    return help.size() > 10 && help.size() < 110 && help.ends_with('.') && help.front() >= 'A' && help.front() <= 'Z';
  };
  for (const auto& group : table.groups)
    EXPECT_TRUE(is_sentence(group.help)) << group.path << ": " << group.help;
  auto check = [&](const std::string& path, const option& each) {
    EXPECT_TRUE(is_sentence(each.marks.help)) << path << ": " << each.marks.help;
    bool numeric =
      each.kind == value_kind::whole || each.kind == value_kind::number || each.kind == value_kind::duration;
    if (numeric) {
      EXPECT_GT(each.marks.minimum, std::numeric_limits<int>::min()) << path;
      EXPECT_NE(each.marks.maximum, std::numeric_limits<int>::max()) << path;
      EXPECT_NE(each.marks.maximum, std::numeric_limits<std::int64_t>::max()) << path;
    }
    if (each.kind == value_kind::list || each.kind == value_kind::tables) {
      EXPECT_GT(each.marks.items_max, 0u) << path;
    }
    if (each.kind == value_kind::list) {
      EXPECT_GT(each.marks.item_length_max, 0u) << path;
    }
    if (each.kind == value_kind::text) {
      EXPECT_GT(each.marks.length_max, 0u) << path;
    }
  };
  for (const auto& each : table.options) {
    check(each.path, each);
    EXPECT_THAT(check_value(each, each.standard), IsEmpty()) << "the default of " << each.path;
    for (const auto& column : each.columns)
      check(each.path + "." + column.path, column);
  }
}

} // namespace
} // namespace callboard::config
