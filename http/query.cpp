#include "http/query.hpp"

namespace callboard::http {

void add_query_mistake(std::vector<field_error>& errors, std::string_view name, std::string code, std::string detail) {
  if (errors.size() < json_reader::errors_max)
    errors.push_back({"query:" + std::string{name}, std::move(code), std::move(detail)});
}

void query_value_reader::fail(std::string code, std::string detail) {
  add_query_mistake(errors_, name_, std::move(code), std::move(detail));
}

void query_value_reader::read_integer(std::string_view text, std::int64_t& into, const field_marks& marks) {
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (text.empty() || fault == std::errc::invalid_argument || end != text.data() + text.size())
    return fail("invalid_integer", "must be a whole number");
  if (fault == std::errc::result_out_of_range)
    return fail("out_of_range", "is out of range");
  if (into < marks.minimum)
    return fail("too_small", "must be at least " + std::to_string(marks.minimum));
  if (into > marks.maximum)
    fail("too_large", "must be at most " + std::to_string(marks.maximum));
}

void query_value_reader::read_text(std::string_view text, std::string& into, const field_marks& marks) {
  into = text;
  if (auto broken = check_text(text, marks))
    fail(std::move(broken->code), std::move(broken->detail));
}

void query_value_reader::refuse_choice(std::string choices) { fail("invalid_choice", "must be one of: " + choices); }

} // namespace callboard::http
