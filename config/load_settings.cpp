#include "config/load_settings.hpp"

#include "config/settings_rules.hpp"
#include "config/text_file.hpp"

#include <unistd.h>

namespace callboard::config {
namespace {

tl::expected<loaded_settings, settings_faults> load(const settings_sources& sources, settings_faults unreadable) {
  return load_described<settings>(sources, check_rules, std::move(unreadable));
}

std::optional<named_text> open_source(const std::filesystem::path& path, settings_faults& unreadable) {
  auto text = read_text_file(path);
  if (text)
    return named_text{path.string(), std::move(*text)};
  unreadable.push_back({path.empty() ? "the settings file" : path.string(), "", std::move(text.error())});
  return std::nullopt;
}

} // namespace

tl::expected<loaded_settings, settings_faults> load_settings(const settings_sources& sources) {
  return load(sources, {});
}

tl::expected<loaded_settings, settings_faults> load_settings(const load_request& request) {
  settings_sources sources{{}, {}, request.environment, request.sets};
  settings_faults unreadable;
  if (request.file)
    sources.file = open_source(*request.file, unreadable);
  std::error_code ignored; // what cannot be looked at is opened, and then says why
  if (request.dotenv
      && std::filesystem::status(*request.dotenv, ignored).type() != std::filesystem::file_type::not_found)
    sources.dotenv = open_source(*request.dotenv, unreadable);
  return load(sources, std::move(unreadable));
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry && *entry; ++entry) {
    std::string_view text{*entry};
    if (auto equals = text.find('='); equals != std::string_view::npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

} // namespace callboard::config
