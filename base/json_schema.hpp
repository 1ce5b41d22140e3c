#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <boost/json/object.hpp>

#include <concepts>

// JSON Schema 2020-12 (as OpenAPI 3.1 takes it) from the same description that reads and writes the JSON.
namespace callboard {

/// Collects the schemas of named structs under `#/components/schemas/`.
class schema_set {
public:
  /// The schema of T: inline for plain values, a `$ref` for described structs (added on first use).
  template <class T>
  boost::json::object schema_of(const field_marks& marks = {});

  boost::json::object& named() { return named_; }

private:
  static void add_text_marks(boost::json::object& schema, const field_marks& marks);
  static void add_bounds(boost::json::object& schema, const field_marks& marks);
  static boost::json::object nullable(boost::json::object schema);

  template <described_struct T>
  void add_struct();

  boost::json::object named_;
};

/// Requests describe what may be sent, answers what is always there: a type names its side.
/// A request's optional members are not required; an answer's members always are (null when empty).
/// What is nested in a request is one as well, which is checked: else it would be said to require what the reader does not.
template <class T>
inline constexpr bool is_request = false;

namespace detail {

/// What is inside optionals, lists, maps and changes.
template <class T>
struct carried {
  using type = T;
};
template <class T>
struct carried<std::optional<T>> : carried<T> {};
template <class T>
struct carried<patch_field<T>> : carried<T> {};
template <class T>
struct carried<std::vector<T>> : carried<T> {};
template <class T>
struct carried<std::map<std::string, T>> : carried<T> {};

template <class T>
inline constexpr bool is_request_or_plain = !described_struct<T> || is_request<T>;

} // namespace detail

template <class T>
boost::json::object schema_set::schema_of(const field_marks& marks) {
  boost::json::object schema;
  if constexpr (is_optional<T>) {
    using inner = typename T::value_type;
    schema = schema_of<inner>(marks);
    if (marks.not_null)
      return schema;
    return nullable(std::move(schema));
  } else if constexpr (is_patch_field<T>) {
    using inner = typename decltype(T::value)::value_type;
    return nullable(schema_of<inner>(marks));
  } else if constexpr (std::same_as<T, bool>) {
    schema["type"] = "boolean";
  } else if constexpr (std::integral<T>) {
    schema["type"] = "integer";
    schema["format"] = "int64";
    add_bounds(schema, marks);
  } else if constexpr (std::floating_point<T>) {
    schema["type"] = "number";
    add_bounds(schema, marks);
  } else if constexpr (std::same_as<T, std::string>) {
    schema["type"] = "string";
    add_text_marks(schema, marks);
  } else if constexpr (std::same_as<T, timestamp>) {
    schema["type"] = "string";
    schema["format"] = "date-time";
  } else if constexpr (std::same_as<T, duration_ms>) {
    schema["type"] = "string";
    schema["pattern"] = "^[0-9]+(ms|s|m|h|d)$";
  } else if constexpr (is_strong_id<T>) {
    schema["type"] = "string";
    schema["format"] = "uuid";
  } else if constexpr (described_enum<T>) {
    schema["type"] = "string";
    boost::json::array names;
    for (auto name : enum_names<T>())
      names.emplace_back(name);
    schema["enum"] = std::move(names);
  } else if constexpr (is_vector<T>) {
    schema["type"] = "array";
    field_marks item{};
    item.length_min = marks.item_length_max != 0 ? 1 : 0;
    item.length_max = marks.item_length_max;
    item.single_line = marks.single_line;
    schema["items"] = schema_of<typename T::value_type>(item);
    if (marks.items_max != 0)
      schema["maxItems"] = marks.items_max;
  } else if constexpr (is_string_map<T>) {
    schema["type"] = "object";
    schema["additionalProperties"] = schema_of<typename T::mapped_type>();
  } else if constexpr (std::same_as<T, raw_json>) {
    schema["type"] = "object";
  } else {
    add_struct<T>();
    schema["$ref"] = "#/components/schemas/" + std::string{type_name<T>()};
  }
  if (!marks.help.empty())
    schema["description"] = marks.help;
  return schema;
}

template <described_struct T>
void schema_set::add_struct() {
  auto name = type_name<T>();
  if (named_.contains(name))
    return;
  named_[name] = nullptr; // a struct that contains itself refers to the entry being made
  boost::json::object properties;
  boost::json::array required;
  for_each_member<T>([&](auto d) {
    using member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
    static_assert(!is_request<T> || detail::is_request_or_plain<typename detail::carried<member>::type>,
                  "mark what is nested in a request as a request, too");
    properties[d.name] = schema_of<member>(marks_of<d.pointer>);
    // A change that is not made is never written at all.
    if (!is_patch_field<member> && !(is_request<T> && may_be_absent<member>))
      required.emplace_back(d.name);
  });
  boost::json::object schema;
  schema["type"] = "object";
  schema["properties"] = std::move(properties);
  if (!required.empty())
    schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  named_[name] = std::move(schema);
}

} // namespace callboard
