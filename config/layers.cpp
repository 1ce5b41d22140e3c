#include "config/layers.hpp"

#include "config/check_value.hpp"
#include "config/nearest_name.hpp"
#include "config/text_value.hpp"

#include <fmt/format.h>

namespace callboard::config {

const std::string& assignment::where(std::string_view inside) const {
  for (;;) {
    if (auto found = where_inside.find(std::string{inside}); found != where_inside.end())
      return found->second;
    auto cut = inside.find_last_of(".[");
    if (cut == std::string_view::npos)
      return origin.where;
    inside = inside.substr(0, cut);
  }
}

std::string assignment::key(std::string_view inside) const {
  return setting->path + std::string{is_secret_file ? secret_file_suffix : ""} + std::string{inside};
}

void layer_reading::refuse(std::string where, std::string key, std::string detail) {
  refusals.push_back({assignments.size(), {std::move(where), std::move(key), std::move(detail)}});
}

named_setting find_setting(const option_table& table, std::string_view path) {
  if (auto setting = table.find(path))
    return {setting, false};
  return {table.find_secret_of_file(path), true};
}

std::vector<std::string> known_paths(const option_table& table) {
  std::vector<std::string> paths;
  for (const auto& setting : table.options) {
    paths.push_back(setting.path);
    if (setting.marks.secret)
      paths.push_back(setting.path + std::string{secret_file_suffix});
  }
  for (const auto& group : table.groups)
    paths.push_back(group.path);
  return paths;
}

void assign_text(const option& setting, bool is_secret_file, std::string_view text, setting_origin origin,
                 layer_reading& out) {
  assignment made{&setting, is_secret_file, {}, std::move(origin)};
  auto value = is_secret_file ? boost::json::value(text) : value_from_text(setting.kind, text);
  if (!value)
    return out.refuse(made.origin.where, made.key(""), std::move(value.error()));
  made.value = std::move(*value);
  out.assignments.push_back(std::move(made));
}

void read_sets(const std::vector<std::string>& sets, const option_table& table, layer_reading& out) {
  for (const std::string_view text : sets) {
    auto equals = text.find('=');
    auto path = text.substr(0, equals);
    // The value stays out of the place: it may be a secret.
    auto where = "--set " + shown_name(path);
    if (equals == std::string_view::npos || path.empty()) {
      out.refuse(where, "", "must be path=value, such as --set server.port=8081");
    } else if (auto found = find_setting(table, path); found.setting) {
      assign_text(*found.setting, found.is_secret_file, text.substr(equals + 1), {setting_layer::flag, where}, out);
    } else if (table.find_group(path)) {
      out.refuse(where, "", "is a group of settings: name one of them");
    } else {
      out.refuse(where, "", "unknown setting" + did_you_mean(path, known_paths(table)));
    }
  }
}

} // namespace callboard::config
