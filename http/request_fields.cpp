#include "http/request_fields.hpp"

#include "base/time.hpp"
#include "http/framing/byte_classes.hpp"

#include <algorithm>
#include <charconv>

namespace callboard::http {
namespace {

/// Calls `f` for each piece between separators that are not inside quotes, without blanks around it.
template <class F>
void for_each_piece(std::string_view text, char separator, F&& f) {
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && !quoted)) {
      f(trim_blanks(text.substr(from, i - from)));
      from = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '\\' && quoted) {
      ++i;
    }
  }
}

struct parameter {
  std::string_view name;
  std::string_view value; ///< without quotes around it
};

parameter split_parameter(std::string_view text) {
  auto equals = text.find('=');
  if (equals == std::string_view::npos)
    return {text, {}};
  auto value = trim_blanks(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return {trim_blanks(text.substr(0, equals)), value};
}

template <class Int>
std::optional<Int> whole_number(std::string_view text) {
  Int value{};
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || fault != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::string_view first_piece(std::string_view text, char separator) {
  return trim_blanks(text.substr(0, text.find(separator)));
}

/// How specific a media range is that matches, or -1.
int match_range(std::string_view range, std::string_view media_type) {
  if (range == "*/*")
    return 0;
  if (range.ends_with("/*"))
    return equal_ignoring_case(range.substr(0, range.size() - 1), media_type.substr(0, range.size() - 1)) ? 1 : -1;
  return equal_ignoring_case(range, media_type) ? 2 : -1;
}

/// Without the port that the scheme has anyway, which browsers leave out and others may not.
std::string_view without_port(std::string_view host, std::string_view port) {
  return host.ends_with(port) ? host.substr(0, host.size() - port.size()) : host;
}

bool is_zero_weight(std::string_view q) {
  return !q.empty() && q.front() == '0' && q.find_first_not_of("0.") == std::string_view::npos;
}

} // namespace

std::optional<std::string_view> list_field(const head_fields& fields, std::string_view name, std::string& room) {
  if (fields.count(name) < 2)
    return fields.find(name);
  room.clear();
  for (auto field : fields)
    if (equal_ignoring_case(field.name, name))
      room.append(room.empty() ? "" : ", ").append(field.value);
  return room;
}

std::optional<entity_tags> read_entity_tags(std::string_view value) {
  entity_tags out;
  value = trim_blanks(value);
  if (value == "*") {
    out.any = true;
    return out;
  }
  while (!value.empty()) {
    entity_tag tag;
    if (value.starts_with("W/")) {
      tag.weak = true;
      value.remove_prefix(2);
    }
    auto end = value.starts_with('"') ? value.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos)
      return std::nullopt;
    tag.opaque = value.substr(1, end - 1);
    if (std::any_of(tag.opaque.begin(), tag.opaque.end(), [](char c) { return is_blank(c); }))
      return std::nullopt;
    out.tags.push_back(tag);
    value = trim_blanks(value.substr(end + 1));
    if (value.empty())
      break;
    if (value.front() != ',')
      return std::nullopt;
    // Empty elements are tolerated between, as the list rule asks of recipients.
    while (!value.empty() && (value.front() == ',' || is_blank(value.front())))
      value.remove_prefix(1);
  }
  return out.tags.empty() ? std::nullopt : std::optional{std::move(out)};
}

std::vector<std::int64_t> versions_for_match(const entity_tags& tags) {
  std::vector<std::int64_t> versions;
  for (const auto& tag : tags.tags)
    if (!tag.weak && tag.opaque.starts_with('v'))
      if (auto version = whole_number<std::int64_t>(tag.opaque.substr(1)))
        versions.push_back(*version);
  return versions;
}

bool has_weak_match(const entity_tags& tags, std::string_view etag) {
  if (tags.any)
    return true;
  auto opaque = etag.substr(1, etag.size() - 2);
  return std::any_of(tags.tags.begin(), tags.tags.end(), [&](const entity_tag& t) { return t.opaque == opaque; });
}

bool is_idempotency_key(std::string_view value) {
  return !value.empty() && value.size() <= 255
         && std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_sane_request_id(std::string_view value) {
  return !value.empty() && value.size() <= 128
         && std::all_of(value.begin(), value.end(), [](char c) { return is(host_byte, c); });
}

bool is_traceparent(std::string_view value) {
  constexpr std::size_t size = 55;
  if (value.size() < size || (value.size() > size && (value.starts_with("00") || value[size] != '-')))
    return false;
  for (std::size_t i = 0; i < size; ++i) {
    bool dash = i == 2 || i == 35 || i == 52;
    bool fits = dash ? value[i] == '-' : is(hex_byte, value[i]) && to_lower(value[i]) == value[i];
    if (!fits)
      return false;
  }
  auto all_zero = [](std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; };
  return !value.starts_with("ff") && !all_zero(value.substr(3, 32)) && !all_zero(value.substr(36, 16));
}

std::optional<int> preferred_wait(std::string_view prefer) {
  std::optional<int> wait;
  for_each_piece(prefer, ',', [&](std::string_view preference) {
    auto [name, value] = split_parameter(first_piece(preference, ';'));
    if (!wait && equal_ignoring_case(name, "wait"))
      wait = whole_number<int>(value);
  });
  return wait;
}

std::optional<std::chrono::milliseconds> read_request_timeout(std::string_view value,
                                                              std::chrono::milliseconds longest) {
  std::optional<std::chrono::milliseconds> read;
  if (auto seconds = whole_number<std::int32_t>(value))
    read = std::chrono::seconds{*seconds};
  else
    read = parse_duration(value);
  if (!read || read->count() <= 0 || *read > longest)
    return std::nullopt;
  return read;
}

bool is_json_content_type(std::string_view value) {
  if (value == "application/json")
    return true;
  bool json = equal_ignoring_case(first_piece(value, ';'), "application/json");
  bool first = true;
  for_each_piece(value, ';', [&](std::string_view piece) {
    if (std::exchange(first, false) || piece.empty())
      return;
    auto [name, text] = split_parameter(piece);
    if (equal_ignoring_case(name, "charset") && !equal_ignoring_case(text, "utf-8"))
      json = false;
  });
  return json;
}

bool accepts(std::string_view accept, std::string_view media_type) {
  int best = -1;
  bool allowed = false;
  for_each_piece(accept, ',', [&](std::string_view piece) {
    int specific = match_range(first_piece(piece, ';'), media_type);
    if (specific < 0 || specific < best)
      return;
    best = specific;
    allowed = true;
    for_each_piece(piece, ';', [&](std::string_view text) {
      auto [name, value] = split_parameter(text);
      if (equal_ignoring_case(name, "q") && is_zero_weight(value))
        allowed = false;
    });
  });
  return allowed;
}

bool is_origin_allowed(std::string_view origin, std::string_view host, std::string_view allowed_origin) {
  if (!allowed_origin.empty())
    return true;
  auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos || host.empty())
    return false;
  auto port = equal_ignoring_case(origin.substr(0, scheme_end), "https") ? ":443" : ":80";
  return equal_ignoring_case(without_port(origin.substr(scheme_end + 3), port), without_port(host, port));
}

} // namespace callboard::http
