#include "http/live/frames.hpp"

#include "base/json_write.hpp"

#include <algorithm>

namespace callboard::http {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 8;

command_fault fault(const std::optional<std::string>& id, std::string pointer, std::string code, std::string detail) {
  problem why{error_code::invalid_request, "The command has mistakes; see `errors`."};
  why.errors.push_back({std::move(pointer), std::move(code), std::move(detail)});
  return {id, std::move(why)};
}

/// `{"status": "open"}` is as good as `{"status": ["open"]}`: both are read as the latter. Says which were changed.
std::vector<std::string> wrap_single_values(json::object& command) {
  std::vector<std::string> wrapped;
  auto* filter = command.if_contains("filter");
  if (!filter || !filter->is_object())
    return wrapped;
  for (auto& [name, value] : filter->get_object())
    if (value.is_string()) {
      value = json::array{value};
      wrapped.push_back("/filter/" + std::string{name} + "/0");
    }
  return wrapped;
}

void unwrap_pointers(std::vector<field_error>& errors, const std::vector<std::string>& wrapped) {
  for (auto& each : errors)
    for (const auto& pointer : wrapped)
      if (each.pointer == pointer)
        each.pointer = each.pointer.substr(0, each.pointer.rfind('/'));
}

std::optional<std::string> id_of(const json::object& command) {
  auto* id = command.if_contains("id");
  auto* text = id ? id->if_string() : nullptr;
  if (!text || check_text(*text, marks_of<&subscribe_command::id>))
    return std::nullopt;
  return std::string{*text};
}

tl::expected<live_request, command_fault> read_subscribe(json::object& command, const std::optional<std::string>& id) {
  auto wrapped = wrap_single_values(command);
  auto read = from_json<subscribe_command>(command, read_as::request);
  std::vector<field_error> errors;
  if (!read) {
    errors = std::move(read.error().errors);
    unwrap_pointers(errors, wrapped);
  }
  // The topic's own grammar, also where something else is wrong: all mistakes at once.
  live_topic topic;
  bool names_topic = command.contains("topic") && command["topic"].is_string();
  bool topic_is_refused =
    std::any_of(errors.begin(), errors.end(), [](const field_error& e) { return e.pointer == "/topic"; });
  if (names_topic && !topic_is_refused) {
    if (auto parsed = parse_topic(command["topic"].get_string()))
      topic = *parsed;
    else
      errors.push_back({"/topic", parsed.error().code, parsed.error().detail});
  }
  if (!errors.empty()) {
    problem why{error_code::invalid_request, "The command has mistakes; see `errors`."};
    why.errors = std::move(errors);
    return tl::unexpected(command_fault{id, std::move(why)});
  }
  return subscribe_request{std::move(read->id), topic, std::move(read->filter).value_or(live_filter{}),
                           std::move(read->cursor)};
}

tl::expected<live_request, command_fault> read_unsubscribe(const json::object& command,
                                                           const std::optional<std::string>& id) {
  auto read = from_json<unsubscribe_command>(command, read_as::request);
  if (read)
    return unsubscribe_request{std::move(read->id)};
  read.error().detail = "The command has mistakes; see `errors`.";
  return tl::unexpected(command_fault{id, std::move(read.error())});
}

template <class... Frames>
json::object one_of(schema_set& into) {
  json::array choices;
  (choices.emplace_back(into.schema_of<Frames>()), ...);
  return {{"oneOf", std::move(choices)}};
}

} // namespace

tl::expected<live_request, command_fault> read_command(std::string_view text) {
  auto parsed = parse_json(text, depth_max);
  if (!parsed) {
    if (parsed.error().code == error_code::malformed_json)
      parsed.error().detail = "The message is not valid JSON. " + parsed.error().detail;
    return tl::unexpected(command_fault{std::nullopt, std::move(parsed.error())});
  }
  auto* command = parsed->if_object();
  if (!command)
    return tl::unexpected(fault(std::nullopt, "", "wrong_type", "must be an object"));
  auto id = id_of(*command);
  auto* type = command->if_contains("type");
  if (!type)
    return tl::unexpected(fault(id, "/type", "missing", "is required"));
  if (auto* word = type->if_string()) {
    if (*word == "subscribe")
      return read_subscribe(*command, id);
    if (*word == "unsubscribe")
      return read_unsubscribe(*command, id);
  }
  return tl::unexpected(fault(id, "/type", "invalid_choice", "must be one of: subscribe, unsubscribe"));
}

error_frame error_frame_of(const std::optional<std::string>& id, const problem& why) {
  return {error_type::error, id, std::string{enum_name(why.code)}, why.detail, why.errors};
}

json::object client_frame_schema(schema_set& into) { return one_of<subscribe_command, unsubscribe_command>(into); }

json::object server_frame_schema(schema_set& into) {
  return one_of<subscribed_frame, event_frame, caught_up_frame, resync_frame, error_frame, heartbeat_frame>(into);
}

std::string event_frame_label(std::string_view id) {
  std::string label = "{\"type\":\"event\",\"id\":";
  append_json(label, id);
  label += ",\"cursor\":\"";
  return label;
}

void append_text_frame_head(std::string& out, std::size_t size) {
  constexpr char final_text = '\x81';
  out += final_text;
  auto append_big_endian = [&](int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out += static_cast<char>(static_cast<std::uint64_t>(size) >> shift & 0xff);
  };
  if (size < 126) {
    out += static_cast<char>(size);
  } else if (size <= 0xffff) {
    out += static_cast<char>(126);
    append_big_endian(2);
  } else {
    out += static_cast<char>(127);
    append_big_endian(8);
  }
}

} // namespace callboard::http
