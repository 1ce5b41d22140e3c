#include "config/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace callboard::config {

namespace fs = std::filesystem;

tl::expected<std::string, std::string> read_text_file(const fs::path& path) {
  std::error_code fault;
  auto status = fs::status(path, fault);
  if (status.type() == fs::file_type::not_found)
    return tl::unexpected(std::string{"does not exist"});
  if (fs::is_directory(status))
    return tl::unexpected(std::string{"is a folder"});
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  std::string text(text_file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // Reaching the end sets failbit; a file that never opened, or broke, has not reached it.
  if (file.bad() || (file.fail() && !file.eof()))
    return tl::unexpected("cannot be read: " + (errno != 0 ? std::generic_category().message(errno) : "input error"));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > text_file_bytes_max)
    return tl::unexpected(fmt::format("is larger than {} bytes", text_file_bytes_max));
  return text;
}

tl::expected<std::string, std::string> read_secret_file(const fs::path& path) {
  auto secret = read_text_file(path);
  if (!secret)
    return secret;
  if (secret->ends_with('\n'))
    secret->pop_back();
  if (secret->ends_with('\r'))
    secret->pop_back();
  if (secret->empty())
    return tl::unexpected(std::string{"is empty"});
  return secret;
}

} // namespace callboard::config
