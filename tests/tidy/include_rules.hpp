#pragma once
// Who may include whom: the tables of ARCHITECTURE.md as data, and the two rules that read them.

#include "tests/tidy/source_tree.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callboard::tidy {

struct finding {
  std::string path;
  std::size_t line = 0; ///< 0: the file as a whole
  std::string what;
};
using findings = std::vector<finding>;

inline std::size_t line_at(std::string_view text, std::size_t position) {
  return 1
         + static_cast<std::size_t>(
           std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

/// The pieces of a text between separators, empty ones left out.
inline std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  for (std::size_t at = 0; (at = text.find_first_not_of(separators, at)) != std::string_view::npos;) {
    auto end = std::min(text.find_first_of(separators, at), text.size());
    pieces.push_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

/// Whether the path begins with one of the blank-separated prefixes.
inline bool is_under(std::string_view path, std::string_view prefixes) {
  auto all = split(prefixes, " ");
  return std::any_of(all.begin(), all.end(), [&](auto prefix) { return path.starts_with(prefix); });
}

struct room {
  std::string_view name;
  std::string_view may_include; ///< prefixes
};

inline constexpr std::array rooms{
  room{"base", "base/"},
  room{"config", "config/ base/"},
  room{"domain", "domain/ base/"},
  room{"ops", "ops/ config/ base/"},
  room{"protocol", "protocol/ domain/ base/"},
  room{"actors", "actors/ protocol/ domain/ config/ ops/ base/"},
  room{"persistence", "persistence/ protocol/ domain/ config/ ops/ base/"},
  room{"http", "http/ protocol/ domain/ config/ ops/ base/"},
  room{"app", "app/ http/ persistence/ actors/ protocol/ domain/ config/ ops/ base/"},
  room{"tests", "tests/ app/ http/ persistence/ actors/ protocol/ domain/ config/ ops/ base/"},
};

struct third_party {
  std::string_view header; ///< prefix; the first row that fits decides
  std::string_view where;  ///< prefixes of the files that may include it, besides tests/
};

inline constexpr std::string_view everywhere = "base/ config/ domain/ ops/ protocol/ actors/ persistence/ http/ app/";

inline constexpr std::array third_parties{
  third_party{"pqxx/", "persistence/"},
  third_party{"libpq-fe.h", "persistence/"},
  third_party{"sqlite3.h", "persistence/"},
  third_party{"boost/asio", "http/ app/"},
  third_party{"boost/beast", "http/ app/"},
  third_party{"curl/", "http/"},
  third_party{"prometheus/", "ops/metrics"},
  third_party{"caf/", "protocol/ actors/ http/ app/"},
  third_party{"openssl/", "base/digest. http/"},
  third_party{"spdlog/", "ops/"},
  third_party{"toml++/", "config/"},
  third_party{"CLI/", "app/"},
  third_party{"boost/", everywhere},
  third_party{"fmt/", everywhere},
  third_party{"tl/", everywhere},
  third_party{"gtest/", ""},
  third_party{"gmock/", ""},
  third_party{"benchmark/", ""},
  third_party{"sys/", "base/ ops/ persistence/ http/ app/"},
  third_party{"linux/", "ops/ persistence/ http/ app/"},
  third_party{"netinet/", "http/"},
  third_party{"arpa/", "config/ http/"},
};

/// C headers of the system that have no folder; what else ends in .h or .hpp is somebody's library.
inline constexpr std::string_view system_headers =
  "dirent.h dlfcn.h errno.h execinfo.h fcntl.h ifaddrs.h locale.h malloc.h netdb.h poll.h pthread.h pwd.h sched.h signal.h "
  "spawn.h stdint.h termios.h time.h unistd.h";

struct include {
  std::string header;
  bool is_ours = false; ///< written with quotes
  std::size_t line = 0;
};

inline std::vector<include> includes_of(const source& file) {
  std::vector<include> all;
  std::size_t number = 0;
  std::size_t begin = 0;
  while (begin < file.text.size()) {
    auto end = std::min(file.text.find('\n', begin), file.text.size());
    auto line = std::string_view{file.text}.substr(begin, end - begin);
    auto words = split(std::string_view{file.code}.substr(begin, end - begin), " \t#");
    ++number;
    begin = end + 1;
    if (words.empty() || !words.front().starts_with("include"))
      continue;
    auto open = line.find_first_of("<\"");
    auto close = open == std::string_view::npos ? open : line.find_first_of(">\"", open + 1);
    if (close != std::string_view::npos)
      all.push_back({std::string{line.substr(open + 1, close - open - 1)}, line[open] == '"', number});
  }
  return all;
}

inline const room* room_of(std::string_view path) {
  auto slash = path.find('/');
  auto found = std::find_if(rooms.begin(), rooms.end(), [&](const room& r) { return r.name == path.substr(0, slash); });
  return slash == std::string_view::npos || found == rooms.end() ? nullptr : &*found;
}

inline findings own_includes(const tree& files) {
  findings found;
  for (const auto& [path, file] : files.sources) {
    const auto* from = room_of(path);
    if (from == nullptr)
      continue;
    for (const auto& each : includes_of(file)) {
      if (!each.is_ours)
        continue;
      if (room_of(each.header) == nullptr)
        found.push_back({path, each.line, "\"" + each.header + "\": write the path from the root of the tree"});
      else if (!is_under(each.header, from->may_include))
        found.push_back({path, each.line, std::string{from->name} + " may not include " + each.header});
    }
  }
  return found;
}

/// Why a file may not include a header that is not ours; nothing when it may.
inline std::optional<std::string> refusal_of(std::string_view path, std::string_view header) {
  for (const auto& row : third_parties)
    if (header.starts_with(row.header))
      return path.starts_with("tests/") || is_under(path, row.where)
               ? std::nullopt
               : std::optional{"<" + std::string{header}
                               + "> belongs elsewhere: " + (row.where.empty() ? "tests/" : std::string{row.where})};
  auto known = split(system_headers, " ");
  bool foreign = header.find('/') != std::string_view::npos || header.find('.') != std::string_view::npos;
  if (!foreign || std::find(known.begin(), known.end(), header) != known.end())
    return std::nullopt;
  return "<" + std::string{header} + "> has no row in the table of third parties";
}

inline findings third_party_includes(const tree& files) {
  findings found;
  for (const auto& [path, file] : files.sources)
    for (const auto& each : includes_of(file))
      if (!each.is_ours)
        if (auto why = refusal_of(path, each.header))
          found.push_back({path, each.line, *why});
  return found;
}

} // namespace callboard::tidy
