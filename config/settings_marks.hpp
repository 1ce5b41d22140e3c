#pragma once

#include "config/settings.hpp"

// Bounds and help of every setting. Bounds of durations are milliseconds. `settings.hpp` includes it at its end, so that
// nobody can forget it.
namespace callboard {

template <>
inline constexpr field_marks marks_of<&config::settings::server>{.help = "The public listener."};
template <>
inline constexpr field_marks marks_of<&config::settings::admin>{
  .help = "The operations listener: health and metrics, without log-in; never public."};
template <>
inline constexpr field_marks marks_of<&config::settings::store>{.help = "Where tickets are kept."};
template <>
inline constexpr field_marks marks_of<&config::settings::log>{.help = "The log: JSON lines on standard error."};
template <>
inline constexpr field_marks marks_of<&config::settings::limits>{
  .help = "What one process, one caller and one connection may use."};
template <>
inline constexpr field_marks marks_of<&config::settings::tickets>{.help = "Tickets and their actors."};
template <>
inline constexpr field_marks marks_of<&config::settings::compat>{.help = "Habits of older clients."};
template <>
inline constexpr field_marks marks_of<&config::settings::ai>{.help = "Classification and its providers."};
template <>
inline constexpr field_marks marks_of<&config::settings::testing>{.help = "For tests and drills alone."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::chains>{.help = "Per task the providers, tried in order."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::policy>{.help = "Per task what becomes of an answer."};
template <>
inline constexpr field_marks marks_of<&config::ai_policy_settings::classify>{.help =
                                                                               "What becomes of a classification."};

template <>
inline constexpr field_marks marks_of<&config::server_settings::host>{
  .length_min = 1,
  .length_max = 64,
  .single_line = true,
  .help = "The address to listen on: an IP address or localhost."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::port>{
  .minimum = 0,
  .maximum = 65'535,
  .help = "The port to listen on; 0 picks a free one, printed at start and written to ready_file."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::threads>{
  .minimum = 1, .maximum = 64, .help = "Threads that serve connections."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::ready_file>{
  .length_max = 4096,
  .single_line = true,
  .help = "A file that is written with the addresses once they serve; empty writes none."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::shutdown_timeout>{
  .minimum = 100, .maximum = 600'000, .help = "How long a stop may take before what still runs is cut off."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::drain_delay>{
  .minimum = 0,
  .maximum = 300'000,
  .help = "How long connections are still accepted after SIGTERM, so that a balancer can look away."};
template <>
inline constexpr field_marks marks_of<&config::server_settings::cors_origins>{
  .items_max = 100,
  .item_length_max = 255,
  .single_line = true,
  .help = "Origins whose pages may call the API from a browser, or \"*\"; empty allows none."};

template <>
inline constexpr field_marks marks_of<&config::admin_settings::host>{
  .length_min = 1,
  .length_max = 64,
  .single_line = true,
  .help = "The address to listen on: an IP address or localhost."};
template <>
inline constexpr field_marks marks_of<&config::admin_settings::port>{
  .minimum = 0, .maximum = 65'535, .help = "The port to listen on; 0 picks a free one."};

template <>
inline constexpr field_marks marks_of<&config::store_settings::url>{
  .length_min = 1,
  .length_max = 4096,
  .single_line = true,
  .secret = true,
  .url = true,
  .help = "The store: sqlite:FILE, created when it is missing, or postgres://user:password@host:5432/database."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::readers>{
  .minimum = 1, .maximum = 64, .help = "Connections that read, beside the one that writes."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::batch_max>{
  .minimum = 1, .maximum = 4'096, .help = "Writes that share one transaction at most."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::timeout>{
  .minimum = 10, .maximum = 300'000, .help = "How long one call of the store may take."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::feed_retention>{
  .minimum = 1,
  .maximum = 315'360'000'000,
  .help = "How long the live feed can be resumed; a cursor that is older starts anew."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::idempotency_retention>{
  .minimum = 86'400'000,
  .maximum = 31'536'000'000,
  .help = "How long the answer to an Idempotency-Key is kept; clients are promised a day."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::search_lag_max>{
  .minimum = 0,
  .maximum = 600'000,
  .help = "How far full text (q=) may be behind while many write at once; over SQLite it can be more."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::lock_timeout>{
  .minimum = 10, .maximum = 60'000, .help = "PostgreSQL: how long a statement may wait for a lock."};
template <>
inline constexpr field_marks marks_of<&config::store_settings::tls_required>{
  .help = "PostgreSQL: whether a server on another host must be reached with TLS."};

template <>
inline constexpr field_marks marks_of<&config::log_settings::level>{.help = "The least grave lines that are written."};

template <>
inline constexpr field_marks marks_of<&config::limit_settings::permits_total>{
  .minimum = 1, .maximum = 1'000'000, .help = "Requests that wait for actors at once."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::permits_per_principal>{
  .minimum = 1, .maximum = 1'000'000, .help = "Requests of one caller that wait for actors at once."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::writes_per_ticket>{
  .minimum = 1, .maximum = 10'000, .help = "Writes that wait for one ticket at once."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::writes_max>{
  .minimum = 1, .maximum = 100'000, .help = "Changes that wait for the store at once; others are refused."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::reads_max>{
  .minimum = 1, .maximum = 100'000, .help = "Lists and searches that wait for a reader at once."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::read_wait_max>{
  .minimum = 10, .maximum = 60'000, .help = "How long a list or search may wait for a reader to begin with it."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::connections_max>{
  .minimum = 1, .maximum = 1'000'000, .help = "Connections open at once; at the limit accepting pauses."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::connections_per_ip>{
  .minimum = 1, .maximum = 1'000'000, .help = "Connections of one address at once; loopback is exempt."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::header_bytes_max>{
  .minimum = 1'024, .maximum = 65'535, .help = "Bytes of a request's head."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::header_fields_max>{
  .minimum = 8, .maximum = 100, .help = "Header fields of a request."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::body_bytes_max>{
  .minimum = 1'024, .maximum = 67'108'864, .help = "Bytes of a request's body."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::header_timeout>{
  .minimum = 10, .maximum = 300'000, .help = "How long a request's head may take to arrive."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::body_timeout>{
  .minimum = 10, .maximum = 3'600'000, .help = "How long a request's body may take to arrive."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::idle_timeout>{
  .minimum = 10, .maximum = 3'600'000, .help = "How long a connection may stay open without a request."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::request_timeout>{
  .minimum = 10,
  .maximum = 300'000,
  .help = "How long a request may take once it has arrived, waits for the AI aside."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::live_queue_messages>{
  .minimum = 1, .maximum = 100'000, .help = "Live messages that wait for one slow connection."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::live_queue_bytes>{
  .minimum = 1'024, .maximum = 67'108'864, .help = "Bytes of live messages that wait for one slow connection."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::live_message_bytes_max>{
  .minimum = 256, .maximum = 16'777'216, .help = "Bytes of one message that a live client sends."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::live_subscriptions_max>{
  .minimum = 1, .maximum = 10'000, .help = "Subscriptions of one live connection."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::live_behind_timeout>{
  .minimum = 10,
  .maximum = 600'000,
  .help = "How long a live connection may be behind before it is closed with a cursor to resume from."};
template <>
inline constexpr field_marks marks_of<&config::limit_settings::resident_mib_max>{
  .minimum = 64,
  .maximum = 16'777'216,
  .help = "Own MiB in RAM, mapped files not counted, above which unused tickets leave it, and AI and indexing wait."};

template <>
inline constexpr field_marks marks_of<&config::ticket_settings::categories>{
  .items_max = 100,
  .item_length_max = 50,
  .single_line = true,
  .help = "The categories that a ticket may have; general, if among them, stands in when no AI answers."};
template <>
inline constexpr field_marks marks_of<&config::ticket_settings::idle_timeout>{
  .minimum = 10, .maximum = 86'400'000, .help = "How long an unused ticket's actor is kept."};
template <>
inline constexpr field_marks marks_of<&config::ticket_settings::warm_max>{
  .minimum = 1, .maximum = 10'000'000, .help = "Ticket actors kept; the least recently used leave."};

template <>
inline constexpr field_marks marks_of<&config::compat_settings::unprefixed>{
  .help = "Also answer /tickets and /users without /api/v1."};
template <>
inline constexpr field_marks marks_of<&config::compat_settings::admin_creates_all>{
  .help = "If a user named admin exists, every ticket's created_by is that user."};

template <>
inline constexpr field_marks marks_of<&config::ai_settings::enabled>{
  .help = "The kill switch: when off, nothing is claimed and waits answer at once."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::mode>{
  .help = "Whether creation answers at once (async) or waits for the classification, at most timeout (sync)."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::timeout>{
  .minimum = 10,
  .maximum = 600'000,
  .help = "How long one call of a provider, and a wait for it, may take; a chain of them has half of claim_timeout."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::concurrency>{
  .minimum = 1, .maximum = 10'000, .help = "Jobs that run at once."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::attempts>{
  .minimum = 1, .maximum = 20, .help = "Attempts of a job before the safe values stand in."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::retry_base>{
  .minimum = 1,
  .maximum = 3'600'000,
  .help = "The back-off before the second attempt at most; it doubles with each further one."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::retry_max>{
  .minimum = 1, .maximum = 86'400'000, .help = "The longest back-off between attempts."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::claim_timeout>{
  .minimum = 10,
  .maximum = 86'400'000,
  .help = "How long a claimed job may stay silent before another runner takes it."};
template <>
inline constexpr field_marks marks_of<&config::ai_settings::providers>{
  .items_max = 32, .help = "The providers that chains name; a list given anywhere replaces the whole default."};
template <>
inline constexpr field_marks marks_of<&config::ai_chain_settings::classify>{
  .items_max = 16,
  .item_length_max = 50,
  .single_line = true,
  .help = "Providers for category, priority, sentiment and language."};
template <>
inline constexpr field_marks marks_of<&config::classify_policy_settings::mode>{
  .help = "Suggest only, apply to unset fields (auto_apply), or do not classify (off)."};
template <>
inline constexpr field_marks marks_of<&config::classify_policy_settings::threshold>{
  .minimum = 0, .maximum = 1, .help = "The confidence from which auto_apply applies."};
template <>
inline constexpr field_marks marks_of<&config::provider_settings::name>{
  .length_min = 1, .length_max = 50, .single_line = true, .help = "What chains, metrics and tickets call it."};
template <>
inline constexpr field_marks marks_of<&config::provider_settings::kind>{.help = "The kind of provider."};

template <>
inline constexpr field_marks marks_of<&config::testing_settings::failpoints>{
  .items_max = 100,
  .item_length_max = 200,
  .single_line = true,
  .help = "Planned faults, place=action each, such as \"journal.commit=sleep:20ms\"."};

} // namespace callboard
