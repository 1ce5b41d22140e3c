#pragma once

#include "persistence/copy/copied_row.hpp"
#include "persistence/copy/copied_tables.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace callboard {

/// The checksum of a table, whatever order its rows come in: how many there are, and the sum of their SHA-256 digests
/// (128 bits of each). It finds mistakes and damage; it is no proof against somebody who wants to deceive.
///
/// Rows are summed in parts, by their keys, so that a difference can be looked for in one part alone.
class table_digest {
public:
  static constexpr std::size_t part_count = 256;

  explicit table_digest(const table_card& card) : card_(&card) {}

  void add(const copied_row&);
  std::int64_t rows() const { return rows_; }
  std::string hex() const;

  static std::size_t part_of(const table_card&, const copied_row&);
  /// The parts that differ.
  std::vector<std::size_t> differing(const table_digest& other) const;

private:
  struct part {
    std::int64_t rows = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const part&) const = default;
  };
  const table_card* card_;
  std::int64_t rows_ = 0;
  std::array<part, part_count> parts_{};
};

/// Reads a table once, giving each row to the function.
using read_table = std::function<void(const std::function<void(const copied_row&)>&)>;

/// What differs in one part of a table, a sentence for each row, as many as `at_most`. Names keys and columns, no values.
std::vector<std::string> differences(const table_card&, std::size_t part, const read_table& source,
                                     const read_table& target, std::size_t at_most);

/// A row's key for people. Of what a customer's key is, no more than whose it is.
std::string key_for_people(const table_card&, const copied_row&);

} // namespace callboard
