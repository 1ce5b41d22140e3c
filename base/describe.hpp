#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// What one BOOST_DESCRIBE_STRUCT tells the rest of the house: members, names, marks. JSON, schemas, settings and
// CAF's inspection are all templates over this file.
namespace callboard {

template <class T>
concept described_struct = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
concept described_enum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
inline constexpr std::size_t member_count = boost::mp11::mp_size<members_of<T>>::value;

/// Calls `f(descriptor)` for each public member, bases first. A descriptor has `.name` and `.pointer`.
template <described_struct T, class F>
constexpr void for_each_member(F&& f) {
  boost::mp11::mp_for_each<members_of<T>>(std::forward<F>(f));
}

/// The name of an enumerator as JSON, SQL and logs spell it.
template <described_enum E>
constexpr std::string_view enum_name(E value) {
  std::string_view found = "?";
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == value)
      found = d.name;
  });
  return found;
}

template <described_enum E>
constexpr std::optional<E> enum_from_name(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (name == d.name)
      found = d.value;
  });
  return found;
}

template <described_enum E>
constexpr auto enum_names() {
  std::array<std::string_view, boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value> names{};
  std::size_t i = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) { names[i++] = d.name; });
  return names;
}

/// What is known of a member beyond its type. Read by the JSON reader (bounds), the schema (bounds, help, format),
/// the log and later encryption, export and erasure (personal, secret).
struct field_marks {
  std::size_t length_min = 0;      ///< text, in Unicode code points
  std::size_t length_max = 0;      ///< text; 0 = unbounded
  std::size_t items_max = 0;       ///< arrays; 0 = unbounded
  std::size_t item_length_max = 0; ///< text in arrays
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  bool single_line = false;   ///< text: no control characters at all (otherwise tab, LF, CR may appear)
  bool email = false;         ///< text: an e-mail address
  bool not_null = false;      ///< an optional member that may be absent but not null
  bool added_later = false;   ///< stored JSON from before it lacks it, and reads as its default
  bool personal = false;      ///< about or written by a person
  bool secret = false;        ///< never shown, never logged; a setting may be given as a file
  bool url = false;           ///< of a secret: shown without its password
  std::string_view help = {}; ///< one sentence for the OpenAPI document and the settings' help
};

/// Specialise for a member that has marks: `template <> inline constexpr field_marks marks_of<&T::title>{...};`
template <auto Member>
inline constexpr field_marks marks_of{};

/// A member of a change request: absent (leave as it is), null (clear), or a value.
template <class T>
struct patch_field {
  bool present = false;
  std::optional<T> value;

  bool operator==(const patch_field&) const = default;
};

/// JSON that is already encoded; written verbatim.
struct raw_json {
  std::string text;

  bool operator==(const raw_json&) const = default;
};

namespace detail {

template <class T>
constexpr std::string_view pretty_type() {
  return __PRETTY_FUNCTION__;
}

/// A type as the compiler spells it. What stands around it is the same for every type, so `int` tells its length.
template <class T>
constexpr std::string_view spelled_type() {
  constexpr std::string_view known = pretty_type<int>();
  constexpr auto before = known.find("T = int") + 4;
  constexpr auto after = known.size() - before - std::string_view{"int"}.size();
  auto text = pretty_type<T>();
  return text.substr(before, text.size() - before - after);
}

constexpr bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where the qualifier that ends at `end` begins: a name, with what it has in brackets.
constexpr std::size_t qualifier_begin(const char* text, std::size_t end) {
  int depth = 0;
  while (end > 0) {
    char c = text[end - 1];
    bool closes = c == '>' || c == ')' || c == '}';
    bool opens = c == '<' || c == '(' || c == '{';
    if (opens && depth == 0)
      break;
    if (!closes && !opens && depth == 0 && !is_name_char(c))
      break;
    depth += closes ? 1 : opens ? -1 : 0;
    --end;
  }
  return end;
}

/// The name without any qualifier, those of template arguments included; ended by NUL.
template <class T>
struct short_name {
  static constexpr std::string_view spelled = spelled_type<T>();
  std::array<char, spelled.size() + 1> text{};
  std::size_t size = 0;

  constexpr short_name() {
    for (std::size_t at = 0; at < spelled.size(); ++at) {
      if (spelled.substr(at, 2) == "::") {
        size = qualifier_begin(text.data(), size);
        ++at;
      } else if (spelled.substr(at, 2) != " >") {
        text[size++] = spelled[at];
      }
    }
    for (auto rest = size; rest < text.size(); ++rest)
      text[rest] = 0;
  }
};

template <class T>
inline constexpr short_name<T> short_name_of{};

} // namespace detail

/// The unqualified name of a type, as schemas and messages call it: `ticket`, `vector<ticket>`. A NUL stands behind it,
/// so `.data()` is a C string.
template <class T>
constexpr std::string_view type_name() {
  return {detail::short_name_of<T>.text.data(), detail::short_name_of<T>.size};
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_string_map = false;
template <class T>
inline constexpr bool is_string_map<std::map<std::string, T>> = true;

template <class T>
inline constexpr bool is_patch_field = false;
template <class T>
inline constexpr bool is_patch_field<patch_field<T>> = true;

/// A member of this type may be left out of JSON: that means none, or no change.
template <class T>
inline constexpr bool may_be_absent = is_optional<T> || is_patch_field<T> || is_vector<T> || is_string_map<T>;

} // namespace callboard
