#pragma once

#include "protocol/store.hpp"

// What the journal's verdict means to the one who asked: one table for tickets, their creation and the directory.
namespace callboard {

/// The caller's answer: `when_stored`, the reply that is kept under the same key, or a problem. Nothing where the store
/// is not as the asker believed (a version conflict, a repeated command, a taken name...): only the asker knows what
/// that means.
std::optional<reply> answer_after(const journal_outcome&, reply when_stored, const command_meta&);

/// The journal or a reader did not take the question: nothing was changed.
reply store_unavailable(const command_meta&);

/// The journal took it and did not answer.
reply store_in_doubt(const command_meta&);

/// The store does not take it, and asking again would not help.
reply refused_by_store(const command_meta&);

/// The caller's version is not the present one. Entity tags that are none of ours expect version 0.
problem stale_version(std::string_view subject, std::int64_t present, std::int64_t expected);

/// For what waited until it was of no use any more.
reply deadline_passed(const command_meta&);

} // namespace callboard
