#pragma once

#include "base/json_write.hpp"
#include "http/exchange.hpp"

// What every write has in common: its fields, its command's head, and that a key makes it happen once.
namespace callboard::http {

/// What the fields of a write say, read before anything is asked.
struct write_fields {
  std::optional<std::string> key; ///< Idempotency-Key
  bool conditional = false;       ///< If-Match other than `*`
  std::vector<std::int64_t> versions;
};

/// Mistakes go to the exchange. If-Match is read where the route says so.
write_fields read_write_fields(exchange& ex);

/// The head of a command. With a key it holds the request's hash: `canonical` is the body in one form, whatever its
/// spelling.
command_meta make_meta(const exchange& ex, const write_fields& fields, std::string_view canonical);

template <described_struct Body>
command_meta make_meta(const exchange& ex, const write_fields& fields, const Body& body) {
  return make_meta(ex, fields, fields.key ? std::string_view{to_json(body)} : std::string_view{});
}

/// The version that If-Match asks for, where it names exactly one or none that can be: 0, which nothing has.
/// Where it names several, `current` decides: itself if it is among them.
std::optional<std::int64_t> expected_version(const write_fields& fields, std::int64_t current);
inline bool needs_current_version(const write_fields& fields) { return fields.versions.size() > 1; }

/// The turn of a request with a key: the right to run, or what an earlier one was answered.
struct keyed_turn {
  in_flight_table::holder holder;
  std::optional<reply> stored;
};

/// Waits for a twin that runs, at most two seconds, then looks for a stored reply.
task<result<keyed_turn>> take_turn(exchange& ex, idempotency key);

/// Runs `send` (a `task<result<reply>>()`) unless a request with the same key has already been answered.
template <class Send>
task<result<reply>> write_once(exchange& ex, const command_meta& meta, Send& send) {
  keyed_turn turn;
  if (meta.idempotency) {
    auto taking = take_turn(ex, *meta.idempotency);
    result<keyed_turn> taken = co_await std::move(taking);
    if (!taken)
      co_return tl::unexpected(std::move(taken.error()));
    turn = std::move(*taken);
    if (turn.stored)
      co_return std::move(*turn.stored);
  }
  task<result<reply>> sending = send();
  result<reply> answered = co_await std::move(sending);
  co_return answered;
}

/// Keeps the reply of a write that no actor stores, so that its key gets the same again.
task<> keep_reply(exchange& ex, const command_meta& meta, const reply& answered);

} // namespace callboard::http
