#include "domain/classifier/model_format.hpp"

#include <bit>

#include "base/check.hpp"

namespace callboard {

model_view::model_view(std::span<const std::byte> bytes)
    : header_(reinterpret_cast<const model_header*>(bytes.data())) {
  CALLBOARD_CHECK(bytes.size() >= sizeof(model_header), "a classifier model has a whole header");
  CALLBOARD_CHECK(reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(model_header) == 0,
                  "a classifier model is aligned");
  CALLBOARD_CHECK(header_->magic == model_magic && header_->format == model_format_version,
                  "a classifier model is of this version");
  CALLBOARD_CHECK(std::has_single_bit(header_->slots) && header_->features < header_->slots,
                  "a classifier model has a table with an empty slot");
  CALLBOARD_CHECK(bytes.size() == sizeof(model_header) + header_->slots * sizeof(model_slot),
                  "a classifier model is as long as its header says");
  slots_ = {reinterpret_cast<const model_slot*>(bytes.data() + sizeof(model_header)), header_->slots};
}

const model_slot* model_view::find(std::uint32_t key) const {
  for (auto at = home_slot(key, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
    const auto& slot = slots_[at];
    if (slot.key == key)
      return &slot;
    if (slot.key == 0)
      return nullptr;
  }
}

} // namespace callboard
