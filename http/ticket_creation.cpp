#include "http/handlers.hpp"
#include "http/request_fields.hpp"
#include "http/thread_signal.hpp"
#include "http/write_flow.hpp"

#include <boost/json/value.hpp>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

constexpr int wait_max_s = 30;

/// How long this creation waits for its classification, and how that was asked for.
struct wait_wish {
  std::chrono::milliseconds span{0};
  std::optional<int> preferred; ///< by Prefer, which the answer then confirms
};

/// Who waits is told when AI is switched off and when a drain begins; who has not yet begun to wait must look.
bool may_wait(const exchange& ex) { return ex.house().ai_enabled && !ex.state.draining; }

wait_wish wish_of(const exchange& ex, const creation_query& query) {
  wait_wish wish;
  std::string room;
  auto prefer = list_field(ex.head.fields, "Prefer", room);
  if (auto wait = prefer ? preferred_wait(*prefer) : std::nullopt) {
    wish.preferred = std::clamp(*wait, 0, wait_max_s);
    wish.span = std::chrono::seconds{*wish.preferred};
  } else if (query.wait) {
    wish.span = std::chrono::seconds{*query.wait};
  } else if (ex.settings().ai.mode == config::ai_mode::sync) {
    wish.span = ex.settings().ai.timeout;
  }
  if (!ex.io.streams() || !may_wait(ex))
    wish = {};
  return wish;
}

/// Told when a ticket's classification has ended or AI is switched off. Made before the command is sent, so that nothing
/// is missed.
class classification_watch {
public:
  classification_watch(exchange& ex, const ticket_id& id, steady_time until)
      : signal_(std::make_shared<thread_signal>(ex.io)),
        until_(until),
        registration_(ex.io.streams()->wait_for_classification(id, until, [s = signal_] { s->raise(); })) {}

  task<bool> wait() { return signal_->wait(until_); }

private:
  std::shared_ptr<thread_signal> signal_;
  steady_time until_;
  std::shared_ptr<void> registration_;
};

/// What a staff view says of its classification; one that cannot be read counts as ended.
bool is_pending(std::string_view body) {
  auto value = parse_json(body);
  if (!value)
    return false;
  auto ai = value->is_object() ? value->as_object().if_contains("ai") : nullptr;
  auto status = ai && ai->is_object() ? ai->as_object().if_contains("status") : nullptr;
  return status && status->is_string() && status->as_string() == enum_name(ai_status::pending);
}

std::optional<ticket_id> id_in(std::string_view location) {
  return ticket_id::parse(location.substr(location.rfind('/') + 1));
}

task<result<reply>> ask_router(exchange& ex, ticket_id id) {
  auto asking =
    ex.ask(ex.house().router.get(),
           read_ticket{{id, 0}, deadline::at(ex.deadline), std::string{ex.request_id}, std::string{ex.path}});
  result<reply> read = co_await std::move(asking);
  co_return read;
}

/// The created ticket as it is now, in place of what the creation answered. Where it cannot be had (deleted meanwhile,
/// too much to do) what was created stands. Whether it is still pending.
task<bool> show_current(exchange& ex, reply& created, ticket_id id) {
  // A snapshot that is pending may be behind the event that ended the wait.
  if (auto snapshot = ex.house().snapshots.find(id); snapshot && snapshot->ai != ai_status::pending) {
    created.body = snapshot->body;
    created.etag = snapshot->etag;
    co_return false;
  }
  if (!ex.try_to_admit())
    co_return false;
  auto asking = ask_router(ex, id);
  result<reply> current = co_await std::move(asking);
  if (!current || current->status != 200)
    co_return false;
  created.body = std::move(current->body);
  created.etag = std::move(current->etag);
  co_return is_pending(created.body);
}

/// Who only waits keeps nobody from working.
task<> wait_without_permit(exchange& ex, classification_watch& watch) {
  ex.permit = {};
  auto waiting = watch.wait();
  co_await std::move(waiting);
}

/// A replayed creation is about a ticket of before: is it classified by now, and if not, wait for it, too.
task<> wait_for_earlier(exchange& ex, reply& created, ticket_id id, steady_time until) {
  classification_watch watch{ex, id, until};
  auto looking = show_current(ex, created, id);
  bool pending = co_await std::move(looking);
  if (!pending || !may_wait(ex))
    co_return;
  auto waiting = wait_without_permit(ex, watch);
  co_await std::move(waiting);
  auto showing = show_current(ex, created, id);
  co_await std::move(showing);
}

task<> wait_for_fresh(exchange& ex, reply& created, ticket_id id, classification_watch& watch) {
  if (!is_pending(created.body))
    co_return;
  auto snapshot = ex.house().snapshots.find(id);
  if (!snapshot || snapshot->ai == ai_status::pending) {
    auto waiting = wait_without_permit(ex, watch);
    co_await std::move(waiting);
  }
  auto showing = show_current(ex, created, id);
  co_await std::move(showing);
}

/// `compat.admin_creates_all`: who creates is the user `admin`, if there is one, whatever the request says.
task<result<void>> let_admin_create(exchange& ex, create_ticket& body) {
  auto asking = ex.query(find_user{{}, "admin"});
  result<optional_user> admin = co_await std::move(asking);
  if (!admin)
    co_return tl::unexpected(std::move(admin.error()));
  if (admin->value)
    body.created_by = admin->value->id;
  co_return result<void>{};
}

task<result<reply>> send_creation(exchange& ex, const command_meta& meta, ticket_id id, create_ticket& body) {
  if (ex.settings().compat.admin_creates_all) {
    auto setting = let_admin_create(ex, body);
    result<void> set = co_await std::move(setting);
    if (!set)
      co_return tl::unexpected(std::move(set.error()));
  }
  create_ticket_command command{meta, id, std::move(body)};
  auto asking = ex.command(ex.house().router.get(), std::move(command));
  result<reply> answered = co_await std::move(asking);
  co_return answered;
}

} // namespace

task<> create_ticket_handler(exchange& ex, creation_query query, body_of<create_ticket> body) {
  auto fields = read_write_fields(ex);
  if (ex.refuse_mistakes())
    co_return;
  auto wish = wish_of(ex, query);
  auto id = ticket_id::make();
  auto meta = make_meta(ex, fields, body.value);
  auto until = std::chrono::steady_clock::now() + wish.span;
  std::optional<classification_watch> watch;
  if (wish.span > 0ms)
    watch.emplace(ex, id, until);
  auto send = [&] { return send_creation(ex, meta, id, body.value); };
  auto writing = write_once(ex, meta, send);
  result<reply> answered = co_await std::move(writing);
  if (answered && answered->status == 201 && watch) {
    ex.deadline = std::max(ex.deadline, until + ex.settings().limits.request_timeout);
    auto created_id = id_in(answered->location).value_or(id);
    task<> waiting =
      created_id == id ? wait_for_fresh(ex, *answered, id, *watch) : wait_for_earlier(ex, *answered, created_id, until);
    co_await std::move(waiting);
  }
  if (answered && answered->status == 201 && wish.preferred)
    ex.out.add_field("Preference-Applied", "wait=" + std::to_string(*wish.preferred));
  ex.take(std::move(answered));
}

} // namespace callboard::http
