#pragma once

#include "config/option.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace callboard::config {

/// Without the blanks at both ends.
std::string_view trimmed(std::string_view);

/// `true`, `yes`, `on`, `1` and their opposites, in any case.
std::optional<bool> flag_from_text(std::string_view);

/// The value that a text from the environment or a flag means for a setting of this kind. What does not read as the
/// kind stays text, for `check_value` to refuse; only a malformed JSON array is refused here, as one sentence.
tl::expected<boost::json::value, std::string> value_from_text(value_kind, std::string_view);

} // namespace callboard::config
