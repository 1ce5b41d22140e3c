#pragma once

#include <string>
#include <string_view>

namespace callboard::config {

/// A text as people may see it: of a URL, the password before the host and one among its parameters read `***`. Any other
/// text stays as it is.
std::string without_password(std::string_view text);

} // namespace callboard::config
