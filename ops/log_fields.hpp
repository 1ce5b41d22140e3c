#pragma once

#include <array>
#include <cstddef>
#include <string_view>

// What a log line may say besides its message. A field that is not in this table does not compile, so that a new one is
// a decision: none of them ever holds what a customer wrote, a name, an address or a secret.
namespace callboard::log {

struct field_row {
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array field_table{
  // who and what it is about
  field_row{"request_id", "the request, as its `X-Request-Id` says"},
  field_row{"ticket_id", "a ticket"},
  field_row{"ticket_number", "the same ticket's short number"},
  field_row{"user_id", "a user"},
  field_row{"department_id", "a department"},
  field_row{"command_id", "a command"},
  field_row{"event_id", "an event"},
  field_row{"job_id", "a durable job"},
  field_row{"feed_id", "a position in the feed"},
  field_row{"version", "of a ticket, of the schema, or of the program"},
  field_row{"reference", "what a caller was told to quote"},
  // requests and connections
  field_row{"method", "an HTTP method"},
  field_row{"route", "as the route table spells it, never the path"},
  field_row{"status", "an HTTP status"},
  field_row{"error", "a code of the error table"},
  field_row{"transport", "websocket or sse"},
  field_row{"close_code", "of a WebSocket"},
  field_row{"topic", "the kind of a live topic"},
  // the running house
  field_row{"actor", "a name in the supervision tree"},
  field_row{"kind", "of a command, job or query"},
  field_row{"state", "of whatever the message is about"},
  field_row{"reason", "why, from a closed set"},
  field_row{"provider", "an AI provider's configured name"},
  field_row{"model", "an AI provider's model"},
  field_row{"attempt", "which try this was, from 1"},
  field_row{"restarts", "how often it was started again"},
  field_row{"signal", "a signal's name"},
  field_row{"exit_code", "of this process"},
  field_row{"pid", "of a process"},
  // places and settings: operators' words, without passwords
  field_row{"listener", "public or operations"},
  field_row{"host", "an address that we listen on or call"},
  field_row{"port", "a port that we listen on or call"},
  field_row{"store", "the store's URL without its password"},
  field_row{"file", "a file that an operator named"},
  field_row{"setting", "a setting's path"},
  field_row{"source", "where a setting came from"},
  field_row{"name", "of a migration, failpoint or other part of the program"},
  // how much
  field_row{"count", "how many"},
  field_row{"size", "how many bytes"},
  field_row{"limit", "what was met"},
  field_row{"depth", "messages waiting"},
  field_row{"duration_ms", "how long it took"},
  field_row{"wait_ms", "how long until the next try"},
  // what went wrong, in the words of our code or of a library that was given no customers' text
  field_row{"detail", "what went wrong, in the words of the program"},
};

/// A field of the table, by a name that is known when compiling.
class field_name {
public:
  consteval field_name(const char* name) : text_(find(name)) {}
  constexpr std::string_view text() const { return text_; }

private:
  static consteval std::string_view find(std::string_view name) {
    for (const auto& row : field_table)
      if (row.name == name)
        return row.name;
    throw "not a field of the log: see field_table";
  }

  std::string_view text_;
};

} // namespace callboard::log
