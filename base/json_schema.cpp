#include "base/json_schema.hpp"

#include <boost/json/array.hpp>

namespace callboard {

void schema_set::add_text_marks(boost::json::object& schema, const field_marks& marks) {
  if (marks.length_min != 0)
    schema["minLength"] = marks.length_min;
  if (marks.length_max != 0)
    schema["maxLength"] = marks.length_max;
  if (marks.email)
    schema["format"] = "email";
}

void schema_set::add_bounds(boost::json::object& schema, const field_marks& marks) {
  if (marks.minimum != field_marks{}.minimum)
    schema["minimum"] = marks.minimum;
  if (marks.maximum != field_marks{}.maximum)
    schema["maximum"] = marks.maximum;
}

boost::json::object schema_set::nullable(boost::json::object schema) {
  if (auto type = schema.if_contains("type"); type && type->is_string()) {
    schema["type"] = boost::json::array{*type, "null"};
    if (auto choices = schema.if_contains("enum"))
      choices->as_array().emplace_back(nullptr);
    return schema;
  }
  boost::json::object either;
  boost::json::object null_type;
  null_type["type"] = "null";
  either["anyOf"] = boost::json::array{std::move(schema), std::move(null_type)};
  return either;
}

} // namespace callboard
