#pragma once

#include "config/merge.hpp"
#include "config/settings.hpp"

#include <tl/expected.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Settings from all their sources: defaults < file < `.env` < environment < flags. All mistakes come back at once.
namespace callboard::config {

template <class T>
struct loaded {
  T values;
  std::map<std::string, setting_origin, std::less<>> origins; ///< of every setting, by path
  std::vector<std::string> warnings;                          ///< one line each; no secrets
};
using loaded_settings = loaded<settings>;

struct no_rules {
  template <class T>
  void operator()(const T&, rule_report&) const {}
};

/// Any described struct from texts. `rules(values, report)` judges what concerns more than one setting's own bounds.
/// `unreadable` are faults of the sources themselves, reported with all the others.
template <described_struct T, class Rules = no_rules>
tl::expected<loaded<T>, settings_faults> load_described(const settings_sources& sources, Rules rules = {},
                                                        settings_faults unreadable = {}) {
  auto merged = merge_settings(option_table_of<T>(), sources);
  loaded<T> out;
  walk_settings(out.values, [&](const std::string& path, const field_marks&, auto& member) {
    auto won = merged.winning.find(path);
    if (won != merged.winning.end())
      assign_value(won->second.value, member);
    out.origins[path] = won != merged.winning.end() ? won->second.origin : setting_origin{};
  });
  rule_report report{merged};
  rules(out.values, report);
  merged.faults.insert(merged.faults.begin(), unreadable.begin(), unreadable.end());
  limit_faults(merged.faults);
  if (!merged.faults.empty())
    return tl::unexpected(std::move(merged.faults));
  out.warnings = std::move(merged.warnings);
  return out;
}

struct load_request {
  std::optional<std::filesystem::path> file;   ///< must be there
  std::optional<std::filesystem::path> dotenv; ///< read if it is there
  std::map<std::string, std::string> environment;
  std::vector<std::string> sets; ///< `path=value` each
};

tl::expected<loaded_settings, settings_faults> load_settings(const settings_sources&);
tl::expected<loaded_settings, settings_faults> load_settings(const load_request&);

/// The environment of this process.
std::map<std::string, std::string> process_environment();

} // namespace callboard::config
