// The limit of creation: the journal's writer alone, in full batches, without actors, HTTP or anybody who waits.
//
//   bare_writer STORE_URL SECONDS [BATCH=64]     prints tickets a second
#include "actors/ticket_write.hpp"
#include "base/json_write.hpp"
#include "persistence/open_store.hpp"
#include "protocol/commands.hpp"

#include <fmt/format.h>

#include <cstdlib>

using namespace callboard;

namespace {

create_ticket wanted() {
  create_ticket body;
  body.title = "cannot log in to the portal";
  body.description = "since this morning the portal answers 500 after entering my password";
  return body;
}

journal_item creation_of(std::int64_t number, const ticket_policy& policy) {
  auto time = now();
  auto id = ticket_id::make();
  auto decided = decide_create(wanted(), id, number, policy, time);
  if (!decided)
    throw std::runtime_error("the ticket is refused");
  journal_item item;
  item.command_id = command_id::make();
  item.time = time;
  item.write = write_of({}, *decided, time);
  return item;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return EXIT_FAILURE;
  config::store_settings settings;
  settings.url = argv[1];
  auto seconds = std::chrono::seconds{std::atoi(argv[2])};
  auto batch = argc > 3 ? std::atoi(argv[3]) : 64;
  auto engine = open_store(settings);
  auto writer = engine->make_writer();
  ticket_policy policy;
  policy.classify = policy_mode::off;
  std::int64_t stored = 0;
  number_block numbers; // by the thousand, as the router takes them
  auto begun = std::chrono::steady_clock::now();
  auto spent = [&] { return std::chrono::steady_clock::now() - begun; };
  while (spent() < seconds) {
    std::vector<journal_item> items;
    for (int i = 0; i < batch; ++i) {
      if (numbers.count == 0)
        numbers = writer->reserve_numbers(1'000);
      items.push_back(creation_of(numbers.first++, policy));
      --numbers.count;
    }
    for (const auto& outcome : writer->commit(items))
      stored += outcome.status == journal_status::stored ? 1 : 0;
  }
  fmt::print("{:.0f}\n", static_cast<double>(stored) / std::chrono::duration<double>(spent()).count());
}
