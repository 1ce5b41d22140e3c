#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <caf/all.hpp>

#include <variant>

// CAF's inspection of everything that is described once with Boost.Describe, so no message lists its members twice.
namespace caf {

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, std::optional<T>& x) {
  if constexpr (Inspector::reads_state) {
    bool has = x.has_value();
    return has ? f(has, *x) : f(has);
  } else {
    bool has = false;
    if (auto fault = f(has))
      return fault;
    if (has)
      return f(x.emplace());
    x.reset();
    return {};
  }
}

template <class Inspector, class... T>
typename Inspector::result_type inspect(Inspector& f, std::variant<T...>& x) {
  if constexpr (Inspector::reads_state) {
    auto index = static_cast<std::uint8_t>(x.index());
    return std::visit([&](auto& value) { return f(index, value); }, x);
  } else {
    std::uint8_t index = 0;
    if (auto fault = f(index))
      return fault;
    typename Inspector::result_type outcome = sec::unknown_type;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? void(outcome = f(x.template emplace<I>())) : void()), ...);
    }
    (std::index_sequence_for<T...>{});
    return outcome;
  }
}

} // namespace caf

namespace callboard {

template <class Inspector, described_struct T>
typename Inspector::result_type inspect(Inspector& f, T& x) {
  return [&]<class... Descriptor>(boost::mp11::mp_list<Descriptor...>) {
    return f(caf::meta::type_name(type_name<T>().data()), x.*Descriptor::pointer...);
  }(boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>{});
}

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, patch_field<T>& x) {
  return f(x.present, x.value);
}

template <class Inspector, class Tag>
typename Inspector::result_type inspect(Inspector& f, strong_id<Tag>& x) {
  return f(x.bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, raw_json& x) {
  return f(x.text);
}

} // namespace callboard
