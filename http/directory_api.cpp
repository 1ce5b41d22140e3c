#include "http/handlers.hpp"
#include "http/pages.hpp"
#include "http/write_flow.hpp"

namespace callboard::http {
namespace {

template <class Thing>
void show(exchange& ex, const std::optional<Thing>& thing, std::string_view what) {
  if (!thing || thing->deleted)
    return ex.refuse(error_code::not_found, "There is no such " + std::string{what} + ".");
  ex.out.body = to_json(*thing);
  ex.out.etag = etag_of(thing->version);
}

template <class Question>
task<> find_one(exchange& ex, Question question, std::string_view what) {
  auto asking = ex.query(question);
  auto found = co_await std::move(asking);
  if (!found)
    ex.refuse(std::move(found.error()));
  else
    show(ex, found->value, what);
}

/// What a request changes, as the question that finds it.
std::variant<find_user, find_department> subject_of(const directory_request& request) {
  return std::visit(
    []<class R>(const R& r) -> std::variant<find_user, find_department> {
      if constexpr (std::same_as<R, membership_change>)
        return find_department{r.department};
      else if constexpr (std::same_as<decltype(r.id), department_id>)
        return find_department{r.id};
      else
        return find_user{r.id};
    },
    request);
}

template <class Question>
task<result<std::int64_t>> version_of(exchange& ex, Question question) {
  auto asking = ex.query(question);
  auto found = co_await std::move(asking);
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  co_return found->value ? found->value->version : 0;
}

/// `body` is what the key's hash covers.
template <class Body>
task<> write_directory(exchange& ex, directory_request request, Body body) {
  auto fields = read_write_fields(ex);
  if (ex.refuse_mistakes())
    co_return;
  auto meta = make_meta(ex, fields, body);
  auto send = [&]() -> task<result<reply>> {
    if (needs_current_version(fields)) {
      auto looking = std::visit([&](auto question) { return version_of(ex, question); }, subject_of(request));
      result<std::int64_t> current = co_await std::move(looking);
      if (!current)
        co_return tl::unexpected(std::move(current.error()));
      meta.expected_version = expected_version(fields, *current);
    }
    directory_command command{meta, std::move(request)};
    auto asking = ex.command(ex.house().directory.get(), std::move(command));
    result<reply> answered = co_await std::move(asking);
    co_return answered;
  };
  auto writing = write_once(ex, meta, send);
  result<reply> answered = co_await std::move(writing);
  ex.take(std::move(answered));
}

} // namespace

// --- users --------------------------------------------------------------------------------------------------------

task<> list_users_handler(exchange& ex, user_list_query query) {
  auto binding = binding_of(ex, query);
  auto page = read_page(ex, query, binding);
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.query(list_users{std::move(page), std::move(query.email)});
  result<page_result> found = co_await std::move(asking);
  send_page(ex, std::move(found), binding);
}

task<> create_user_handler(exchange& ex, body_of<create_user> body) {
  return write_directory(ex, user_creation{user_id::make(), body.value}, body.value);
}

task<> read_user_handler(exchange& ex) {
  auto id = ex.id<user_id>();
  if (ex.refuse_mistakes())
    co_return;
  auto finding = find_one(ex, find_user{id}, "user");
  co_await std::move(finding);
}

task<> change_user_handler(exchange& ex, body_of<change_user> body) {
  return write_directory(ex, user_change{ex.id<user_id>(), body.value}, body.value);
}

task<> delete_user_handler(exchange& ex) { return write_directory(ex, user_deletion{ex.id<user_id>()}, no_body{}); }

// --- departments --------------------------------------------------------------------------------------------------

task<> list_departments_handler(exchange& ex, page_query query) {
  auto binding = binding_of(ex, query);
  auto page = read_page(ex, query, binding);
  if (ex.refuse_mistakes())
    co_return;
  auto asking = ex.query(list_departments{std::move(page)});
  result<page_result> found = co_await std::move(asking);
  send_page(ex, std::move(found), binding);
}

task<> create_department_handler(exchange& ex, body_of<create_department> body) {
  return write_directory(ex, department_creation{department_id::make(), body.value}, body.value);
}

task<> read_department_handler(exchange& ex) {
  auto id = ex.id<department_id>();
  if (ex.refuse_mistakes())
    co_return;
  auto finding = find_one(ex, find_department{id}, "department");
  co_await std::move(finding);
}

task<> change_department_handler(exchange& ex, body_of<change_department> body) {
  return write_directory(ex, department_change{ex.id<department_id>(), body.value}, body.value);
}

task<> delete_department_handler(exchange& ex) {
  return write_directory(ex, department_deletion{ex.id<department_id>()}, no_body{});
}

task<> add_member_handler(exchange& ex, body_of<no_body>) {
  auto department = ex.id<department_id>();
  auto user = ex.id<user_id>(1, "user");
  return write_directory(ex, membership_change{department, user, true}, no_body{});
}

task<> remove_member_handler(exchange& ex) {
  auto department = ex.id<department_id>();
  auto user = ex.id<user_id>(1, "user");
  return write_directory(ex, membership_change{department, user, false}, no_body{});
}

} // namespace callboard::http
