#include "tests/simulation/fake_store.hpp"

#include "tests/simulation/fake_jobs.hpp"

namespace callboard::simulation {

const stored_reply* disk::find_reply(const principal& who, const std::string& key) const {
  auto found = replies.find({std::string{enum_name(who.type)} + ":" + who.id, key});
  return found == replies.end() ? nullptr : &found->second.second;
}

const stored_event* disk::event_of(const feed_row& row) const {
  auto ticket = row.source == feed_source::ticket ? find(ticket_id{row.subject}) : nullptr;
  if (ticket == nullptr)
    return nullptr;
  for (const auto& event : ticket->events)
    if (event.feed_id == row.id)
      return &event;
  return nullptr;
}

fake_engine::fake_engine(std::shared_ptr<disk> data, std::shared_ptr<store_weather> weather,
                         std::function<timestamp()> wall)
    : disk_(std::move(data)), weather_(std::move(weather)) {
  fake_jobs{*disk_}.release_all(wall());
}

std::unique_ptr<store_writer> fake_engine::make_writer() { return make_fake_writer({disk_, weather_, open_}); }
std::unique_ptr<store_reader> fake_engine::make_reader() { return make_fake_reader({disk_, weather_, open_}); }
store_identity fake_engine::identity() { return {std::string(32, 'k'), 1, disk_->search_feed_id}; }

} // namespace callboard::simulation
