#include "tests/base/random_value.hpp"
#include "tests/config/support.hpp"

#include "config/toml_text.hpp"

// Whatever settings are written out, in whichever layers, are what is loaded again.
namespace callboard::config {
namespace {

using testing_support::below;
using testing_support::dice;
using testing_support::one_in;
using testing_support::random_text;

/// Values within bounds as JSON, made from the option table.
class value_maker {
public:
  explicit value_maker(dice& d) : dice_(d) {}

  boost::json::value make(const option& each) {
    const auto& marks = each.marks;
    switch (each.kind) {
      case value_kind::flag: return one_in(dice_, 2);
      case value_kind::whole: return between(marks.minimum, marks.maximum);
      case value_kind::number: return std::uniform_real_distribution<>{0, 1}(dice_);
      case value_kind::duration: return text(to_string(duration_ms{between(marks.minimum, marks.maximum)}));
      case value_kind::choice: return text(each.choices[below(dice_, each.choices.size())]);
      case value_kind::text: return text(line(12));
      case value_kind::list: return list();
      case value_kind::tables: break;
    }
    return tables();
  }

private:
  // Braces would make an array of it.
  static boost::json::value text(std::string_view from) { return boost::json::value(from); }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    if (one_in(dice_, 5))
      return one_in(dice_, 2) ? low : high;
    return std::uniform_int_distribution{low, high}(dice_);
  }

  std::string line(std::size_t length_max) {
    auto out = random_text(dice_, length_max);
    std::erase_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
    return out;
  }

  boost::json::value list() {
    boost::json::array items;
    for (auto n = 1 + below(dice_, 4); n > 0; --n)
      items.emplace_back(fmt::format("{}{}x", line(8), n));
    return items;
  }

  boost::json::value tables() {
    boost::json::array rows{boost::json::object{{"name", "builtin"}, {"kind", "builtin"}}};
    for (auto n = below(dice_, 3); n > 0; --n)
      rows.push_back(boost::json::object{{"name", fmt::format("p-{}", n)}});
    return rows;
  }

  dice& dice_;
};

/// Settings whose good values are few by rule; what they may hold is tested with the rules.
boost::json::value ruled_value(const option& each, dice& d) {
  static const std::map<std::string, std::vector<std::string>, std::less<>> values{
    {"server.host", {R"("0.0.0.0")", R"("::1")"}},
    {"admin.host", {R"("localhost")", R"("127.0.0.2")"}},
    {"server.port", {"0", "80", "65535"}},
    {"admin.port", {"0", "81", "1"}},
    {"server.cors_origins", {R"(["*"])", "[]", R"(["https://a.example", "http://b:81"])"}},
    {"store.url", {R"("sqlite:a # b.db")", R"("sqlite:/x/\"y\".db")"}},
    {"server.drain_delay", {R"("0ms")", R"("99ms")"}},
    {"server.shutdown_timeout", {R"("100ms")", R"("10m")"}},
    {"ai.retry_base", {R"("1ms")", R"("1s")"}},
    {"ai.retry_max", {R"("1s")", R"("1d")"}},
    {"ai.timeout", {R"("10ms")", R"("30s")"}},
    {"ai.claim_timeout", {R"("1m")", R"("1d")"}},
    {"ai.chains.classify", {R"(["builtin"])"}},
    {"testing.failpoints", {R"(["a=throw", "b@x,y=sleep:1ms*3"])", "[]"}},
  };
  auto ruled = values.find(each.path);
  if (ruled == values.end())
    return value_maker{d}.make(each);
  return parse_json(ruled->second[below(d, ruled->second.size())]).value();
}

/// As the environment and flags write it.
std::string plain_text(const boost::json::value& value) {
  if (auto text = value.if_string())
    return std::string{*text};
  if (auto number = value.if_double())
    return to_json(*number);
  return boost::json::serialize(value);
}

std::string dotenv_quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text)
    out += c == '"' || c == '\\' || c == '$' ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}

void write(settings_sources& to, setting_layer layer, const option& each, const boost::json::value& value) {
  auto name = environment_name(each.path);
  switch (layer) {
    case setting_layer::defaults: return;
    case setting_layer::file: to.file->text += each.path + " = " + toml_text(value) + "\n"; return;
    case setting_layer::dotenv: to.dotenv->text += name + "=" + dotenv_quoted(plain_text(value)) + "\n"; return;
    case setting_layer::environment: to.environment[name] = plain_text(value); return;
    case setting_layer::flag: to.sets.push_back(each.path + "=" + plain_text(value)); return;
  }
}

/// What is in force, by path, as one spelling.
std::map<std::string, std::string> values_by_path(const settings& all) {
  std::map<std::string, std::string> found;
  walk_settings(
    all, [&](const std::string& path, const field_marks&, const auto& member) { found[path] = to_json(member); });
  return found;
}

/// The spelling that a given value has once it is loaded.
void expect(std::map<std::string, std::string>& model, const option& each, const boost::json::value& value) {
  settings alone;
  walk_settings(alone, [&](const std::string& path, const field_marks&, auto& member) {
    if (path == each.path)
      assign_value(value, member);
  });
  model[each.path] = values_by_path(alone)[each.path];
}

TEST(reload, random_settings_in_random_layers_are_loaded_as_written) {
  for (auto seed : testing_support::test_seeds()) {
    dice d{seed};
    for (int round = 0; round < 300; ++round) {
      settings_sources sources{named_text{"f.toml", ""}, named_text{".env", ""}, {}, {}};
      auto model = values_by_path(settings{});
      for (const auto& each : option_table_of<settings>().options)
        for (auto layer : {setting_layer::file, setting_layer::dotenv, setting_layer::environment, setting_layer::flag})
          if (one_in(d, 5)) {
            auto value = ruled_value(each, d);
            write(sources, layer, each, value);
            expect(model, each, value);
          }
      auto loaded = load_settings(sources);
      ASSERT_TRUE(loaded) << "seed " << seed << " round " << round << "\n"
                          << to_text(loaded.error()) << sources.file->text;
      ASSERT_EQ(values_by_path(loaded->values), model) << "seed " << seed << " round " << round;
    }
  }
}

} // namespace
} // namespace callboard::config
