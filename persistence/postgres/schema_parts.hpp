#pragma once

#include <string_view>

namespace callboard::postgres {

/// Every table, index and function that all steps together make, but for the days of the feed.
inline constexpr std::string_view schema_parts = R"(
  callboard_meta callboard_meta_pkey
  node node_pkey
  shard shard_pkey
  ticket ticket_pkey ticket_number_key ticket_by_ai_status ticket_by_assignee ticket_by_category ticket_by_claimer
  ticket_by_created_at ticket_by_creator ticket_by_department ticket_by_live_id ticket_by_priority ticket_by_status
  ticket_by_status_and_priority
  ticket_change ticket_change_by_status_and_priority ticket_change_by_time
  ticket_count
  ticket_tag ticket_tag_pkey
  ticket_event ticket_event_pkey ticket_event_ticket_id_command_id_nth_key
  ticket_search ticket_search_pkey ticket_search_by_words
  feed feed_pkey feed_rest make_feed_days drop_feed_days
  job job_pkey job_by_state job_due job_running job_subject_id_kind_input_hash_prompt_version_key job_suspect
  idem idem_pkey idem_by_created_at
  desk_user desk_user_pkey desk_user_by_email desk_user_by_live_id desk_user_by_name
  department department_pkey department_by_name
  membership membership_pkey membership_user_id_department_id_key
  directory_event directory_event_pkey directory_event_subject_id_command_id_key
  store_copy store_copy_pkey store_copy_table store_copy_table_pkey
  micros at_micros id_at_micros
  without_accents search_stems search_words word_query exact_query search_query all_of any_of
)";

} // namespace callboard::postgres
