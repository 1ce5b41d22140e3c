// The rules of the house, checked over the whole tree; and for each rule a violation planted to see it caught.

#include "tests/tidy/code_rules.hpp"
#include "tests/tidy/document_rules.hpp"
#include "tests/tidy/include_rules.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace callboard::tidy {

std::ostream& operator<<(std::ostream& out, const finding& f) {
  out << f.path;
  return (f.line == 0 ? out : out << ':' << f.line) << ": " << f.what;
}

namespace {

const tree& the_tree() {
  static const tree all = read_tree(CALLBOARD_SOURCE_DIR);
  return all;
}

/// A tree of one file.
tree planted(std::string path, std::string text) { return tree{{{std::move(path), std::move(text)}}}; }

struct rule {
  std::string_view name;
  findings (*check)(const tree&);
};

std::ostream& operator<<(std::ostream& out, const rule& r) { return out << r.name; }

constexpr std::array rules{
  rule{"rooms_include_only_whom_they_may", own_includes},
  rule{"third_parties_stay_in_their_rooms", third_party_includes},
  rule{"no_line_says_what_is_banned", banned_words},
  rule{"sql_is_never_put_together", concatenated_sql},
  rule{"who_catches_all_tells_somebody", silent_catches},
  rule{"headers_are_guarded", headers_without_guard},
  rule{"folder_tables_are_true", folder_tables},
  rule{"no_document_names_a_place_of_one_machine", foreign_places},
  rule{"no_end_to_end_test_sleeps", sleeping_scripts},
  rule{"every_test_file_runs", tests_that_never_run},
};

class house : public testing::TestWithParam<rule> {};

TEST_P(house, keeps_the_rule) {
  for (const auto& each : GetParam().check(the_tree()))
    ADD_FAILURE() << each;
}

INSTANTIATE_TEST_SUITE_P(the_tree, house, testing::ValuesIn(rules),
                         [](const auto& each) { return std::string{each.param.name}; });

TEST(tidy, the_tree_was_found_and_read) {
  EXPECT_GT(the_tree().sources.size(), 1u);
  EXPECT_TRUE(the_tree().sources.contains("tests/tidy_test.cpp"));
}

TEST(tidy, files_are_read_from_a_folder_and_builds_are_left_out) {
  namespace fs = std::filesystem;
  auto root = fs::path{testing::TempDir()} / ("tidy_" + std::to_string(::getpid()));
  for (std::string folder : {"base", "build/base", "http/node_modules/x"}) {
    fs::create_directories(root / folder);
    std::ofstream{root / folder / "a.cpp"} << "#include \"http/a.hpp\"\n";
  }
  auto read = read_tree(root);
  fs::remove_all(root);
  EXPECT_EQ(read.sources.size(), 1u);
  auto found = own_includes(read);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().path, "base/a.cpp");
  EXPECT_EQ(found.front().line, 1u);
}

TEST(tidy, the_scanner_tells_code_from_comments_and_literals) {
  auto file = scan_cpp("int a = 1'000; // one \"two\"\n"
                       "auto b = \"three // \\\" four\"; /* five */ char c = '\"';\n"
                       "auto d = R\"x(six )\" seven)x\"; int e;");
  for (auto word : {"one", "two", "three", "four", "five", "six", "seven"})
    EXPECT_EQ(file.code.find(word), std::string::npos) << word;
  for (auto word : {"int a", "auto b", "char c", "auto d", "int e"})
    EXPECT_NE(file.code.find(word), std::string::npos) << word;
  EXPECT_NE(file.comments.find("one"), std::string::npos);
  EXPECT_NE(file.comments.find("five"), std::string::npos);
  EXPECT_EQ(file.comments.find("three"), std::string::npos);
  ASSERT_EQ(file.literals.size(), 2u);
  EXPECT_EQ(file.literals[0].text, "three // \\\" four");
  EXPECT_EQ(file.literals[1].text, "six )\" seven");
}

TEST(tidy, each_forbidden_room_is_seen_and_each_allowed_one_passes) {
  for (const auto& from : rooms)
    for (const auto& to : rooms) {
      auto header = std::string{to.name} + "/x.hpp";
      auto found = own_includes(planted(std::string{from.name} + "/a.cpp", "#include \"" + header + "\"\n"));
      EXPECT_EQ(found.empty(), is_under(header, from.may_include)) << from.name << " -> " << to.name;
    }
  EXPECT_NE(own_includes(planted("base/a.cpp", "#include \"x.hpp\"\n")).at(0).what.find("from the root"),
            std::string::npos);
  EXPECT_FALSE(own_includes(planted("domain/a.hpp", "#  include \"protocol/x.hpp\"\n")).empty());
  EXPECT_TRUE(own_includes(planted("base/a.cpp", "// #include \"http/x.hpp\"\n")).empty());
}

TEST(tidy, the_table_of_rooms_keeps_its_promises) {
  auto may = [](std::string_view from, std::string_view to) { return is_under(to, room_of(from)->may_include); };
  EXPECT_FALSE(may("actors/a.cpp", "persistence/x.hpp"));
  EXPECT_FALSE(may("actors/a.cpp", "http/x.hpp"));
  EXPECT_FALSE(may("persistence/a.cpp", "http/x.hpp"));
  EXPECT_FALSE(may("http/a.cpp", "persistence/x.hpp"));
  EXPECT_FALSE(may("domain/a.cpp", "config/x.hpp"));
  EXPECT_FALSE(may("protocol/a.cpp", "actors/x.hpp"));
  for (const auto& each : rooms)
    EXPECT_TRUE(each.name == "tests" || !is_under("tests/x.hpp", each.may_include)) << each.name;
}

TEST(tidy, each_third_party_is_seen_outside_its_rooms) {
  for (const auto& row : third_parties) {
    auto text = "#include <" + std::string{row.header} + "x.hpp>\n";
    for (const auto& each : rooms) {
      auto path = std::string{each.name} + "/a.cpp";
      bool allowed = each.name == "tests" || is_under(path, row.where);
      EXPECT_EQ(third_party_includes(planted(path, text)).empty(), allowed) << path << " " << text;
    }
    for (auto where : split(row.where, " "))
      EXPECT_TRUE(third_party_includes(planted(std::string{where} + "cpp", text)).empty()) << where << " " << text;
  }
}

TEST(tidy, the_table_of_third_parties_keeps_its_promises) {
  auto seen = [](std::string path, std::string_view header) { return refusal_of(path, header).has_value(); };
  EXPECT_TRUE(seen("app/a.cpp", "sqlite3.h"));
  EXPECT_TRUE(seen("domain/a.cpp", "caf/all.hpp"));
  EXPECT_TRUE(seen("persistence/a.cpp", "caf/all.hpp"));
  EXPECT_TRUE(seen("actors/a.cpp", "boost/asio.hpp"));
  EXPECT_TRUE(seen("ops/health.cpp", "prometheus/counter.h"));
  EXPECT_FALSE(seen("ops/metrics.cpp", "prometheus/counter.h"));
  EXPECT_TRUE(seen("base/ids.cpp", "openssl/evp.h"));
  EXPECT_FALSE(seen("base/digest.cpp", "openssl/evp.h"));
  EXPECT_TRUE(seen("http/a.cpp", "left/pad.hpp")) << "a library without a row";
  EXPECT_TRUE(seen("http/a.cpp", "leftpad.hpp")) << "a library without a row";
  EXPECT_FALSE(seen("http/a.cpp", "vector"));
  EXPECT_FALSE(seen("http/a.cpp", "unistd.h"));
}

TEST(tidy, each_banned_word_is_seen_where_it_is_banned_and_nowhere_else) {
  for (const auto& row : bans)
    for (auto word : split(row.words, "|")) {
      SCOPED_TRACE(word);
      auto where = row.only.empty() ? "http/" : row.only;
      auto text = row.where == place::code ? "int a; x = std::" + std::string{word} : "// " + std::string{word};
      auto seen = [](std::string path, std::string content) {
        return !banned_words(planted(std::move(path), std::move(content))).empty();
      };
      EXPECT_TRUE(seen(std::string{where} + "a.cpp", text));
      EXPECT_FALSE(seen(std::string{where} + "a.cpp", "auto a = \"" + text + "\";")) << "in a literal";
      if (!word.ends_with("(") && !word.ends_with(";")) {
        EXPECT_FALSE(seen(std::string{where} + "a.cpp", text + "ly")) << "the beginning of another word";
      }
      if (row.where == place::code) {
        EXPECT_FALSE(seen(std::string{where} + "a.cpp", "// " + text)) << "in a comment";
        EXPECT_FALSE(seen(std::string{where} + "a.cpp", "int a_" + std::string{word})) << "the end of another word";
      }
      if (!row.except.empty()) {
        EXPECT_FALSE(seen(std::string{row.except}, text)) << "where it is allowed";
      }
      if (!row.only.empty()) {
        EXPECT_FALSE(seen("http/a.cpp", text)) << "where it is not banned";
      }
    }
  EXPECT_TRUE(
    banned_words(planted("http/a.cpp", "static_assert(true); x.assert(1); using namespace std::literals;")).empty());
  EXPECT_EQ(banned_words(planted("http/a.cpp", "\n\nusing  namespace\nstd;")).front().line, 3u);
}

TEST(tidy, sql_put_together_is_seen_and_whole_sql_passes) {
  auto seen = [](std::string text) { return !concatenated_sql(planted("persistence/a.cpp", std::move(text))).empty(); };
  EXPECT_TRUE(seen(R"(auto q = "SELECT * FROM t WHERE id = " + id;)"));
  EXPECT_TRUE(seen(R"(auto q = "DELETE "s + "FROM t";)"));
  EXPECT_TRUE(seen(R"(auto q = "INSERT INTO t"
                      " VALUES (" + value;)"));
  EXPECT_TRUE(seen(R"(auto q = begin + "UPDATE t SET a = 1";)"));
  EXPECT_TRUE(seen(R"(auto q = fmt::format("SELECT {} FROM t", column);)"));
  EXPECT_TRUE(seen(R"(auto q = fmt::format(FMT_STRING("select {} from t"), column);)"));
  EXPECT_TRUE(seen("auto q = R\"(\n  select a\n  from t where id = )\" + id;"));
  EXPECT_FALSE(seen(R"(auto q = "SELECT * FROM t"
                       " WHERE id = ?"; a + b;)"));
  EXPECT_FALSE(seen(R"x(constexpr auto q = "INSERT INTO t VALUES (?)"sv; auto n = 1 + 1;)x"));
  EXPECT_FALSE(seen(R"(auto text = "update failed: " + why + "Select one";)"));
}

TEST(tidy, a_catch_that_tells_nobody_is_seen) {
  auto seen = [](std::string text) { return !silent_catches(planted("http/a.cpp", std::move(text))).empty(); };
  EXPECT_TRUE(seen("try { f(); } catch (...) { if (a) { b(); } } throw 1;"));
  EXPECT_FALSE(seen("try { f(); } catch (...) { if (a) { b(); } throw; }"));
  EXPECT_FALSE(seen("try { f(); } catch (const std::exception& e) { }"));
}

TEST(tidy, a_header_without_a_guard_is_seen) {
  EXPECT_FALSE(headers_without_guard(planted("base/a.hpp", "int a; // #pragma once\n")).empty());
  EXPECT_TRUE(headers_without_guard(planted("base/a.hpp", "#pragma once\n")).empty());
}

TEST(tidy, a_wrong_folder_table_is_seen) {
  auto check = [](std::string readme) {
    return folder_tables(tree{{{"base/README.md", std::move(readme)},
                               {"base/a.hpp", ""},
                               {"base/a.cpp", ""},
                               {"base/run", ""},
                               {"base/corpus/x.md", ""},
                               {"base/data.json", ""}}})
      .size();
  };
  const std::string head = "# base\nSmall things.\n\n| file | purpose |\n|---|---|\n";
  EXPECT_EQ(check(head + "| `a.hpp`, `.cpp` | a |\n| `run` | runs |\n"), 0u);
  EXPECT_EQ(check(head + "| `a.{hpp,cpp}` | a |\n| [run](run) | runs |\n| `corpus/` | data |\n"), 0u);
  EXPECT_EQ(check(head + "| `a.*` | a |\n| run | runs |\n| `data.json` | data |\n"), 0u);
  EXPECT_EQ(check(head + "| `a.hpp` | not a.cpp or `run` |\n"), 2u) << "two are not named";
  EXPECT_EQ(check(head + "| `a.*` | a |\n| `run` | b |\n| `b.hpp` | c |\n"), 1u) << "one is not there";
  EXPECT_EQ(check("| what | why |\n|---|---|\n| `a.*` | a |\n| `run` | b |\n"), 3u) << "another table does not count";
  EXPECT_EQ(folder_tables(planted("base/a.cpp", "")).size(), 1u) << "no README.md";
}

TEST(tidy, a_place_of_one_machine_is_seen) {
  EXPECT_FALSE(foreign_places(planted("docs/a.md", "see /home/ann/notes")).empty());
  EXPECT_FALSE(foreign_places(planted("ops/setup", "cd /root/x")).empty());
  EXPECT_TRUE(foreign_places(planted("docs/a.md", "https://example.com/home/ and ./home/x and web/home/")).empty());
  EXPECT_FALSE(foreign_places(planted("web/package-lock.json", R"("resolved": "https://example.com/a.tgz")")).empty());
  EXPECT_TRUE(foreign_places(planted("web/package-lock.json", R"("resolved": "../local")")).empty());
}

TEST(tidy, a_script_that_sleeps_is_seen) {
  EXPECT_EQ(sleeping_scripts(planted("tests/e2e/test_a.py", "time.sleep(1)\nsleep(2)\nx = 'sleep:3s'")).size(), 2u);
  EXPECT_TRUE(sleeping_scripts(planted("tests/e2e/server.py", "time.sleep(0.01)")).empty());
}

TEST(tidy, a_test_file_that_never_runs_is_seen) {
  auto check = [](std::string text, std::string list) {
    return tests_that_never_run(tree{{{"tests/a_test.cpp", std::move(text)}, {"CMakeLists.txt", std::move(list)}}})
      .size();
  };
  EXPECT_EQ(check("TEST(a, b) {}", "add(a_test.cpp)"), 0u);
  EXPECT_EQ(check("TEST(a, b) {}", "file(GLOB all tests/*_test.cpp)"), 0u);
  EXPECT_EQ(check("TEST(a, b) {}", "add(b_test.cpp)"), 1u);
  EXPECT_EQ(check("// TEST(a, b)", "add(a_test.cpp)"), 1u);
}

} // namespace
} // namespace callboard::tidy
