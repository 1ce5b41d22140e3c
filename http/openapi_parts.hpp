#pragma once

#include "http/route_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

// The parts of the OpenAPI document that belong to no single operation.
namespace callboard::http {

boost::json::object document_info(std::string_view version);
boost::json::array document_tags();
boost::json::array path_parameters(const route& row);
boost::json::object shared_parameters();
boost::json::object shared_headers();
boost::json::object problem_examples(const std::vector<error_code>& codes);
void add_problem_schema(schema_set& schemas);

} // namespace callboard::http
