#pragma once

#include "base/json_write.hpp"
#include "http/exchange.hpp"
#include "http/openapi_examples.hpp"

// Makes the parts of a table row that follow from types: what a handler takes, and what an operation answers.
namespace callboard {

template <>
inline constexpr bool is_request<create_ticket> = true;
template <>
inline constexpr bool is_request<change_ticket> = true;
template <>
inline constexpr bool is_request<claim_ticket> = true;
template <>
inline constexpr bool is_request<add_message> = true;
template <>
inline constexpr bool is_request<create_user> = true;
template <>
inline constexpr bool is_request<change_user> = true;
template <>
inline constexpr bool is_request<create_department> = true;
template <>
inline constexpr bool is_request<change_department> = true;
template <>
inline constexpr bool is_request<http::ai_switch> = true;
template <>
inline constexpr bool is_request<http::no_body> = true;
/// Part of requests and answers: what may be left out of the one is null in the other.
template <>
inline constexpr bool is_request<requester> = true;

} // namespace callboard

namespace callboard::http {

template <class T>
boost::json::object schema_of(schema_set& schemas) {
  return schemas.schema_of<T>();
}

template <class T>
std::string example_json() {
  return to_json(example_of<T>());
}

template <class T>
body_shape shape_of() {
  return {&schema_of<T>, &example_json<T>};
}

template <class T>
boost::json::object list_schema(schema_set& schemas) {
  auto name = std::string{type_name<T>()} + "_list";
  if (!schemas.named().contains(name)) {
    boost::json::object items{{"type", "array"}, {"items", schemas.schema_of<T>()}};
    boost::json::object next{{"type", boost::json::array{"string", "null"}},
                             {"description", "Give it as `cursor` to read on; null at the end."}};
    schemas.named()[name] = boost::json::object{
      {"type", "object"},
      {"properties", boost::json::object{{"items", std::move(items)}, {"next_cursor", std::move(next)}}},
      {"required", boost::json::array{"items", "next_cursor"}},
      {"additionalProperties", false}};
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

template <class T>
std::string list_example() {
  return "{\"items\":[" + example_json<T>() + "],\"next_cursor\":null}";
}

inline boost::json::object text_schema(schema_set&) { return {{"type", "string"}}; }
inline boost::json::object object_schema(schema_set&) { return {{"type", "object"}}; }

// --- answers ------------------------------------------------------------------------------------------------------

template <class T>
response_row ok(std::string_view description, bool etag = false) {
  return {.status = 200, .description = description, .body = shape_of<T>(), .etag = etag};
}
template <class T>
response_row created(std::string_view description) {
  return {.status = 201, .description = description, .body = shape_of<T>(), .etag = true, .location = true};
}
template <class T>
response_row page_of(std::string_view description) {
  return {.status = 200, .description = description, .body = {&list_schema<T>, &list_example<T>}, .link_next = true};
}
inline response_row no_content(std::string_view description) { return {.status = 204, .description = description}; }
inline response_row page(std::string_view description) {
  return {.status = 200, .description = description, .body = {&text_schema, nullptr, "text/html"}, .etag = true};
}
inline response_row document(std::string_view description) {
  return {.status = 200, .description = description, .body = {&object_schema}, .etag = true};
}

// --- query parameters ---------------------------------------------------------------------------------------------

namespace detail {

template <class T>
boost::json::value default_json(const T& value) {
  auto read = parse_json(to_json(value));
  return read ? std::move(*read) : boost::json::value{};
}

/// A parameter may be left out unless it is a text of its own.
template <class T>
inline constexpr bool is_required = std::same_as<T, std::string>;

} // namespace detail

template <described_struct Query>
boost::json::array query_parameters(schema_set& schemas) {
  boost::json::array all;
  for_each_member<Query>([&](auto d) {
    using member = std::remove_cvref_t<decltype(std::declval<Query&>().*d.pointer)>;
    auto marks = marks_of<d.pointer>;
    auto help = std::exchange(marks.help, {});
    marks.not_null = true;
    boost::json::object parameter{{"name", d.name}, {"in", "query"}, {"required", detail::is_required<member>}};
    if (!help.empty())
      parameter["description"] = help;
    auto schema = schemas.schema_of<member>(marks);
    if constexpr (!is_optional<member> && !is_vector<member> && !detail::is_required<member>)
      schema["default"] = detail::default_json(Query{}.*d.pointer);
    parameter["schema"] = std::move(schema);
    all.push_back(std::move(parameter));
  });
  return all;
}

// --- handlers -----------------------------------------------------------------------------------------------------

namespace detail {

template <class Argument>
void describe_argument(route& row) {
  if constexpr (is_body<Argument>) {
    using body = decltype(Argument::value);
    static_assert(is_request<body>, "mark the body as a request above");
    row.request = shape_of<body>();
    row.request_optional = std::same_as<body, no_body>;
  } else {
    row.query = &query_parameters<Argument>;
  }
}

template <class... Arguments>
void describe_arguments(route& row, boost::mp11::mp_list<Arguments...>) {
  (describe_argument<Arguments>(row), ...);
}

} // namespace detail

/// A row whose handler waits: what it takes is read off the handler's own parameters.
template <auto Handler>
route waits(route row) {
  detail::describe_arguments(row, typename detail::shape_of_handler<decltype(Handler)>::arguments{});
  row.later = &run_later<Handler>;
  return row;
}

/// A row whose handler never waits.
template <auto Handler>
route answers(route row) {
  detail::describe_arguments(row, typename detail::shape_of_handler<decltype(Handler)>::arguments{});
  row.now = &run_now<Handler>;
  return row;
}

} // namespace callboard::http
