#pragma once

#include "base/json_read.hpp"
#include "http/answer.hpp"
#include "http/edge_state.hpp"
#include "http/io_thread.hpp"
#include "http/query.hpp"

namespace callboard::http {

/// How much longer than a request's deadline its question may stay open, so that the asked actor's own words win.
inline constexpr std::chrono::milliseconds answer_grace{250};

/// One request while it is answered: what was asked, by whom, until when, and the answer in the making. Lives on one
/// I/O thread, as long as the answer is not written.
class exchange {
public:
  exchange(edge_state& edge, io_thread& thread, client& peer, const request_head& request, answer& answer_to)
      : state(edge), io(thread), from(peer), head(request), out(answer_to) {}
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  edge_state& state;
  io_thread& io;
  client& from;
  const request_head& head;
  answer& out;

  std::string_view path; ///< decoded, without the query
  std::string_view request_id;
  std::string_view body;
  const route* matched = nullptr;
  std::array<std::string_view, 2> ids = {};
  principal who;
  std::chrono::milliseconds time_allowed{0}; ///< for the answer, once the request has arrived
  steady_time deadline;
  permit_pool::permit permit;

  callboard::house& house() const { return state.context.house; }
  const config::settings& settings() const { return state.context.settings; }

  /// Mistakes in the request, found by several readers and answered together.
  std::vector<field_error> errors;

  void mistake(std::string pointer, std::string code, std::string detail);
  /// Answers with the mistakes, if there are any.
  bool refuse_mistakes();
  void refuse(problem p);
  void refuse(error_code code, std::string detail) { refuse(problem{code, std::move(detail), {}, {}, {}}); }
  bool is_refused() const { return out.status >= 400; }

  /// Takes a permit for work by actors, held until the answer is written; for a change, only while not too many wait for the
  /// store. False: refused, and the connection closes.
  bool admit();
  /// The same without a refusal: who has an answer anyway does without the better one.
  bool try_to_admit() { return permit || state.permits.take(from, false, permit) == permit_verdict::granted; }
  /// Whether there would be one now: false refuses before the body is read.
  bool may_be_admitted();

  /// A header field that may come once; a second one is a mistake.
  std::optional<std::string_view> field(std::string_view name);

  /// The ids in the path, by their place in the template; `name` is what the template calls them.
  ticket_ref ticket();
  /// The ticket that the path names or that was made, if the request is about one.
  std::optional<ticket_ref> ticket_named() const;
  template <class Id>
  Id id(std::size_t place = 0, std::string_view name = "id");

  /// The body as a T; mistakes go under their JSON pointers. Nothing when it was not even JSON (and is refused).
  template <class T>
  std::optional<T> read_body();

  /// Asks an actor. Its failure is already a problem.
  template <class Handle, class Request>
  auto ask(const Handle& to, Request request) {
    return async_ask(io.bridge(), errand_kind::question, to, std::move(request), deadline + answer_grace, use_task);
  }
  /// Has an actor change something. Without its answer the change is in doubt.
  template <class Handle, class Request>
  auto command(const Handle& to, Request request) {
    return async_ask(io.bridge(), errand_kind::command, to, std::move(request), deadline + answer_grace, use_task);
  }

  /// Asks a reader of the store, with one of the readers' permits.
  template <class Request>
  task<result<answer_to<reader_actor, Request>>> query(Request request);

  /// Sends what an actor answered.
  void take(reply&& r);
  void take(result<reply>&& r);

private:
  template <class Request>
  reader_actor reader_for(const Request&);

  std::string made_; ///< where what was created is
  bool changes_store() const;
  bool store_is_behind() const;
  problem too_many_reads();
  bool is_granted(permit_verdict verdict);
  std::optional<boost::json::value> parse_body();
  void take_errors(problem& p);
};

template <class Id>
Id exchange::id(std::size_t place, std::string_view name) {
  if (auto read = Id::parse(ids[place]))
    return *read;
  mistake("path:" + std::string{name}, "invalid_id", "must be a UUID, such as 018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
  return {};
}

template <class T>
std::optional<T> exchange::read_body() {
  auto value = parse_body();
  if (!value)
    return std::nullopt;
  auto read = from_json<T>(*value, read_as::request);
  if (read)
    return std::move(*read);
  take_errors(read.error());
  return T{};
}

/// The same list is asked of the same reader: it reads once for all who ask while it waits.
template <class Request>
reader_actor exchange::reader_for(const Request&) {
  auto& readers = house().readers;
  if constexpr (!std::same_as<Request, list_tickets>)
    return readers.next();
  return readers.at(std::hash<std::string_view>{}(head.query) % readers.size()).get();
}

template <class Request>
task<result<answer_to<reader_actor, Request>>> exchange::query(Request request) {
  using answered = result<answer_to<reader_actor, Request>>;
  auto& readers = house().readers;
  auto permit_to_read = readers.take_permit();
  if (!permit_to_read)
    co_return answered{tl::unexpected(too_many_reads())};
  auto begun_by = std::min(deadline, std::chrono::steady_clock::now() + settings().limits.read_wait_max);
  request.until = callboard::deadline::at(begun_by);
  auto asking = async_ask(io.bridge(), errand_kind::question, reader_for(request), std::move(request),
                          deadline + answer_grace, use_task, std::move(permit_to_read));
  answered result = co_await std::move(asking);
  // There is time left, so a reader left it out: too much stood before it.
  bool left_out =
    !result && result.error().code == error_code::deadline_exceeded && std::chrono::steady_clock::now() < deadline;
  if (left_out)
    co_return answered{tl::unexpected(too_many_reads())};
  co_return result;
}

/// A ticket's id or its number.
std::optional<ticket_ref> parse_ticket_ref(std::string_view text);

// --- typed handlers -----------------------------------------------------------------------------------------------

/// Marks a handler's parameter as the request's body.
template <class T>
struct body_of {
  T value;
};

namespace detail {

template <class T>
inline constexpr bool is_body = false;
template <class T>
inline constexpr bool is_body<body_of<T>> = true;

template <class T>
T read_argument(exchange& ex) {
  if constexpr (is_body<T>) {
    auto read = ex.read_body<decltype(T::value)>();
    return read ? T{std::move(*read)} : T{};
  } else {
    return read_query<T>(ex.head.query, ex.errors);
  }
}

template <class Result, class... Arguments>
struct handler_shape {
  using arguments = boost::mp11::mp_list<Arguments...>;
  static constexpr bool reads_query = (false || ... || !is_body<Arguments>);
};

template <class F>
struct shape_of_handler;
template <class Result, class... Arguments>
struct shape_of_handler<Result (*)(exchange&, Arguments...)>
    : handler_shape<Result, std::remove_cvref_t<Arguments>...> {};

template <class Shape>
void refuse_query(exchange& ex) {
  if constexpr (!Shape::reads_query)
    if (!ex.head.query.empty())
      read_query<no_query>(ex.head.query, ex.errors);
}

template <auto Handler, class... Arguments>
task<> run_with(exchange& ex, boost::mp11::mp_list<Arguments...>) {
  // Braces: the arguments are read from left to right.
  std::tuple<Arguments...> arguments{read_argument<Arguments>(ex)...};
  if (ex.is_refused())
    co_return;
  task<> running = std::apply([&](auto&... each) { return Handler(ex, std::move(each)...); }, arguments);
  co_await std::move(running);
}

} // namespace detail

/// A handler `task<>(exchange&, query?, body_of<T>?)` behind the table's plain signature: what it takes is read and all
/// mistakes are collected before it starts. It calls `refuse_mistakes` once it has looked at ids and fields, too.
template <auto Handler>
task<> run_later(exchange& ex) {
  using shape = detail::shape_of_handler<decltype(Handler)>;
  detail::refuse_query<shape>(ex);
  return detail::run_with<Handler>(ex, typename shape::arguments{});
}

/// The same for handlers `void(exchange&, query?)` that never wait.
template <auto Handler>
bool run_now(exchange& ex) {
  using shape = detail::shape_of_handler<decltype(Handler)>;
  detail::refuse_query<shape>(ex);
  auto call = [&]<class... Arguments>(boost::mp11::mp_list<Arguments...>) {
    std::tuple<Arguments...> arguments{detail::read_argument<Arguments>(ex)...};
    if (!ex.is_refused())
      std::apply([&](auto&... each) { Handler(ex, std::move(each)...); }, arguments);
  };
  call(typename shape::arguments{});
  return true;
}

} // namespace callboard::http
