#pragma once

#include "base/json_read.hpp"
#include "protocol/queries.hpp"

#include <fmt/format.h>

namespace callboard {

/// Stored JSON. It was ours when it was written, so what cannot be read means that the store is damaged.
template <class T>
T stored_json(std::string_view text, std::string_view what) {
  auto value = from_json_text<T>(text, read_as::stored);
  if (value)
    return std::move(*value);
  const auto& why = value.error();
  auto where = why.errors.empty() ? why.detail : fmt::format("{} {}", why.errors[0].pointer, why.errors[0].detail);
  throw store_failure(fmt::format("the store holds a {} that cannot be read: {}", what, where), false);
}

} // namespace callboard
