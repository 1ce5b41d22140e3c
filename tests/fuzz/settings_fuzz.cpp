#include "config/check_value.hpp"
#include "config/example.hpp"
#include "tests/fuzz/target.hpp"

// Settings from up to four texts, parted by NUL: the file, `.env`, the environment and flags (a line each). They load, or
// are refused with reasons; what loads is within its bounds, and is the same again when it is shown and read back.
namespace callboard::fuzz {
namespace {

using namespace config;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

settings_sources sources_of(std::string_view input) {
  auto texts = split(input, '\0');
  texts.resize(4);
  settings_sources sources{
    named_text{"file", std::string{texts[0]}}, named_text{".env", std::string{texts[1]}}, {}, {}};
  for (auto line : split(texts[2], '\n'))
    if (auto equals = line.find('='); equals != std::string_view::npos)
      sources.environment.emplace(line.substr(0, equals), line.substr(equals + 1));
  if (!texts[3].empty())
    for (auto line : split(texts[3], '\n'))
      sources.sets.emplace_back(line);
  return sources;
}

void require_reasons(const settings_faults& faults) {
  FUZZ_REQUIRE(!faults.empty(), "what is refused has a reason");
  FUZZ_REQUIRE(faults.size() <= merged_settings::faults_max + 1, "the list of reasons is bounded");
  for (const auto& fault : faults)
    FUZZ_REQUIRE(!fault.where.empty() && !fault.detail.empty(), "a reason says where and what");
}

void require_good(const loaded_settings& loaded) {
  walk_settings(loaded.values, [&](const std::string& path, const field_marks&, const auto& member) {
    FUZZ_REQUIRE(check_value(*option_table_of<settings>().find(path), to_json_value(member)).empty(),
                 "what loads is within its bounds");
    FUZZ_REQUIRE(loaded.origins.count(path) == 1, "every setting has an origin");
  });
  settings_sources shown;
  shown.file = named_text{"shown", config_show(loaded)};
  auto again = load_settings(shown);
  FUZZ_REQUIRE(again.has_value(), "what is shown is a settings file");
  FUZZ_REQUIRE(to_json(again->values) == to_json(loaded.values), "what is shown is what is in force");
}

} // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  std::vector<std::string> all{
    config_example(),
    "[server]\nport = 81\ncors_origins = ['https://a.example']\n[[ai.providers]]\nname = 'builtin'\n"s,
    "server.port = 70000\nservr.x = 1\n\"a b\" = 1979-05-27\nai.providers = [{ name = 1 }]\n"s,
    "\0CALLBOARD_SERVER_PORT=81\nexport PORT='82' # x\nUSE_QUEUE=\"tr\\\"ue\"\nnonsense\n"s,
    "\0\0CALLBOARD_TICKETS_CATEGORIES=a, b\nAI_TIMEOUT_MS=500\nREDIS_URL=x\nDATABASE_URL=sqlite:a\nDB_URL=postgres:"s,
    "\0\0\0server.port=81\ntickets.categories=[\"a,b\"]\nai.providers=[{\"name\":\"builtin\"}]\nx"s,
  };
  // Single lines of the example, so that small inputs reach every setting.
  for (auto line : split(all.front(), '\n'))
    if (line.find(" = ") != std::string_view::npos && line.front() != '#')
      all.emplace_back(line);
  return all;
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard::fuzz;
  auto loaded = callboard::config::load_settings(sources_of(view_of(data, size)));
  if (loaded)
    require_good(*loaded);
  else
    require_reasons(loaded.error());
  return 0;
}
