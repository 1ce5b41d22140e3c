#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Percent-encoding, and the query of a request target.
namespace callboard::http {

/// Decoded, or nothing where `%` is not followed by two digits, where a NUL comes out, or what comes out is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// What may not stand in a query's value is encoded.
void append_query_value(std::string& out, std::string_view text);

struct query_parameter {
  std::string name;
  std::string value;
};

/// Splits at `&` and the first `=`, then decodes. Empty pieces are skipped. Nothing when some piece cannot be decoded.
std::optional<std::vector<query_parameter>> split_query(std::string_view query);

} // namespace callboard::http
