#pragma once

#include <stdexcept>
#include <string_view>

namespace callboard {

/// A rule of ours that cannot be broken was broken. It ends the actor in whose handler it is thrown;
/// outside an actor it ends the process. Never caught to carry on.
class invariant_broken : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_invariant_broken(std::string_view condition, std::string_view what, const char* file, int line);

} // namespace callboard

/// Always compiled in, whatever NDEBUG says (Beast needs NDEBUG, we need our invariants).
/// `what` is one sentence without customers' text.
#define CALLBOARD_CHECK(condition, what)                                                                               \
  do {                                                                                                                 \
    if (!(condition)) [[unlikely]]                                                                                     \
      ::callboard::throw_invariant_broken(#condition, what, __FILE__, __LINE__);                                       \
  } while (false)
