#pragma once

#include "config/merge.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

// What must hold beyond each setting's own bounds.
namespace callboard::config {

void check_rules(const settings&, rule_report&);

/// Pieces of it, each the fault as a sentence or nothing.
std::optional<std::string> fault_of_host(std::string_view);
std::optional<std::string> fault_of_origin(std::string_view);
std::optional<std::string> fault_of_store_url(std::string_view);

/// Of a host that `fault_of_host` accepts.
bool is_loopback(std::string_view host);

} // namespace callboard::config
