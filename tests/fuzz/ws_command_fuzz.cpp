#include <algorithm>

#include "base/json_write.hpp"
#include "http/live/frames.hpp"
#include "tests/fuzz/target.hpp"

// The reader of WebSocket commands: what it accepts says the same when written and read again; what it refuses is
// answered with a frame that is valid JSON and says why.
namespace callboard::fuzz {
namespace {

using namespace http;

std::string topic_text(const live_topic& topic) {
  switch (topic.kind) {
    case topic_kind::tickets: return "tickets";
    case topic_kind::department: return "department:" + to_string(topic.department);
    case topic_kind::ticket: break;
  }
  return "ticket:"
         + (topic.ticket.is_nil() && topic.number > 0 ? std::to_string(topic.number) : to_string(topic.ticket));
}

std::string written(const live_request& request) {
  if (auto* subscribe = std::get_if<subscribe_request>(&request)) {
    subscribe_command command;
    command.id = subscribe->id;
    command.topic = topic_text(subscribe->topic);
    command.filter = subscribe->filter;
    command.cursor = subscribe->cursor;
    return to_json(command);
  }
  return to_json(unsubscribe_command{{}, std::get<unsubscribe_request>(request).id});
}

void check_fault(const command_fault& fault) {
  const auto& why = fault.why;
  FUZZ_REQUIRE(why.code == error_code::malformed_json || why.code == error_code::invalid_request,
               "a fault of the caller");
  FUZZ_REQUIRE(!why.detail.empty(), "a refusal says why");
  FUZZ_REQUIRE(why.errors.size() <= json_reader::errors_max + 1, "the mistakes are bounded");
  FUZZ_REQUIRE(why.code == error_code::malformed_json || !why.errors.empty(), "a mistake is named");
  // Parsed, not read into the frame: a pointer repeats the caller's own member names, control characters included.
  auto frame = parse_json(to_json(error_frame_of(fault.id, why)));
  FUZZ_REQUIRE(frame && frame->at("type") == "error", "the answer is a frame of its own kind");
}

} // namespace

std::vector<std::string> seeds() {
  return {
    R"({"type":"subscribe","id":"a","topic":"tickets"})",
    R"({"type":"subscribe","id":"a","topic":"ticket:7","cursor":"AAAA"})",
    R"({"type":"subscribe","id":"a","topic":"ticket:018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e"})",
    R"({"type":"subscribe","id":"a","topic":"department:018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e"})",
    R"({"type":"subscribe","id":"a","topic":"tickets","filter":{"status":["open","waiting"],"priority":"urgent"}})",
    R"({"type":"subscribe","id":"a","topic":"tickets","filter":{"category":"billing","ai_status":"done"}})",
    R"({"type":"subscribe","id":"a","topic":"me","filter":{"department":["x"],"assignee_id":null}})",
    R"({"type":"unsubscribe","id":"a"})",
    R"({"type":"hello"})",
    R"([])",
    R"({)",
  };
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard;
  auto command = http::read_command(fuzz::view_of(data, size));
  if (!command) {
    fuzz::check_fault(command.error());
    return 0;
  }
  auto again = http::read_command(fuzz::written(*command));
  FUZZ_REQUIRE(again && *again == *command, "what is understood is understood again");
  return 0;
}
