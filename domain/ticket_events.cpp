#include "domain/ticket_events.hpp"

#include "base/json_read.hpp"
#include "base/json_write.hpp"

#include <array>

namespace callboard {
namespace {

/// One name for each alternative of `ticket_event`, in its order.
constexpr std::array type_names{
  "ticket.created", "ticket.changed",  "ticket.status_changed", "ticket.assigned",
  "ticket.claimed", "ticket.released", "ticket.deleted",        "ticket.creator_forgotten",
  "message.added",  "ai.classified",   "ai.cancelled"};
static_assert(type_names.size() == std::variant_size_v<ticket_event>);

template <std::size_t I>
std::optional<ticket_event> read_one(std::string_view data) {
  auto event = from_json_text<std::variant_alternative_t<I, ticket_event>>(data, read_as::stored);
  if (!event)
    return std::nullopt;
  return ticket_event{std::in_place_index<I>, std::move(*event)};
}

} // namespace

std::string_view event_type(const ticket_event& event) { return type_names[event.index()]; }

const std::vector<std::string_view>& event_types() {
  static const std::vector<std::string_view> types(type_names.begin(), type_names.end());
  return types;
}

std::optional<ticket_event> read_event(std::string_view type, int schema, std::string_view data) {
  if (schema < 1 || schema > event_schema)
    return std::nullopt;
  std::optional<ticket_event> found;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((type == type_names[I] ? void(found = read_one<I>(data)) : void()), ...);
  }
  (std::make_index_sequence<type_names.size()>{});
  return found;
}

std::string encode_event(const ticket_event& event) {
  return std::visit([](const auto& e) { return to_json(e); }, event);
}

} // namespace callboard
