#include "ops/log.hpp"

#include "base/json_read.hpp"
#include "tests/ops/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace callboard {
namespace {

using namespace std::chrono_literals;

BOOST_DEFINE_ENUM_CLASS(colour, red, green)

/// Catches what is logged; puts everything back at the end.
class a_log : public testing::Test {
protected:
  a_log() {
    log::flush();
    log::redirect([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~a_log() override {
    log::flush();
    log::redirect({});
    log::set_threshold(config::log_threshold::info);
  }

  boost::json::object last() const {
    auto parsed = parse_json(lines.back());
    EXPECT_TRUE(parsed.has_value()) << lines.back();
    return parsed ? parsed->as_object() : boost::json::object{};
  }

  std::vector<std::string> lines;
};

TEST_F(a_log, a_line_is_an_object_that_begins_with_time_level_and_message) {
  auto before = now();
  log::info("ticket created");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].starts_with("{\"time\":\"")) << lines[0];
  EXPECT_NE(lines[0].find("Z\",\"level\":\"info\",\"msg\":\"ticket created\"}"), std::string::npos) << lines[0];
  auto time = from_rfc3339(std::string_view{last().at("time").as_string()});
  ASSERT_TRUE(time.has_value());
  EXPECT_GE(*time, std::chrono::floor<std::chrono::milliseconds>(before));
  EXPECT_LE(*time, now());
}

TEST_F(a_log, fields_keep_their_types) {
  auto id = ticket_id::make();
  log::info("all kinds", {{"ticket_id", id},
                          {"request_id", std::string{"r-1"}},
                          {"count", -3},
                          {"size", std::uint64_t{18446744073709551615u}},
                          {"duration_ms", 1500us},
                          {"limit", 0.25},
                          {"state", colour::green},
                          {"reason", true},
                          {"kind", "text"}});
  auto line = last();
  EXPECT_EQ(line.at("ticket_id"), boost::json::value(to_string(id)));
  EXPECT_EQ(line.at("request_id"), "r-1");
  EXPECT_EQ(line.at("count"), -3);
  EXPECT_EQ(line.at("size"), 18446744073709551615u);
  EXPECT_EQ(line.at("duration_ms"), 1.5);
  EXPECT_EQ(line.at("limit"), 0.25);
  EXPECT_EQ(line.at("state"), "green");
  EXPECT_EQ(line.at("reason"), true);
  EXPECT_EQ(line.at("kind"), "text");
}

TEST_F(a_log, what_is_no_number_in_json_is_null) {
  log::info("odd", {{"limit", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_TRUE(last().at("limit").is_null());
}

TEST_F(a_log, hostile_text_cannot_leave_its_field) {
  std::string all_bytes;
  for (int c = 0; c < 256; ++c)
    all_bytes += static_cast<char>(c);
  for (const auto& text :
       {all_bytes, std::string{"\r\n{\"level\":\"error\"}"}, std::string{"\",\"level\":\"error"},
        std::string{"\xe2\x80\xa8\xe2\x80\xa9\xc2\x85"}, std::string{"\xed\xa0\x80\xf5\x80\x80\x80\xc0\xaf"},
        std::string{"{} {0} %s %n"}, std::string{"\x1b[2J\x07\x7f"}, std::string{"\0x\0", 3}}) {
    log::info("hostile", {{"detail", text}, {"status", 200}});
    auto line = last();
    EXPECT_EQ(line.at("level"), "info");
    EXPECT_EQ(line.at("status"), 200) << "what follows is there";
    EXPECT_TRUE(
      std::none_of(lines.back().begin(), lines.back().end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
  }
  EXPECT_EQ(lines.size(), 8u);
}

TEST_F(a_log, below_the_threshold_nothing_is_written) {
  using config::log_threshold;
  for (auto threshold : {log_threshold::debug, log_threshold::info, log_threshold::warn, log_threshold::error}) {
    lines.clear();
    log::flush();
    log::set_threshold(threshold);
    log::debug("a");
    log::info("b");
    log::warn("c");
    log::error("d");
    log::write(log_level::warn, "e");
    std::size_t expected[] = {5, 4, 3, 1};
    EXPECT_EQ(lines.size(), expected[static_cast<int>(threshold)]) << static_cast<int>(threshold);
    EXPECT_EQ(last().at("level"), threshold == log_threshold::error ? "error" : "warn");
  }
}

TEST_F(a_log, long_texts_are_cut_and_said_to_be) {
  log::info("long", {{"detail", std::string(5000, 'x')}, {"status", 200}});
  auto detail = std::string{last().at("detail").as_string()};
  EXPECT_TRUE(detail.ends_with("xx\u2026"));
  EXPECT_LT(detail.size(), 1100u);
  EXPECT_EQ(last().at("status"), 200);
}

TEST_F(a_log, a_line_never_passes_what_a_pipe_takes_in_one_piece) {
  std::string worst(1000, '\x01');
  log::info("much", {{"status", 200}, {"detail", worst}, {"reason", worst}});
  EXPECT_LT(lines.back().size(), 4096u);
  EXPECT_EQ(last().at("truncated"), true);
  EXPECT_EQ(last().at("status"), 200);
  std::string many(1000, 'y');
  log::info("much", {{"detail", many}, {"reason", many}, {"kind", many}, {"state", many}, {"name", many}});
  EXPECT_LT(lines.back().size(), 4096u);
  EXPECT_EQ(last().at("truncated"), true);
}

TEST_F(a_log, repeated_errors_are_counted_instead_of_written) {
  auto before = log::counts();
  for (int i = 0; i < 1000; ++i)
    log::error("the store is gone", {{"attempt", i}});
  // All within a second, or on a slow machine within a few.
  auto written = static_cast<std::int64_t>(lines.size());
  EXPECT_GE(written, 10);
  EXPECT_LT(written, 500);
  auto suppressed = log::counts().suppressed - before.suppressed;
  EXPECT_EQ(suppressed, 1000 - written);
  log::warn("something else");
  EXPECT_EQ(last().at("msg"), "something else") << "others are not held back";
  log::flush();
  std::int64_t said = 0;
  for (const auto& line : lines) {
    auto parsed = parse_json(line);
    ASSERT_TRUE(parsed.has_value()) << line;
    if (const auto* count = parsed->as_object().if_contains("suppressed"))
      said += count->as_int64();
  }
  EXPECT_EQ(said, suppressed);
}

TEST_F(a_log, news_is_not_suppressed) {
  for (int i = 0; i < 100; ++i)
    log::info("ticket created");
  EXPECT_EQ(lines.size(), 100u);
}

TEST_F(a_log, lines_are_counted_by_level) {
  auto before = log::counts();
  log::info("a");
  log::info("b");
  log::error("c");
  auto after = log::counts();
  EXPECT_EQ(after.written[1] - before.written[1], 2);
  EXPECT_EQ(after.written[3] - before.written[3], 1);
}

TEST_F(a_log, lines_of_many_threads_do_not_mix) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 500; ++i) {
        log::info("busy", {{"count", i}, {"detail", std::string(static_cast<std::size_t>(i), 'a')}});
        log::error("broken", {{"actor", t}});
      }
    });
  for (auto& each : threads)
    each.join();
  EXPECT_GE(lines.size(), 2000u);
  for (const auto& line : lines)
    EXPECT_TRUE(parse_json(line).has_value()) << line;
}

/// What a forked child wrote to standard error, and how it ended (a child that hangs is ended by its alarm).
template <class F>
std::pair<std::string, int> standard_error_of(F&& child) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  std::fflush(nullptr);
  auto pid = ::fork();
  if (pid == 0) {
    ::alarm(30);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    log::redirect({});
    child();
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> block{};
  for (ssize_t n = 0; (n = ::read(ends[0], block.data(), block.size())) > 0;)
    text.append(block.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = -1;
  ::waitpid(pid, &status, 0);
  return {text, status};
}

TEST_F(a_log, goes_to_standard_error) {
  auto [text, status] = standard_error_of([] { log::info("hello", {{"pid", ::getpid()}}); });
  EXPECT_EQ(status, 0);
  ASSERT_TRUE(text.ends_with("}\n")) << text;
  EXPECT_EQ(parse_json(text)->at("msg"), "hello");
  EXPECT_TRUE(lines.empty());
}

TEST_F(a_log, works_after_a_fork_in_the_middle_of_logging) {
  // Slow enough that one thread or the other is inside nearly always.
  log::redirect([](std::string_view line) { EXPECT_TRUE(parse_json(line).has_value()); });
  std::atomic<bool> done{false};
  std::thread with_news{[&] {
    while (!done)
      log::info("busy");
  }};
  std::thread with_errors{[&] {
    while (!done)
      log::error("broken");
  }};
  for (int i = 0, hung = 0; i < 50 && hung == 0; ++i) {
    auto [text, status] = standard_error_of([] { log::error("child"); });
    hung += status == 0 ? 0 : 1;
    EXPECT_EQ(status, 0) << "the child hung";
    EXPECT_NE(text.find("\"msg\":\"child\""), std::string::npos) << text;
  }
  done = true;
  with_news.join();
  with_errors.join();
}

TEST_F(a_log, works_while_the_process_ends) {
  auto [text, status] = standard_error_of([] {
    std::atexit([] { log::info("at exit"); });
    std::exit(0);
  });
  EXPECT_EQ(status, 0);
  EXPECT_NE(text.find("\"msg\":\"at exit\""), std::string::npos) << text;
}

TEST_F(a_log, a_reader_that_does_not_read_costs_lines_not_time) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::fflush(nullptr);
  auto pid = ::fork();
  if (pid == 0) {
    ::alarm(100); // writing that blocks would wait for ever
    ::dup2(ends[1], STDERR_FILENO);
    log::redirect({});
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 10'000; ++i)
      log::info("flood", {{"detail", "a line of some length, so that the pipe is full soon"}});
    bool quick = std::chrono::steady_clock::now() - begin < 60s; // 20 ms for each line would be 200 s
    ::_exit(quick && log::counts().lost > 5'000 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> block{};
  for (ssize_t n = 0; (n = ::read(ends[0], block.data(), block.size())) > 0;)
    text.append(block.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  EXPECT_TRUE(text.ends_with("}\n")) << "no line was cut";
}

std::string field_list() {
  std::string text = "| field | meaning |\n|---|---|\n";
  for (const auto& row : log::field_table)
    text += fmt::format("| `{}` | {} |\n", row.name, row.meaning);
  return text;
}

TEST(log_fields, are_what_the_document_lists) { testing_ops::expect_generated_part("logging.md", field_list()); }

TEST(log_fields, have_names_of_their_own) {
  std::vector<std::string_view> names{"time", "level", "msg", "suppressed", "truncated"};
  for (const auto& row : log::field_table) {
    EXPECT_EQ(std::count(names.begin(), names.end(), row.name), 0) << row.name;
    EXPECT_FALSE(row.meaning.empty());
    names.push_back(row.name);
  }
}

} // namespace
} // namespace callboard
