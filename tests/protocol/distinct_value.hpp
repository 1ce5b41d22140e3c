#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <utility>
#include <variant>

// Values in which no member is as it is by default or as its neighbour is, so that one which gets lost on the way shows.
namespace callboard::testing_support {

template <class T, class... Descriptor>
constexpr bool describes_every_member(boost::mp11::mp_list<Descriptor...>) {
  constexpr bool takes_all = requires { T{std::declval<T>().*Descriptor::pointer...}; };
  constexpr bool takes_more = requires { T{std::declval<T>().*Descriptor::pointer..., {}}; };
  return takes_all && !takes_more;
}

/// Whether a described aggregate has no member but those that its description names.
template <described_struct T>
inline constexpr bool is_described_whole =
  describes_every_member<T>(boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>{});

/// Each round chooses another alternative of variants and another enumerator.
class distinct_values {
public:
  static constexpr std::size_t rounds = 16;

  explicit distinct_values(std::size_t round) : round_(round) {}

  template <class T>
  T make() {
    T value{};
    fill(value);
    return value;
  }

private:
  template <class T>
  void fill(T& value) {
    if constexpr (std::same_as<T, bool>)
      value = !value;
    else if constexpr (std::integral<T>)
      value = static_cast<T>(next());
    else if constexpr (std::floating_point<T>)
      value = static_cast<T>(next()) + 0.5;
    else if constexpr (std::same_as<T, std::string>)
      value = fmt::format("text {} \xe2\x82\xac{}", next(), '\0');
    else if constexpr (std::same_as<T, timestamp>)
      value = from_micros(next());
    else if constexpr (std::same_as<T, duration_ms>)
      value = duration_ms{next()};
    else if constexpr (is_strong_id<T>)
      std::generate(value.bytes.begin(), value.bytes.end(), [this] { return static_cast<std::uint8_t>(next()); });
    else if constexpr (described_enum<T>)
      fill_enum(value);
    else if constexpr (is_optional<T>)
      fill(value.emplace());
    else if constexpr (is_patch_field<T>)
      fill_patch(value);
    else if constexpr (is_vector<T>)
      fill_vector(value);
    else
      fill_compound(value);
  }

  template <class T>
  void fill_enum(T& value) {
    constexpr auto names = enum_names<T>();
    static_assert(names.size() > 1 && names.size() <= rounds);
    auto present = std::find(names.begin(), names.end(), enum_name(value)) - names.begin();
    auto step = 1 + round_ % (names.size() - 1);
    value = *enum_from_name<T>(names[(static_cast<std::size_t>(present) + step) % names.size()]);
  }

  /// With a value or, every other round, null.
  template <class T>
  void fill_patch(patch_field<T>& patch) {
    patch.present = true;
    if (round_ % 2 == 0)
      fill(patch.value);
  }

  /// Two elements; what holds its own kind ends somewhere.
  template <class T>
  void fill_vector(std::vector<T>& all) {
    if (depth_ >= 8)
      return;
    ++depth_;
    all.resize(2);
    for (auto& each : all)
      fill(each);
    --depth_;
  }

  template <class... T>
  void fill_compound(std::variant<T...>& value) {
    static_assert(sizeof...(T) <= rounds);
    boost::mp11::mp_with_index<sizeof...(T)>(round_ % sizeof...(T),
                                             [&](auto index) { fill(value.template emplace<index>()); });
  }

  template <described_struct T>
  void fill_compound(T& value) {
    EXPECT_TRUE(is_described_whole<T>) << type_name<T>() << " has a member that its description does not name";
    for_each_member<T>([&](auto member) { fill(value.*member.pointer); });
  }

  /// From 1 to 127, so that it fits into every number.
  std::int64_t next() { return count_ = count_ % 127 + 1; }

  std::size_t round_;
  std::int64_t count_ = 0;
  int depth_ = 0;
};

} // namespace callboard::testing_support
