#pragma once
// Tables in documents that come from data in the code: compared, and rewritten with CALLBOARD_UPDATE_DOCS=1.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace callboard::testing_ops {

inline std::string read_document(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What stands between the two marks of `docs/<name>` must be `expected`.
inline void expect_generated_part(std::string_view name, std::string_view expected) {
  constexpr std::string_view begin_mark = "<!-- generated: CALLBOARD_UPDATE_DOCS=1 ops_tests -->\n";
  constexpr std::string_view end_mark = "<!-- end of what is generated -->\n";
  auto path = std::string{CALLBOARD_SOURCE_DIR} + "/docs/" + std::string{name};
  auto text = read_document(path);
  auto begin = text.find(begin_mark);
  auto end = text.find(end_mark);
  ASSERT_NE(begin, std::string::npos) << path << " has lost its first mark";
  ASSERT_NE(end, std::string::npos) << path << " has lost its second mark";
  begin += begin_mark.size();
  if (text.substr(begin, end - begin) == expected)
    return;
  if (std::getenv("CALLBOARD_UPDATE_DOCS") == nullptr) {
    FAIL() << path << " is out of date: run ops_tests with CALLBOARD_UPDATE_DOCS=1. It should say\n" << expected;
  }
  std::ofstream{path} << text.replace(begin, end - begin, expected);
}

} // namespace callboard::testing_ops
