#include "app/store_command.hpp"

#include "app/command_line.hpp"
#include "app/copy_display.hpp"
#include "base/failpoint.hpp"
#include "protocol/store.hpp"

#include <fmt/format.h>

#include <iostream>

namespace callboard::app {
namespace {

open_options waiting_options(std::string_view flag) {
  open_options waiting;
  waiting.on_wait = [flag](std::string_view what_for) {
    std::cerr << fmt::format("callboard: {}: {}; waiting\n", flag, what_for);
  };
  return waiting;
}

/// What cannot be opened is told with the flag that named it.
template <class Open>
auto opened_by(std::string_view flag, std::string url, const config::settings& settings, Open open) {
  auto store = settings.store;
  store.url = std::move(url);
  try {
    return open(store, waiting_options(flag));
  } catch (const store_open_error& why) {
    throw store_open_error(fmt::format("{}: {}", flag, why.what()));
  }
}

void say_begin(copy_begin how) {
  if (how == copy_begin::resumed)
    std::cerr << "The target holds a part of this store already; going on.\n";
  if (how == copy_begin::restarted)
    std::cerr << "The source has been served since the copy began; beginning anew.\n";
}

int tell_end(const copy_report& report, const std::string& target) {
  if (report.begin == copy_begin::complete) {
    std::cout << fmt::format("The target {} is the finished copy of this store already.\n", target);
    return exit_ok;
  }
  std::cout << to_text(report);
  if (!report.is_equal) {
    std::cerr << fmt::format("callboard: the copy in {} differs from its source and stays unusable; drop the database, "
                             "create it anew and copy again.\n",
                             target);
    return exit_failed;
  }
  std::cout << fmt::format(
    "{} rows copied; everything is equal. Serve the copy with store.url naming {}.\n"
    "Keep the source as a backup and serve it no more: what is written there is not in the copy.\n",
    grouped(report.rows_copied), target);
  return exit_ok;
}

int copy_and_tell(const config::settings& settings, const store_copy_flags& flags) {
  auto source = opened_by("--from", flags.from, settings, open_copy_source);
  auto target = flags.to.empty() ? opened_by("store.url", settings.store.url, settings, open_copy_target)
                                 : opened_by("--to", flags.to, settings, open_copy_target);
  copy_display display;
  copy_options options;
  options.on_progress = [&](const copy_progress& now) { display.show(now); };
  options.on_begin = say_begin;
  try {
    auto report = copy_store(*source, *target, options);
    display.end_line();
    return tell_end(report, target->shown());
  } catch (const store_failure& why) {
    display.end_line();
    std::cerr << fmt::format("callboard: the copy stopped. {}. Once that is mended, the same command goes on.\n",
                             why.what());
    return exit_failed;
  }
}

} // namespace

int copy_stores(const config::settings& settings, const store_copy_flags& flags) {
  set_failpoints(settings.testing.failpoints);
  try {
    return copy_and_tell(settings, flags);
  } catch (const store_failure& why) {
    std::cerr << "callboard: " << why.what() << '\n';
  } catch (const store_open_error& why) {
    std::cerr << "callboard: " << why.what() << '\n';
  }
  return exit_failed;
}

} // namespace callboard::app
