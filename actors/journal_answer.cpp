#include "actors/journal_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callboard {
namespace {

reply kept_reply(const stored_reply& kept, const command_meta& meta) {
  if (!meta.idempotency || kept.idempotency.request_hash != meta.idempotency->request_hash)
    return reply_of(problem{error_code::idempotency_mismatch, "The idempotency key was used for a different request."},
                    meta);
  auto again = kept.reply;
  again.replayed = true;
  return again;
}

/// Told by the member of the request that named it: a claim calls the ticket's claimer `user_id`, and assigns the ticket
/// to the same user.
problem unknown_references(const std::vector<std::string>& members) {
  problem p{error_code::invalid_request, "The request names what does not exist; see `errors`."};
  bool claims = std::find(members.begin(), members.end(), "claimed_by") != members.end();
  for (const auto& member : members)
    if (!claims || member == "claimed_by")
      p.errors.push_back({claims ? "/user_id" : "/" + member, "unknown_reference",
                          member == "department" ? "there is no such department" : "there is no such user"});
  return p;
}

} // namespace

reply store_unavailable(const command_meta& meta) {
  return reply_of(problem{error_code::store_unavailable, "The store is unavailable; nothing was changed."}, meta);
}

reply store_in_doubt(const command_meta& meta) {
  return reply_of(problem{error_code::store_in_doubt,
                          "It is not known whether the change was stored; ask again with the "
                          "same Idempotency-Key."},
                  meta);
}

reply refused_by_store(const command_meta& meta) {
  return reply_of(
    problem{error_code::internal, fmt::format("The store refused the change; reference {}.", to_string(meta.id))},
    meta);
}

problem stale_version(std::string_view subject, std::int64_t present, std::int64_t expected) {
  problem p{error_code::version_conflict,
            expected > 0
              ? fmt::format("{} is at version {}, not {}.", subject, present, expected)
              : fmt::format("{} is at version {}, and If-Match names none of its versions.", subject, present)};
  p.extra = fmt::format("\"current_version\":{}", present);
  return p;
}

reply deadline_passed(const command_meta& meta) {
  return reply_of(problem{error_code::deadline_exceeded, "The deadline passed before the work began."}, meta);
}

std::optional<reply> answer_after(const journal_outcome& outcome, reply when_stored, const command_meta& meta) {
  switch (outcome.status) {
    case journal_status::stored: return when_stored;
    case journal_status::duplicate_key:
      if (outcome.kept)
        return kept_reply(*outcome.kept, meta);
      return std::nullopt;
    case journal_status::job_lost:
      return reply_of(
        problem{error_code::conflict, "The job is no longer held by this claim; the result was thrown away."}, meta);
    case journal_status::unknown_reference: return reply_of(unknown_references(outcome.unknown), meta);
    case journal_status::unavailable: return store_unavailable(meta);
    case journal_status::in_doubt: return store_in_doubt(meta);
    case journal_status::failed: return refused_by_store(meta);
    case journal_status::version_conflict:
    case journal_status::duplicate_command:
    case journal_status::unique_violation:
    case journal_status::in_use:
    case journal_status::missing: break;
  }
  return std::nullopt;
}

} // namespace callboard
