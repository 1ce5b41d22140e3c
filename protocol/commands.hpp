#pragma once

#include "base/error.hpp"
#include "domain/directory.hpp"
#include "domain/ticket_commands.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <variant>

// What the edge asks of the house, and the bytes that come back.
namespace callboard {

/// When an answer stops being useful: nanoseconds of the steady clock that CAF's actor clock runs on.
struct deadline {
  std::int64_t steady_ns = 0;

  /// One that never passes.
  static deadline none() { return {std::numeric_limits<std::int64_t>::max()}; }
  static deadline at(std::chrono::steady_clock::time_point t) {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch()).count()};
  }
  std::chrono::steady_clock::time_point time() const {
    return std::chrono::steady_clock::time_point{
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::nanoseconds{steady_ns})};
  }
  bool passed(std::chrono::steady_clock::time_point now) const { return now >= time(); }

  auto operator<=>(const deadline&) const = default;
};
BOOST_DESCRIBE_STRUCT(deadline, (), (steady_ns))

/// A caller's promise that requests with the same key are the same request (reliability C-5).
struct idempotency {
  std::string key;
  std::string request_hash; ///< hex SHA-256 of method, route and body

  bool operator==(const idempotency&) const = default;
};
BOOST_DESCRIBE_STRUCT(idempotency, (), (key, request_hash))

/// What every command carries.
struct command_meta {
  command_id id;
  principal who;
  callboard::deadline deadline;
  std::string request_id;
  std::string instance;                         ///< the request's path, for problems
  std::optional<std::int64_t> expected_version; ///< If-Match
  std::optional<callboard::idempotency> idempotency;

  bool operator==(const command_meta&) const = default;
};
BOOST_DESCRIBE_STRUCT(command_meta, (), (id, who, deadline, request_id, instance, expected_version, idempotency))

/// A ticket by its id, or by its short number while the id is nil.
struct ticket_ref {
  ticket_id id;
  std::int64_t number = 0;

  bool operator==(const ticket_ref&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_ref, (), (id, number))

struct create_ticket_command {
  command_meta meta;
  ticket_id id; ///< fresh, chosen by the edge
  create_ticket body;

  bool operator==(const create_ticket_command&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_ticket_command, (), (meta, id, body))

struct ticket_command {
  command_meta meta;
  ticket_ref ticket;
  ticket_request body;
  /// The job whose result this is: completed (or cancelled, on refusal) in the same transaction.
  std::optional<job_id> job;
  std::int64_t claim_token = 0;
  int tries = 0;           ///< how often a ticket actor has died of this command
  std::string job_failure; ///< why the job is dead, when the result has no answer

  bool operator==(const ticket_command&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_command, (), (meta, ticket, body, job, claim_token, tries, job_failure))

/// Loads the ticket's actor and its snapshot, and answers with the staff view.
struct read_ticket {
  ticket_ref ticket;
  callboard::deadline deadline;
  std::string request_id; ///< for problems, as in `command_meta`
  std::string instance;

  bool operator==(const read_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(read_ticket, (), (ticket, deadline, request_id, instance))

struct directory_command {
  command_meta meta;
  directory_request body;

  bool operator==(const directory_command&) const = default;
};
BOOST_DESCRIBE_STRUCT(directory_command, (), (meta, body))

/// A finished answer. The body is encoded below the edge so that the journal can keep it with the effect.
struct reply {
  int status = 200;
  std::string body = {};     ///< JSON, or empty with 204
  std::string etag = {};     ///< with its quotes, or empty
  std::string location = {}; ///< or empty
  bool problem = false;      ///< the body is application/problem+json
  bool replayed = false;     ///< stored by an earlier request with the same key
  std::optional<int> retry_after_s = {};

  bool operator==(const reply&) const = default;
};
BOOST_DESCRIBE_STRUCT(reply, (), (status, body, etag, location, problem, replayed, retry_after_s))

inline std::string etag_of(std::int64_t version) { return "\"v" + std::to_string(version) + "\""; }

inline reply reply_of(const problem& p, std::string_view request_id, std::string_view instance) {
  return {.status = row_of(p.code).status,
          .body = encode_problem(p, request_id, instance),
          .etag = {},
          .location = {},
          .problem = true,
          .replayed = false,
          .retry_after_s = p.retry_after_s};
}

inline reply reply_of(const problem& p, const command_meta& meta) {
  return reply_of(p, meta.request_id, meta.instance);
}

} // namespace callboard
