#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace callboard::config {

/// A value as TOML writes it on one line; tables as inline tables.
std::string toml_text(const boost::json::value&);

} // namespace callboard::config
