#include "ops/metrics_catalogue.hpp"

#include "tests/ops/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace callboard {
namespace {

class each_metric : public testing::TestWithParam<metric_row> {};

INSTANTIATE_TEST_SUITE_P(catalogue, each_metric, testing::ValuesIn(metric_catalogue),
                         [](const auto& each) { return std::string{each.param.name}; });

bool is_base_unit(std::string_view unit) { return unit == "seconds" || unit == "bytes"; }

std::string name_without_total(const metric_row& row) {
  std::string name{row.name};
  return name.ends_with("_total") ? name.substr(0, name.size() - 6) : name;
}

TEST_P(each_metric, says_what_it_is_in_one_sentence) {
  const auto& help = GetParam().help;
  EXPECT_GT(help.size(), 10u);
  EXPECT_TRUE(help.ends_with('.'));
  EXPECT_FALSE(GetParam().unit.empty());
}

TEST_P(each_metric, is_named_by_the_rules) {
  const auto& row = GetParam();
  EXPECT_TRUE(std::all_of(row.name.begin(), row.name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }));
  EXPECT_TRUE(row.name.starts_with("http_server_") || row.name.starts_with("callboard_")
              || row.name.starts_with("process_"));
  EXPECT_EQ(row.name.ends_with("_total"), row.kind == metric_kind::counter);
  EXPECT_EQ(row.name.ends_with("_info"), row.unit == "info");
  if (is_base_unit(row.unit)) {
    EXPECT_TRUE(name_without_total(row).ends_with(fmt::format("_{}", row.unit))) << "the base unit belongs to the name";
  }
  for (std::string_view wrong : {"milliseconds", "_ms", "micro", "nano", "minutes", "kib", "mega", "percent"})
    EXPECT_EQ(row.name.find(wrong), std::string::npos) << wrong;
}

TEST_P(each_metric, has_labels_that_are_bounded_and_name_no_single_thing) {
  const auto& row = GetParam();
  bool open = false;
  for (std::size_t i = 0; i < row.label_count(); ++i) {
    const auto& label = row.labels[i];
    open = open || label.values.empty();
    EXPECT_FALSE(label.name.ends_with("id")) << "an id as a label makes a series of each thing";
    EXPECT_NE(label.name, "le");
    EXPECT_EQ(std::set(label.values.begin(), label.values.end()).size(), label.values.size());
  }
  EXPECT_EQ(row.series_max > 0, open) << "open labels, and only they, need a bound";
  EXPECT_LE(row.series_max, 1024u);
}

TEST_P(each_metric, has_ascending_buckets_if_it_is_a_histogram) {
  const auto& row = GetParam();
  EXPECT_EQ(!row.buckets.empty(), row.kind == metric_kind::histogram);
  EXPECT_LE(row.buckets.size(), 20u);
  EXPECT_TRUE(std::is_sorted(row.buckets.begin(), row.buckets.end(), std::less_equal<>{}));
}

TEST(metric_catalogue, has_no_two_metrics_of_one_name) {
  // OpenMetrics leaves `_total` off a counter's name, so it must not be another metric's either.
  std::set<std::string> names;
  for (const auto& row : metric_catalogue)
    EXPECT_TRUE(names.insert(name_without_total(row)).second) << row.name;
}

std::string labels_cell(const metric_row& row) {
  std::string cell;
  for (std::size_t i = 0; i < row.label_count(); ++i) {
    const auto& label = row.labels[i];
    cell += fmt::format("{}`{}`{}", i == 0 ? "" : ", ", label.name, label.values.empty() ? "" : ": ");
    cell += fmt::to_string(fmt::join(label.values, " "));
  }
  return cell;
}

std::string table() {
  std::string text = "| metric | kind | counts | labels | meaning |\n|---|---|---|---|---|\n";
  for (const auto& row : metric_catalogue)
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.name, enum_name(row.kind), row.unit, labels_cell(row),
                        row.help);
  return text;
}

TEST(metric_catalogue, is_what_the_document_lists) { testing_ops::expect_generated_part("metrics.md", table()); }

} // namespace
} // namespace callboard
