#include "http/openapi.hpp"

#include "base/json_read.hpp"
#include "domain/ticket_commands.hpp"
#include "http/route_table.hpp"
#include "http/yaml.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace callboard::http {
namespace {

namespace json = boost::json;

const json::object& document() {
  static const json::value value = *parse_json(openapi_json(), 64);
  return value.as_object();
}

TEST(openapi, the_file_is_what_the_table_says) {
  std::ifstream file{std::string{CALLBOARD_SOURCE_DIR} + "/docs/openapi.yaml"};
  std::stringstream kept;
  kept << file.rdbuf();
  EXPECT_TRUE(kept.str() == openapi_yaml())
    << "docs/openapi.yaml is out of date: write it anew with `callboard openapi > docs/openapi.yaml`";
}

TEST(openapi, every_documented_row_is_an_operation) {
  const auto& paths = document().at("paths").as_object();
  std::size_t operations = 0;
  for (const auto& [path, item] : paths)
    operations += item.as_object().size();
  std::size_t rows = 0;
  for (const auto& row : route_table())
    rows += row.documented ? 1 : 0;
  EXPECT_EQ(operations, rows);
}

/// Every `$ref` and everything it could mean.
void collect_refs(const json::value& value, std::set<std::string>& refs) {
  if (auto object = value.if_object()) {
    for (const auto& [name, member] : *object)
      if (name == "$ref")
        refs.emplace(member.as_string());
      else
        collect_refs(member, refs);
  } else if (auto array = value.if_array()) {
    for (const auto& item : *array)
      collect_refs(item, refs);
  }
}

TEST(openapi, every_reference_leads_somewhere) {
  std::set<std::string> refs;
  collect_refs(document(), refs);
  EXPECT_GT(refs.size(), 30u);
  for (const auto& ref : refs) {
    boost::system::error_code failed;
    auto found = json::value(document()).find_pointer(ref.substr(1), failed);
    EXPECT_TRUE(found && !failed) << ref;
  }
}

TEST(openapi, requires_no_more_of_a_requester_than_the_reader) {
  for (auto given : {R"({})", R"({"name":"Ann"})", R"({"email":"ann@example.com"})", R"({"name":null,"email":null})"}) {
    auto body = R"({"title":"t","description":"d","requester":)" + std::string{given} + "}";
    EXPECT_TRUE(from_json_text<create_ticket>(body, read_as::request)) << given;
  }
  const auto& schemas = document().at("components").as_object().at("schemas").as_object();
  EXPECT_FALSE(schemas.at("requester").as_object().contains("required"));
}

TEST(openapi, every_error_an_operation_names_has_its_status) {
  for (const auto& row : route_table()) {
    if (!row.documented)
      continue;
    auto path = (row.place == route_place::api ? "/api/v1" : "") + std::string{row.path};
    std::string method;
    for (char c : row.method)
      method += static_cast<char>(c | 0x20);
    const auto& responses =
      document().at("paths").as_object().at(path).as_object().at(method).as_object().at("responses");
    for (auto code : errors_of(row))
      EXPECT_TRUE(responses.as_object().contains(std::to_string(row_of(code).status))) << row.operation;
  }
}

TEST(openapi, examples_are_given_for_every_body) {
  for (const auto& [path, item] : document().at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      auto body = operation.as_object().if_contains("requestBody");
      if (!body)
        continue;
      const auto& media = body->as_object().at("content").as_object().at("application/json").as_object();
      EXPECT_TRUE(media.contains("example")) << method << " " << path;
      EXPECT_TRUE(media.contains("schema")) << method << " " << path;
    }
}

TEST(openapi, examples_are_given_for_every_answer) {
  int seen = 0;
  for (const auto& [path, item] : document().at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      auto responses = operation.as_object().if_contains("responses");
      if (!responses || path.ends_with(".json"))
        continue; // a parameter, or this very document
      for (const auto& [status, response] : responses->as_object()) {
        auto content = response.as_object().if_contains("content");
        if (!content)
          continue;
        for (const auto& [type, media] : content->as_object()) {
          auto examples = media.as_object().if_contains("examples");
          bool has_some = media.as_object().contains("example") || (examples && !examples->as_object().empty());
          EXPECT_TRUE(has_some || !type.ends_with("json")) << method << " " << path << " " << status << " " << type;
          ++seen;
        }
      }
    }
  EXPECT_GT(seen, 30);
}

TEST(yaml, texts_are_plain_only_where_nothing_else_can_be_read) {
  auto yaml = [](std::string_view text) { return to_yaml(json::value(text)); };
  EXPECT_EQ(yaml("hello there"), "hello there\n");
  for (auto text :
       {"", "true", "No", "1.0", "a: b", "- a", "a #b", "'x'", "\"x\"", "x ", "*", "&a", "{a}", "null", "~"})
    EXPECT_EQ(yaml(text).front(), '"') << text;
}

TEST(yaml, nested_values_are_indented) {
  auto value = json::parse(R"({"a":{"b":[1,{"c":"d","e":[]},[true,null]]},"f":{},"200":"g"})");
  EXPECT_EQ(to_yaml(value), "a:\n"
                            "  b:\n"
                            "    - 1\n"
                            "    - c: d\n"
                            "      e: []\n"
                            "    - - true\n"
                            "      - null\n"
                            "f: {}\n"
                            "\"200\": g\n");
}

} // namespace
} // namespace callboard::http
