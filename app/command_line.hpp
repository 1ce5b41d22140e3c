#pragma once

namespace callboard::app {

/// What an exit code says; sysexits where one fits.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_gave_up = 70; ///< the supervision tree escalated: the platform should start the process again
inline constexpr int exit_config = 78;

/// `callboard serve|migrate|store|config|openapi|version`; returns the exit code.
int run_command_line(int argc, char** argv);

} // namespace callboard::app
