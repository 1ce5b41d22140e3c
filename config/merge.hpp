#pragma once

#include "config/layers.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// The layers laid over each other: for each setting the last word, judged, secrets read from their files.
namespace callboard::config {

struct named_text {
  std::string name; ///< how faults call it
  std::string text;
};

/// Everything that settings come from, as plain data.
struct settings_sources {
  std::optional<named_text> file;
  std::optional<named_text> dotenv;
  std::map<std::string, std::string> environment;
  std::vector<std::string> sets; ///< `path=value` each
};

/// At most `faults_max` are kept, and a line that says how many more there were.
struct merged_settings {
  static constexpr std::size_t faults_max = 100;

  std::map<std::string, assignment, std::less<>> winning; ///< by path
  settings_faults faults;
  std::vector<std::string> warnings;
  std::set<std::string, std::less<>> faulty; ///< keys that some layer gave a bad value

  /// Where the value of `key` came from; `key` may point inside a value, `tickets.categories[2]`.
  std::string where(std::string_view key) const;
};

merged_settings merge_settings(const option_table&, const settings_sources&);

/// What the rules between settings find. A rule stays silent about what is known to be bad already.
class rule_report {
public:
  explicit rule_report(merged_settings& settings) : settings_(settings) {}

  /// `key` is to blame; the rule looked at `others` too.
  void fault(std::string_view key, std::string detail, std::initializer_list<std::string_view> others = {});
  void warn(std::string_view key, std::string_view detail);

private:
  bool is_faulty(std::string_view key) const;

  merged_settings& settings_;
};

/// Cuts the list to `merged_settings::faults_max`.
void limit_faults(settings_faults&);

} // namespace callboard::config
