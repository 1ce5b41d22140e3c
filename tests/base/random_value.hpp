#pragma once
// Random values of any described type, and the seeds that random tests run under.

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cmath>
#include <concepts>
#include <cstring>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace callboard::testing_support {

using dice = std::mt19937_64;

/// What `CALLBOARD_TEST_SEED` says; without it two seeds that never change and one that is new in each run. Printed, so
/// that a failure can be had again.
inline std::vector<std::uint64_t> test_seeds() {
  std::vector<std::uint64_t> seeds{1, 20261120, std::random_device{}()};
  if (const char* wanted = std::getenv("CALLBOARD_TEST_SEED"))
    seeds = {std::stoull(wanted)};
  for (auto seed : seeds)
    std::cout << "CALLBOARD_TEST_SEED=" << seed << "\n";
  return seeds;
}

/// A number from 0 to `end` - 1.
inline std::size_t below(dice& d, std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(d); }
inline bool one_in(dice& d, std::size_t n) { return below(d, n) == 0; }

template <class T>
const T& one_of(dice& d, const std::vector<T>& all) {
  return all[below(d, all.size())];
}

/// Text of up to `length_max` characters that a JSON reader takes: what must be escaped, one to four bytes, no control
/// characters but tab, LF and CR.
inline std::string random_text(dice& d, std::size_t length_max = 12) {
  static const std::vector<std::string> parts{"a",
                                              "Z",
                                              "0",
                                              " ",
                                              "\"",
                                              "\\",
                                              "/",
                                              "~",
                                              "\t",
                                              "\n",
                                              "\r",
                                              "<",
                                              "\xc3\xa9",
                                              "\xc2\x80",
                                              "\xe2\x82\xac",
                                              "\xe2\x80\xa8",
                                              "\xef\xbf\xbf",
                                              "\xf0\x9f\x98\x80"};
  std::string text;
  for (auto n = below(d, length_max + 1); n > 0; --n)
    text += one_of(d, parts);
  return text;
}

inline double random_double(dice& d) {
  static const std::vector<double> special{0, 0.1, 1, -1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 9007199254740992};
  if (one_in(d, 3))
    return one_of(d, special);
  for (;;) {
    auto bits = d();
    double value;
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value) && value != 0)
      return value;
  }
}

/// Any value of T that its JSON can say: times with milliseconds, spans that are not negative, patches as they come.
template <class T>
T random_value(dice& d) {
  if constexpr (std::same_as<T, bool>) {
    return one_in(d, 2);
  } else if constexpr (std::integral<T>) {
    // Shifted, so that small numbers are as likely as large ones.
    return static_cast<T>(static_cast<std::int64_t>(d()) >> below(d, 64));
  } else if constexpr (std::floating_point<T>) {
    return random_double(d);
  } else if constexpr (std::same_as<T, std::string>) {
    return random_text(d);
  } else if constexpr (std::same_as<T, timestamp>) {
    constexpr std::int64_t years_8000_ms = 8'000 * 31'556'952'000;
    return from_micros((static_cast<std::int64_t>(d() % years_8000_ms) - 60'000'000'000'000) * 1'000);
  } else if constexpr (std::same_as<T, duration_ms>) {
    return duration_ms{static_cast<std::int64_t>(d() >> (1 + below(d, 63)))};
  } else if constexpr (is_strong_id<T>) {
    T id;
    for (auto& byte : id.bytes)
      byte = static_cast<std::uint8_t>(d());
    return id;
  } else if constexpr (described_enum<T>) {
    constexpr auto names = enum_names<T>();
    return *enum_from_name<T>(names[below(d, names.size())]);
  } else if constexpr (is_optional<T>) {
    return one_in(d, 3) ? T{} : T{random_value<typename T::value_type>(d)};
  } else if constexpr (is_patch_field<T>) {
    T patch;
    patch.present = !one_in(d, 3);
    if (patch.present)
      patch.value = random_value<decltype(T::value)>(d);
    return patch;
  } else if constexpr (is_vector<T>) {
    T all;
    for (auto n = below(d, 4); n > 0; --n)
      all.push_back(random_value<typename T::value_type>(d));
    return all;
  } else if constexpr (is_string_map<T>) {
    T all;
    for (auto n = below(d, 4); n > 0; --n)
      all[random_text(d)] = random_value<typename T::mapped_type>(d);
    return all;
  } else {
    T value{};
    for_each_member<T>(
      [&](auto m) { value.*m.pointer = random_value<std::remove_cvref_t<decltype(value.*m.pointer)>>(d); });
    return value;
  }
}

} // namespace callboard::testing_support
