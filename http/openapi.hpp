#pragma once

#include <string>

namespace callboard::http {

/// The OpenAPI 3.1 document of the route table, as JSON and as YAML. A function of the table alone.
const std::string& openapi_json();
std::string openapi_yaml();

} // namespace callboard::http
