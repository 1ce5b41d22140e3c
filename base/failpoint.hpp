#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Planned faults for tests and drills, off unless `testing.failpoints` names them. Each is `place=action`:
// `sleep:20ms` (blocks: only at places in detached actors), `throw`, `exit` (ends the process at once, as kill -9 would);
// an action may end in `*N` (the first N hits only) and the place in `@text` (only when the hit's subject contains it).
namespace callboard {

/// What is wrong with one as it is written, as the end of a sentence.
std::optional<std::string> fault_of_failpoint(const std::string& spec);

/// Replaces all failpoints, by ones without a fault.
void set_failpoints(const std::vector<std::string>& specs);

/// What the actions do when they strike; a hit costs one relaxed load while none is set.
void hit_failpoint(std::string_view place, std::string_view subject = {});

} // namespace callboard
