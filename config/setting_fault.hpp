#pragma once

#include <string>
#include <vector>

namespace callboard::config {

/// Where a value came from; later ones win.
enum class setting_layer {
  defaults,
  file,
  dotenv,
  environment,
  flag
};

/// `where` is for people: `callboard.toml:3:8`, `.env:4 CALLBOARD_LOG_LEVEL`, `environment PORT`, `--set server.port`.
struct setting_origin {
  setting_layer layer = setting_layer::defaults;
  std::string where = "default";

  bool operator==(const setting_origin&) const = default;
};

/// One thing that is wrong. `key` is the dotted path, with `[2]` for an item, or empty when no key is to blame.
/// Never holds a secret's value.
struct settings_fault {
  std::string where;
  std::string key;
  std::string detail;

  bool operator==(const settings_fault&) const = default;
};
using settings_faults = std::vector<settings_fault>;

/// One line: `callboard.toml:3:8: server.port: must be ..., is ...`.
std::string to_text(const settings_fault&);

/// All of them, one a line, under a line that counts them.
std::string to_text(const settings_faults&);

} // namespace callboard::config
