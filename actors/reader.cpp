#include "actors/reader.hpp"

#include "base/failpoint.hpp"

#include <algorithm>
#include <utility>

namespace callboard {
namespace {

/// One question for as many tickets; more are several questions.
constexpr std::size_t loads_max = 64;

/// What whoever asked has told itself by now.
caf::error nobody_waits() { return caf::make_error(caf::sec::request_timeout); }

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
      if (query.until.passed(self_->clock().now()))
        return answered{nobody_waits()};
      timed clock{*options_, type_name<Query>()};
      try {
        hit_failpoint("reader", type_name<Query>());
        return guarded([&] { return answer(*reader_, query); });
      } catch (const std::exception&) {
        // CAF 0.17 leaves a request unanswered whose handler throws, and its permit would never come back.
        return answered{end(std::current_exception())};
      }
    };
  };
  auto list = [](store_reader& r, const auto& q) { return page_result{r.list(q)}; };
  return {
    [this](const load_ticket& query) { return on_load(query); },
    [this](const list_tickets& query) { return on_list(query); },
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
    answering(count_store{}, [](store_reader& r, const count_store&) { return r.count(); }),
    [this](flush_batch due) {
      if (due.number == batch_) // else that batch became full before its turn
        answer_batch();
    },
  };
}

caf::result<loaded_ticket> reader_state::on_load(const load_ticket& query) {
  auto promise = self_->make_response_promise<loaded_ticket>();
  begin_batch();
  loads_.push_back(query);
  load_callers_.push_back(promise);
  if (loads_.size() >= loads_max)
    answer_batch();
  return promise;
}

/// Who asks the same before it is asked gets the same answer: it is from after they asked.
caf::result<page_result> reader_state::on_list(const list_tickets& query) {
  auto promise = self_->make_response_promise<page_result>();
  begin_batch();
  auto same = std::find_if(lists_.begin(), lists_.end(), [&](const waiting_list& w) { return w.query == query; });
  if (same == lists_.end())
    same = lists_.insert(lists_.end(), {query, {}});
  else if (query.until > same->query.until)
    same->query.until = query.until;
  same->callers.push_back(promise);
  return promise;
}

/// The flush stands behind everything that has already arrived.
void reader_state::begin_batch() {
  if (loads_.empty() && lists_.empty())
    self_->send(self_, flush_batch{batch_});
}

void reader_state::answer_batch() {
  ++batch_;
  try {
    load_all();
    while (!lists_.empty())
      list_next();
  } catch (const std::exception&) {
    end(std::current_exception());
  }
}

/// The batch stood behind all that had arrived before it.
void reader_state::drop_late_loads() {
  auto now = self_->clock().now();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    if (loads_[i].until.passed(now)) {
      load_callers_[i].deliver(nobody_waits());
    } else {
      std::swap(loads_[kept], loads_[i]);
      std::swap(load_callers_[kept++], load_callers_[i]);
    }
  }
  loads_.resize(kept);
  load_callers_.resize(kept);
}

void reader_state::load_all() {
  drop_late_loads();
  if (loads_.empty())
    return;
  auto loads = std::exchange(loads_, {});
  timed clock{*options_, type_name<load_ticket>()};
  hit_failpoint("reader", type_name<load_ticket>());
  try {
    auto answers = reader_->load_each(loads);
    CALLBOARD_CHECK(answers.size() == load_callers_.size(), "each ticket that is asked for has an answer");
    for (std::size_t i = 0; auto& caller : std::exchange(load_callers_, {})) {
      auto& answer = answers[i++];
      if (answer)
        caller.deliver(std::move(*answer));
      else
        caller.deliver(store_fault(std::move(answer.error())));
    }
  } catch (const store_failure& failure) {
    for (auto& caller : std::exchange(load_callers_, {}))
      caller.deliver(store_fault(failure.what()));
  }
}

void reader_state::list_next() {
  auto& next = lists_.front();
  if (next.query.until.passed(self_->clock().now())) {
    for (auto& caller : next.callers)
      caller.deliver(nobody_waits());
    lists_.pop_front();
    return;
  }
  timed clock{*options_, type_name<list_tickets>()};
  hit_failpoint("reader", type_name<list_tickets>());
  try {
    page_result found{reader_->list(next.query)};
    for (auto& caller : next.callers)
      caller.deliver(found);
  } catch (const store_failure& failure) {
    for (auto& caller : next.callers)
      caller.deliver(store_fault(failure.what()));
  }
  lists_.pop_front();
}

/// Nobody else could tell those who wait for the batch.
caf::error reader_state::end(std::exception_ptr thrown) {
  auto why = reason_of(thrown);
  for (auto& caller : std::exchange(load_callers_, {}))
    caller.deliver(why);
  for (auto& list : std::exchange(lists_, {}))
    for (auto& caller : list.callers)
      caller.deliver(why);
  self_->quit(why);
  return why;
}

reader_actor spawn_reader(caf::actor_system& system, reader_options options) {
  return system.spawn<acting<reader_state>, caf::detached>(std::move(options));
}

} // namespace callboard
