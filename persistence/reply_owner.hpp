#pragma once

#include "domain/principal.hpp"

#include <string>

namespace callboard {

/// Whose a kept reply is. A key belongs to who used it: another principal's key reveals nothing.
inline std::string reply_owner(const principal& who) {
  std::string owner{enum_name(who.type)};
  return owner.append(1, ':').append(who.id);
}

} // namespace callboard
