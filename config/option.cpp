#include "config/option.hpp"

namespace callboard::config {

const option* option_table::find(std::string_view path) const {
  auto found = std::find_if(options.begin(), options.end(), [&](const option& each) { return each.path == path; });
  return found == options.end() ? nullptr : &*found;
}

const option_group* option_table::find_group(std::string_view path) const {
  auto found = std::find_if(groups.begin(), groups.end(), [&](const option_group& each) { return each.path == path; });
  return found == groups.end() ? nullptr : &*found;
}

const option* option_table::find_secret_of_file(std::string_view path) const {
  if (!path.ends_with(secret_file_suffix))
    return nullptr;
  path.remove_suffix(secret_file_suffix.size());
  auto found = find(path);
  return found && found->marks.secret ? found : nullptr;
}

std::string environment_name(std::string_view path) {
  std::string name = "CALLBOARD_";
  name.reserve(name.size() + path.size());
  for (char c : path)
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

} // namespace callboard::config
