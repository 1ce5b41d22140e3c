#include "http/route_table.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace callboard::http {
namespace {

constexpr std::string_view prefix = "/api/v1";

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

/// A stream has no end, so that HEAD could not say what GET says.
void append_method(std::string& allowed, std::string_view method, bool with_head = false) {
  auto add = [&](std::string_view name) { allowed.append(allowed.empty() ? "" : ", ").append(name); };
  if (allowed.find(method) != std::string::npos)
    return;
  add(method);
  if (with_head)
    add("HEAD");
}

} // namespace

route_index::route_index(const std::vector<route>& rows, bool admin, bool unprefixed) {
  for (const auto& row : rows) {
    if ((row.place == route_place::admin) != admin)
      continue;
    entry e{&row, {}, false, false};
    e.below_prefix = row.place == route_place::api || row.place == route_place::both;
    e.from_root = row.place != route_place::api || unprefixed;
    segments parts;
    CALLBOARD_CHECK(split(row.path, parts), "a route's path has few segments");
    e.segments.assign(parts.at.begin(), parts.at.begin() + static_cast<std::ptrdiff_t>(parts.count));
    by_count_[parts.count].push_back(std::move(e));
  }
  // A literal wins over a parameter: /tickets/search before /tickets/{id}.
  for (auto& entries : by_count_)
    std::stable_sort(entries.begin(), entries.end(), [](const entry& a, const entry& b) {
      auto parameters = [](const entry& e) {
        return std::count_if(e.segments.begin(), e.segments.end(), is_parameter);
      };
      return parameters(a) < parameters(b);
    });
}

bool route_index::split(std::string_view path, segments& out) {
  out.prefixed = path.starts_with(prefix) && path.size() > prefix.size() && path[prefix.size()] == '/';
  if (out.prefixed)
    path.remove_prefix(prefix.size());
  if (!path.starts_with('/'))
    return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto segment = path.substr(0, path.find('/'));
    if (out.count == segments::most)
      return false;
    out.at[out.count++] = segment;
    path.remove_prefix(segment.size());
  }
  return true;
}

bool route_index::fits(const entry& e, const segments& path, route_match& match) {
  if (path.prefixed ? !e.below_prefix : !e.from_root)
    return false;
  std::size_t ids = 0;
  for (std::size_t i = 0; i < path.count; ++i) {
    if (!is_parameter(e.segments[i])) {
      if (e.segments[i] != path.at[i])
        return false;
    } else if (path.at[i].empty()) {
      return false;
    } else {
      match.ids[ids++] = path.at[i];
    }
  }
  return true;
}

route_match route_index::match(std::string_view method, std::string_view path) const {
  route_match out;
  segments parts;
  if (!split(path, parts))
    return out;
  bool head = method == "HEAD";
  if (head)
    method = "GET";
  for (const auto& e : by_count_[parts.count]) {
    if (e.row->method != method || (head && e.row->stream) || !fits(e, parts, out))
      continue;
    out.found = e.row;
    return out;
  }
  out.allowed = methods_of(path);
  return out;
}

std::string route_index::methods_of(std::string_view path) const {
  std::string allowed;
  segments parts;
  if (!split(path, parts))
    return allowed;
  route_match ignored;
  for (const auto& e : by_count_[parts.count])
    if (fits(e, parts, ignored))
      append_method(allowed, e.row->method, e.row->method == "GET" && !e.row->stream);
  if (!allowed.empty())
    append_method(allowed, "OPTIONS");
  return allowed;
}

std::vector<error_code> errors_of(const route& row) {
  using enum error_code;
  std::vector<error_code> codes{invalid_request, not_acceptable, headers_too_large, internal};
  auto add = [&](std::initializer_list<error_code> more) { codes.insert(codes.end(), more); };
  if (row.has_request())
    add({malformed_json, request_timeout, payload_too_large, unsupported_media_type});
  if (row.ids[0] != id_kind::none)
    add({not_found});
  if (row.fields.if_match)
    add({version_conflict});
  if (row.fields.idempotency_key)
    add({idempotency_in_flight, idempotency_mismatch});
  if (row.method != "GET")
    add({forbidden_origin});
  if (row.takes != admission::free)
    add({overloaded, deadline_exceeded, store_unavailable});
  if (row.takes >= admission::command)
    add({too_many_requests, store_in_doubt, draining});
  codes.insert(codes.end(), row.errors.begin(), row.errors.end());
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

} // namespace callboard::http
