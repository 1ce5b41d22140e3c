#include "tests/http/edge_fixture.hpp"

#include "base/json_read.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

namespace callboard::test {
namespace {

using namespace std::chrono_literals;

class edge : public testing::Test {
protected:
  wire_answer create(const std::vector<std::string>& fields = {}, const std::string& body = good_body) {
    return ask(house_.port(), "POST", "/api/v1/tickets", body, fields);
  }
  wire_answer get(std::string_view path, const std::vector<std::string>& fields = {}) {
    return ask(house_.port(), "GET", path, {}, fields);
  }
  std::string new_ticket() { return text_at(json_of(create()), "id"); }

  edge_fixture house_;
};

// --- tickets ------------------------------------------------------------------------------------------------------

TEST_F(edge, a_ticket_is_created_and_read_back_by_id_and_number) {
  auto made = create();
  ASSERT_EQ(made.status, 201) << made.head << made.body;
  EXPECT_EQ(made.field("ETag"), "\"v1\"");
  EXPECT_EQ(made.field("Content-Type"), "application/json");
  auto location = made.field("Location");
  EXPECT_TRUE(location.starts_with("/api/v1/tickets/"));
  for (auto path : {location, std::string{"/api/v1/tickets/1"}, location}) {
    auto read = get(path);
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.body, made.body);
    EXPECT_EQ(read.field("ETag"), "\"v1\"");
  }
}

TEST_F(edge, a_warm_read_asks_nobody) {
  auto path = "/api/v1/tickets/" + new_ticket();
  EXPECT_EQ(get(path).status, 200);
  auto asked = house_.asked();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(get(path).status, 200);
  EXPECT_EQ(house_.asked(), asked);
}

TEST_F(edge, head_is_get_without_the_content) {
  auto path = "/api/v1/tickets/" + new_ticket();
  auto whole = get(path);
  auto head = ask(house_.port(), "HEAD", path);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(whole.body.size()));
  EXPECT_EQ(head.field("ETag"), whole.field("ETag"));
}

TEST_F(edge, a_tag_that_still_holds_is_304) {
  auto path = "/api/v1/tickets/" + new_ticket();
  for (auto tag : {"\"v1\"", "W/\"v1\"", "\"v9\", \"v1\"", "*"}) {
    auto read = get(path, {std::string{"If-None-Match: "} + tag});
    EXPECT_EQ(read.status, 304) << tag;
    EXPECT_EQ(read.field("ETag"), "\"v1\"");
    EXPECT_EQ(read.field("Content-Length"), "");
  }
  EXPECT_EQ(get(path, {"If-None-Match: \"v2\""}).status, 200);
}

TEST_F(edge, a_change_happens_at_the_expected_version_only) {
  auto path = "/api/v1/tickets/" + new_ticket();
  auto change = [&](std::string tag) {
    return ask(house_.port(), "PATCH", path, R"({"priority":"high"})", {"If-Match: " + tag});
  };
  EXPECT_EQ(change("\"v2\"").status, 412);
  EXPECT_EQ(change("W/\"v1\"").status, 412) << "If-Match compares strongly";
  EXPECT_EQ(change("\"other\"").status, 412);
  EXPECT_EQ(change("\"v7\", \"v8\"").status, 412);
  EXPECT_EQ(change("v1").status, 400);
  EXPECT_EQ(house_.effects(), 1);
  EXPECT_EQ(change("\"v7\", \"v1\"").status, 200) << "one of several";
  EXPECT_EQ(ask(house_.port(), "PATCH", path, R"({"priority":"low"})", {"If-Match: *"}).status, 200);
  EXPECT_EQ(house_.effects(), 3);
}

TEST_F(edge, a_deleted_ticket_is_gone) {
  auto path = "/api/v1/tickets/" + new_ticket();
  auto gone = ask(house_.port(), "DELETE", path);
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(get(path + "/messages").status, 404);
}

TEST_F(edge, messages_are_added_and_listed) {
  auto path = "/api/v1/tickets/" + new_ticket() + "/messages";
  EXPECT_EQ(ask(house_.port(), "POST", path, R"({"kind":"reply","body":"Refunded."})").status, 201);
  auto list = get(path);
  EXPECT_EQ(list.status, 200);
  EXPECT_NE(list.body.find("Refunded."), std::string::npos);
  EXPECT_EQ(mistakes_of(ask(house_.port(), "POST", path, R"({"kind":"shout"})")),
            (std::vector<std::string>{"/kind invalid_choice", "/body missing"}));
}

TEST_F(edge, an_empty_body_or_an_empty_object_releases) {
  auto path = "/api/v1/tickets/" + new_ticket() + "/release";
  EXPECT_EQ(ask(house_.port(), "POST", path).status, 200);
  EXPECT_EQ(ask(house_.port(), "POST", path, "{}").status, 200);
  EXPECT_EQ(mistakes_of(ask(house_.port(), "POST", path, R"({"user_id":1})")),
            (std::vector<std::string>{"/user_id unknown_member"}));
}

// --- lists --------------------------------------------------------------------------------------------------------

TEST_F(edge, a_list_is_read_on_with_its_cursor) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i)
    made.insert(made.begin(), new_ticket());
  std::vector<std::string> seen;
  std::string path = "/api/v1/tickets?limit=2&status=open";
  for (int pages = 0; !path.empty() && pages < 5; ++pages) {
    auto page = get(path);
    ASSERT_EQ(page.status, 200) << page.body;
    auto body = json_of(page);
    for (const auto& item : body.at("items").as_array())
      seen.push_back(text_at(item.as_object(), "id"));
    auto cursor = text_at(body, "next_cursor");
    auto link = page.field("Link");
    EXPECT_EQ(cursor.empty(), link.empty());
    path = cursor.empty() ? "" : link.substr(1, link.find('>') - 1);
    if (!path.empty()) {
      EXPECT_TRUE(link.ends_with("; rel=\"next\""));
      EXPECT_NE(path.find("status=open"), std::string::npos);
    }
  }
  EXPECT_EQ(seen, made);
}

TEST_F(edge, a_cursor_is_refused_where_it_does_not_belong) {
  for (int i = 0; i < 3; ++i)
    new_ticket();
  auto cursor = text_at(json_of(get("/api/v1/tickets?limit=1")), "next_cursor");
  ASSERT_NE(cursor, "");
  auto other = get("/api/v1/tickets?limit=1&status=open&cursor=" + cursor);
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(text_at(json_of(other), "code"), "invalid_cursor");
  EXPECT_EQ(get("/api/v1/users?cursor=" + cursor).status, 400);
  EXPECT_EQ(get("/api/v1/tickets?cursor=" + cursor + "A").status, 400);
  EXPECT_EQ(get("/api/v1/tickets?offset=1&cursor=" + cursor).status, 400);
  EXPECT_EQ(get("/api/v1/tickets?limit=2&cursor=" + cursor).status, 200) << "another size is the same list";
}

TEST_F(edge, unknown_parameters_are_mistakes_everywhere) {
  auto id = new_ticket();
  for (std::string path : {"/api/v1/tickets?page=2", "/api/v1/system/settings?x=1", "/healthz?x", "/openapi.json?v=1"})
    EXPECT_EQ(get(path).status, 400) << path;
  EXPECT_EQ(mistakes_of(get("/api/v1/tickets/" + id + "?fields=id")),
            (std::vector<std::string>{"query:fields unknown"}));
}

// --- mistakes -----------------------------------------------------------------------------------------------------

TEST_F(edge, a_problem_says_everything_at_once) {
  auto refused =
    ask(house_.port(), "POST", "/api/v1/tickets?wait=99&colour=red", R"({"title":"","priority":"huge","extra":1})",
        {"Idempotency-Key: a b", "X-Request-Timeout: soon"});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.field("Content-Type"), "application/problem+json");
  auto mistakes = mistakes_of(refused);
  std::sort(mistakes.begin(), mistakes.end());
  EXPECT_EQ(mistakes, (std::vector<std::string>{
                        "/description missing", "/extra unknown_member", "/priority invalid_choice", "/title too_short",
                        "header:Idempotency-Key invalid_key", "header:X-Request-Timeout invalid_timeout",
                        "query:colour unknown", "query:wait too_large"}));
  auto body = json_of(refused);
  EXPECT_EQ(text_at(body, "instance"), "/api/v1/tickets");
  EXPECT_EQ(text_at(body, "request_id"), refused.field("X-Request-Id"));
  EXPECT_EQ(house_.effects(), 0);
}

TEST_F(edge, what_is_not_json_says_where) {
  for (auto body : {"{", "[]", "{\"title\":}", "\xff", "{} x", "nul"}) {
    auto refused = create({}, body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(refused.field("Content-Type"), "application/problem+json");
  }
  EXPECT_EQ(text_at(json_of(create({}, "{")), "code"), "malformed_json");
  EXPECT_EQ(create({}, std::string(100'000, '[')).status, 400);
  EXPECT_EQ(ask(house_.port(), "POST", "/api/v1/tickets").status, 400) << "no body";
}

TEST_F(edge, ids_that_cannot_be_are_mistakes) {
  for (auto id : {"0", "-1", "x", "99999999999999999999", "018f3c4e"}) {
    auto refused = get(std::string{"/api/v1/tickets/"} + id);
    EXPECT_EQ(refused.status, 400) << id;
    EXPECT_EQ(mistakes_of(refused), (std::vector<std::string>{"path:id invalid_id"}));
  }
  EXPECT_EQ(get("/api/v1/users/7").status, 400);
  EXPECT_EQ(get("/api/v1/tickets/4711").status, 404);
}

TEST_F(edge, paths_and_methods_are_told_apart) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  auto welcome = get("/");
  EXPECT_EQ(welcome.status, 302);
  EXPECT_EQ(welcome.field("Location"), "/docs");
  EXPECT_EQ(get("/?x=1").status, 400);
  EXPECT_EQ(get("/tickets").status, 404);
  auto refused = ask(house_.port(), "PUT", "/api/v1/tickets", "{}");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.field("Allow"), "GET, HEAD, POST, OPTIONS");
  for (auto path : {"/readyz", "/metrics"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(get("/api/v1/%74ickets").status, 200) << "the same path, spelt otherwise";
  EXPECT_EQ(get("/api/v1/tickets%00").status, 400);
}

TEST_F(edge, media_types_are_checked_before_the_body_is_read) {
  auto with_type = [&](std::string type) {
    return ask(house_.port(), "POST", "/api/v1/tickets", {}, {"Content-Length: 2", "Content-Type: " + type, "", "{}"});
  };
  EXPECT_EQ(with_type("text/plain").status, 415);
  EXPECT_EQ(with_type("application/json; charset=latin1").status, 415);
  EXPECT_EQ(ask(house_.port(), "POST", "/api/v1/tickets", {}, {"Content-Length: 2", "", "{}"}).status, 415);
  EXPECT_EQ(get("/api/v1/tickets", {"Accept: text/html"}).status, 406);
  EXPECT_EQ(get("/api/v1/tickets", {"Accept: text/html, */*;q=0.1"}).status, 200);
  EXPECT_EQ(get("/docs", {"Accept: text/html"}).status, 200);
  EXPECT_EQ(get("/docs", {"Accept: application/json"}).status, 406);
}

TEST_F(edge, a_body_comes_as_it_is) {
  for (auto coding : {"gzip", "identity, gzip", "br", "x"}) {
    auto refused = create({std::string{"Content-Encoding: "} + coding});
    EXPECT_EQ(refused.status, 415) << coding;
    EXPECT_EQ(refused.field("Accept-Encoding"), "identity");
    EXPECT_NE(refused.body.find("Content-Encoding"), std::string::npos);
  }
  EXPECT_EQ(create({"Content-Encoding: Identity"}).status, 201);
  EXPECT_EQ(house_.effects(), 1);
}

TEST_F(edge, the_lines_of_a_list_field_are_one_list) {
  EXPECT_EQ(get("/api/v1/tickets", {"Accept: text/html", "Accept: application/json"}).status, 200);
  EXPECT_EQ(get("/api/v1/tickets", {"Accept: text/html", "Accept: text/plain"}).status, 406);
  auto path = "/api/v1/tickets/" + new_ticket();
  EXPECT_EQ(get(path, {"If-None-Match: \"v9\"", "If-None-Match: \"v1\""}).status, 304);
  EXPECT_EQ(create({"Prefer: respond-async", "prefer: wait=1"}).field("Preference-Applied"), "wait=1");
}

// --- identity of requests -----------------------------------------------------------------------------------------

TEST_F(edge, a_request_keeps_its_name) {
  EXPECT_EQ(get("/healthz", {"X-Request-Id: my.request-1"}).field("X-Request-Id"), "my.request-1");
  auto made = get("/healthz").field("X-Request-Id");
  EXPECT_NE(made, "");
  EXPECT_NE(made, get("/healthz").field("X-Request-Id"));
  EXPECT_NE(get("/healthz", {"X-Request-Id: <script>"}).field("X-Request-Id"), "<script>");
  EXPECT_EQ(
    get("/healthz", {"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}).field("X-Request-Id"),
    "0af7651916cd43dd8448eb211c80319c");
}

// --- idempotency --------------------------------------------------------------------------------------------------

TEST_F(edge, the_same_key_happens_once_and_answers_alike) {
  auto first = create({"Idempotency-Key: k1"});
  auto again =
    create({"Idempotency-Key: k1"}, R"(  {"description":"My card was charged twice.", "title":"Charged twice"} )");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.field("Location"), first.field("Location"));
  EXPECT_EQ(first.field("Idempotency-Replayed"), "");
  EXPECT_EQ(again.field("Idempotency-Replayed"), "true");
  EXPECT_EQ(house_.effects(), 1);
  EXPECT_EQ(create({"Idempotency-Key: k1"}, R"({"title":"x","description":"y"})").status, 422);
  EXPECT_EQ(create({"Idempotency-Key: k2"}).status, 201);
  EXPECT_EQ(create({"Idempotency-Key: k3", "Idempotency-Key: k3"}).status, 400) << "two keys";
  EXPECT_EQ(house_.effects(), 2);
}

TEST_F(edge, a_twin_waits_for_the_one_that_runs) {
  house_.hold_commands();
  wire_client first{house_.port()};
  first.send(request_text("POST", "/api/v1/tickets", good_body, {"Idempotency-Key: k"}));
  ASSERT_TRUE(house_.held(1));
  wire_client second{house_.port()};
  second.send(request_text("POST", "/api/v1/tickets", good_body, {"Idempotency-Key: k"}));
  house_.release_commands();
  auto one = first.read_answer();
  auto two = second.read_answer();
  EXPECT_EQ(one.status, 201);
  EXPECT_EQ(two.status, 201);
  EXPECT_EQ(one.body, two.body);
  EXPECT_EQ(two.field("Idempotency-Replayed"), "true");
  EXPECT_EQ(house_.effects(), 1);
}

TEST_F(edge, a_twin_does_not_wait_for_ever) {
  house_.hold_commands();
  wire_client first{house_.port()};
  first.send(request_text("POST", "/api/v1/tickets", good_body, {"Idempotency-Key: k"}));
  ASSERT_TRUE(house_.held(1));
  auto begun = std::chrono::steady_clock::now();
  auto second = create({"Idempotency-Key: k"});
  EXPECT_EQ(second.status, 409);
  EXPECT_NE(second.field("Retry-After"), "");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1900ms);
  house_.release_commands();
  EXPECT_EQ(first.read_answer().status, 201);
}

TEST_F(edge, without_a_key_twins_are_two) {
  create();
  create();
  EXPECT_EQ(house_.effects(), 2);
}

// --- waiting for the classification -------------------------------------------------------------------------------

TEST_F(edge, a_creation_may_wait_for_its_classification) {
  wire_client client{house_.port()};
  client.send(request_text("POST", "/api/v1/tickets", good_body, {"Prefer: wait=10"}));
  wire_answer answer;
  std::thread reading{[&] { answer = client.read_answer(); }};
  while (house_.effects() == 0)
    std::this_thread::yield();
  house_.classify_all();
  reading.join();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.field("Preference-Applied"), "wait=10");
  EXPECT_EQ(answer.field("ETag"), "\"v2\"");
  EXPECT_NE(answer.body.find("\"status\":\"done\""), std::string::npos) << answer.body;
  EXPECT_EQ(house_.asked(), 1) << "the snapshot says what became of it";
}

TEST_F(edge, the_wait_ends_with_its_time) {
  auto begun = std::chrono::steady_clock::now();
  auto answer = ask(house_.port(), "POST", "/api/v1/tickets?wait=1", good_body);
  EXPECT_EQ(answer.status, 201);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 900ms);
  EXPECT_NE(answer.body.find("\"status\":\"pending\""), std::string::npos);
}

TEST_F(edge, nobody_waits_while_ai_is_off) {
  house_.set_ai_enabled(false);
  auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(create({"Prefer: wait=10"}).status, 201);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(edge, a_repeated_creation_does_not_begin_to_wait_when_ai_was_switched_off_meanwhile) {
  create({"Idempotency-Key: k"});
  house_.hold_commands();
  auto begun = std::chrono::steady_clock::now();
  wire_answer answer;
  std::thread reading{[&] { answer = create({"Idempotency-Key: k", "Prefer: wait=9"}); }};
  EXPECT_TRUE(house_.held(1)) << "it looks at the ticket again";
  house_.set_ai_enabled(false);
  house_.release_commands();
  reading.join();
  EXPECT_EQ(answer.status, 201);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

// --- failure ------------------------------------------------------------------------------------------------------

TEST_F(edge, a_missing_actor_is_503_at_once) {
  house_.remove_router();
  auto answer = create();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(json_of(answer), "code"), "store_unavailable");
  EXPECT_NE(answer.field("Retry-After"), "");
}

TEST_F(edge, an_answer_that_does_not_come_is_503_in_time) {
  house_.hold_commands();
  auto begun = std::chrono::steady_clock::now();
  auto answer = create({"X-Request-Timeout: 200ms"});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(json_of(answer), "code"), "store_in_doubt") << "the router has it and may do it later";
  auto question = get("/api/v1/tickets/1", {"X-Request-Timeout: 200ms"});
  EXPECT_EQ(question.status, 503);
  EXPECT_EQ(text_at(json_of(question), "code"), "deadline_exceeded");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(edge, the_time_for_an_answer_begins_when_the_request_has_arrived) {
  house_.hold_commands();
  wire_client slow{house_.port()};
  auto request = request_text("POST", "/api/v1/tickets", good_body, {"X-Request-Timeout: 600ms"});
  slow.send(request.substr(0, request.size() - 1));
  EXPECT_EQ(create({"X-Request-Timeout: 800ms"}).status, 503) << "so long is the body on its way";
  auto begun = std::chrono::steady_clock::now();
  slow.send(request.substr(request.size() - 1));
  EXPECT_EQ(slow.read_answer().status, 503);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 600ms);
}

TEST_F(edge, a_command_that_an_actor_dies_with_is_in_doubt) {
  house_.end_router();
  auto answer = create();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(json_of(answer), "code"), "store_in_doubt") << "only the router knew how far it was";
  EXPECT_NE(answer.field("Retry-After"), "");
  EXPECT_EQ(text_at(json_of(get("/api/v1/tickets/1")), "code"), "store_unavailable");
}

// --- other listeners and documents --------------------------------------------------------------------------------

TEST_F(edge, operators_have_their_own_listener) {
  EXPECT_EQ(ask(house_.operations_port(), "GET", "/healthz").status, 200);
  EXPECT_EQ(ask(house_.operations_port(), "GET", "/readyz").status, 200);
  auto metrics = ask(house_.operations_port(), "GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_TRUE(metrics.field("Content-Type").starts_with("text/plain"));
  EXPECT_NE(metrics.body.find("http_server_request_duration_seconds"), std::string::npos);
  EXPECT_EQ(ask(house_.operations_port(), "GET", "/api/v1/tickets").status, 404);
  house_.enter_draining();
  EXPECT_EQ(ask(house_.operations_port(), "GET", "/readyz").status, 503);
}

TEST_F(edge, documents_are_served) {
  for (auto path : {"/openapi.json", "/docs.json", "/api/v1/openapi.json", "/api/v1/docs.json"}) {
    auto answer = get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(text_at(json_of(answer), "openapi"), "3.1.0");
    EXPECT_EQ(get(path, {"If-None-Match: " + answer.field("ETag")}).status, 304);
  }
  for (auto path : {"/docs", "/redoc", "/api/v1/docs", "/api/v1/redoc"}) {
    auto answer = get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(answer.field("Content-Type").starts_with("text/html"));
    EXPECT_NE(answer.field("Content-Security-Policy").find("script-src 'self'"), std::string::npos);
    EXPECT_EQ(answer.body.find("http://"), std::string::npos) << "nothing from elsewhere";
    EXPECT_EQ(answer.body.find("https://"), std::string::npos);
  }
  EXPECT_EQ(get("/docs/../../etc/passwd").status, 404);
  EXPECT_EQ(get("/docs/package.json").status, 404);
}

TEST_F(edge, streams_are_given_away) {
  auto answer = get("/api/v1/events?topic=tickets", {"Accept: text/event-stream"});
  EXPECT_EQ(answer.status, 404) << "as the stand-in answers";
  EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_F(edge, settings_and_the_tree_are_shown) {
  auto settings = get("/api/v1/system/settings");
  EXPECT_EQ(settings.status, 200);
  EXPECT_NE(settings.body.find("\"permits_total\":1024"), std::string::npos);
  EXPECT_NE(get("/api/v1/system/actors").body.find("\"root\""), std::string::npos);
  EXPECT_EQ(get("/api/v1/system/quarantine").body, R"({"tickets":[],"set_aside":[]})");
  EXPECT_EQ(ask(house_.port(), "POST", "/api/v1/system/quarantine/018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e/release").status,
            404);
}

// --- stopping -----------------------------------------------------------------------------------------------------

TEST_F(edge, a_drain_answers_what_runs_and_lets_nobody_in) {
  house_.hold_commands();
  wire_client idle{house_.port()};
  idle.send(request_text("GET", "/healthz"));
  EXPECT_EQ(idle.read_answer().status, 200);
  wire_client busy{house_.port()};
  busy.send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house_.held(1));
  house_.begin_drain(10s);
  EXPECT_TRUE(idle.is_closed());
  house_.release_commands();
  auto answer = busy.read_answer();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  EXPECT_TRUE(house_.drain_finished());
  EXPECT_NE(wire_client{house_.port()}.last_error(), 0) << "nobody listens any more";
  EXPECT_EQ(ask(house_.operations_port(), "GET", "/healthz").status, 200);
}

TEST_F(edge, a_drain_ends_the_waits_for_a_classification) {
  wire_client waiting{house_.port()};
  waiting.send(request_text("POST", "/api/v1/tickets", good_body, {"Prefer: wait=30"}));
  while (house_.effects() == 0)
    std::this_thread::yield();
  auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(house_.drain(20s));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  auto answer = waiting.read_answer();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_F(edge, a_drain_gives_up_at_its_deadline) {
  house_.hold_commands();
  wire_client busy{house_.port()};
  busy.send(request_text("POST", "/api/v1/tickets", good_body));
  ASSERT_TRUE(house_.held(1));
  EXPECT_FALSE(house_.drain(300ms));
}

} // namespace
} // namespace callboard::test
