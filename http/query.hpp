#pragma once

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/json_read.hpp"
#include "base/time.hpp"
#include "http/target.hpp"

#include <charconv>
#include <limits>

// Query parameters into described structs, with every mistake at once. A list member takes its parameter repeated, and
// values separated by commas. Every other parameter may come once.
namespace callboard::http {

/// Beyond `json_reader::errors_max` nothing is added: mistakes are bounded whatever is sent.
void add_query_mistake(std::vector<field_error>& errors, std::string_view name, std::string code, std::string detail);

/// Reads one value; its mistakes go under `query:name`.
class query_value_reader {
public:
  query_value_reader(std::string_view name, std::vector<field_error>& errors) : name_(name), errors_(errors) {}

  template <class T>
  void read(std::string_view text, T& into, const field_marks& marks);

private:
  void fail(std::string code, std::string detail);
  void read_integer(std::string_view text, std::int64_t& into, const field_marks& marks);
  void read_text(std::string_view text, std::string& into, const field_marks& marks);
  void refuse_choice(std::string choices);

  std::string_view name_;
  std::vector<field_error>& errors_;
};

template <class T>
void query_value_reader::read(std::string_view text, T& into, const field_marks& marks) {
  if constexpr (is_optional<T>) {
    read(text, into.emplace(), marks);
  } else if constexpr (is_vector<T>) {
    auto item_marks = marks;
    item_marks.length_min = marks.item_length_max != 0 ? 1 : 0;
    item_marks.length_max = marks.item_length_max;
    auto items_max = marks.items_max != 0 ? marks.items_max : std::numeric_limits<std::size_t>::max();
    for (std::size_t from = 0; from <= text.size() && into.size() <= items_max;) {
      auto to = std::min(text.find(',', from), text.size());
      read(text.substr(from, to - from), into.emplace_back(), item_marks);
      if (into.size() == items_max + 1)
        fail("too_many_items", "must have at most " + std::to_string(items_max) + " items");
      from = to + 1;
    }
  } else if constexpr (std::same_as<T, bool>) {
    if (text != "true" && text != "false")
      return fail("invalid_boolean", "must be true or false");
    into = text == "true";
  } else if constexpr (std::integral<T>) {
    std::int64_t wide = 0;
    auto faults = errors_.size();
    read_integer(text, wide, marks);
    if (errors_.size() != faults)
      return;
    if (!std::in_range<T>(wide))
      return fail("out_of_range", "is out of range");
    into = static_cast<T>(wide);
  } else if constexpr (std::same_as<T, std::string>) {
    read_text(text, into, marks);
  } else if constexpr (std::same_as<T, timestamp>) {
    if (auto time = from_rfc3339(text))
      into = *time;
    else
      fail("invalid_time", "must be an RFC 3339 time, such as 2026-11-20T09:30:00Z (a + is written %2B)");
  } else if constexpr (is_strong_id<T>) {
    if (auto id = T::parse(text))
      into = *id;
    else
      fail("invalid_id", "must be a UUID, such as 018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
  } else {
    static_assert(described_enum<T>, "this type cannot stand in a query");
    if (auto value = enum_from_name<T>(text)) {
      into = *value;
      return;
    }
    std::string choices;
    for (auto name : enum_names<T>())
      choices.append(choices.empty() ? "" : ", ").append(name);
    refuse_choice(std::move(choices));
  }
}

/// The query of a target as a T. Mistakes are appended to `errors`; whoever sees new ones must not use the value.
template <described_struct T>
T read_query(std::string_view query, std::vector<field_error>& errors) {
  T out{};
  if (query.empty())
    return out;
  auto parameters = split_query(query);
  if (!parameters) {
    errors.push_back({"query:", "invalid_encoding", "must be percent-encoded UTF-8 without NUL"});
    return out;
  }
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : *parameters) {
    bool known = false;
    for_each_member<T>([&, &name = name, &value = value](auto d) {
      if (name != d.name)
        return;
      known = true;
      using member = std::remove_cvref_t<decltype(out.*d.pointer)>;
      bool again = std::find(seen.begin(), seen.end(), name) != seen.end();
      if (again && !is_vector<member>)
        add_query_mistake(errors, name, "repeated", "must be given once only");
      else
        query_value_reader{name, errors}.read(value, out.*d.pointer, marks_of<d.pointer>);
      seen.push_back(name);
    });
    if (!known)
      add_query_mistake(errors, name.substr(0, 64), "unknown", "is not a parameter of this operation");
  }
  return out;
}

/// For operations without parameters.
struct no_query {};
BOOST_DESCRIBE_STRUCT(no_query, (), ())

} // namespace callboard::http
