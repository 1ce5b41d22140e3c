#include "http/session.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "http/request_checks.hpp"
#include "http/request_fields.hpp"
#include "http/target.hpp"
#include "ops/log.hpp"

#include <algorithm>

namespace callboard::http {
namespace {

using namespace std::chrono_literals;

constexpr auto body_grace = 5s;
constexpr std::size_t body_bytes_per_second_min = 1024;
constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t copied_content_max = 16 * 1024; ///< larger contents are written from where they are
constexpr std::size_t kept_output_max = 64 * 1024;
constexpr int answers_in_a_row_max = 16;
constexpr std::string_view unreadable_method = "other"; ///< as its metric says
constexpr int nobody_to_answer = 499;                   ///< noted of a request whose connection was lost, as nginx does

framing_limits framing_limits_of(const config::limit_settings& limits) {
  framing_limits out;
  out.head_bytes_max = static_cast<std::size_t>(limits.header_bytes_max);
  out.fields_max = static_cast<std::size_t>(limits.header_fields_max);
  out.body_bytes_max = static_cast<std::uint64_t>(limits.body_bytes_max);
  return out;
}

problem problem_of(const framing_refusal& refusal) {
  auto code_of = [](int status) {
    switch (status) {
      case 413: return error_code::payload_too_large;
      case 414: return error_code::uri_too_long;
      case 417: return error_code::expectation_failed;
      case 431: return error_code::headers_too_large;
      case 501: return error_code::not_implemented;
      case 505: return error_code::http_version;
      default: return error_code::malformed_framing;
    }
  };
  return {code_of(refusal.status()), refusal.describe(), {}, {}, {}};
}

http_refusal refusal_of(error_code code) {
  switch (code) {
    case error_code::payload_too_large:
    case error_code::uri_too_long:
    case error_code::headers_too_large: return http_refusal::too_large;
    case error_code::request_timeout: return http_refusal::too_slow;
    default: return http_refusal::framing;
  }
}

log_level level_of(int status) { return status >= 500 && status != 503 ? log_level::warn : log_level::debug; }

/// A request is counted and logged, by its route and never by its path.
void note_answer(const edge_state& edge, io_thread& io, const route* matched, std::string_view method,
                 std::string_view request_id, const std::optional<ticket_ref>& about, int status, steady_time begun) {
  auto took = std::chrono::steady_clock::now() - begun;
  auto path = matched ? matched->path : std::string_view{"none"};
  io.observe(edge.context.meters, matched, method, path, status, took);
  auto write = [&](const auto&... ticket) {
    log::write(level_of(status), "request answered",
               {{"request_id", request_id},
                ticket...,
                {"method", method},
                {"route", path},
                {"status", status},
                {"duration_ms", took}});
  };
  if (!about)
    write();
  else if (about->id.is_nil())
    write(log::field{"ticket_number", about->number});
  else
    write(log::field{"ticket_id", about->id});
}

/// Counts a request from its head to its answer, however that ends.
class running_request {
public:
  running_request(io_thread& io, const gauge& active) : io_(io), active_(active) {
    io_.request_begins();
    active_.add();
  }
  ~running_request() {
    active_.sub();
    io_.request_ends();
  }
  running_request(const running_request&) = delete;
  running_request& operator=(const running_request&) = delete;

private:
  io_thread& io_;
  const gauge& active_;
};

bool takes_permit(const exchange& ex) { return ex.matched && ex.matched->takes >= admission::command; }

} // namespace

session::session(edge_state& edge, io_thread& thread, tcp_socket socket, listener_kind kind,
                 client_registry::admitted admitted)
    : state_(edge),
      io_(thread),
      peer_(thread, std::move(socket)),
      kind_(kind),
      slot_(std::move(admitted.slot)),
      client_(admitted.who),
      reader_(framing_limits_of(edge.context.settings.limits)) {
  io_.sessions().insert(this);
}

session::~session() { io_.sessions().erase(this); }

task<> session::serve(std::unique_ptr<session> self) { co_await self->run(); }

void session::finish() {
  finishing_ = true;
  if (idle_)
    peer_.cancel();
}

task<> session::run() {
  if (!peer_.make_ready())
    co_return;
  hit_failpoint("http.connection");
  for (bool more = true; more;) {
    answer_.clear();
    body_ = {};
    body_size_ = 0;
    more = co_await read_head();
    if (more)
      more = co_await answer_request();
  }
  if (said_farewell_)
    co_await peer_.close_politely();
}

// --- reading ------------------------------------------------------------------------------------------------------

task<peer_socket::received> session::receive() {
  answered_in_a_row_ = 0;
  return peer_.receive();
}

task<bool> session::read_head() {
  reader_.restart();
  peer_.buffer.shrink();
  idle_ = true;
  peer_.expires_in(first_request_ ? limits().header_timeout : limits().idle_timeout);
  first_request_ = false;
  for (;;) {
    auto progress = reader_.read(peer_.buffer.data());
    if (idle_ && !reader_.is_idle()) {
      idle_ = false;
      request_begun_ = std::chrono::steady_clock::now();
      peer_.expires_at(request_begun_ + limits().header_timeout);
    }
    if (progress == head_progress::complete)
      co_return true;
    if (progress == head_progress::refused)
      co_return co_await refuse_and_close(problem_of(reader_.refusal()));
    if (idle_ && finishing_)
      co_return false;
    if (peer_.buffer.free_size() == 0)
      peer_.buffer.reserve(std::max(read_buffer::initial, peer_.buffer.capacity() * 2));
    auto got = co_await receive();
    if (got != received::some)
      co_return co_await refuse_head(got);
  }
}

task<bool> session::refuse_head(received why) {
  if (idle_ || why == received::failed)
    co_return false;
  // Named first: GCC 12 destroys a temporary of a co_await expression twice.
  problem refusal{error_code::malformed_framing, "The connection ended within the header."};
  if (why == received::too_late)
    refusal = {error_code::request_timeout, "The header did not arrive in time."};
  co_return co_await refuse_and_close(std::move(refusal));
}

/// Room behind the head for what belongs to it. The head is read again when that moves it.
void session::make_room(std::size_t bytes) {
  if (!peer_.buffer.reserve(bytes))
    return;
  reader_.restart();
  CALLBOARD_CHECK(reader_.read(peer_.buffer.data()) == head_progress::complete,
                  "a head that was read reads the same again");
}

/// A body may take `limits.body_timeout`, and after a grace it must not come slower than the least rate.
void session::arm_body(steady_time begun, std::uint64_t received_bytes) {
  auto earned = std::chrono::seconds{received_bytes / body_bytes_per_second_min};
  peer_.expires_at(begun + std::min<std::chrono::milliseconds>(limits().body_timeout, body_grace + earned));
}

task<peer_socket::received> session::read_known_length(std::uint64_t length) {
  auto head_size = reader_.head().size;
  body_size_ = static_cast<std::size_t>(length);
  make_room(head_size + body_size_);
  auto begun = std::chrono::steady_clock::now();
  while (peer_.buffer.data().size() < head_size + body_size_) {
    arm_body(begun, peer_.buffer.data().size() - head_size);
    auto got = co_await receive();
    if (got != received::some)
      co_return got;
  }
  body_ = peer_.buffer.data().substr(head_size, body_size_);
  co_return received::some;
}

task<peer_socket::received> session::read_chunks() {
  auto head_size = reader_.head().size;
  make_room(head_size + read_size);
  chunked_body_.clear();
  chunk_limits bounds;
  bounds.body_bytes_max = static_cast<std::uint64_t>(limits().body_bytes_max);
  chunk_reader chunks{bounds};
  auto begun = std::chrono::steady_clock::now();
  for (;;) {
    auto step = chunks.feed(peer_.buffer.data().substr(head_size), chunked_body_);
    peer_.buffer.erase(head_size, step.consumed);
    if (step.progress == chunk_progress::complete)
      break;
    if (step.progress == chunk_progress::refused) {
      answer_.set_problem(problem_of(chunks.refusal()), request_id_, path_);
      co_return received::failed;
    }
    arm_body(begun, chunks.body_bytes());
    auto got = co_await receive();
    if (got != received::some)
      co_return got;
  }
  body_ = chunked_body_;
  co_return received::some;
}

task<bool> session::read_body(exchange& ex) {
  const auto& head = reader_.head();
  if (!head.has_body())
    co_return true;
  bool here = !head.chunked && peer_.buffer.data().size() >= head.size + *head.content_length;
  if (head.expect_continue && !here && !co_await send_continue())
    co_return false;
  auto got = received::some;
  if (head.chunked)
    got = co_await read_chunks();
  else
    got = co_await read_known_length(*head.content_length);
  peer_.never_expires();
  ex.body = body_;
  if (got == received::some)
    co_return true;
  answer_.close = true;
  if (got == received::too_late)
    ex.refuse(error_code::request_timeout, "The body did not arrive in time.");
  else if (got == received::nothing_more)
    ex.refuse(error_code::malformed_framing, "The connection ended within the body.");
  if (ex.is_refused())
    refused(got == received::too_late ? http_refusal::too_slow : http_refusal::framing);
  co_return ex.is_refused();
}

task<bool> session::send_continue() { co_return co_await peer_.write("HTTP/1.1 100 Continue\r\n\r\n", {}); }

// --- answering ----------------------------------------------------------------------------------------------------

task<bool> session::answer_request() {
  peer_.never_expires();
  const auto& head = reader_.head();
  exchange ex{state_, io_, *client_, head, answer_};
  identify(ex);
  running_request running{io_, state_.context.meters.http.active};
  auto origin = allowed_origin();
  bool alive = true;
  bool lost = false;
  if (begin(ex, origin)) {
    if (ex.matched && ex.matched->stream) {
      hand_over(ex, origin);
    } else {
      alive = co_await read_body(ex);
      lost = !alive;
      // Not before: who dawdles with a body must not keep others from working.
      if (alive && !ex.is_refused() && (!takes_permit(ex) || ex.admit())) {
        ex.deadline = std::chrono::steady_clock::now() + ex.time_allowed;
        co_await answer_routed(ex);
      }
    }
  } else if (head.has_body()) {
    answer_.close = true; // its body is unread
  }
  if (alive && !handed_over_) {
    answer_unmodified(ex);
    alive = co_await send_answer(origin, head.method == "HEAD");
  }
  if (!handed_over_)
    note(ex, lost ? nobody_to_answer : answer_.status);
  if (alive && !handed_over_)
    peer_.buffer.erase(0, reader_.head().size + body_size_);
  co_return alive && !handed_over_;
}

task<> session::answer_routed(exchange& ex) {
  if (!ex.matched)
    co_return; // answered by the table itself: OPTIONS
  try {
    hit_failpoint("http.answer", ex.matched->path);
    if (ex.matched->now && ex.matched->now(ex))
      co_return;
    auto answering = ex.matched->later(ex);
    co_await std::move(answering);
  } catch (const invariant_broken&) {
    throw;
  } catch (const std::exception& e) {
    log::error("a request failed with an exception",
               {{"request_id", request_id_}, {"route", ex.matched->path}, {"detail", e.what()}});
    ex.refuse(error_code::internal, "The request failed; see `request_id`.");
  }
}

/// Everything that can be said before the body is read. False when that is an answer already.
bool session::begin(exchange& ex, std::string_view allowed_origin) {
  if (!decode_path(ex, path_))
    return false;
  if (ex.head.method == "OPTIONS")
    return answer_options(ex, routes());
  if (!find_route(ex, routes()) || !check_origin(ex, allowed_origin))
    return false;
  read_time_allowed(ex);
  check_if_none_match(ex);
  return check_media(ex) && (!takes_permit(ex) || ex.may_be_admitted());
}

void session::identify(exchange& ex) {
  ex.time_allowed = limits().request_timeout;
  name_request();
  ex.request_id = request_id_;
}

void session::name_request() {
  auto given = reader_.head().fields.find("X-Request-Id");
  auto trace = reader_.head().fields.find("traceparent");
  if (given && is_sane_request_id(*given))
    request_id_ = *given;
  else if (trace && is_traceparent(*trace))
    request_id_ = trace->substr(3, 32); // the trace's id: one name for all that belongs together
  else
    io_.make_request_id(request_id_);
}

std::string_view session::allowed_origin() const {
  auto sent = reader_.head().fields.find("Origin");
  return sent ? state_.allowed_origin(*sent) : std::string_view{};
}

void session::hand_over(exchange& ex, std::string_view origin) {
  auto* streams = io_.streams();
  if (!streams)
    return ex.refuse(error_code::not_implemented, "Streams are not served here.");
  if (state_.draining)
    return ex.refuse(error_code::draining, "The server is stopping.");
  auto bytes = peer_.buffer.data();
  stream_handoff given{
    .stream = boost::beast::tcp_stream{asio::ip::tcp::socket{peer_.release()}},
    .leftover = std::string{bytes.substr(ex.head.size)},
    .request = request_copy::make(bytes.substr(0, ex.head.size)),
    .kind = *ex.matched->stream,
    .request_id = request_id_,
    .who = ex.who,
    .remote = client_->address,
    .allowed_origin = std::string{origin},
    .slot = std::move(slot_),
    .note = [&edge = state_, &io = io_, matched = ex.matched, id = request_id_, begun = request_begun_](
              int status) { note_answer(edge, io, matched, matched->method, id, {}, status, begun); },
  };
  handed_over_ = true;
  streams->serve(std::move(given));
}

// --- writing ------------------------------------------------------------------------------------------------------

/// An answer to what is not a request that could be understood; nothing after it on this connection is looked at. Where
/// only its body is at fault (413) it is answered under its own name, and a page may read that.
task<bool> session::refuse_and_close(problem p) {
  peer_.never_expires();
  refused(refusal_of(p.code));
  std::string_view origin;
  path_.clear();
  if (reader_.has_whole_head()) {
    name_request();
    path_ = percent_decode(reader_.head().path, false).value_or("");
    origin = allowed_origin();
  } else {
    io_.make_request_id(request_id_);
  }
  if (!p.retry_after_s && row_of(p.code).retryable)
    p.retry_after_s = io_.retry_after();
  answer_.close = true;
  answer_.set_problem(p, request_id_, path_);
  co_await send_answer(origin, reader_.is_head_request(peer_.buffer.data()));
  auto method = reader_.has_whole_head() ? reader_.head().method : unreadable_method;
  note_answer(state_, io_, nullptr, method, request_id_, {}, answer_.status, request_begun_);
  co_return false;
}

task<bool> session::send_answer(std::string_view cors_origin, bool without_content) {
  const auto& head = reader_.head();
  bool keep_alive = head.keep_alive && !answer_.close && !finishing_ && !state_.draining;
  said_farewell_ = !keep_alive;
  out_.clear();
  append_head(out_, answer_, {io_.date_line(), request_id_, cors_origin, keep_alive, head.version_minor == 0});
  auto content = answer_.content();
  if (without_content || answer_.status == 204 || answer_.status == 304)
    content = {};
  if (content.size() <= copied_content_max) {
    out_ += content;
    content = {};
  }
  bool written = co_await peer_.write(out_, content);
  if (out_.capacity() > kept_output_max)
    out_ = {};
  if (written && keep_alive && ++answered_in_a_row_ == answers_in_a_row_max) {
    answered_in_a_row_ = 0;
    co_await peer_.give_way();
  }
  co_return written&& keep_alive;
}

void session::note(const exchange& ex, int status) {
  note_answer(state_, io_, ex.matched, ex.head.method, request_id_,
              log::enabled(level_of(status)) ? ex.ticket_named() : std::nullopt, status, request_begun_);
}

} // namespace callboard::http
