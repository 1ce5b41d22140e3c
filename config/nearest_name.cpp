#include "config/nearest_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace callboard::config {
namespace {

constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t suggestions_max = 3;

/// Case and the choice between `-` and `_` are no difference.
std::string folded(std::string_view name) {
  std::string out{name};
  for (char& c : out)
    c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// Optimal string alignment: insertions, deletions, replacements, and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string_view last_part(std::string_view path) {
  auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

} // namespace

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known) {
  if (wanted.size() > name_bytes_max)
    return "";
  auto name = folded(wanted);
  std::size_t nearest = std::max<std::size_t>(2, name.size() / 4);
  std::vector<std::string_view> near, alike;
  for (const auto& each : known) {
    auto candidate = folded(each);
    auto [shorter, longer] = std::minmax({name.size(), candidate.size()});
    // As many insertions as one is longer than the other are needed at least.
    auto away = longer - shorter > nearest ? longer : distance(name, candidate);
    if (away < nearest)
      near.clear();
    if (away <= nearest && away < longer) {
      nearest = away;
      near.push_back(each);
    }
    if (last_part(name) == last_part(candidate))
      alike.push_back(each);
  }
  auto& meant = near.empty() ? alike : near;
  if (meant.empty())
    return "";
  meant.resize(std::min(meant.size(), suggestions_max));
  return fmt::format("; did you mean {}?", fmt::join(meant, " or "));
}

} // namespace callboard::config
