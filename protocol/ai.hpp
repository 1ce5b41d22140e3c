#pragma once

#include "domain/ticket_commands.hpp"
#include "protocol/commands.hpp"

// The conversation with AI: tasks, answers and the ways of failing.
namespace callboard {

/// Nobody waits for the answer after `deadline`: what calls a network gives up by then.
struct classify_task {
  callboard::ticket_id ticket_id;
  std::string title;
  std::string description;
  std::vector<std::string> categories;
  callboard::deadline deadline;

  bool operator==(const classify_task&) const = default;
};
BOOST_DESCRIBE_STRUCT(classify_task, (), (ticket_id, title, description, categories, deadline))

/// How a provider failed decides what follows (reliability C-2).
BOOST_DEFINE_ENUM_CLASS(ai_fault, transient, permanent, credential, quota, bad_output, parked)

struct ai_failure {
  ai_fault fault = ai_fault::transient;
  std::string detail; ///< for operators: no customers' text, no secrets
  std::optional<int> retry_after_s;

  bool operator==(const ai_failure&) const = default;
};
BOOST_DESCRIBE_STRUCT(ai_failure, (), (fault, detail, retry_after_s))

/// Exactly one of `answer` and `failure`.
struct ai_answer {
  std::optional<classification> answer;
  std::optional<ai_failure> failure;
  std::string provider;
  std::string model;
  std::string prompt_version;

  bool operator==(const ai_answer&) const = default;
};
BOOST_DESCRIBE_STRUCT(ai_answer, (), (answer, failure, provider, model, prompt_version))

/// What can be seen of a provider from outside.
struct provider_info {
  std::string name;
  std::string kind;
  std::string model;
  bool available = true;
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  std::string last_error;

  bool operator==(const provider_info&) const = default;
};
BOOST_DESCRIBE_STRUCT(provider_info, (), (name, kind, model, available, calls, failures, last_error))

/// The version of the built-in task's input and policy; part of a job's key.
inline constexpr std::string_view classify_prompt_version = "classify-1";

} // namespace callboard
