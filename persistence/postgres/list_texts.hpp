#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace callboard::postgres {

/// The texts of lists that are prepared on a connection, the most recently used ones kept.
class list_texts {
public:
  static constexpr std::size_t kept_max = 128;

  /// Notes that this text is used. Gives back the one that must go for it, if any.
  std::optional<std::string> use(const std::string& sql);
  void clear();

private:
  std::list<std::string> newest_first_;
  std::unordered_map<std::string_view, std::list<std::string>::iterator> by_sql_;
};

} // namespace callboard::postgres
