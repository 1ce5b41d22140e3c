#include "actors/ticket_write.hpp"

#include "base/json_write.hpp"

namespace callboard {
namespace {

bool wants_classification(const ticket_state& s) {
  return !s.memory.deleted && s.ticket.ai.status == ai_status::pending && !s.memory.classify_input.empty();
}

new_job classification_of(const ticket_state& s) {
  return {.id = job_id::make(),
          .kind = job_kind::classify,
          .subject = s.ticket.id.bytes,
          .input_hash = s.memory.classify_input,
          .prompt_version = std::string{classify_prompt_version}};
}

event_row row_of_event(const ticket_event& event, const ticket_context& before, const ticket_state& after, int nth) {
  event_row row;
  row.id = event_id::make();
  row.version = after.ticket.version;
  row.nth = nth;
  row.type = event_type(event);
  row.data = encode_event(event);
  auto context = context_of(after.ticket);
  row.context = to_json(context);
  if (nth > 0 || after.ticket.version > 1)
    if (before != context)
      row.context_before = to_json(before);
  return row;
}

} // namespace

ticket_write write_of(const ticket_state& before, const std::vector<ticket_event>& events, timestamp now) {
  ticket_write write;
  write.expected_version = before.ticket.version;
  write.after = before;
  int nth = 0;
  for (const auto& event : events) {
    auto context = context_of(write.after.ticket);
    apply(write.after, event, now);
    write.events.push_back(row_of_event(event, context, write.after, nth++));
  }
  write.view = to_json(write.after.ticket);
  bool wanted = wants_classification(before);
  bool wants = wants_classification(write.after);
  bool other_text = before.memory.classify_input != write.after.memory.classify_input;
  if (wants && (!wanted || other_text))
    write.jobs.push_back(classification_of(write.after));
  write.cancel_jobs = wanted && (!wants || other_text);
  return write;
}

} // namespace callboard
