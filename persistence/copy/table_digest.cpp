#include "persistence/copy/table_digest.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <cstring>
#include <map>

namespace callboard {
namespace {

std::string columns_that_differ(const table_card& card, const copied_row& one, const copied_row& other) {
  std::string names;
  for (std::size_t i = 0; i < card.columns.size(); ++i)
    if (one.is_null(i) != other.is_null(i) || one.text(i) != other.text(i))
      names.append(names.empty() ? "" : ", ").append(card.columns[i].name);
  return names;
}

} // namespace

void table_digest::add(const copied_row& row) {
  auto digest = sha256(row.whole());
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, digest.data(), sizeof high);
  std::memcpy(&low, digest.data() + sizeof high, sizeof low);
  auto& sum = parts_.at(part_of(*card_, row));
  ++rows_;
  ++sum.rows;
  sum.high += high;
  sum.low += low;
}

std::string table_digest::hex() const {
  part all;
  for (const auto& each : parts_) {
    all.high += each.high;
    all.low += each.low;
  }
  return fmt::format("{:016x}{:016x}", all.high, all.low);
}

std::size_t table_digest::part_of(const table_card& card, const copied_row& row) {
  return std::hash<std::string_view>{}(row.key(card.key_columns)) % part_count;
}

std::vector<std::size_t> table_digest::differing(const table_digest& other) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < part_count; ++i)
    if (parts_[i] != other.parts_[i])
      found.push_back(i);
  return found;
}

std::string key_for_people(const table_card& card, const copied_row& row) {
  std::string key;
  for (std::size_t i = 0; i < card.key_columns; ++i) {
    bool speaks = card.columns[i].kind == column_kind::id || card.columns[i].kind == column_kind::number;
    key.append(key.empty() ? "" : " ").append(card.columns[i].name);
    if (speaks)
      key.append(" ").append(row.text(i));
  }
  return key;
}

std::vector<std::string> differences(const table_card& card, std::size_t part, const read_table& source,
                                     const read_table& target, std::size_t at_most) {
  std::map<std::string, copied_row, std::less<>> wanted;
  source([&](const copied_row& row) {
    if (table_digest::part_of(card, row) == part)
      wanted.emplace(row.key(card.key_columns), row);
  });
  std::vector<std::string> found;
  auto tell = [&](const copied_row& row, std::string_view what) {
    if (found.size() < at_most)
      found.push_back(fmt::format("{}: {}", key_for_people(card, row), what));
  };
  target([&](const copied_row& row) {
    if (table_digest::part_of(card, row) != part)
      return;
    auto same = wanted.find(row.key(card.key_columns));
    if (same == wanted.end())
      return tell(row, "only in the target");
    if (!(same->second == row))
      tell(row, "differs in " + columns_that_differ(card, same->second, row));
    wanted.erase(same);
  });
  for (const auto& [key, row] : wanted)
    tell(row, "missing in the target");
  return found;
}

} // namespace callboard
