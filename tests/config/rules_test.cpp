#include "tests/config/support.hpp"

#include "config/settings_rules.hpp"

namespace callboard::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string only_fault(const settings_sources& sources) {
  auto all = faults_of(sources);
  return all.size() == 1 ? all.front() : fmt::format("{} faults", all.size());
}

TEST(rules, hosts_are_addresses_or_localhost) {
  for (auto host : {"127.0.0.1", "0.0.0.0", "localhost", "::1", "::", "2001:db8::1", "::ffff:10.0.0.1"})
    EXPECT_EQ(fault_of_host(host), std::nullopt) << host;
  for (auto host : {"", "example.com", "127.1", "127.0.0.256", "[::1]", "127.0.0.1:80", " 127.0.0.1", "1", "LOCALHOST"})
    EXPECT_NE(fault_of_host(host), std::nullopt) << host;
  EXPECT_THAT(*fault_of_host("[::1]"), HasSubstr("without brackets"));
  EXPECT_NE(fault_of_host(std::string_view{"127.0.0.1\0x", 11}), std::nullopt);
}

TEST(rules, loopback_is_known) {
  for (auto host : {"127.0.0.1", "127.8.9.1", "localhost", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (auto host : {"0.0.0.0", "10.0.0.1", "::", "::2", "fe80::1"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(rules, an_operations_listener_for_others_warns) {
  EXPECT_THAT(
    load_good(from_sets({"admin.host=0.0.0.0"})).warnings,
    ElementsAre("--set admin.host: the operations listener has no log-in and can be reached from other machines"));
  EXPECT_THAT(load_good(from_sets({"server.host=0.0.0.0", "admin.host=::1"})).warnings, IsEmpty());
}

TEST(rules, ports_differ_unless_free_ones_are_picked) {
  EXPECT_EQ(only_fault(from_sets({"admin.port=8080"})),
            "--set admin.port: must differ from server.port, which is 8080 too");
  EXPECT_EQ(only_fault(from_sets({"server.port=9090"})),
            "default: admin.port: must differ from server.port, which is 9090 too");
  EXPECT_THAT(faults_of(from_sets({"admin.port=0", "server.port=0"})), IsEmpty());
}

TEST(rules, origins_are_as_browsers_send_them) {
  for (auto origin : {"*", "http://localhost:3000", "https://desk.example.com", "https://a-b.example:8443",
                      "http://[::1]:8080", "https://[2001:db8::1]", "http://10.0.0.1", "http://x:443"})
    EXPECT_EQ(fault_of_origin(origin), std::nullopt) << origin;
  for (auto origin : {"",
                      "null",
                      "desk.example.com",
                      "ftp://a.example",
                      "https://",
                      "https://a.example/",
                      "https://a.example/x",
                      "https://A.example",
                      "HTTPS://a.example",
                      "https://a.example:443",
                      "http://a.example:80",
                      "https://a.example:",
                      "https://a.example:0",
                      "https://a.example:65536",
                      "https://a.example:080",
                      "https://a.example:8x",
                      "https://u@a.example",
                      "https://*.example",
                      "https://a..example",
                      "https://.a",
                      "https://[::1",
                      "https://[x]",
                      "https://a b",
                      "http://[::1]:80800",
                      "https://a.example?x",
                      "http://[::1]x"})
    EXPECT_NE(fault_of_origin(origin), std::nullopt) << origin;
}

TEST(rules, each_bad_origin_is_named_beside_items_of_a_wrong_type) {
  EXPECT_THAT(faults_of(from_file("server.cors_origins = ['https://a.example', 'https://B.example', 3, 'x']")),
              ElementsAre("callboard.toml:1:66: server.cors_origins[2]: must be text, is 3",
                          HasSubstr("callboard.toml:1:45: server.cors_origins[1]: must be \"*\" or an origin"),
                          HasSubstr("callboard.toml:1:69: server.cors_origins[3]: must be \"*\" or an origin")));
}

TEST(rules, the_store_is_a_sqlite_file_or_a_postgresql_url) {
  for (auto url : {"sqlite:var/callboard.db", "sqlite:/var/lib/callboard.db", "sqlite:a b.db", "postgres://u@h/d",
                   "postgresql://u:p@h:5432/d?sslmode=verify-full", "postgres:///d"})
    EXPECT_EQ(fault_of_store_url(url), std::nullopt) << url;
  for (auto url : {"", "sqlite:", "sqlite::memory:", "sqlite://a.db", "sqlite:///a.db", "mysql://h/d", "var/a.db",
                   "SQLITE:a", "postgres:d"})
    EXPECT_NE(fault_of_store_url(url), std::nullopt) << url;
}

TEST(rules, a_password_in_a_store_url_is_not_repeated) {
  for (auto url : {"postgres:u:hunter2@h/d", "mysql://u:hunter2@h/d"})
    EXPECT_THAT(only_fault(from_environment({{"DATABASE_URL", url}})), testing::Not(HasSubstr("hunter2")));
}

TEST(rules, categories_are_some_and_each_once) {
  EXPECT_EQ(only_fault(from_sets({"tickets.categories="})),
            "--set tickets.categories: must name at least one category");
  EXPECT_EQ(only_fault(from_sets({"tickets.categories=a,b,a"})),
            "--set tickets.categories: tickets.categories[2]: \"a\" stands twice");
  EXPECT_THAT(faults_of(from_file("tickets.categories = ['a', '', 'a', 7]")),
              ElementsAre(HasSubstr("[1]: must not be empty"), HasSubstr("[3]: must be text"),
                          HasSubstr("[2]: \"a\" stands twice")));
}

TEST(rules, provider_names_are_plain_and_each_once) {
  EXPECT_THAT(
    faults_of(from_sets({R"(ai.providers=[{"name":"builtin"},{"name":"builtin"},{"name":"A b"}])"})),
    ElementsAre("--set ai.providers: ai.providers[1]: \"builtin\" stands twice",
                "--set ai.providers: ai.providers[2].name: must be small letters, digits, - and _, is \"A b\""));
}

TEST(rules, chains_name_providers_that_there_are) {
  EXPECT_EQ(only_fault(from_sets({"ai.chains.classify=bultin"})),
            "--set ai.chains.classify: ai.chains.classify[0]: no provider is named \"bultin\"; did you mean builtin?");
  EXPECT_EQ(only_fault(from_sets({"ai.chains.classify=builtin,builtin"})),
            "--set ai.chains.classify: ai.chains.classify[1]: \"builtin\" stands twice");
  EXPECT_THAT(only_fault(from_sets({"ai.chains.classify="})), HasSubstr("must name at least one provider"));
  EXPECT_EQ(only_fault(from_file("[[ai.providers]]\nname = 'mine'\n")),
            "default: ai.chains.classify[0]: no provider is named \"builtin\"");
}

TEST(rules, spans_of_the_ai_fit_together) {
  EXPECT_EQ(only_fault(from_sets({"ai.retry_base=10m"})),
            "default: ai.retry_max: must be at least ai.retry_base, which is 10m");
  EXPECT_THAT(only_fault(from_sets({"ai.claim_timeout=15999ms"})),
              HasSubstr("--set ai.claim_timeout: must be at least twice ai.timeout, which is 8s"));
  load_good(from_sets({"ai.claim_timeout=16s"}));
}

TEST(rules, a_stop_has_time_beyond_its_delay) {
  EXPECT_THAT(only_fault(from_sets({"server.drain_delay=25s"})),
              HasSubstr("--set server.drain_delay: must be less than server.shutdown_timeout, which is 25s"));
  load_good(from_sets({"server.drain_delay=24999ms"}));
}

TEST(rules, failpoints_have_a_place_and_warn) {
  EXPECT_THAT(faults_of(from_sets({"testing.failpoints=a,=b,c=throw,d=nonsense"})),
              ElementsAre(AllOf(HasSubstr("testing.failpoints[0]: must be like"), HasSubstr("is \"a\"")),
                          AllOf(HasSubstr("testing.failpoints[1]: must be like"), HasSubstr("is \"=b\"")),
                          AllOf(HasSubstr("testing.failpoints[3]: must be like"), HasSubstr("is \"d=nonsense\""))));
  EXPECT_THAT(load_good(from_sets({"testing.failpoints=a=throw"})).warnings,
              ElementsAre("--set testing.failpoints: planned faults are on: this is for tests alone"));
}

TEST(rules, a_rule_is_silent_about_what_is_known_to_be_bad) {
  EXPECT_EQ(faults_of(from_sets({"admin.port=x", "server.port=9090"})).size(), 1u);
  EXPECT_EQ(faults_of(from_sets({"server.port=x", "admin.port=8080"})).size(), 1u);
  EXPECT_EQ(faults_of(from_sets({"ai.providers=x", "ai.chains.classify=mine"})).size(), 1u);
  EXPECT_EQ(faults_of(from_sets({"ai.timeout=x", "ai.claim_timeout=1s"})).size(), 1u);
  EXPECT_EQ(faults_of(from_file("[[ai.providers]]\n[[ai.providers]]\n[ai.chains]\nclassify = ['x']\n")).size(), 2u);
}

} // namespace
} // namespace callboard::config
