#include "persistence/postgres/address.hpp"

#include "persistence/open_store.hpp"

#include <gmock/gmock.h>

namespace callboard::postgres {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

address read(std::string url, bool tls_required = true) {
  config::store_settings settings;
  settings.url = std::move(url);
  settings.tls_required = tls_required;
  return read_address(settings);
}

std::string refusal(std::string url) {
  try {
    read(std::move(url));
  } catch (const store_open_error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(postgres_address, another_host_is_reached_with_tls_unless_told_otherwise) {
  EXPECT_THAT(read("postgres://u@db.example.com/d").conninfo, HasSubstr("sslmode='require'"));
  EXPECT_THAT(read("postgres://u@127.0.0.1,db.example.com/d").conninfo, HasSubstr("sslmode='require'"));
  EXPECT_THAT(read("postgres://u@db.example.com/d?sslmode=verify-full").conninfo, HasSubstr("sslmode='verify-full'"));
  EXPECT_THAT(read("postgres://u@db.example.com/d", false).conninfo, Not(HasSubstr("sslmode")));
  for (auto url : {"postgres://u@127.example.com/d", "postgres://u@localhost/d?hostaddr=203.0.113.9",
                   "postgres://u@localhost,localhost/d?hostaddr=,203.0.113.9"})
    EXPECT_THAT(read(url).conninfo, HasSubstr("sslmode='require'")) << url;
  for (auto url : {"postgres://u@localhost/d", "postgres://u@127.0.0.1/d", "postgres://u@[::1]/d", "postgres:///d",
                   "postgres:///d?host=/run/postgresql", "postgres://u@db.example.com/d?hostaddr=127.0.0.2"})
    EXPECT_THAT(read(url).conninfo, Not(HasSubstr("sslmode"))) << url;
}

TEST(postgres_address, an_url_that_forbids_tls_to_another_host_is_refused) {
  for (auto mode : {"disable", "allow", "prefer"})
    EXPECT_THAT(refusal(std::string{"postgres://u:hunter2@db.example.com/d?sslmode="} + mode),
                AllOf(HasSubstr("store.tls_required"), HasSubstr("verify-full"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(refusal("postgres://u@localhost/d?sslmode=disable"), "accepted");
}

TEST(postgres_address, a_service_whose_host_nobody_knows_needs_a_word_about_tls) {
  EXPECT_THAT(refusal("postgres:///d?service=desk"), AllOf(HasSubstr("service"), HasSubstr("sslmode=verify-full")));
  EXPECT_EQ(refusal("postgres:///d?service=desk&sslmode=verify-full"), "accepted");
  EXPECT_THAT(refusal("postgres:///d?service=desk&sslmode=disable"), HasSubstr("store.tls_required"));
  EXPECT_THAT(read("postgres:///d?service=desk", false).conninfo, Not(HasSubstr("sslmode")));
}

TEST(postgres_address, what_the_url_does_not_say_has_time_outs) {
  auto conninfo = read("postgres://u@localhost/d?connect_timeout=9").conninfo;
  EXPECT_THAT(conninfo, AllOf(HasSubstr("connect_timeout='9'"), HasSubstr("keepalives_idle='1'"),
                              HasSubstr("tcp_user_timeout='3000'")));
}

TEST(postgres_address, a_password_is_for_the_server_alone) {
  auto where = read("postgres://ann:hunter%272%5C@localhost:6000/desk");
  EXPECT_THAT(where.conninfo, HasSubstr("password='hunter\\'2\\\\'"));
  EXPECT_EQ(where.shown, "localhost:6000/desk");
  EXPECT_THAT(refusal("postgres://ann:hunter2@[broken/desk"), AllOf(HasSubstr("store.url"), Not(HasSubstr("hunter2"))));
  // libpq would take what stands behind the slash, or the first @, for another part of the URL.
  for (auto url : {"postgres://ann:hun/ter2@host/desk", "postgres://ann:hu@n/ter2@host/desk",
                   "postgres://ann:hun@ter2@host/desk", "postgresql://ann:/hunter2@host"})
    EXPECT_THAT(refusal(url), AllOf(HasSubstr("%xx"), Not(HasSubstr("ter2")))) << url;
  EXPECT_EQ(read("postgres://ann:hun?ter2@localhost/desk").shown, "localhost:5432/desk");
}

} // namespace
} // namespace callboard::postgres
