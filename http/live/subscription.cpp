#include "http/live/subscription.hpp"

#include "base/json_write.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <charconv>

namespace callboard::http {
namespace {

constexpr std::string_view topics = "must be tickets, ticket:<id or number> or department:<id>";

tl::unexpected<field_error> no_topic(std::string code, std::string detail) {
  return tl::unexpected(field_error{{}, std::move(code), std::move(detail)});
}

tl::expected<live_topic, field_error> ticket_topic(std::string_view name) {
  live_topic topic{.kind = topic_kind::ticket};
  if (auto id = ticket_id::parse(name)) {
    topic.ticket = *id;
    return topic;
  }
  auto* end = name.data() + name.size();
  auto read = std::from_chars(name.data(), end, topic.number);
  if (read.ec != std::errc{} || read.ptr != end || topic.number < 1 || name.front() == '0')
    return no_topic("invalid_id", "ticket: must be followed by a ticket's UUID or number");
  return topic;
}

template <class T>
bool allows(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

template <class T>
bool allows(const std::vector<T>& wanted, const std::optional<T>& value) {
  return wanted.empty() || (value && allows(wanted, *value));
}

bool has_in_view(const subscription_rule& rule, const ticket_context& context) {
  if (rule.topic.kind == topic_kind::department && context.department != rule.topic.department)
    return false;
  return matches(rule.filter, context);
}

/// As a query takes it: without the quotes of JSON.
template <class T>
std::string text_of(const T& value) {
  if constexpr (std::same_as<T, std::string>)
    return value;
  else if constexpr (is_strong_id<T>)
    return to_string(value);
  else
    return std::string{enum_name(value)};
}

} // namespace

tl::expected<live_topic, field_error> parse_topic(std::string_view text) {
  if (text == "tickets")
    return live_topic{};
  if (text == "me")
    return no_topic("login_required", "me needs somebody who has logged in, and this server has no log-in yet");
  auto colon = text.find(':');
  auto kind = text.substr(0, colon);
  auto name = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (kind == "ticket" && colon != std::string_view::npos)
    return ticket_topic(name);
  if (kind != "department" || colon == std::string_view::npos)
    return no_topic("invalid_topic", std::string{topics});
  auto id = department_id::parse(name);
  if (!id)
    return no_topic("invalid_id", "department: must be followed by a department's UUID");
  return live_topic{.kind = topic_kind::department, .department = *id};
}

bool matches(const live_filter& filter, const ticket_context& context) {
  return allows(filter.status, context.status) && allows(filter.priority, context.priority)
         && allows(filter.category, context.category) && allows(filter.ai_status, context.ai_status)
         && allows(filter.assignee_id, context.assignee_id) && allows(filter.department, context.department);
}

verdict decide(const subscription_rule& rule, const feed_event& event) {
  if (event.source != feed_source::ticket)
    return verdict::skip;
  // An event is encoded as staff see it, so nobody else may get one.
  if (!rule.sees.all_tickets || !rule.sees.staff_fields)
    return verdict::skip;
  if (rule.topic.kind == topic_kind::ticket && rule.topic.ticket.bytes != event.subject)
    return verdict::skip;
  if (has_in_view(rule, event.context)) {
    bool was_in_view = !event.before || has_in_view(rule, *event.before);
    return was_in_view || event.ticket.empty() ? verdict::deliver : verdict::entered;
  }
  if (event.before && has_in_view(rule, *event.before))
    return event.type == "ticket.deleted" ? verdict::deliver : verdict::left;
  return verdict::skip;
}

std::string list_link(const subscription_rule& rule) {
  std::string link = "/api/v1/tickets";
  if (rule.topic.kind == topic_kind::ticket)
    return link + '/' + to_string(rule.topic.ticket);
  char separator = '?';
  auto begin = [&](std::string_view name) {
    link.append(1, separator).append(name).append(1, '=');
    separator = '&';
  };
  bool of_department = rule.topic.kind == topic_kind::department;
  if (of_department) {
    begin("department");
    link += to_string(rule.topic.department);
  }
  for_each_member<live_filter>([&](auto d) {
    const auto& wanted = rule.filter.*d.pointer;
    if (wanted.empty() || (of_department && std::string_view{d.name} == "department"))
      return;
    begin(d.name);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (i > 0)
        link += ',';
      append_query_value(link, text_of(wanted[i]));
    }
  });
  return link;
}

} // namespace callboard::http
