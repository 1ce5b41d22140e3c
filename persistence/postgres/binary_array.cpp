#include "persistence/postgres/binary_array.hpp"

#include <utility>

namespace callboard::postgres {
namespace {

int width_of(element of) {
  switch (of) {
    case element::boolean: return 1;
    case element::int2: return 2;
    case element::int4: return 4;
    default: return 8;
  }
}

} // namespace

void binary_array::add_null() {
  append_binary(elements_, -1, 4);
  ++count_;
  has_null_ = true;
}

void binary_array::add_integer(std::int64_t value) {
  auto width = width_of(of_);
  append_binary(elements_, width, 4);
  append_binary(elements_, value, width);
  ++count_;
}

void binary_array::add_bytes(std::string_view bytes) {
  append_binary(elements_, static_cast<std::int64_t>(bytes.size()), 4);
  elements_ += bytes;
  ++count_;
}

std::string binary_array::take() {
  std::string all;
  all.reserve(20 + elements_.size());
  append_binary(all, count_ > 0 ? 1 : 0, 4); // dimensions
  append_binary(all, has_null_ ? 1 : 0, 4);
  append_binary(all, static_cast<std::int64_t>(of_), 4);
  if (count_ > 0) {
    append_binary(all, count_, 4);
    append_binary(all, 1, 4); // the first place
  }
  all += elements_;
  elements_.clear();
  count_ = 0;
  has_null_ = false;
  return all;
}

} // namespace callboard::postgres
