#pragma once

#include <string_view>

namespace callboard::postgres {

/// Of the jobs that are due those that may have ended their process twice run one at a time: they are looked for by
/// themselves, and keep nobody else waiting.
inline constexpr std::string_view suspect_jobs = R"sql(
CREATE INDEX job_suspect ON job (kind, run_at, id) WHERE crash_count = 2 AND state IN ('available', 'parked');
)sql";

} // namespace callboard::postgres
