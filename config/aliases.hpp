#pragma once

#include <tl/expected.hpp>

#include <array>
#include <string>
#include <string_view>

// The short environment names of others' habits. An empty one counts as not set.
namespace callboard::config {

enum class alias_reading {
  as_is,        ///< like the setting itself
  milliseconds, ///< a whole number of them
  queue,        ///< true: async, false: sync
};

struct alias {
  std::string_view name;
  std::string_view path; ///< empty: it sets nothing
  alias_reading reading = alias_reading::as_is;
  std::string_view note = {}; ///< the warning of one that sets nothing
};

/// Of two aliases of one setting the earlier one holds.
inline constexpr std::array aliases{
  alias{"PORT", "server.port"},
  alias{"DB_URL", "store.url"},
  alias{"DATABASE_URL", "store.url"},
  alias{"AI_TIMEOUT_MS", "ai.timeout", alias_reading::milliseconds},
  alias{"USE_QUEUE", "ai.mode", alias_reading::queue},
  alias{"OPENAI_API_KEY", "", {}, "has no effect: this build has no provider of kind openai yet"},
  alias{"AI_MODEL", "", {}, "has no effect: this build has no provider with a choice of models yet"},
  alias{"RATE_LIMIT_WINDOW_MS", "", {}, "has no effect yet: rate limits come with identity"},
  alias{"RATE_LIMIT_MAX_REQUESTS", "", {}, "has no effect yet: rate limits come with identity"},
  alias{"REDIS_URL", "", {}, "has no effect: Callboard needs no Redis"},
};

/// The text that the setting itself would have been given, or what is wrong.
tl::expected<std::string, std::string> text_of_alias(const alias&, std::string_view text);

} // namespace callboard::config
