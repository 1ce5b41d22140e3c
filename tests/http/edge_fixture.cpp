#include "tests/http/edge_fixture.hpp"

#include "base/json_write.hpp"
#include "domain/ticket_rules.hpp"
#include "domain/views.hpp"
#include "http/answer.hpp"
#include "http/edge.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <stdexcept>

namespace callboard::test {
namespace {

using namespace std::chrono_literals;

/// Tickets, users and replies in memory.
struct desk {
  explicit desk(house& h) : home(h) {}

  house& home;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<ticket_id, ticket_state> tickets;
  std::map<ticket_id, std::vector<std::string>> messages;
  std::map<user_id, user> users;
  std::map<std::string, stored_reply> replies;
  std::vector<std::function<void()>> held;
  bool holding = false;
  bool reads_hang = false;
  int effects = 0;
  int asked = 0;
  std::int64_t next_number = 1;

  void publish(const ticket_state& state) {
    auto snapshot = std::make_shared<ticket_snapshot>();
    snapshot->id = state.ticket.id;
    snapshot->number = state.ticket.number;
    snapshot->version = state.ticket.version;
    snapshot->ai = state.ticket.ai.status;
    snapshot->etag = etag_of(state.ticket.version);
    snapshot->body = to_json(state.ticket);
    home.snapshots.publish(std::move(snapshot));
  }

  void keep(const command_meta& meta, const reply& answered) {
    if (meta.idempotency)
      replies[meta.idempotency->key] = {*meta.idempotency, answered};
  }

  reply create(const create_ticket_command& c) {
    std::lock_guard lock{mutex};
    auto events = decide_create(c.body, c.id, next_number, {}, now());
    if (!events)
      return reply_of(events.error(), c.meta);
    ++next_number;
    ++effects;
    auto& state = tickets[c.id];
    for (const auto& event : *events)
      apply(state, event, now());
    reply answered{.status = 201,
                   .body = to_json(state.ticket),
                   .etag = etag_of(state.ticket.version),
                   .location = "/api/v1/tickets/" + to_string(c.id)};
    keep(c.meta, answered);
    return answered;
  }

  ticket_state* find(const ticket_ref& ref) {
    for (auto& [id, state] : tickets)
      if (!state.memory.deleted && (id == ref.id || (ref.id.is_nil() && state.ticket.number == ref.number)))
        return &state;
    return nullptr;
  }

  reply change(const ticket_command& c) {
    std::lock_guard lock{mutex};
    auto* state = find(c.ticket);
    if (!state)
      return reply_of({error_code::not_found, "There is no such ticket.", {}, {}, {}}, c.meta);
    if (c.meta.expected_version && *c.meta.expected_version != state->ticket.version)
      return reply_of({error_code::version_conflict, "It has changed.", {}, {}, {}}, c.meta);
    auto events = decide(*state, c.body, c.meta.who, {}, now());
    if (!events)
      return reply_of(events.error(), c.meta);
    ++effects;
    for (const auto& event : *events)
      apply(*state, event, now());
    publish(*state);
    reply answered{.status = 200, .body = to_json(state->ticket), .etag = etag_of(state->ticket.version)};
    if (std::holds_alternative<delete_ticket>(c.body)) {
      home.snapshots.withdraw(state->ticket.id, state->ticket.number);
      answered = {.status = 204};
    } else if (auto message = std::get_if<add_message>(&c.body)) {
      message_view view;
      view.id = event_id::make();
      view.ticket_id = state->ticket.id;
      view.kind = message->kind;
      view.body = message->body;
      answered.status = 201;
      answered.body = to_json(view);
      messages[state->ticket.id].push_back(answered.body);
    }
    keep(c.meta, answered);
    return answered;
  }

  reply read(const read_ticket& question) {
    std::lock_guard lock{mutex};
    auto* state = find(question.ticket);
    if (!state)
      return reply_of({error_code::not_found, "There is no such ticket.", {}, {}, {}}, "r", "/");
    publish(*state);
    return {.status = 200, .body = to_json(state->ticket), .etag = etag_of(state->ticket.version)};
  }

  /// Answers now, or when what is held is released.
  caf::result<reply> take(caf::typed_response_promise<reply> promise, std::function<reply()> work) {
    {
      std::lock_guard lock{mutex};
      ++asked;
      if (holding) {
        held.push_back([promise, work]() mutable { promise.deliver(work()); });
        changed.notify_all();
        return promise;
      }
    }
    promise.deliver(work());
    return promise;
  }

  void release() {
    std::vector<std::function<void()>> all;
    {
      std::lock_guard lock{mutex};
      holding = false;
      all.swap(held);
    }
    for (auto& each : all)
      each();
  }

  page page_of(const std::vector<std::string>& all, const page_request& wanted) const {
    page out;
    auto from = wanted.after.empty() ? static_cast<std::size_t>(wanted.offset) : std::stoul(wanted.after);
    auto to = std::min(all.size(), from + static_cast<std::size_t>(wanted.limit));
    for (auto i = from; i < to; ++i)
      out.items.push_back(all[i]);
    if (to < all.size())
      out.next = std::to_string(to);
    return out;
  }

  page list(const list_tickets& question) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [this] { return !reads_hang; });
    std::vector<std::string> found;
    for (auto each = tickets.rbegin(); each != tickets.rend(); ++each) {
      const auto& t = each->second.ticket;
      bool wanted = question.filter.status.empty()
                    || std::count(question.filter.status.begin(), question.filter.status.end(), t.status) > 0;
      if (wanted && !each->second.memory.deleted)
        found.push_back(to_json(t));
    }
    return page_of(found, question.page);
  }
};

router_actor::behavior_type stand_in_router(router_actor::pointer self, desk* d) {
  return {
    [=](create_ticket_command& c) {
      return d->take(self->make_response_promise<reply>(), [=] { return d->create(c); });
    },
    [=](ticket_command& c) { return d->take(self->make_response_promise<reply>(), [=] { return d->change(c); }); },
    [=](read_ticket& q) { return d->take(self->make_response_promise<reply>(), [=] { return d->read(q); }); },
    [=](get_quarantine) { return quarantine_report{}; },
    [=](release_quarantine) { return false; },
    [=](get_actor_info) { return actor_info{}; },
    [=](tick) { d->release(); },
    [](overdue) {},
  };
}

reader_actor::behavior_type stand_in_reader(reader_actor::pointer, desk* d) {
  auto empty = [](const auto&) { return page_result{page{}}; };
  return {
    [=](const load_ticket& q) {
      std::lock_guard lock{d->mutex};
      loaded_ticket out;
      if (auto* state = d->find(q.ticket))
        out.state = *state;
      return out;
    },
    [=](const list_tickets& q) -> caf::result<page_result> {
      if (q.until.passed(std::chrono::steady_clock::now()))
        return caf::make_error(caf::sec::request_timeout); // as a reader leaves it out
      return page_result{d->list(q)};
    },
    [=](const list_messages& q) {
      std::lock_guard lock{d->mutex};
      return page_result{d->page_of(d->messages[q.ticket], q.page)};
    },
    [=](const list_events& q) { return empty(q); },
    [=](const list_users& q) { return empty(q); },
    [=](const list_departments& q) { return empty(q); },
    [=](const list_jobs& q) { return empty(q); },
    [=](const find_user& q) {
      std::lock_guard lock{d->mutex};
      auto found = q.id.is_nil() ? std::find_if(d->users.begin(), d->users.end(),
                                                [&](const auto& each) { return each.second.name == q.name; })
                                 : d->users.find(q.id);
      return optional_user{found == d->users.end() ? std::nullopt : std::optional{found->second}};
    },
    [=](const find_department&) { return optional_department{}; },
    [=](const find_reply& q) {
      std::lock_guard lock{d->mutex};
      auto found = d->replies.find(q.key);
      return optional_reply{found == d->replies.end() ? std::nullopt : std::optional{found->second}};
    },
    [=](const read_feed&) { return feed_page{}; },
    [=](const tickets_of_user&) { return ticket_ids{}; },
    [=](const count_store&) { return store_counts{}; },
    [](flush_batch) {},
  };
}

directory_actor::behavior_type stand_in_directory(directory_actor::pointer, desk* d) {
  return {[=](directory_command& c) {
    std::lock_guard lock{d->mutex};
    auto creation = std::get_if<user_creation>(&c.body);
    if (!creation)
      return reply_of({error_code::not_found, "There is no such thing.", {}, {}, {}}, c.meta);
    ++d->effects;
    user u{creation->id, creation->body.name, creation->body.email, false, 1, now(), now()};
    d->users[u.id] = u;
    reply answered{
      .status = 201, .body = to_json(u), .etag = etag_of(1), .location = "/api/v1/users/" + to_string(u.id)};
    d->keep(c.meta, answered);
    return answered;
  }};
}

supervisor_actor::behavior_type stand_in_root(supervisor_actor::pointer) {
  return {
    [](get_actor_info) {
      actor_info root;
      root.name = root.path = "root";
      return root;
    },
    [](start_child) {},
  };
}

/// Tells at once of classifications that the fixture ends.
class stand_in_streams final : public http::stream_service {
public:
  explicit stand_in_streams(boost::asio::io_context& context) : context_(context) {}

  void serve(http::stream_handoff given) override {
    given.note(404);
    auto bytes = http::refusal_bytes({error_code::not_found, "No such topic.", {}, {}, {}}, given.request_id,
                                     given.request->head().path, given.allowed_origin);
    boost::system::error_code ignored;
    boost::asio::write(given.stream.socket(), boost::asio::buffer(bytes), ignored);
  }
  void drain(std::chrono::milliseconds) override { tell_all(); }
  std::size_t open() const override { return 0; }

  std::shared_ptr<void> wait_for_classification(const ticket_id& id, std::chrono::steady_clock::time_point,
                                                std::function<void()> done) override {
    auto token = std::make_shared<int>(0);
    waiting_.push_back({id, token, std::move(done)});
    return token;
  }

  /// From any thread.
  void tell_all() {
    boost::asio::post(context_, [this] {
      auto all = std::move(waiting_);
      waiting_.clear();
      for (auto& each : all)
        if (!each.token.expired())
          each.done();
    });
  }

private:
  struct wish {
    ticket_id id;
    std::weak_ptr<void> token;
    std::function<void()> done;
  };
  boost::asio::io_context& context_;
  std::vector<wish> waiting_;
};

struct stand_in_config : caf::actor_system_config {
  stand_in_config() {
    add_message_types<caf::id_block::callboard>();
    set("scheduler.max-threads", 2);
  }
};

} // namespace

struct edge_fixture::inner {
  static constexpr int reads_max = 8;
  static constexpr int writes_max = 8;

  explicit inner(const std::function<void(config::settings&)>& adjust)
      : home(1, reads_max, writes_max, {"the key that signs cursors", 1, 0}), office(home) {
    settings.server.port = settings.admin.port = 0;
    if (adjust)
      adjust(settings);
    home.router.set(system.spawn(stand_in_router, &office));
    home.readers.at(0).set(system.spawn(stand_in_reader, &office));
    home.directory.set(system.spawn(stand_in_directory, &office));
    home.root.set(system.spawn(stand_in_root));
    auto make_streams = [this](http::server_context&, boost::asio::io_context& context) {
      auto made = std::make_unique<stand_in_streams>(context);
      streams.push_back(made.get());
      return made;
    };
    edge.emplace(http::edge_options{settings, home, system, meters, probes, make_streams});
    auto bound = edge->start();
    if (!bound)
      throw std::runtime_error(bound.error());
    ports = *bound;
    probes.enter(health_state::serving);
  }

  ~inner() {
    edge->stop();
    edge.reset();
    auto end = [](const auto& handle) {
      if (handle)
        caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    };
    end(home.router.get());
    end(home.readers.at(0).get());
    end(home.directory.get());
    end(home.root.get());
    home.clear();
  }

  stand_in_config config;
  caf::actor_system system{config};
  config::settings settings;
  metrics meters;
  health probes{{}};
  house home;
  desk office;
  std::vector<stand_in_streams*> streams;
  std::optional<http::edge> edge;
  http::bound_ports ports;
  std::future<bool> draining;
};

edge_fixture::edge_fixture(const std::function<void(config::settings&)>& adjust)
    : inner_(std::make_unique<inner>(adjust)) {}
edge_fixture::~edge_fixture() = default;

int edge_fixture::port() const { return inner_->ports.open; }
int edge_fixture::operations_port() const { return inner_->ports.operations; }

void edge_fixture::hold_commands() {
  std::lock_guard lock{inner_->office.mutex};
  inner_->office.holding = true;
}

// By the router itself: its promises are its own.
void edge_fixture::release_commands() { caf::anon_send(inner_->home.router.get(), tick{}); }

bool edge_fixture::held(std::size_t count, std::chrono::milliseconds patience) {
  std::unique_lock lock{inner_->office.mutex};
  return inner_->office.changed.wait_for(lock, patience, [&] { return inner_->office.held.size() >= count; });
}

void edge_fixture::hold_reads() {
  std::lock_guard lock{inner_->office.mutex};
  inner_->office.reads_hang = true;
}

void edge_fixture::release_reads() {
  std::lock_guard lock{inner_->office.mutex};
  inner_->office.reads_hang = false;
  inner_->office.changed.notify_all();
}

std::vector<counted_places::place> edge_fixture::fill_writes() {
  std::vector<counted_places::place> places;
  while (auto place = inner_->home.writes.take_if_free())
    places.push_back(std::move(place));
  return places;
}

int edge_fixture::effects() const {
  std::lock_guard lock{inner_->office.mutex};
  return inner_->office.effects;
}

int edge_fixture::asked() const {
  std::lock_guard lock{inner_->office.mutex};
  return inner_->office.asked;
}

void edge_fixture::classify_all() {
  {
    std::lock_guard lock{inner_->office.mutex};
    for (auto& [id, state] : inner_->office.tickets) {
      state.ticket.ai.status = ai_status::done;
      ++state.ticket.version;
      inner_->office.publish(state);
    }
  }
  end_waits();
}

void edge_fixture::end_waits() {
  for (auto* each : inner_->streams)
    each->tell_all();
}

void edge_fixture::set_ai_enabled(bool enabled) { inner_->home.ai_enabled = enabled; }

void edge_fixture::remove_router() {
  caf::anon_send_exit(inner_->home.router.get(), caf::exit_reason::kill);
  inner_->home.router.set({});
}

void edge_fixture::end_router() {
  caf::scoped_actor self{inner_->system};
  self->monitor(inner_->home.router.get());
  self->send_exit(inner_->home.router.get(), caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
}

bool edge_fixture::drain(std::chrono::milliseconds within) {
  return inner_->edge->drain(std::chrono::steady_clock::now() + within);
}

void edge_fixture::begin_drain(std::chrono::milliseconds within) {
  inner_->draining = std::async(std::launch::async, [this, within] { return drain(within); });
}

bool edge_fixture::drain_finished() { return inner_->draining.get(); }

void edge_fixture::enter_draining() { inner_->probes.enter(health_state::draining); }

std::string edge_fixture::metrics_text() { return inner_->meters.text(); }

} // namespace callboard::test
