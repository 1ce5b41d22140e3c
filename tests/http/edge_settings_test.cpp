#include "tests/http/edge_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace callboard::test {
namespace {

using namespace std::chrono_literals;

TEST(edge_settings, the_prefix_may_be_left_out_where_that_is_set) {
  edge_fixture house{[](config::settings& s) { s.compat.unprefixed = true; }};
  EXPECT_EQ(ask(house.port(), "POST", "/tickets", good_body).status, 201);
  EXPECT_EQ(ask(house.port(), "GET", "/tickets").status, 200);
  EXPECT_EQ(ask(house.port(), "GET", "/api/v1/tickets").status, 200);
}

TEST(edge_settings, a_user_named_admin_creates_every_ticket_where_that_is_set) {
  auto new_user = [](edge_fixture& house, const std::string& name) {
    auto body = R"({"name":")" + name + R"(","email":")" + name + R"(@example.com"})";
    return text_at(json_of(ask(house.port(), "POST", "/api/v1/users", body)), "id");
  };
  auto create_by = [](edge_fixture& house, const std::string& id) {
    auto by = id.empty() ? "" : R"(,"created_by":")" + id + "\"";
    return ask(house.port(), "POST", "/api/v1/tickets", R"({"title":"t","description":"d")" + by + "}");
  };
  auto creator = [](const wire_answer& answer) { return text_at(json_of(answer), "created_by"); };
  const std::string nobody = "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e";

  edge_fixture set{[](config::settings& s) { s.compat.admin_creates_all = true; }};
  auto ann = new_user(set, "ann");
  EXPECT_EQ(creator(create_by(set, ann)), ann) << "there is no admin yet";
  EXPECT_EQ(creator(create_by(set, "")), "");
  EXPECT_EQ(creator(create_by(set, nobody)), nobody) << "whether there is such a user is for the store to say";
  auto admin = new_user(set, "admin");
  EXPECT_EQ(creator(create_by(set, ann)), admin);
  EXPECT_EQ(creator(create_by(set, "")), admin);
  EXPECT_EQ(creator(create_by(set, nobody)), admin) << "what is ignored need not exist";

  edge_fixture unset;
  auto other = new_user(unset, "bob");
  new_user(unset, "admin");
  EXPECT_EQ(creator(create_by(unset, other)), other);
  EXPECT_EQ(creator(create_by(unset, "")), "");
}

TEST(edge_settings, allowed_origins_may_ask_from_a_browser) {
  edge_fixture house{[](config::settings& s) { s.server.cors_origins = {"https://desk.example"}; }};
  auto preflight = ask(house.port(), "OPTIONS", "/api/v1/tickets/1", {},
                       {"Origin: https://desk.example", "Access-Control-Request-Method: PATCH"});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Origin"), "https://desk.example");
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "GET, HEAD, PATCH, DELETE, OPTIONS");
  EXPECT_NE(preflight.field("Access-Control-Allow-Headers").find("If-Match"), std::string::npos);
  auto asked = ask(house.port(), "GET", "/healthz", {}, {"Origin: https://desk.example"});
  EXPECT_EQ(asked.field("Access-Control-Allow-Origin"), "https://desk.example");
  EXPECT_EQ(asked.field("Vary"), "Origin");
  auto foreign = ask(house.port(), "GET", "/healthz", {}, {"Origin: https://evil.example"});
  EXPECT_EQ(foreign.status, 200);
  EXPECT_EQ(foreign.field("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(ask(house.port(), "OPTIONS", "/api/v1/nothing").status, 404);
  EXPECT_EQ(ask(house.port(), "OPTIONS", "*").status, 204);
}

TEST(edge_settings, only_pages_of_our_own_and_allowed_origins_may_change_anything) {
  edge_fixture house{[](config::settings& s) { s.server.cors_origins = {"https://app.example"}; }};
  auto made = ask(house.port(), "POST", "/api/v1/tickets", good_body);
  auto release = made.field("Location") + "/release";
  auto as_page_of = [&](const std::string& origin) {
    return ask(house.port(), "POST", release, {}, {"Origin: " + origin});
  };
  for (auto origin :
       {"https://evil.example", "null", "http://desk.example.evil.example", "http://desk.example:81", ""}) {
    auto refused = as_page_of(origin);
    EXPECT_EQ(refused.status, 403) << origin;
    EXPECT_EQ(text_at(json_of(refused), "code"), "forbidden_origin");
    EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "");
  }
  EXPECT_EQ(ask(house.port(), "POST", "/api/v1/tickets", good_body, {"Origin: https://evil.example"}).status, 403);
  EXPECT_EQ(ask(house.port(), "DELETE", made.field("Location"), {}, {"Origin: https://evil.example"}).status, 403);
  EXPECT_EQ(house.effects(), 1);
  for (auto origin : {"http://desk.example", "https://DESK.example:443", "https://app.example"})
    EXPECT_EQ(as_page_of(origin).status, 200) << origin;
  auto twice = ask(house.port(), "POST", release, {}, {"Origin: https://app.example", "Origin: https://evil.example"});
  EXPECT_EQ(mistakes_of(twice), (std::vector<std::string>{"header:Origin repeated"}));
  EXPECT_EQ(ask(house.port(), "GET", made.field("Location"), {}, {"Origin: https://evil.example"}).status, 200);
}

TEST(edge_settings, an_allowed_origin_is_named_whatever_the_body_does_to_the_buffer) {
  edge_fixture house{[](config::settings& s) { s.server.cors_origins = {"https://desk.example"}; }};
  const std::string large = good_body + std::string(8 * 1024, ' ');
  auto known = ask(house.port(), "POST", "/api/v1/tickets", large, {"Origin: https://desk.example"});
  EXPECT_EQ(known.status, 201);
  EXPECT_EQ(known.field("Access-Control-Allow-Origin"), "https://desk.example");
  wire_client client{house.port()};
  client.send("POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nOrigin: https://desk.example\r\n"
              "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", large.size(), large));
  auto chunked = client.read_answer();
  EXPECT_EQ(chunked.status, 201);
  EXPECT_EQ(chunked.field("Access-Control-Allow-Origin"), "https://desk.example");
}

TEST(edge_settings, a_refused_body_is_refused_under_the_requests_own_name) {
  edge_fixture house{[](config::settings& s) {
    s.server.cors_origins = {"https://desk.example"};
    s.limits.header_timeout = 300ms;
  }};
  wire_client client{house.port()};
  client.send("POST /api/v1/%74ickets HTTP/1.1\r\nHost: a\r\nOrigin: https://desk.example\r\nX-Request-Id: upload-7\r\n"
              "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n");
  auto refused = client.read_answer();
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.field("X-Request-Id"), "upload-7");
  EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "https://desk.example");
  EXPECT_EQ(text_at(json_of(refused), "instance"), "/api/v1/tickets");
  EXPECT_EQ(text_at(json_of(refused), "request_id"), "upload-7");

  wire_client slow{house.port()};
  slow.send("GET /healthz HTTP/1.1\r\nX-Request-Id: half-7\r\nOrigin: https://desk.example\r\nHos");
  auto half = slow.read_answer();
  EXPECT_EQ(half.status, 408);
  EXPECT_NE(half.field("X-Request-Id"), "half-7") << "of half a head nothing is taken for true";
  EXPECT_EQ(half.field("Access-Control-Allow-Origin"), "");
  EXPECT_NE(half.field("Retry-After"), "");
}

TEST(edge_settings, an_address_in_use_is_said) {
  edge_fixture first;
  try {
    edge_fixture second{[&](config::settings& s) { s.server.port = first.port(); }};
    FAIL();
  } catch (const std::exception& e) {
    EXPECT_NE(std::string{e.what()}.find("Address already in use"), std::string::npos) << e.what();
    EXPECT_NE(std::string{e.what()}.find(std::to_string(first.port())), std::string::npos);
  }
}

} // namespace
} // namespace callboard::test
