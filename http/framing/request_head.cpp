#include "http/framing/request_head.hpp"

#include "http/framing/byte_classes.hpp"

namespace callboard::http {

head_field head_fields::operator[](std::size_t index) const {
  const auto& where = places_[index];
  return {{bytes_ + where.name_at, where.name_size}, {bytes_ + where.value_at, where.value_size}};
}

bool head_fields::is_named(const place& where, std::string_view name) const {
  return where.name_size == name.size() && equal_ignoring_case({bytes_ + where.name_at, where.name_size}, name);
}

std::optional<std::string_view> head_fields::find(std::string_view name) const {
  for (std::size_t i = 0; i < size_; ++i)
    if (is_named(places_[i], name))
      return std::string_view{bytes_ + places_[i].value_at, places_[i].value_size};
  return {};
}

std::size_t head_fields::count(std::string_view name) const {
  std::size_t found = 0;
  for (std::size_t i = 0; i < size_; ++i)
    found += is_named(places_[i], name) ? 1 : 0;
  return found;
}

} // namespace callboard::http
