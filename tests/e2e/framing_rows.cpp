// Prints the framing tables for `test_framing.py`, which sends every row to the real binary. One row a line, tabs
// between: table, status (0: accepted), the raw bytes in hexadecimal digits, name.

#include "tests/http/framing/framing_table.hpp"

#include <fmt/core.h>

#include <string_view>

namespace callboard::test {
namespace {

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (unsigned char byte : bytes)
    out.append(1, digits[byte >> 4]).append(1, digits[byte & 0xf]);
  return out;
}

void print(std::string_view table, const std::vector<framing_row>& rows) {
  for (const auto& row : rows)
    fmt::print("{}\t{}\t{}\t{}\n", table, row.status, hex_of(row.raw), row.name);
}

} // namespace
} // namespace callboard::test

int main() {
  using namespace callboard::test;
  print("head", framing_rows());
  print("byte", framing_byte_rows());
  print("chunk", chunk_rows());
  print("incomplete", incomplete_rows());
}
