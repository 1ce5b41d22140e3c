#include "app/command_line.hpp"

#include "app/serve.hpp"
#include "app/store_command.hpp"
#include "config/example.hpp"
#include "config/load_settings.hpp"
#include "config/shown_url.hpp"
#include "http/openapi.hpp"
#include "ops/version.hpp"
#include "persistence/open_store.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <sstream>

namespace callboard::app {
namespace {

/// Where settings come from, as every subcommand that needs them takes it.
struct settings_flags {
  std::string file;
  std::vector<std::string> sets;

  void add_to(CLI::App& command) {
    // One that is missing is told beside all other mistakes, by who reads it.
    command.add_option("-c,--config", file, "Settings file (TOML); `callboard config example` prints one");
    command.add_option("--set", sets, "One setting, path=value; may be repeated and wins over file and environment")
      ->allow_extra_args(false);
  }

  config::load_request request() const {
    config::load_request wanted;
    if (!file.empty())
      wanted.file = file;
    wanted.dotenv = ".env";
    wanted.environment = config::process_environment();
    wanted.sets = sets;
    return wanted;
  }
};

void print_faults(const config::settings_faults& faults) {
  std::cerr << "callboard: " << config::to_text(faults) << '\n';
  std::cerr << "`callboard config example` prints every setting with its bounds.\n";
}

void print_warnings(const config::loaded_settings& loaded) {
  for (const auto& warning : loaded.warnings)
    std::cerr << "callboard: warning: " << warning << '\n';
}

/// Runs `use` with valid settings, or says all that is wrong with them.
template <class Use>
int with_settings(const settings_flags& flags, Use use) {
  auto loaded = config::load_settings(flags.request());
  if (!loaded) {
    print_faults(loaded.error());
    return exit_config;
  }
  return use(*loaded);
}

int migrate(const config::loaded_settings& loaded) {
  try {
    auto report = migrate_store(loaded.values.store);
    if (report.before == report.after)
      std::cout << fmt::format("The store is at schema {} already.\n", report.after);
    else
      std::cout << fmt::format("The store went from schema {} to {}.\n", report.before, report.after);
    return exit_ok;
  } catch (const store_open_error& why) {
    std::cerr << "callboard: " << why.what() << '\n';
    return exit_failed;
  }
}

/// What is said of a mistake may quote the words of the command, and one of them may be a URL.
std::string without_passwords(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    auto word = text.substr(0, text.find_first_of(" \n"));
    shown += config::without_password(word);
    shown += text.substr(word.size(), 1);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return shown;
}

} // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"Callboard: the support desk server. Tickets come in fast, AI advises, everybody sees it live.",
               "callboard"};
  app.require_subcommand(1);
  app.footer("Start here:  callboard serve --demo\nDocumentation is served at /docs on the public port.");
  app.set_version_flag("--version", std::string{program_version});
  settings_flags flags;
  serve_flags serving;
  int exit_code = exit_ok;

  auto* serve_command = app.add_subcommand("serve", "Serve the API, the live feed and the documentation");
  flags.add_to(*serve_command);
  serve_command->add_flag("--demo", serving.demo, "Fill an empty store with 200 tickets and keep something happening");
  serve_command->callback(
    [&] { exit_code = with_settings(flags, [&](const auto& loaded) { return serve(loaded, serving); }); });

  auto* migrate_command = app.add_subcommand("migrate", "Bring the store to this version's schema, then end");
  flags.add_to(*migrate_command);
  migrate_command->callback([&] { exit_code = with_settings(flags, migrate); });

  store_copy_flags copying;
  auto* store_command = app.add_subcommand("store", "The store as a whole: copy it to another engine");
  store_command->require_subcommand(1);
  auto* copy_command =
    store_command->add_subcommand("copy", "Copy a store that nobody serves into an empty PostgreSQL database");
  flags.add_to(*copy_command);
  copy_command->add_option("--from", copying.from, "The store to copy, such as sqlite:var/callboard.db")->required();
  copy_command->add_option("--to", copying.to, "Where to, postgres://user@host/database; without it store.url holds");
  copy_command->footer("Killed or interrupted, the same command goes on where it was. All is compared at the end, and\n"
                       "nobody can serve the copy before. A password is best kept in store.url, out of the command.");
  copy_command->callback(
    [&] { exit_code = with_settings(flags, [&](const auto& loaded) { return copy_stores(loaded.values, copying); }); });

  auto* config_command = app.add_subcommand("config", "Settings: print an example, show what is in force, check");
  config_command->require_subcommand(1);
  config_command->add_subcommand("example", "Print a settings file with every setting at its default")->callback([&] {
    std::cout << config::config_example();
  });
  auto* show = config_command->add_subcommand("show", "Print every setting in force and where it comes from");
  flags.add_to(*show);
  show->callback([&] {
    exit_code = with_settings(flags, [](const auto& loaded) {
      print_warnings(loaded);
      std::cout << config::config_show(loaded);
      return exit_ok;
    });
  });
  auto* check = config_command->add_subcommand("check", "Say what is wrong with the settings, if anything");
  flags.add_to(*check);
  check->callback([&] {
    exit_code = with_settings(flags, [](const auto& loaded) {
      print_warnings(loaded);
      std::cout << "The settings are valid.\n";
      return exit_ok;
    });
  });

  bool as_json = false;
  auto* openapi = app.add_subcommand("openapi", "Print the OpenAPI 3.1 document");
  openapi->add_flag("--json", as_json, "As JSON instead of YAML");
  openapi->callback([&] { std::cout << (as_json ? http::openapi_json() : http::openapi_yaml()); });

  app.add_subcommand("version", "Print the version")->callback([] {
    std::cout << "callboard " << program_version << '\n';
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    auto known = app.get_subcommands([&](const CLI::App* each) { return argc > 1 && each->get_name() == argv[1]; });
    if (argc > 1 && argv[1][0] != '-' && known.empty())
      std::cerr << "callboard: there is no command '" << argv[1] << "'\n";
    std::ostringstream said;
    bool asked_for = app.exit(why, std::cout, said) == 0;
    std::cerr << without_passwords(said.str());
    return asked_for ? exit_ok : exit_usage;
  }
  return exit_code;
}

} // namespace callboard::app
