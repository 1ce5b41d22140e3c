#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace callboard::http {

/// JSON as block-style YAML 1.2, two spaces a level. Texts that could be read as something else are quoted as in JSON.
std::string to_yaml(const boost::json::value& value);

} // namespace callboard::http
