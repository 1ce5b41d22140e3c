#include "tests/config/support.hpp"

#include "config/example.hpp"

#include <sstream>

namespace callboard::config {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream file{std::string{CALLBOARD_SOURCE_DIR} + "/" + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(example, the_checked_in_one_is_fresh) {
  EXPECT_TRUE(text_of("docs/configuration.example.toml") == config_example())
    << "docs/configuration.example.toml is stale; renew it with: callboard config example > "
       "docs/configuration.example.toml";
}

TEST(example, loading_it_gives_the_defaults) {
  auto loaded = load_good(from_file(config_example()));
  EXPECT_EQ(to_json(loaded.values), to_json(settings{}));
  for (const auto& [path, origin] : loaded.origins)
    EXPECT_EQ(origin.layer, setting_layer::file) << path << " is not in the example";
}

TEST(example, each_setting_has_its_help_bounds_and_environment_name) {
  auto example = config_example();
  for (const auto& each : option_table_of<settings>().options) {
    EXPECT_THAT(example, HasSubstr("# " + std::string{each.marks.help} + "\n")) << each.path;
    EXPECT_THAT(example, HasSubstr("; " + environment_name(each.path))) << each.path;
  }
  EXPECT_THAT(example, HasSubstr("# a whole number from 0 to 65535; CALLBOARD_SERVER_PORT\nport = 8080\n"));
  EXPECT_THAT(example, HasSubstr("# one of async, sync; CALLBOARD_AI_MODE\nmode = \"async\"\n"));
  EXPECT_THAT(example, HasSubstr("[[ai.providers]]\nname = \"builtin\"\nkind = \"builtin\"\n"));
}

TEST(example, its_lines_fit_a_screen) {
  std::istringstream lines{config_example()};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 120u) << line;
}

TEST(show, names_every_setting_with_its_origin_and_reads_as_a_settings_file) {
  auto sources = from_file("[tickets]\ncategories = ['a \"b\"', 'ü # x']\n");
  sources.environment["PORT"] = "81";
  sources.sets = {"ai.policy.classify.threshold=0.25", "ai.enabled=false"};
  auto loaded = load_good(sources);
  auto shown = config_show(loaded);
  EXPECT_THAT(shown, testing::ContainsRegex("server.port = 81 +# environment PORT\n"));
  EXPECT_THAT(shown, testing::ContainsRegex("server.host = \"127.0.0.1\" +# default\n"));
  EXPECT_THAT(shown, testing::ContainsRegex("ai.policy.classify.threshold = 0.25 +# --set ai.policy"));
  EXPECT_THAT(shown, HasSubstr("# callboard.toml:2:14\n"));
  EXPECT_EQ(to_json(load_good(from_file(shown)).values), to_json(loaded.values));
}

TEST(public_json, without_secrets_is_the_plain_json) { EXPECT_EQ(to_public_json(settings{}), to_json(settings{})); }

TEST(document, the_example_of_dotenv_shows_defaults) {
  std::istringstream lines{text_of(".env.example")};
  std::string uncommented;
  for (std::string line; std::getline(lines, line);)
    uncommented += (line.starts_with("#CALLBOARD_") ? line.substr(1) : line) + "\n";
  auto loaded = load_good(from_dotenv(uncommented));
  EXPECT_EQ(to_json(loaded.values), to_json(settings{}));
  EXPECT_THAT(loaded.warnings, testing::IsEmpty());
  EXPECT_EQ(loaded.origins.at("server.port").layer, setting_layer::dotenv);
}

/// The blocks between ```toml and ``` of a document.
std::vector<std::string> toml_blocks(std::string_view text) {
  constexpr std::string_view fence = "```";
  constexpr std::string_view opening = "```toml\n";
  std::vector<std::string> blocks;
  for (std::size_t at = 0; (at = text.find(opening, at)) != std::string_view::npos;) {
    at += opening.size();
    auto end = text.find(fence, at);
    blocks.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return blocks;
}

TEST(document, its_settings_files_load) {
  auto blocks = toml_blocks(text_of("docs/configuration.md"));
  EXPECT_FALSE(blocks.empty());
  for (const auto& block : blocks)
    EXPECT_THAT(faults_of(from_file(block)), testing::IsEmpty()) << block;
}

TEST(document, its_mistakes_read_as_they_are_told) {
  auto sources = from_file("[server]\nport = 70000\nprot = 1\n");
  sources.environment["CALLBOARD_AI_TIMEOUT"] = "8";
  auto loaded = load_settings(sources);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(text_of("docs/configuration.md"), HasSubstr(to_text(loaded.error())));
}

} // namespace
} // namespace callboard::config
