#include "http/framing/framing_error.hpp"

#include <fmt/format.h>

namespace callboard::http {
namespace {

struct error_row {
  std::string_view name;
  int status;
  std::string_view sentence;
};

constexpr std::array<error_row, framing_errors.size()> rows{{
#define CALLBOARD_FRAMING_ERROR_ROW(name, status, sentence) {#name, status, sentence},
  CALLBOARD_FRAMING_ERRORS(CALLBOARD_FRAMING_ERROR_ROW)
#undef CALLBOARD_FRAMING_ERROR_ROW
}};

const error_row& row_of(framing_error which) { return rows.at(static_cast<std::size_t>(which)); }

} // namespace

std::string_view name_of(framing_error which) { return row_of(which).name; }

int status_of(framing_error which) { return row_of(which).status; }

std::string_view sentence_of(framing_error which) { return row_of(which).sentence; }

std::string framing_refusal::describe() const { return fmt::format("{} (at byte {}).", sentence_of(which), at); }

} // namespace callboard::http
