#include "base/json_schema.hpp"

#include "base/json_read.hpp"

#include <gtest/gtest.h>

namespace callboard {
namespace {

BOOST_DEFINE_ENUM_CLASS(colour, red, dark_blue)

struct schema_part {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(schema_part, (), (name))

struct schema_view {
  ticket_id id;
  std::int64_t number = 0;
  std::optional<colour> paint;
  std::vector<std::string> tags;
  std::optional<schema_part> part;
  timestamp time;
  double share = 0;
};
BOOST_DESCRIBE_STRUCT(schema_view, (), (id, number, paint, tags, part, time, share))

struct schema_inner {
  std::optional<int> maybe;
  int always = 0;
};
BOOST_DESCRIBE_STRUCT(schema_inner, (), (maybe, always))

struct schema_body {
  std::string title;
  std::optional<std::string> email;
  std::optional<int> kept;
  std::vector<schema_inner> parts;
  std::map<std::string, bool> flags;
  patch_field<colour> paint;
  duration_ms span{};
  raw_json extra;
};
BOOST_DESCRIBE_STRUCT(schema_body, (), (title, email, kept, parts, flags, paint, span, extra))

struct schema_event {
  patch_field<int> changed;
  std::optional<int> always;
};
BOOST_DESCRIBE_STRUCT(schema_event, (), (changed, always))

struct schema_tree {
  std::vector<schema_tree> children;
};
BOOST_DESCRIBE_STRUCT(schema_tree, (), (children))

struct schema_empty {};
BOOST_DESCRIBE_STRUCT(schema_empty, (), ())

} // namespace

template <>
inline constexpr bool is_request<schema_body> = true;
template <>
inline constexpr bool is_request<schema_inner> = true;
template <>
inline constexpr field_marks marks_of<&schema_view::number>{.minimum = 1, .maximum = 9, .help = "Short."};
template <>
inline constexpr field_marks marks_of<&schema_view::tags>{.items_max = 2, .item_length_max = 3};
template <>
inline constexpr field_marks marks_of<&schema_view::share>{.minimum = 0, .maximum = 1};
template <>
inline constexpr field_marks marks_of<&schema_body::title>{.length_min = 1, .length_max = 200, .help = "One line."};
template <>
inline constexpr field_marks marks_of<&schema_body::email>{.email = true};
template <>
inline constexpr field_marks marks_of<&schema_body::kept>{.not_null = true};

namespace {

template <class T>
boost::json::value named_schema() {
  schema_set set;
  set.schema_of<T>();
  return set.named().at(type_name<T>());
}

TEST(json_schema, describes_an_answer_whose_members_are_always_there) {
  EXPECT_EQ(named_schema<schema_view>(), *parse_json(R"({
    "type": "object",
    "properties": {
      "id": {"type": "string", "format": "uuid"},
      "number": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 9, "description": "Short."},
      "paint": {"type": ["string", "null"], "enum": ["red", "dark_blue", null]},
      "tags": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 3}, "maxItems": 2},
      "part": {"anyOf": [{"$ref": "#/components/schemas/schema_part"}, {"type": "null"}]},
      "time": {"type": "string", "format": "date-time"},
      "share": {"type": "number", "minimum": 0, "maximum": 1}
    },
    "required": ["id", "number", "paint", "tags", "part", "time", "share"],
    "additionalProperties": false})"));
}

TEST(json_schema, describes_a_request_whose_optional_members_may_be_left_out) {
  EXPECT_EQ(named_schema<schema_body>(), *parse_json(R"({
    "type": "object",
    "properties": {
      "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "One line."},
      "email": {"type": ["string", "null"], "format": "email"},
      "kept": {"type": "integer", "format": "int64"},
      "parts": {"type": "array", "items": {"$ref": "#/components/schemas/schema_inner"}},
      "flags": {"type": "object", "additionalProperties": {"type": "boolean"}},
      "paint": {"type": ["string", "null"], "enum": ["red", "dark_blue", null]},
      "span": {"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"},
      "extra": {"type": "object"}
    },
    "required": ["title", "span", "extra"],
    "additionalProperties": false})"));
}

TEST(json_schema, requires_of_a_request_exactly_what_the_reader_requires) {
  auto read = from_json_text<schema_body>("{}", read_as::request);
  ASSERT_FALSE(read);
  boost::json::array missing;
  for (const auto& e : read.error().errors)
    missing.emplace_back(e.pointer.substr(1));
  EXPECT_EQ(named_schema<schema_body>().at("required"), missing);
  auto nested = from_json_text<std::vector<schema_inner>>("[{}]", read_as::request);
  ASSERT_FALSE(nested);
  ASSERT_EQ(nested.error().errors.size(), 1u);
  EXPECT_EQ(nested.error().errors[0].pointer, "/0/always");
  EXPECT_EQ(named_schema<schema_inner>().at("required"), (boost::json::array{"always"}));
}

static_assert(std::same_as<detail::carried<std::optional<std::vector<schema_part>>>::type, schema_part>);
static_assert(std::same_as<detail::carried<patch_field<std::map<std::string, schema_part>>>::type, schema_part>);
static_assert(detail::is_request_or_plain<schema_inner> && detail::is_request_or_plain<std::string>);
static_assert(!detail::is_request_or_plain<schema_part>, "a struct of answers is none of a request's");

TEST(json_schema, never_requires_what_the_writer_leaves_out) {
  EXPECT_EQ(named_schema<schema_event>().at("required"), (boost::json::array{"always"}));
}

TEST(json_schema, names_each_struct_once_and_refers_to_it) {
  schema_set set;
  EXPECT_EQ(set.schema_of<schema_view>(), *parse_json(R"({"$ref": "#/components/schemas/schema_view"})"));
  set.schema_of<schema_body>();
  set.schema_of<schema_view>();
  EXPECT_EQ(set.named().size(), 4u);
  for (auto name : {"schema_view", "schema_body", "schema_part", "schema_inner"})
    EXPECT_TRUE(set.named().contains(name)) << name;
}

TEST(json_schema, ends_on_a_struct_that_contains_itself) {
  EXPECT_EQ(named_schema<schema_tree>().at("properties").at("children"),
            *parse_json(R"({"type": "array", "items": {"$ref": "#/components/schemas/schema_tree"}})"));
}

TEST(json_schema, describes_a_struct_without_members) {
  EXPECT_EQ(named_schema<schema_empty>(),
            *parse_json(R"({"type": "object", "properties": {}, "additionalProperties": false})"));
}

TEST(json_schema, describes_plain_values_in_place) {
  schema_set set;
  EXPECT_EQ(set.schema_of<bool>(), *parse_json(R"({"type": "boolean"})"));
  EXPECT_EQ(set.schema_of<std::optional<bool>>(), *parse_json(R"({"type": ["boolean", "null"]})"));
  EXPECT_EQ(set.schema_of<double>(), *parse_json(R"({"type": "number"})"));
  EXPECT_EQ(set.schema_of<std::vector<int>>(),
            *parse_json(R"({"type": "array", "items": {"type": "integer", "format": "int64"}})"));
  EXPECT_TRUE(set.named().empty());
}

} // namespace
} // namespace callboard
