#include "ops/metrics.hpp"

#include "ops/metrics_catalogue.hpp"
#include "ops/version.hpp"
#include "tests/ops/documents.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <thread>
#include <unistd.h>

namespace callboard {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// The value of the sample whose line begins so, or nothing.
std::optional<double> sample(const std::string& text, const std::string& series) {
  auto at = text.find(fmt::format("\n{} ", series));
  if (at == std::string::npos)
    return std::nullopt;
  return std::stod(text.substr(at + series.size() + 2));
}

std::uint64_t count_of(const detail::histogram_cell::totals& totals) {
  return std::accumulate(totals.buckets.begin(), totals.buckets.end(), std::uint64_t{0});
}

std::size_t lines_beginning(const std::string& text, const std::string& what) {
  auto wanted = fmt::format("\n{}", what);
  std::size_t count = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
    ++count;
  return count;
}

struct finished {
  int status = -1;
  std::string output;
};

/// Runs a shell command with a file as its input.
finished run(const std::string& command, const std::string& input) {
  auto path = fmt::format("{}metrics_{}.txt", testing::TempDir(), ::getpid());
  std::ofstream{path} << input;
  finished result;
  auto* pipe = ::popen((command + " <" + path + " 2>&1").c_str(), "r");
  if (pipe == nullptr)
    return result;
  std::array<char, 4096> block{};
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    result.output.append(block.data(), n);
  result.status = ::pclose(pipe);
  ::unlink(path.c_str());
  return result;
}

/// Something in each family, hostile label values included.
void fill(metrics& m) {
  m.http.duration("GET", "/api/v1/tickets/{id}", 200).observe(300us);
  m.http.duration("BREW", "line\nbreak \"quote\" \\ \xff", 200).observe(1s);
  m.http.refused(http_refusal::permits_total).add();
  m.actors.mailbox_depth("root/store/journal").set(3);
  m.actors.restarts("root/ai/runner", restart_reason::exception).add();
  m.journal.batch_items.observe(17);
  m.journal.items("stored").add(17);
  m.readers.query_duration("list_tickets").observe(2ms);
  m.feed.lag.set(1500ms);
  m.live.connections(live_transport::sse).set(2);
  m.ai.jobs("available").set(4);
  m.ai.jobs_finished("classify", "done").add();
  m.ai.call_duration("builtin").observe(90us);
  m.ai.calls("builtin", "done").add();
  m.desk.tickets("open").set(12);
  m.desk.messages_added("reply").add();
}

TEST(metrics, counters_gauges_and_spans_are_shown_in_base_units) {
  metrics m;
  m.feed.published.add();
  m.feed.published.add(41);
  m.http.active.set(7);
  m.http.active.add(3);
  m.http.active.sub();
  m.feed.lag.set(1500ms);
  auto text = m.text();
  EXPECT_EQ(sample(text, "callboard_feed_published_total"), 42);
  EXPECT_EQ(sample(text, "http_server_active_requests"), 9);
  EXPECT_EQ(sample(text, "callboard_feed_lag_seconds"), 1.5);
  EXPECT_EQ(m.feed.lag.value(), 1500ms);
}

TEST(metrics, a_histogram_counts_what_equals_a_bound_below_it) {
  metrics m;
  for (auto took : {0ns, 100'000ns, 100'001ns, 20'000'000'000ns})
    m.http.duration("GET", "/x", 200).observe(took);
  m.http.duration("GET", "/x", 200).observe(-5ns);
  auto text = m.text();
  std::string labels = "http_request_method=\"GET\",http_route=\"/x\",http_response_status_code=\"200\"";
  auto bucket = [&](std::string le) {
    return sample(text, fmt::format("http_server_request_duration_seconds_bucket{{{},le=\"{}\"}}", labels, le));
  };
  EXPECT_EQ(bucket("0.0001"), 3) << text;
  EXPECT_EQ(bucket("0.00025"), 4);
  EXPECT_EQ(bucket("10"), 4);
  EXPECT_EQ(bucket("+Inf"), 5);
  EXPECT_EQ(sample(text, fmt::format("http_server_request_duration_seconds_count{{{}}}", labels)), 5);
  EXPECT_NEAR(*sample(text, fmt::format("http_server_request_duration_seconds_sum{{{}}}", labels)), 20.000200001, 1e-8);
}

TEST(metrics, sizes_are_counted_as_they_are) {
  metrics m;
  m.journal.batch_items.observe(1);
  m.journal.batch_items.observe(64);
  m.journal.batch_items.observe(5000);
  auto text = m.text();
  EXPECT_EQ(sample(text, "callboard_journal_batch_items_bucket{le=\"1\"}"), 1);
  EXPECT_EQ(sample(text, "callboard_journal_batch_items_bucket{le=\"64\"}"), 2);
  EXPECT_EQ(sample(text, "callboard_journal_batch_items_bucket{le=\"1024\"}"), 2);
  EXPECT_EQ(sample(text, "callboard_journal_batch_items_bucket{le=\"+Inf\"}"), 3);
  EXPECT_EQ(sample(text, "callboard_journal_batch_items_sum"), 5065);
}

TEST(metrics, the_same_labels_are_the_same_series) {
  metrics m;
  m.ai.calls("builtin", "done").add();
  m.ai.calls(std::string{"builtin"}, std::string_view{"done"}).add();
  EXPECT_EQ(m.ai.calls("builtin", "done").value(), 2);
  EXPECT_EQ(m.ai.calls("builtin", "transient").value(), 0);
  m.http.duration("GET", "/x", 404).observe(1ms);
  m.http.duration("GET", "/x", "404").observe(1ms);
  EXPECT_EQ(count_of(m.http.duration("GET", "/x", 404).read()), 2u);
}

TEST(metrics, enums_of_other_rooms_name_themselves) {
  metrics m;
  m.desk.tickets(live_transport::sse).set(5);
  EXPECT_EQ(sample(m.text(), "callboard_tickets{status=\"sse\"}"), 5);
}

TEST(metrics, closed_sets_are_there_before_anything_happens) {
  metrics m;
  auto text = m.text();
  for (auto reason : enum_names<http_refusal>())
    EXPECT_EQ(sample(text, fmt::format("http_server_refused_total{{reason=\"{}\"}}", reason)), 0) << reason;
  EXPECT_EQ(sample(text, "callboard_log_lines_total{level=\"debug\"}").has_value(), true);
}

TEST(metrics, a_value_outside_its_closed_set_is_other) {
  metrics m;
  m.http.duration("BREW", "/x", 405).observe(1ms);
  m.http.duration("GETT", "/x", 405).observe(1ms);
  EXPECT_EQ(count_of(m.http.duration("other", "/x", 405).read()), 2u);
  EXPECT_THAT(m.text(), Not(HasSubstr("BREW")));
}

TEST(metrics, an_unprintable_or_endless_value_is_other) {
  metrics m;
  for (const auto& value : {std::string{"a\nb"}, std::string{"\xff\xfe"}, std::string(101, 'x'), std::string{"\0", 1}})
    m.actors.mailbox_depth(value).add();
  EXPECT_EQ(m.actors.mailbox_depth("other").value(), 4);
  m.actors.mailbox_depth(std::string(100, 'x')).set(1);
  EXPECT_EQ(m.actors.mailbox_depth("other").value(), 4);
}

TEST(metrics, series_beyond_the_bound_share_one) {
  metrics m;
  for (int i = 0; i < 5000; ++i)
    m.http.duration("GET", fmt::format("/{}", i), 200).observe(1ms);
  auto text = m.text();
  EXPECT_EQ(lines_beginning(text, "http_server_request_duration_seconds_count"), 1025u);
  EXPECT_EQ(sample(text,
                   "http_server_request_duration_seconds_count{http_request_method=\"other\",http_route=\"other\","
                   "http_response_status_code=\"other\"}"),
            5000 - 1024);
  m.http.duration("GET", "/7", 200).observe(1ms);
  EXPECT_EQ(count_of(m.http.duration("GET", "/7", 200).read()), 2u) << "known series stay";
}

TEST(metrics, handles_without_a_metric_take_everything_and_show_nothing) {
  counter{}.add();
  gauge{}.set(1);
  time_gauge{}.set(1s);
  histogram{}.observe(1s);
  size_histogram{}.observe(1);
  metrics m;
  EXPECT_EQ(m.feed.published.value(), 0);
}

TEST(metrics, hooks_run_at_each_scrape) {
  metrics m;
  int called = 0;
  m.on_scrape([&] { m.readers.waiting.set(++called); });
  EXPECT_EQ(sample(m.text(), "callboard_reader_waiting"), 1);
  EXPECT_EQ(sample(m.text(), "callboard_reader_waiting"), 2);
}

TEST(metrics, the_process_is_described) {
  metrics m;
  auto text = m.text();
  EXPECT_EQ(sample(text, fmt::format("callboard_build_info{{version=\"{}\"}}", program_version)), 1);
  EXPECT_GT(sample(text, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(sample(text, "callboard_own_memory_bytes"), 1e5);
  EXPECT_LT(sample(text, "callboard_own_memory_bytes"), sample(text, "process_resident_memory_bytes"));
  EXPECT_GE(sample(text, "process_virtual_memory_bytes"), sample(text, "process_resident_memory_bytes"));
  EXPECT_GE(sample(text, "process_open_fds"), 3);
  EXPECT_GT(sample(text, "process_max_fds"), sample(text, "process_open_fds"));
  EXPECT_GE(sample(text, "process_threads"), 1);
  auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(*sample(text, "process_start_time_seconds"), now, 3600);
  EXPECT_LE(*sample(text, "process_start_time_seconds"), now + 5);
  EXPECT_GE(sample(text, "process_cpu_seconds_total"), 0);
}

TEST(metrics, every_row_of_the_catalogue_is_exposed_with_help_and_type) {
  metrics m;
  fill(m);
  auto text = m.text();
  for (const auto& row : metric_catalogue) {
    std::string name{row.name};
    EXPECT_THAT(text, HasSubstr(fmt::format("# HELP {} {}\n", row.name, row.help)));
    EXPECT_THAT(text, HasSubstr(fmt::format("# TYPE {} {}\n", row.name, enum_name(row.kind))));
    EXPECT_GT(lines_beginning(text, row.kind == metric_kind::histogram ? name + "_bucket" : name), 0u) << name;
  }
}

TEST(metrics, promtool_accepts_the_exposition) {
  metrics m;
  fill(m);
  // Where ops/setup puts promtool when it is not installed.
  auto found = "PATH=\"" CALLBOARD_SOURCE_DIR "/build/tools/bin:$PATH\" promtool ";
  ASSERT_EQ(run(std::string{found} + "--version", "").status, 0)
    << "promtool is not installed: run ops/setup --tests (it is part of Debian's package prometheus)";
  auto checked = run(std::string{found} + "check metrics", m.text());
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_EQ(checked.output, "");
  EXPECT_NE(run(std::string{found} + "check metrics", "callboard_bad_count 1\n").status, 0)
    << "it would accept anything";
}

TEST(metrics, nothing_is_lost_between_threads) {
  constexpr int threads = 8;
  constexpr int rounds = 20'000;
  metrics m;
  std::atomic<bool> done{false};
  std::thread scraper{[&] {
    while (!done)
      EXPECT_FALSE(m.text().empty());
  }};
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t)
    workers.emplace_back([&m] {
      auto kept = m.http.duration("GET", "/kept", 200);
      for (int i = 0; i < rounds; ++i) {
        kept.observe(std::chrono::microseconds{i});
        m.http.duration("POST", fmt::format("/{}", i % 100), 200 + i % 3).observe(1us);
        m.live.deliveries.add();
        m.http.active.add(i % 2 == 0 ? 1 : -1);
      }
    });
  for (auto& each : workers)
    each.join();
  done = true;
  scraper.join();
  EXPECT_EQ(m.live.deliveries.value(), threads * rounds);
  EXPECT_EQ(m.http.active.value(), 0);
  auto kept = m.http.duration("GET", "/kept", 200).read();
  EXPECT_EQ(count_of(kept), std::uint64_t{threads} * rounds);
  EXPECT_EQ(kept.sum_ticks, std::uint64_t{threads} * 1000 * (std::uint64_t{rounds} * (rounds - 1) / 2));
  std::uint64_t others = 0;
  for (int i = 0; i < 100; ++i)
    for (int status : {200, 201, 202})
      others += count_of(m.http.duration("POST", fmt::format("/{}", i), status).read());
  EXPECT_EQ(others, std::uint64_t{threads} * rounds);
}

TEST(version, is_the_projects) {
  auto cmake = testing_ops::read_document(CALLBOARD_SOURCE_DIR "/CMakeLists.txt");
  EXPECT_THAT(cmake, HasSubstr(fmt::format("VERSION {} ", program_version)));
}

} // namespace
} // namespace callboard
