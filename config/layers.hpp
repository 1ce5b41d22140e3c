#pragma once

#include "config/option.hpp"
#include "config/setting_fault.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The layers of settings, each read into assignments. Reading a layer judges names and form; values are judged when the
// layers are merged, all by the same rules.
namespace callboard::config {

/// One layer's word about one setting.
struct assignment {
  const option* setting = nullptr;
  bool is_secret_file = false; ///< the value is the path of a file that holds the secret
  boost::json::value value;
  setting_origin origin;
  std::map<std::string, std::string> where_inside = {}; ///< `[2]` -> its own place, where the layer knows it

  /// The place of what is `inside`, or the nearest place around it that is known.
  const std::string& where(std::string_view inside) const;
  std::string key(std::string_view inside) const;
};

struct layer_reading {
  struct refusal {
    std::size_t assignments_before = 0;
    settings_fault fault;
  };

  std::vector<assignment> assignments;
  std::vector<refusal>
    refusals; ///< each knows its place among the assignments, so that all faults keep the layer's order
  std::vector<std::string> warnings;

  void refuse(std::string where, std::string key, std::string detail);
};

/// The settings file. `name` is how faults call it.
void read_toml(std::string_view text, const std::string& name, const option_table&, layer_reading&);

struct variable {
  std::string value;
  std::string where;
};
using variables = std::map<std::string, variable>;

/// Environment names and their aliases, out of the process's environment or a `.env` file.
void read_variables(const variables&, setting_layer, const option_table&, layer_reading&);

/// The variables of a `.env` file: `KEY=value`, `export KEY=value`, comments, 'literal' and "escaped" quotes.
variables read_dotenv(std::string_view text, const std::string& name, layer_reading&);

/// `path=value` of each `--set`; the last one for a path wins.
void read_sets(const std::vector<std::string>& sets, const option_table&, layer_reading&);

/// An assignment of a value that came as text. Lists are comma-separated or a JSON array, tables a JSON array.
void assign_text(const option&, bool is_secret_file, std::string_view text, setting_origin, layer_reading&);

/// The setting that a path names, or the secret that it names the file of.
struct named_setting {
  const option* setting = nullptr;
  bool is_secret_file = false;
};
named_setting find_setting(const option_table&, std::string_view path);

/// Every path that may be given, for suggestions.
std::vector<std::string> known_paths(const option_table&);

} // namespace callboard::config
