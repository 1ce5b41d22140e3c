#include "tests/config/support.hpp"

namespace callboard::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct layer_case {
  setting_layer layer;
  void (*give)(settings_sources&, int port);
  std::string where;
};

/// All layers that can say something, the weakest first.
const std::array layers{
  layer_case{setting_layer::file,
             [](settings_sources& to, int port) {
               to.file = named_text{"callboard.toml", fmt::format("[server]\nport = {}\n", port)};
             },
             "callboard.toml:2:8"},
  layer_case{setting_layer::dotenv,
             [](settings_sources& to, int port) {
               to.dotenv = named_text{".env", fmt::format("# ports\nCALLBOARD_SERVER_PORT={}\n", port)};
             },
             ".env:2 CALLBOARD_SERVER_PORT"},
  layer_case{setting_layer::environment,
             [](settings_sources& to, int port) { to.environment["CALLBOARD_SERVER_PORT"] = std::to_string(port); },
             "environment CALLBOARD_SERVER_PORT"},
  layer_case{setting_layer::flag,
             [](settings_sources& to, int port) { to.sets.push_back(fmt::format("server.port={}", port)); },
             "--set server.port"},
};

TEST(layer_order, without_sources_everything_is_default) {
  auto loaded = load_good({});
  EXPECT_EQ(to_json(loaded.values), to_json(settings{}));
  EXPECT_EQ(loaded.origins.size(), option_table_of<settings>().options.size());
  for (const auto& [path, origin] : loaded.origins)
    EXPECT_EQ(origin, setting_origin{}) << path;
  EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST(layer_order, in_every_choice_of_layers_the_strongest_wins) {
  for (unsigned chosen = 1; chosen < 1u << layers.size(); ++chosen) {
    settings_sources sources;
    std::size_t strongest = 0;
    for (std::size_t i = 0; i < layers.size(); ++i)
      if (chosen & 1u << i) {
        layers[i].give(sources, static_cast<int>(10'000 + i));
        strongest = i;
      }
    auto loaded = load_good(sources);
    EXPECT_EQ(loaded.values.server.port, 10'000 + static_cast<int>(strongest)) << "layers " << chosen;
    setting_origin expected{layers[strongest].layer, layers[strongest].where};
    EXPECT_EQ(loaded.origins.at("server.port"), expected) << loaded.origins.at("server.port").where;
    EXPECT_EQ(loaded.origins.at("server.host"), setting_origin{});
  }
}

TEST(layer_order, layers_add_up_key_by_key) {
  auto sources = from_file("[server]\nport = 1\nthreads = 3\n[tickets]\ncategories = [\"a\", \"b\"]\n");
  sources.dotenv = named_text{".env", "CALLBOARD_LOG_LEVEL=debug\n"};
  sources.environment["CALLBOARD_AI_TIMEOUT"] = "3s";
  sources.sets = {"server.port=2", "ai.enabled=false"};
  auto values = load_good(sources).values;
  EXPECT_EQ(values.server.port, 2);
  EXPECT_EQ(values.server.threads, 3);
  EXPECT_THAT(values.tickets.categories, ElementsAre("a", "b"));
  EXPECT_EQ(values.log.level, log_threshold::debug);
  EXPECT_EQ(values.ai.timeout, 3s);
  EXPECT_FALSE(values.ai.enabled);
}

TEST(layer_order, a_list_replaces_the_weaker_list) {
  auto sources = from_file("[tickets]\ncategories = [\"a\", \"b\"]\n");
  sources.sets = {"tickets.categories=c"};
  EXPECT_THAT(load_good(sources).values.tickets.categories, ElementsAre("c"));
}

TEST(layer_order, a_bad_value_stops_the_start_even_when_a_stronger_layer_is_good) {
  auto sources = from_file("[server]\nport = 70000\n");
  sources.sets = {"server.port=1"};
  EXPECT_THAT(faults_of(sources),
              ElementsAre("callboard.toml:2:8: server.port: must be a whole number from 0 to 65535, is 70000"));
}

TEST(layer_order, of_two_flags_for_one_path_the_last_wins) {
  EXPECT_EQ(load_good(from_sets({"server.port=1", "server.port=2"})).values.server.port, 2);
}

TEST(layer_order, every_setting_has_its_own_environment_name) {
  std::set<std::string> names;
  for (const auto& each : option_table_of<settings>().options)
    EXPECT_TRUE(names.insert(environment_name(each.path)).second) << each.path;
  EXPECT_EQ(environment_name("ai.policy.classify.mode"), "CALLBOARD_AI_POLICY_CLASSIFY_MODE");
}

TEST(layer_order, files_are_read_from_their_paths) {
  scratch_folder folder;
  load_request request{folder.write("my.toml", "[server]\nport = 1\n"),
                       folder.write(".env", "CALLBOARD_SERVER_THREADS=3\n"),
                       {{"PORT", "2"}},
                       {"log.level=warn"}};
  auto loaded = load_settings(request);
  ASSERT_TRUE(loaded) << to_text(loaded.error());
  EXPECT_EQ(loaded->values.server.port, 2);
  EXPECT_EQ(loaded->values.server.threads, 3);
  EXPECT_EQ(loaded->values.log.level, log_threshold::warn);
  EXPECT_EQ(loaded->origins.at("server.threads").where, (folder.path() / ".env:1 CALLBOARD_SERVER_THREADS").string());
}

TEST(layer_order, a_missing_dotenv_is_nothing_and_a_missing_file_is_a_fault_beside_the_others) {
  scratch_folder folder;
  load_request request{folder.path() / "none.toml", folder.path() / ".env", {}, {"server.port=x"}};
  auto loaded = load_settings(request);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), ElementsAre(settings_fault{(folder.path() / "none.toml").string(), "", "does not exist"},
                                          settings_fault{"--set server.port", "server.port",
                                                         "must be a whole number from 0 to 65535, is \"x\""}));
}

TEST(layer_order, a_folder_an_endless_file_and_no_path_are_refused) {
  scratch_folder folder;
  auto large = folder.write("large.toml", std::string(text_file_bytes_max + 1, '#'));
  for (auto [path, detail] : {std::pair{folder.path(), "is a folder"}, std::pair{large, "is larger than 65536 bytes"},
                              std::pair{std::filesystem::path{}, "does not exist"}}) {
    auto loaded = load_settings(load_request{path, {}, {}, {}});
    ASSERT_FALSE(loaded);
    ASSERT_EQ(loaded.error().size(), 1u);
    EXPECT_EQ(loaded.error().front().detail, detail);
  }
  folder.write("large.toml", std::string(text_file_bytes_max, '#'));
  EXPECT_TRUE(load_settings(load_request{large, {}, {}, {}}));
}

TEST(layer_order, the_environment_of_the_process_is_read) {
  ::setenv("CALLBOARD_SERVER_PORT", "4=5", 1);
  auto environment = process_environment();
  ::unsetenv("CALLBOARD_SERVER_PORT");
  EXPECT_EQ(environment.at("CALLBOARD_SERVER_PORT"), "4=5");
  EXPECT_FALSE(process_environment().contains("CALLBOARD_SERVER_PORT"));
}

} // namespace
} // namespace callboard::config
