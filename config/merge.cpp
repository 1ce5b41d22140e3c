#include "config/merge.hpp"

#include "config/check_value.hpp"
#include "config/text_file.hpp"

#include <fmt/format.h>

namespace callboard::config {
namespace {

std::string_view option_path(std::string_view key) { return key.substr(0, key.find('[')); }

/// Whether a key is the other or points into its value.
bool is_inside(std::string_view key, std::string_view outer) {
  return key.starts_with(outer) && (key.size() == outer.size() || key[outer.size()] == '[' || key[outer.size()] == '.');
}

variables process_variables(const std::map<std::string, std::string>& environment) {
  variables found;
  for (const auto& [name, value] : environment)
    found[name] = {value, "environment " + shown_name(name)};
  return found;
}

class merger {
public:
  explicit merger(const option_table& table) : table_(table) {}

  merged_settings take() && { return std::move(merged_); }

  void add(layer_reading layer) {
    std::move(layer.warnings.begin(), layer.warnings.end(), std::back_inserter(merged_.warnings));
    auto refusal = layer.refusals.begin();
    auto take_refusals = [&](std::size_t place) {
      for (; refusal != layer.refusals.end() && refusal->assignments_before <= place; ++refusal)
        take_refusal(std::move(refusal->fault));
    };
    refuse_secrets_given_twice(layer);
    for (std::size_t i = 0; i < layer.assignments.size(); ++i) {
      take_refusals(i);
      if (auto& each = layer.assignments[i]; judge(each))
        merged_.winning.insert_or_assign(each.setting->path, std::move(each));
    }
    take_refusals(layer.assignments.size());
  }

  /// Only the files of secrets that won are read: what is overridden may be missing here.
  void read_secrets() {
    for (auto& [path, each] : merged_.winning)
      if (each.is_secret_file)
        read_secret(each);
      else if (each.setting->kind == value_kind::tables)
        read_secrets_of_rows(each);
  }

private:
  void fault(const assignment& at, std::string_view inside, std::string detail) {
    merged_.faults.push_back({at.where(inside), at.key(inside), std::move(detail)});
    merged_.faulty.insert(at.setting->path + std::string{inside});
  }

  /// A value that its layer could not even read is bad as well.
  void take_refusal(settings_fault refused) {
    if (auto found = find_setting(table_, option_path(refused.key)); found.setting)
      merged_.faulty.insert(found.setting->path);
    merged_.faults.push_back(std::move(refused));
  }

  void refuse_secrets_given_twice(const layer_reading& layer) {
    for (const auto& file : layer.assignments)
      for (const auto& text : layer.assignments)
        if (file.is_secret_file && !text.is_secret_file && file.setting == text.setting)
          fault(file, "", fmt::format("give either {} or {}, not both", text.key(""), file.key("")));
  }

  /// Whether the value is good, or what is left of it is.
  bool judge(assignment& given) {
    if (given.is_secret_file)
      return judge_file_name(given);
    auto found = check_value(*given.setting, given.value);
    for (auto& each : found)
      fault(given, each.inside, std::move(each.detail));
    if (found.empty())
      return true;
    auto rest = without_faults(*given.setting, given.value);
    given.value = rest.value_or(nullptr);
    return rest.has_value();
  }

  bool judge_file_name(const assignment& given) {
    if (is_file_name(given.value))
      return true;
    fault(given, "", "must be the path of a file");
    return false;
  }

  /// The secret in the file, put where it would have stood; or a fault.
  void read_secret_into(const assignment& at, const std::string& inside, const option& secret, const std::string& path,
                        boost::json::value& into) {
    auto text = read_secret_file(path);
    into = text.value_or("");
    if (!text)
      return fault(at, inside, fmt::format("the file {} {}", shown_text(path), text.error()));
    for (const auto& each : check_value(secret, into))
      fault(at, inside, fmt::format("what is in the file {} {}", shown_text(path), each.detail));
  }

  void read_secret(assignment& given) {
    std::string path{given.value.as_string()};
    read_secret_into(given, "", *given.setting, path, given.value);
  }

  void read_secrets_of_rows(assignment& given) {
    auto& rows = given.value.as_array();
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const auto& column : given.setting->columns) {
        auto name = column.path + std::string{secret_file_suffix};
        const auto* file = column.marks.secret ? rows[i].as_object().if_contains(name) : nullptr;
        if (!file)
          continue;
        std::string path{file->as_string()};
        read_secret_into(given, fmt::format("[{}].{}", i, name), column, path, rows[i].as_object()[column.path]);
      }
  }

  const option_table& table_;
  merged_settings merged_;
};

} // namespace

std::string merged_settings::where(std::string_view key) const {
  auto found = winning.find(option_path(key));
  if (found == winning.end())
    return setting_origin{}.where;
  return found->second.where(key.substr(option_path(key).size()));
}

merged_settings merge_settings(const option_table& table, const settings_sources& sources) {
  merger layers{table};
  if (sources.file) {
    layer_reading file;
    read_toml(sources.file->text, sources.file->name, table, file);
    layers.add(std::move(file));
  }
  if (sources.dotenv) {
    layer_reading dotenv;
    auto found = read_dotenv(sources.dotenv->text, sources.dotenv->name, dotenv);
    read_variables(found, setting_layer::dotenv, table, dotenv);
    layers.add(std::move(dotenv));
  }
  layer_reading environment;
  read_variables(process_variables(sources.environment), setting_layer::environment, table, environment);
  layers.add(std::move(environment));
  layer_reading flags;
  read_sets(sources.sets, table, flags);
  layers.add(std::move(flags));
  layers.read_secrets();
  return std::move(layers).take();
}

bool rule_report::is_faulty(std::string_view key) const {
  return std::any_of(settings_.faulty.begin(), settings_.faulty.end(),
                     [&](std::string_view bad) { return is_inside(bad, key) || is_inside(key, bad); });
}

void rule_report::fault(std::string_view key, std::string detail, std::initializer_list<std::string_view> others) {
  if (is_faulty(key) || std::any_of(others.begin(), others.end(), [&](auto other) { return is_faulty(other); }))
    return;
  settings_.faults.push_back({settings_.where(key), std::string{key}, std::move(detail)});
}

void rule_report::warn(std::string_view key, std::string_view detail) {
  if (!is_faulty(key))
    settings_.warnings.push_back(to_text({settings_.where(key), std::string{key}, std::string{detail}}));
}

void limit_faults(settings_faults& faults) {
  if (faults.size() <= merged_settings::faults_max)
    return;
  auto more = faults.size() - merged_settings::faults_max;
  faults.resize(merged_settings::faults_max);
  faults.push_back({"settings", "", fmt::format("and {} mistakes more", more)});
}

} // namespace callboard::config
