#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace callboard::config {

/// Bounds the settings file, `.env` and each secret's file.
inline constexpr std::size_t text_file_bytes_max = 64 * 1024;

/// The whole file, or why not as the end of a sentence: `does not exist`, `is a folder`, `cannot be read: ...`,
/// `is larger than 65536 bytes`.
tl::expected<std::string, std::string> read_text_file(const std::filesystem::path&);

/// A secret out of its file, without one newline at the end; not empty.
tl::expected<std::string, std::string> read_secret_file(const std::filesystem::path&);

} // namespace callboard::config
