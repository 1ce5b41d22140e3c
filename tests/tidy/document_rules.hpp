#pragma once
// What holds for the documents and for the tree as a whole.

#include "tests/tidy/include_rules.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callboard::tidy {

/// Files that the README.md of their folder names. Other kinds (data, lock files) may be named.
inline constexpr std::string_view named_kinds =
  " .cpp .hpp .py .js .mjs .cjs .ts .tsx .lua .sql .sh .md .yaml .yml .html .css ";

/// Folders of data: what lies in them needs no row.
inline constexpr std::string_view data_folders = " corpus corpora seeds fixtures golden ";

inline bool is_one_of(std::string_view word, std::string_view blank_separated) {
  return blank_separated.find(" " + std::string{word} + " ") != std::string_view::npos;
}

inline bool needs_a_row(const std::string& path) {
  auto parts = split(path, "/");
  auto name = parts.back();
  if (parts.size() < 2 || parts.front().starts_with(".") || name.starts_with(".") || name == "README.md"
      || name == "CMakeLists.txt")
    return false;
  bool data = std::any_of(parts.begin(), parts.end() - 1, [](auto part) { return is_one_of(part, data_folders); });
  auto kind = extension_of(path);
  return !data && (kind.empty() || is_one_of(kind, named_kinds));
}

/// The names in a table's cell: each in back-quotes, or a link's target, or else the whole cell. A lone extension
/// goes with the name before it (`a.hpp`, `.cpp`), braces stand for each of their choices (`a.{hpp,cpp}`).
inline std::vector<std::string> names_in_cell(std::string_view cell) {
  if (auto link = cell.find("]("); link != std::string_view::npos)
    return {std::string{cell.substr(link + 2, cell.find(')', link) - link - 2)}};
  std::vector<std::string> names;
  std::string stem;
  bool quoted = cell.find('`') != std::string_view::npos;
  for (std::size_t at = 0, nth = 0; at <= cell.size(); ++nth) {
    auto end = std::min(cell.find('`', at), cell.size());
    auto words = split(cell.substr(at, end - at), " ");
    at = end + 1;
    if (words.size() != 1 || (quoted && nth % 2 == 0))
      continue;
    auto word = words.front();
    auto open = word.find('{');
    if (word.starts_with("."))
      names.push_back(stem + std::string{word});
    else if (open == std::string_view::npos)
      names.emplace_back(word);
    else
      for (auto choice : split(word.substr(open + 1, word.find('}') - open - 1), ","))
        names.push_back(std::string{word.substr(0, open)}.append(choice));
    stem = std::string{word.substr(0, word.find('.'))};
  }
  return names;
}

struct named_file {
  std::string name; ///< may hold one `*`; a folder ends in `/`
  std::size_t line = 0;
};

/// What the tables whose first column is headed `file` name in that column.
inline std::vector<named_file> files_named_in(std::string_view readme) {
  enum {
    outside,
    elsewhere,
    header,
    rows
  } state = outside;
  std::vector<named_file> names;
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < readme.size(); ++number) {
    auto end = std::min(readme.find('\n', begin), readme.size());
    auto cells = split(readme.substr(begin, end - begin), "|");
    bool is_row = readme[begin] == '|' && !cells.empty();
    begin = end + 1;
    if (!is_row) {
      state = outside;
    } else if (state == outside) {
      state = split(cells.front(), " ") == std::vector<std::string_view>{"file"} ? header : elsewhere;
    } else if (state == header) {
      state = rows; // the line of dashes
    } else if (state == rows) {
      for (auto& name : names_in_cell(cells.front()))
        names.push_back({std::move(name), number});
    }
  }
  return names;
}

inline bool fits(std::string_view name, std::string_view pattern) {
  auto star = pattern.find('*');
  if (star == std::string_view::npos)
    return name == pattern;
  return name.size() + 1 >= pattern.size() && name.starts_with(pattern.substr(0, star))
         && name.ends_with(pattern.substr(star + 1));
}

inline findings folder_tables(const tree& files) {
  std::map<std::string, std::set<std::string>> content; // folder -> files, and folders with a `/` behind
  std::map<std::string, std::set<std::string>> expected;
  for (const auto& [path, text] : files.texts) {
    for (auto inner = path, outer = folder_of(path); !inner.empty(); inner = outer, outer = folder_of(inner))
      content[outer].insert(name_of(inner) + (inner == path ? "" : "/"));
    if (needs_a_row(path))
      expected[folder_of(path)].insert(name_of(path));
  }
  findings found;
  for (const auto& [folder, names] : expected) {
    auto readme = folder + "/README.md";
    auto text = files.texts.find(readme);
    if (text == files.texts.end()) {
      found.push_back({readme, 0, "is missing"});
      continue;
    }
    auto rows = files_named_in(text->second);
    for (const auto& name : names)
      if (std::none_of(rows.begin(), rows.end(), [&](const named_file& row) { return fits(name, row.name); }))
        found.push_back({readme, 0, "does not name " + name});
    for (const auto& row : rows)
      if (std::none_of(content[folder].begin(), content[folder].end(),
                       [&](const std::string& name) { return fits(name, row.name); }))
        found.push_back({readme, row.line, "names " + row.name + ", which is not there"});
  }
  return found;
}

/// Where a text stands that is the same on no other machine: somebody's home, or an address that a package came from.
inline findings foreign_places(const tree& files) {
  static constexpr std::string_view kinds = " .md .yaml .yml .toml .json .html .txt .sh .example ";
  static constexpr std::string_view places[] = {"/home/", "/root/", "/Users/"};
  findings found;
  for (const auto& [path, text] : files.texts) {
    if (!is_one_of(extension_of(path), kinds) && !extension_of(path).empty())
      continue;
    for (auto place : places)
      for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + 1))
        if (at == 0 || (!is_word_char(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '-'))
          found.push_back({path, line_at(text, at), "the path of somebody's home"});
    static constexpr std::string_view address = "\"resolved\": \"http";
    if (name_of(path) == "package-lock.json")
      for (auto at = text.find(address); at != std::string::npos; at = text.find(address, at + 1))
        found.push_back({path, line_at(text, at), "a download address: see .npmrc"});
  }
  return found;
}

/// A test that sleeps is slow when all is well and wrong when it is not. Who looks again and again is in one place.
inline findings sleeping_scripts(const tree& files) {
  static constexpr std::string_view call = "sleep(";
  findings found;
  for (const auto& [path, text] : files.texts) {
    if (!path.starts_with("tests/e2e/") || extension_of(path) != ".py" || path == "tests/e2e/server.py")
      continue;
    for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1))
      found.push_back({path, line_at(text, at), "sleep: wait for what shall happen (`eventually`)"});
  }
  return found;
}

/// A test that is in no CMake list never runs, and one without a case proves nothing.
inline findings tests_that_never_run(const tree& files) {
  std::string lists;
  for (const auto& [path, text] : files.texts)
    if (name_of(path) == "CMakeLists.txt" || extension_of(path) == ".cmake")
      lists += text;
  bool collected = lists.find("GLOB") != std::string::npos && lists.find("_test.cpp") != std::string::npos;
  findings found;
  for (const auto& [path, file] : files.sources) {
    if (!path.starts_with("tests/") || !path.ends_with("_test.cpp"))
      continue;
    auto stem = std::filesystem::path{path}.stem().string();
    if (!collected && lists.find(stem) == std::string::npos)
      found.push_back({path, 0, "is in no CMakeLists.txt"});
    if (file.code.find("TEST(") == std::string::npos && file.code.find("TEST_F(") == std::string::npos
        && file.code.find("TEST_P(") == std::string::npos && file.code.find("TYPED_TEST") == std::string::npos
        && file.code.find("CALLBOARD_STORE_CONTRACT(") == std::string::npos)
      found.push_back({path, 0, "has no test case"});
  }
  return found;
}

} // namespace callboard::tidy
