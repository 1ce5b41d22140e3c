#include "http/write_flow.hpp"

#include "base/digest.hpp"
#include "http/request_fields.hpp"
#include "http/thread_signal.hpp"

#include <algorithm>

namespace callboard::http {
namespace {

constexpr std::chrono::seconds twin_wait_max{2};

/// The request's path as it would be with /api/v1, so that both spellings of a path are the same request.
std::string_view unprefixed(std::string_view path) {
  constexpr std::string_view prefix = "/api/v1";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

std::string hash_of(const exchange& ex, std::string_view canonical) {
  std::string text{ex.head.method};
  text.append("\n").append(unprefixed(ex.path)).append("\n").append(canonical);
  auto digest = sha256(text);
  return to_hex(bytes_of(digest));
}

void read_if_match(exchange& ex, write_fields& fields) {
  auto value = ex.field("If-Match");
  if (!value)
    return;
  auto tags = read_entity_tags(*value);
  if (!tags)
    return ex.mistake("header:If-Match", "invalid_etag", "must be * or a list of quoted entity tags, such as \"v3\"");
  fields.conditional = !tags->any;
  fields.versions = versions_for_match(*tags);
}

} // namespace

write_fields read_write_fields(exchange& ex) {
  write_fields fields;
  if (ex.matched->fields.idempotency_key) {
    if (auto key = ex.field("Idempotency-Key")) {
      if (is_idempotency_key(*key))
        fields.key = std::string{*key};
      else
        ex.mistake("header:Idempotency-Key", "invalid_key", "must be 1 to 255 visible ASCII characters");
    }
  }
  if (ex.matched->fields.if_match)
    read_if_match(ex, fields);
  return fields;
}

command_meta make_meta(const exchange& ex, const write_fields& fields, std::string_view canonical) {
  command_meta meta;
  meta.id = command_id::make();
  meta.who = ex.who;
  meta.deadline = deadline::at(ex.deadline);
  meta.request_id = ex.request_id;
  meta.instance = ex.path;
  if (fields.conditional && !needs_current_version(fields))
    meta.expected_version = expected_version(fields, 0);
  if (fields.key)
    meta.idempotency = idempotency{*fields.key, hash_of(ex, canonical)};
  return meta;
}

std::optional<std::int64_t> expected_version(const write_fields& fields, std::int64_t current) {
  if (!fields.conditional)
    return std::nullopt;
  if (fields.versions.empty())
    return 0;
  bool named = std::find(fields.versions.begin(), fields.versions.end(), current) != fields.versions.end();
  return named ? current : fields.versions.front();
}

task<result<keyed_turn>> take_turn(exchange& ex, idempotency key) {
  keyed_turn turn;
  auto until = std::min(ex.deadline, std::chrono::steady_clock::now() + twin_wait_max);
  while (!turn.holder) {
    auto freed = std::make_shared<thread_signal>(ex.io);
    turn.holder = ex.state.in_flight.take(ex.who.id, key.key, [freed] { freed->raise(); });
    if (turn.holder)
      break;
    auto waiting = freed->wait(until);
    bool in_time = co_await std::move(waiting);
    if (!in_time) {
      ex.state.context.meters.http.refused(http_refusal::idempotency_in_flight).add();
      co_return refuse(error_code::idempotency_in_flight, "A request with this key is still being handled.");
    }
  }
  auto looking = ex.query(find_reply{ex.who, key.key});
  result<optional_reply> found = co_await std::move(looking);
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  if (auto& stored = found->value) {
    if (stored->idempotency.request_hash != key.request_hash)
      co_return refuse(error_code::idempotency_mismatch, "The idempotency key was used for a different request.");
    stored->reply.replayed = true;
    turn.stored = std::move(stored->reply);
  }
  co_return turn;
}

task<> keep_reply(exchange& ex, const command_meta& meta, const reply& answered) {
  if (!meta.idempotency)
    co_return;
  journal_item item;
  item.command_id = meta.id;
  item.who = meta.who;
  item.time = now();
  item.request_id = meta.request_id;
  item.keep = stored_reply{*meta.idempotency, answered};
  item.write = reply_only{};
  item.place = ex.house().writes.take();
  auto asking = ex.command(ex.house().journal.get(), std::move(item));
  // Lost, it is only that a repeat runs again; what was asked has happened.
  result<journal_outcome> ignored = co_await std::move(asking);
}

} // namespace callboard::http
