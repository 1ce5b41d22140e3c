#include "base/json_read.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callboard {
namespace {

std::string_view kind_name(const boost::json::value& v) {
  switch (v.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return "a number";
    case boost::json::kind::string: return "a string";
    case boost::json::kind::array: return "an array";
    case boost::json::kind::object: return "an object";
  }
  return "something else";
}

bool is_control(char32_t c) { return c < 0x20 || c == 0x7f; }
bool is_line_layout(char32_t c) { return c == '\t' || c == '\n' || c == '\r'; }

/// Plain `local@domain` with a dot in the domain; the mail server is the only real judge of an address.
bool looks_like_email(std::string_view text) {
  auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254 || text.find('@', at + 1) != text.npos)
    return false;
  auto domain = text.substr(at + 1);
  auto dot = domain.find('.');
  if (dot == std::string_view::npos || domain.front() == '.' || domain.back() == '.'
      || domain.find("..") != std::string_view::npos)
    return false;
  for (unsigned char c : text)
    if (c <= 0x20 || c == 0x7f || c == ',' || c == ';' || c == '<' || c == '>' || c == '"' || c == '(' || c == ')')
      return false;
  return true;
}

} // namespace

void append_pointer_token(std::string& pointer, std::string_view name) {
  constexpr std::size_t token_max = 64;
  auto end = std::min(name.size(), token_max);
  // Half a character would leave a pointer that no text can hold.
  while (end > 0 && end < name.size() && (name[end] & 0xc0) == 0x80)
    --end;
  pointer += '/';
  for (char c : name.substr(0, end)) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

std::optional<field_error> check_text(std::string_view text, const field_marks& marks) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++length) {
    auto step = utf8_next(text, at);
    if (!step.valid)
      return field_error{{}, "invalid_utf8", fmt::format("is not valid UTF-8 at byte {}", at)};
    if (is_control(step.code_point) && (marks.single_line || !is_line_layout(step.code_point)))
      return field_error{
        {},
        "invalid_character",
        fmt::format("has the control character U+{:04X} at byte {}", static_cast<unsigned>(step.code_point), at)};
    at += step.size;
  }
  if (length < marks.length_min)
    return field_error{{},
                       "too_short",
                       marks.length_min == 1 ? std::string{"must not be empty"}
                                             : fmt::format("must have at least {} characters", marks.length_min)};
  if (marks.length_max != 0 && length > marks.length_max)
    return field_error{
      {}, "too_long", fmt::format("must have at most {} characters, has {}", marks.length_max, length)};
  if (marks.length_min > 0 && text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return field_error{{}, "blank", "must not be blank"};
  if (marks.email && !looks_like_email(text))
    return field_error{{}, "invalid_email", "must be an e-mail address, such as ann@example.com"};
  return std::nullopt;
}

void json_reader::step::append_to(std::string& pointer) const {
  if (from_)
    from_->append_to(pointer);
  append_pointer_token(pointer, index_ ? std::to_string(*index_) : name_);
}

void json_reader::fail(std::string_view code, std::string detail) {
  if (errors_.size() == errors_max)
    return;
  auto& mistake = errors_.emplace_back(field_error{{}, std::string{code}, std::move(detail)});
  if (here_)
    here_->append_to(mistake.pointer);
}

void json_reader::wrong_type(std::string_view expected, const boost::json::value& got) {
  fail("wrong_type", fmt::format("must be {}, is {}", expected, kind_name(got)));
}

void json_reader::read_text(const boost::json::value& from, std::string& into, const field_marks& marks) {
  auto text = from.if_string();
  if (!text)
    return wrong_type("a string", from);
  if (how_ == read_as::request)
    if (auto fault = check_text(*text, marks))
      return fail(fault->code, std::move(fault->detail));
  into.assign(text->data(), text->size());
}

void json_reader::read_integer(const boost::json::value& from, std::int64_t& into, const field_marks& marks) {
  boost::json::error_code fault;
  if (!from.is_number())
    return wrong_type("an integer", from);
  auto value = from.to_number<std::int64_t>(fault);
  if (fault)
    return fail("wrong_type", "must be an integer of at most 64 bits");
  if (value < marks.minimum)
    return fail("too_small", fmt::format("must be at least {}", marks.minimum));
  if (value > marks.maximum)
    return fail("too_large", fmt::format("must be at most {}", marks.maximum));
  into = value;
}

void json_reader::check_number(double value, const field_marks& marks) {
  if (marks.minimum != field_marks{}.minimum && value < static_cast<double>(marks.minimum))
    return fail("too_small", fmt::format("must be at least {}", marks.minimum));
  if (marks.maximum != field_marks{}.maximum && value > static_cast<double>(marks.maximum))
    return fail("too_large", fmt::format("must be at most {}", marks.maximum));
}

void json_reader::refuse_unknown(const boost::json::object& object, bool (*known)(std::string_view)) {
  for (const auto& member : object) {
    std::string_view name = member.key();
    if (known(name))
      continue;
    step here{*this, name};
    fail("unknown_member", "is not a member of this object");
  }
}

} // namespace callboard
