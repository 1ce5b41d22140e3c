#include "actors/reader.hpp"

#include "base/failpoint.hpp"

namespace callboard {
namespace {

/// Notes how long a question took, however it ended.
class timed {
public:
  timed(const reader_options& options, std::string_view query) : options_(options), query_(query) {}
  ~timed() {
    auto spent = std::chrono::steady_clock::now() - begun_;
    options_.note(query_, std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  }
  timed(const timed&) = delete;
  timed& operator=(const timed&) = delete;

private:
  const reader_options& options_;
  std::string_view query_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace

reader_actor::behavior_type reader_state::start(options given) {
  options_.emplace(std::move(given));
  hit_failpoint("reader.open");
  reader_ = options_->engine->make_reader();
  options_->note_open();
  auto answering = [this]<class Query>(const Query&, auto answer) {
    return [this, answer](const Query& query) {
      using answered = decltype(guarded([&] { return answer(*reader_, query); }));
      timed clock{*options_, type_name<Query>()};
      try {
        hit_failpoint("reader", type_name<Query>());
        return guarded([&] { return answer(*reader_, query); });
      } catch (const std::exception&) {
        // CAF 0.17 leaves a request unanswered whose handler throws, and its permit would never come back.
        auto thrown = std::current_exception();
        auto why = reason_of(thrown);
        self_->quit(why);
        return answered{why};
      }
    };
  };
  auto list = [](store_reader& r, const auto& q) { return page_result{r.list(q)}; };
  return {
    answering(load_ticket{}, [](store_reader& r, const load_ticket& q) { return r.load(q); }),
    answering(list_tickets{}, list),
    answering(list_messages{}, list),
    answering(list_events{}, list),
    answering(list_users{}, list),
    answering(list_departments{}, list),
    answering(list_jobs{}, list),
    answering(find_user{}, [](store_reader& r, const find_user& q) { return optional_user{r.find(q)}; }),
    answering(find_department{},
              [](store_reader& r, const find_department& q) { return optional_department{r.find(q)}; }),
    answering(find_reply{}, [](store_reader& r, const find_reply& q) { return optional_reply{r.find(q)}; }),
    answering(read_feed{}, [](store_reader& r, const read_feed& q) { return r.read(q); }),
    answering(tickets_of_user{}, [](store_reader& r, const tickets_of_user& q) { return ticket_ids{r.list_ids(q)}; }),
    answering(search_texts{}, [](store_reader& r, const search_texts& q) { return search_entries{r.texts(q)}; }),
    answering(count_store{}, [](store_reader& r, const count_store&) { return r.count(); }),
  };
}

reader_actor spawn_reader(caf::actor_system& system, reader_options options) {
  return system.spawn<acting<reader_state>, caf::detached>(std::move(options));
}

} // namespace callboard
