#pragma once

#include "config/load_settings.hpp"
#include "config/text_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

// Short ways to feed the loader and to look at what it says.
namespace callboard::config {

inline settings_sources from_file(std::string text) {
  settings_sources sources;
  sources.file = named_text{"callboard.toml", std::move(text)};
  return sources;
}

inline settings_sources from_dotenv(std::string text) {
  settings_sources sources;
  sources.dotenv = named_text{".env", std::move(text)};
  return sources;
}

inline settings_sources from_environment(std::map<std::string, std::string> environment) {
  return {{}, {}, std::move(environment), {}};
}

inline settings_sources from_sets(std::vector<std::string> sets) { return {{}, {}, {}, std::move(sets)}; }

/// The lines of all faults, none when the settings load.
template <class T = settings>
std::vector<std::string> faults_of(const settings_sources& sources) {
  auto loaded = [&] {
    if constexpr (std::same_as<T, settings>)
      return load_settings(sources);
    else
      return load_described<T>(sources);
  }();
  std::vector<std::string> lines;
  if (!loaded)
    for (const auto& fault : loaded.error())
      lines.push_back(to_text(fault));
  return lines;
}

/// The settings, or a failed test and the defaults.
inline loaded_settings load_good(const settings_sources& sources) {
  auto loaded = load_settings(sources);
  EXPECT_TRUE(loaded) << (loaded ? "" : to_text(loaded.error()));
  return loaded ? std::move(*loaded) : load_settings(settings_sources{}).value();
}

/// A folder of its own that goes with the test.
class scratch_folder {
public:
  scratch_folder() : path_(std::filesystem::path{testing::TempDir()} / ("config_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return path_ / name;
  }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace callboard::config
