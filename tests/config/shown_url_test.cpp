#include "config/shown_url.hpp"

#include <gtest/gtest.h>

#include <utility>

using callboard::config::without_password;

TEST(shown_url, a_password_is_never_in_it) {
  for (auto [url, shown] :
       {std::pair{"postgres://ann:hunter2@host:5432/db", "postgres://ann:***@host:5432/db"},
        {"postgres://ann:p@ss:w/ord@host/db?sslmode=require", "postgres://ann:***@host/db?sslmode=require"},
        {"postgres://host/db?user=ann&password=hunter2", "postgres://host/db?user=ann&password=***"},
        {"postgres:///db?password=hun#ter2&sslpassword=x#y", "postgres:///db?password=***&sslpassword=***"},
        {"postgres://ann:hun?ter2@host/db", "postgres://ann:***@host/db"},
        {"postgres://ann:hun/ter2@host/db", "postgres://ann:***@host/db"},
        {"postgres://ann:hun/t?er2@host/db", "postgres://ann:***@host/db"},
        {"postgres://ann:hu@n?ter2@host/db", "postgres://ann:***@host/db"},
        {"postgres://ann:hunter2@host/db?application_name=a@b", "postgres://ann:***@b"},
        {"https://:hunter2@proxy/", "https://:***@proxy/"}})
    EXPECT_EQ(without_password(url), shown);
}

TEST(shown_url, whatever_has_none_stays_as_it_is) {
  for (auto text : {"", "sqlite:var/a:b@c.db", "postgres://ann@host:5432/db", "postgres:///db", "no url: a@b",
                    "http://h/?word=1", "password=x://h"})
    EXPECT_EQ(without_password(text), text);
}

TEST(shown_url, what_is_shown_is_shown_the_same_again) {
  for (auto url : {"postgres://ann:hunter2@host/db?password=x", "x://?a:b&password=c/d&z@h", "x://:?@/@",
                   "x://?password=a:b&c@d:e@f", "x://u:a?b@h/?sslkey=@:&password=?/@"})
    EXPECT_EQ(without_password(without_password(url)), without_password(url)) << url;
}
