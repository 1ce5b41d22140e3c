#include <utility>

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
  settings_sources sources;
  sources.file = named_text{"file", std::string{texts[0]}};
  if (texts.size() > 1)
    sources.dotenv = named_text{".env", std::string{texts[1]}};
  texts.resize(4);
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

/// Each setting as it is shown and as JSON, in the order of description, when nothing is given.
struct shown_defaults {
  std::vector<std::string> lines, json;
};

const shown_defaults& defaults() {
  static const shown_defaults made = [] {
    auto loaded = load_settings(settings_sources{});
    FUZZ_REQUIRE(loaded.has_value(), "the defaults load");
    auto shown = config_show(*loaded);
    shown_defaults all;
    for (auto line : split(shown, '\n'))
      all.lines.emplace_back(line);
    walk_settings(loaded->values, [&](const std::string&, const field_marks&, const auto& member) {
      all.json.push_back(to_json(member));
    });
    return all;
  }();
  return made;
}

/// What is shown, without the lines that say what holds without them: to read those takes most of the time.
std::string briefly(std::string_view shown) {
  auto lines = split(shown, '\n');
  FUZZ_REQUIRE(lines.size() == defaults().lines.size(), "each setting is shown in a line");
  std::string rest;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i] != defaults().lines[i])
      rest.append(lines[i]) += '\n';
  return rest;
}

/// Whether the same was seen lately. What is shown depends on nothing else.
bool is_known(std::string_view identity) {
  static std::vector<std::size_t> seen(1u << 16);
  auto hash = std::hash<std::string_view>{}(identity);
  return std::exchange(seen[hash % seen.size()], hash) == hash;
}

void require_good(const loaded_settings& loaded, input_dice& dice) {
  std::string identity;
  std::size_t index = 0;
  walk_settings(loaded.values, [&](const std::string& path, const field_marks&, const auto& member) {
    auto json = to_json(member);
    identity.append(json) += '\n';
    if (json == defaults().json[index++])
      return;
    auto origin = loaded.origins.find(path);
    FUZZ_REQUIRE(origin != loaded.origins.end() && origin->second.layer != setting_layer::defaults,
                 "what nobody gave is as it was");
    FUZZ_REQUIRE(check_value(*option_table_of<settings>().find(path), parse_json(json).value()).empty(),
                 "what loads is within its bounds");
  });
  FUZZ_REQUIRE(loaded.origins.size() == index, "every setting has an origin");
  for (const auto& [path, origin] : loaded.origins)
    if (origin.layer != setting_layer::defaults)
      identity.append(path).append(origin.where) += '\n';
  if (is_known(identity))
    return;
  auto text = config_show(loaded);
  settings_sources shown;
  shown.file = named_text{"shown", dice.up_to(63) == 0 ? text : briefly(text)};
  auto again = load_settings(shown);
  FUZZ_REQUIRE(again.has_value(), "what is shown is a settings file");
  FUZZ_REQUIRE(to_public_json(again->values) == to_public_json(loaded.values),
               "what is shown is what is in force, but for passwords");
}

/// The defaults themselves are judged in full, once.
void require_good_defaults() {
  for (const auto& each : option_table_of<settings>().options)
    FUZZ_REQUIRE(check_value(each, each.standard).empty(), "a default is within its bounds");
  auto example = load_settings(settings_sources{named_text{"example", config_example()}, {}, {}, {}});
  FUZZ_REQUIRE(example.has_value(), "the example loads");
  std::string shown;
  for (const auto& line : defaults().lines)
    shown.append(line) += '\n';
  auto again = load_settings(settings_sources{named_text{"shown", shown}, {}, {}, {}});
  FUZZ_REQUIRE(again.has_value(), "the defaults as they are shown load");
  FUZZ_REQUIRE(to_json(again->values) == to_json(settings{}), "they are the defaults");
  FUZZ_REQUIRE(to_json(example->values) == to_json(settings{}), "so is the example");
}

} // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  std::vector<std::string> all{
    "[server]\nport = 81\ncors_origins = ['https://a.example']\n[[ai.providers]]\nname = 'builtin'\n"s,
    "server.port = 70000\nservr.x = 1\n\"a b\" = 1979-05-27\nai.providers = [{ name = 1 }]\n"s,
    "\0CALLBOARD_SERVER_PORT=81\nexport PORT='82' # x\nUSE_QUEUE=\"tr\\\"ue\"\nnonsense\n"s,
    "\0\0CALLBOARD_TICKETS_CATEGORIES=a, b\nAI_TIMEOUT_MS=500\nREDIS_URL=x\nDATABASE_URL=sqlite:a\nDB_URL=postgres:"s,
    "\0\0\0server.port=81\ntickets.categories=[\"a,b\"]\nai.providers=[{\"name\":\"builtin\"}]\nx"s,
    "\0\0\0store.url=sqlite:a://b:c@d\nstore.url=postgres://h/db?user=a&password=b"s,
  };
  // Each setting by each layer, at its default. The whole example would be too slow an input to begin from.
  for (const auto& each : option_table_of<settings>().options) {
    auto text = boost::json::serialize(each.standard);
    all.push_back(each.path + " = " + toml_text(each.standard));
    all.push_back('\0' + environment_name(each.path) + '=' + text);
    all.push_back("\0\0\0"s + each.path + '=' + (each.standard.is_string() ? each.standard.as_string().c_str() : text));
  }
  return all;
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard::fuzz;
  [[maybe_unused]] static const bool once = (require_good_defaults(), true);
  auto input = view_of(data, size);
  auto loaded = callboard::config::load_settings(sources_of(input));
  input_dice dice{input};
  if (loaded)
    require_good(*loaded, dice);
  else
    require_reasons(loaded.error());
  return 0;
}
