#include "config/setting_fault.hpp"

#include <fmt/format.h>

namespace callboard::config {

std::string to_text(const settings_fault& fault) {
  // A flag's origin ends with the key already.
  if (fault.key.empty() || fault.where.ends_with(" " + fault.key))
    return fmt::format("{}: {}", fault.where, fault.detail);
  return fmt::format("{}: {}: {}", fault.where, fault.key, fault.detail);
}

std::string to_text(const settings_faults& faults) {
  auto text = faults.size() == 1 ? std::string{"The settings have a mistake:\n"}
                                 : fmt::format("The settings have {} mistakes:\n", faults.size());
  for (const auto& fault : faults)
    text += "  " + to_text(fault) + "\n";
  return text;
}

} // namespace callboard::config
