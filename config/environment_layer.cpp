#include "config/aliases.hpp"
#include "config/check_value.hpp"
#include "config/layers.hpp"
#include "config/nearest_name.hpp"
#include "config/text_value.hpp"

#include <fmt/format.h>

namespace callboard::config {
namespace {

constexpr std::string_view prefix = "CALLBOARD_";

std::string secret_file_name(const option& setting) {
  return environment_name(setting.path + std::string{secret_file_suffix});
}

class environment_reader {
public:
  environment_reader(const variables& given, setting_layer layer, const option_table& table, layer_reading& out)
      : given_(given), layer_(layer), table_(table), out_(out) {}

  void take_own_names() {
    for (const auto& setting : table_.options) {
      take(setting, false, environment_name(setting.path));
      if (setting.marks.secret)
        take(setting, true, secret_file_name(setting));
    }
  }

  void take_alias(const alias& row) {
    auto found = given_.find(std::string{row.name});
    if (found == given_.end() || found->second.value.empty())
      return;
    if (row.path.empty())
      return out_.warnings.push_back(fmt::format("{} {}", found->second.where, row.note));
    auto setting = table_.find(row.path);
    if (!setting)
      return;
    auto text = text_of_alias(row, found->second.value);
    if (auto winner = holders_.find(setting); winner != holders_.end())
      return compare(*setting, winner->second, found->second, text.value_or(""));
    holders_[setting] = {&found->second, text.value_or("")};
    if (text)
      assign_text(*setting, false, *text, {layer_, found->second.where}, out_);
    else
      out_.refuse(found->second.where, setting->path, text.error());
  }

  void warn_of_unknown_names() {
    std::vector<std::string> known;
    for (const auto& setting : table_.options) {
      known.push_back(environment_name(setting.path));
      if (setting.marks.secret)
        known.push_back(secret_file_name(setting));
    }
    for (auto at = given_.lower_bound(std::string{prefix}); at != given_.end() && at->first.starts_with(prefix); ++at)
      if (std::find(known.begin(), known.end(), at->first) == known.end())
        out_.warnings.push_back(fmt::format("{} is not a setting{}", at->second.where, did_you_mean(at->first, known)));
  }

private:
  void take(const option& setting, bool is_secret_file, const std::string& name) {
    auto found = given_.find(name);
    if (found == given_.end())
      return;
    holders_[&setting] = {&found->second, found->second.value};
    assign_text(setting, is_secret_file, found->second.value, {layer_, found->second.where}, out_);
  }

  struct holder {
    const variable* given = nullptr;
    std::string text; ///< as the setting itself would have been given
  };

  void compare(const option& setting, const holder& winner, const variable& loser, std::string_view text) {
    if (!mean_the_same(setting.kind, winner.text, text))
      out_.warnings.push_back(
        fmt::format("{} is ignored: {} sets the same setting to another value", loser.where, winner.given->where));
  }

  static bool mean_the_same(value_kind kind, std::string_view a, std::string_view b) {
    if (kind == value_kind::duration)
      return parse_duration(trimmed(a)) == parse_duration(trimmed(b));
    return value_from_text(kind, a) == value_from_text(kind, b);
  }

  const variables& given_;
  setting_layer layer_;
  const option_table& table_;
  layer_reading& out_;
  std::map<const option*, holder> holders_;
};

} // namespace

tl::expected<std::string, std::string> text_of_alias(const alias& row, std::string_view text) {
  switch (row.reading) {
    case alias_reading::as_is: break;
    case alias_reading::milliseconds:
      if (text.find_first_not_of("0123456789") != std::string_view::npos)
        return tl::unexpected("must be a whole number of milliseconds, is " + shown_text(text));
      return std::string{text} + "ms";
    case alias_reading::queue:
      if (auto flag = flag_from_text(text))
        return *flag ? "async" : "sync";
      return tl::unexpected("must be true (answer at once) or false (wait for the AI), is " + shown_text(text));
  }
  return std::string{text};
}

void read_variables(const variables& given, setting_layer layer, const option_table& table, layer_reading& out) {
  if (given.empty())
    return;
  environment_reader reader{given, layer, table, out};
  reader.take_own_names();
  for (const auto& row : aliases)
    reader.take_alias(row);
  reader.warn_of_unknown_names();
}

} // namespace callboard::config
