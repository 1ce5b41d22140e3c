#include "app/demo.hpp"

#include "app/demo_data.hpp"
#include "base/json_read.hpp"
#include "ops/log.hpp"

#include <condition_variable>
#include <mutex>
#include <random>

namespace callboard::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t tickets_at_start = 200;
constexpr auto ask_timeout = 10s;

/// Plays the customers and the agents.
class player {
public:
  player(caf::actor_system& system, house& home, std::stop_token stop)
      : self_(system), home_(home), stop_(std::move(stop)) {}

  void play() {
    if (!is_empty()) {
      log::info("the store is not empty: the demo adds only live activity");
      remember_tickets();
    } else {
      hire();
      for (std::size_t i = 0; i < tickets_at_start && !stop_.stop_requested(); ++i)
        arrive(i);
      for (std::size_t i = 0; i < tickets_.size() * 2 && !stop_.stop_requested(); ++i)
        work_on_some_ticket();
    }
    trickle();
  }

private:
  template <class Answer, class Handle, class Message>
  std::optional<Answer> ask(const Handle& whom, Message message) {
    std::optional<Answer> answer;
    if (whom)
      self_->request(whom, ask_timeout, std::move(message))
        .receive([&](Answer& came) { answer = std::move(came); },
                 [](caf::error&) { log::warn("the demo got no answer"); });
    return answer;
  }

  command_meta meta() {
    command_meta m;
    m.id = command_id::make();
    m.request_id = "demo";
    m.deadline = deadline::at(std::chrono::steady_clock::now() + ask_timeout);
    return m;
  }

  bool is_empty() {
    auto counts = ask<store_counts>(home_.readers.next(), count_store{});
    if (!counts)
      return false;
    std::int64_t tickets = 0;
    for (const auto& [status, count] : counts->tickets_by_status)
      tickets += count;
    return counts->users == 0 && tickets == 0;
  }

  void hire() {
    for (const auto& person : demo_people()) {
      auto user = user_id::make();
      ask<reply>(home_.directory.get(),
                 directory_command{meta(), user_creation{user, {std::string{person.name}, std::string{person.email}}}});
      staff_.push_back(user);
      auto [department, is_new] = departments_.try_emplace(std::string{person.department}, department_id::make());
      if (is_new)
        ask<reply>(home_.directory.get(),
                   directory_command{meta(), department_creation{department->second, {department->first}}});
      ask<reply>(home_.directory.get(), directory_command{meta(), membership_change{department->second, user, true}});
    }
  }

  void remember_tickets() {
    list_tickets recent;
    recent.scope = scope_of(system_principal());
    recent.page.limit = 100;
    auto found = ask<page_result>(home_.readers.next(), recent);
    if (!found || !found->value)
      return;
    for (const auto& item : found->value->items)
      if (auto t = from_json_text<ticket>(item, read_as::stored)) {
        tickets_.push_back(t->id);
        if (t->assignee_id)
          staff_.push_back(*t->assignee_id);
      }
  }

  void arrive(std::size_t which) {
    const auto& source = demo_tickets()[which % demo_tickets().size()];
    create_ticket_command command{meta(), ticket_id::make(), {}};
    command.body.title = source.title;
    command.body.description = source.description;
    command.body.requester = requester{std::string{source.customer}, std::string{source.email}};
    if (!departments_.empty() && chance(0.8))
      command.body.department = std::next(departments_.begin(), static_cast<long>(below(departments_.size())))->second;
    auto id = command.id;
    auto answer = ask<reply>(home_.router.get(), std::move(command));
    if (answer && answer->status == 201)
      tickets_.push_back(id);
  }

  void work_on_some_ticket() {
    if (tickets_.empty())
      return;
    ticket_command command{meta(), {tickets_[below(tickets_.size())], 0}, some_work(), {}, 0, 0};
    ask<reply>(home_.router.get(), std::move(command)); // a refusal (closed, claimed) is part of the picture
  }

  ticket_request some_work() {
    auto what = below(10);
    if (what < 3)
      return add_message{message_kind::reply, std::string{demo_replies()[below(demo_replies().size())]}};
    if (what == 3)
      return add_message{message_kind::note, std::string{demo_notes()[below(demo_notes().size())]}};
    if (what < 6 && !staff_.empty())
      return claim_ticket{staff_[below(staff_.size())]};
    change_ticket change;
    if (what < 8 && !staff_.empty()) {
      change.assignee_id = {true, staff_[below(staff_.size())]};
    } else {
      constexpr std::array moves{ticket_status::in_progress, ticket_status::waiting, ticket_status::resolved,
                                 ticket_status::closed};
      change.status = moves[below(moves.size())];
    }
    return change;
  }

  void trickle() {
    std::size_t next = tickets_at_start;
    while (pause(std::chrono::milliseconds{800 + below(2'400)})) {
      if (chance(0.3))
        arrive(next++);
      else
        work_on_some_ticket();
    }
  }

  /// False when it is time to stop.
  bool pause(std::chrono::milliseconds span) {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, stop_, span, [] { return false; });
    return !stop_.stop_requested();
  }

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(dice_); }
  bool chance(double p) { return std::bernoulli_distribution{p}(dice_); }

  caf::scoped_actor self_;
  house& home_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::mt19937 dice_{20'261'120}; ///< the same show each time
  std::vector<user_id> staff_;
  std::map<std::string, department_id> departments_;
  std::vector<ticket_id> tickets_;
};

} // namespace

demo::demo(caf::actor_system& system, house& home)
    : thread_([&system, &home](std::stop_token stop) {
        player{system, home, std::move(stop)}.play();
      }) {}

} // namespace callboard::app
