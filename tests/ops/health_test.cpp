#include "ops/health.hpp"

#include "base/json_read.hpp"
#include "ops/version.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

namespace callboard {
namespace {

using namespace std::chrono_literals;

timestamp at(std::string_view text) { return *from_rfc3339(text); }

const timestamp noon = at("2026-11-20T12:00:00.000Z");

boost::json::object body_of(const probe_answer& answer) { return parse_json(answer.body)->as_object(); }

TEST(health, is_not_ready_before_everything_has_reported) {
  health h{{"store", "feed"}};
  h.enter(health_state::serving);
  EXPECT_FALSE(h.ready());
  h.set("store", true);
  EXPECT_FALSE(h.ready());
  h.set("feed", true);
  EXPECT_TRUE(h.ready());
}

TEST(health, is_ready_only_while_serving) {
  health h{{}};
  EXPECT_EQ(h.state(), health_state::starting);
  EXPECT_FALSE(h.ready());
  h.enter(health_state::serving);
  EXPECT_TRUE(h.ready());
  h.enter(health_state::draining);
  EXPECT_FALSE(h.ready());
}

TEST(health, never_goes_back) {
  health h{{}};
  h.enter(health_state::draining);
  h.enter(health_state::serving);
  EXPECT_EQ(h.state(), health_state::draining);
  EXPECT_FALSE(h.ready());
}

TEST(health, one_unmet_condition_is_enough) {
  health h{{"store"}};
  h.enter(health_state::serving);
  h.set("store", true);
  h.set("disk", false, "less than 1 GiB left");
  EXPECT_FALSE(h.ready());
  h.set("disk", true);
  EXPECT_TRUE(h.ready());
}

TEST(health, the_answer_names_each_condition_with_its_reason) {
  health h{{"store", "feed"}, noon};
  h.enter(health_state::serving);
  h.set("feed", true, {}, noon + 1s);
  h.set("store", false, "the disk is full", noon + 2s);
  auto answer = h.readyz();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body,
            R"({"status":"not_ready","state":"serving","checks":[)"
            R"({"name":"feed","ok":true,"reason":"","since":"2026-11-20T12:00:01.000Z"},)"
            R"({"name":"store","ok":false,"reason":"the disk is full","since":"2026-11-20T12:00:00.000Z"}]})");
  h.set("store", true, {}, noon + 3s);
  EXPECT_EQ(h.readyz().status, 200);
  EXPECT_EQ(body_of(h.readyz()).at("status"), "ready");
}

TEST(health, since_is_when_it_last_changed_not_when_it_was_last_said) {
  health h{{"store"}, noon};
  h.set("store", true, {}, noon + 1s);
  h.set("store", true, {}, noon + 9s);
  auto since = [&] { return body_of(h.readyz()).at("checks").at(0).at("since"); };
  EXPECT_EQ(since(), "2026-11-20T12:00:01.000Z");
  h.set("store", false, "gone", noon + 10s);
  h.set("store", false, "still gone", noon + 11s);
  EXPECT_EQ(since(), "2026-11-20T12:00:10.000Z");
  EXPECT_EQ(body_of(h.readyz()).at("checks").at(0).at("reason"), "still gone");
}

TEST(health, being_alive_says_what_and_how_long) {
  health h{{"store"}, noon};
  auto answer = h.healthz(noon + 90s);
  EXPECT_EQ(answer.status, 200) << "a process that is not ready is alive all the same";
  auto body = body_of(answer);
  EXPECT_EQ(body.at("status"), "ok");
  EXPECT_EQ(body.at("version"), boost::json::value(program_version));
  EXPECT_EQ(body.at("uptime_s"), 90);
}

TEST(health, a_clock_set_back_gives_no_negative_uptime) {
  health h{{}, noon};
  EXPECT_EQ(body_of(h.healthz(noon - 1h)).at("uptime_s"), 0);
}

TEST(health, hostile_reasons_stay_json) {
  health h{{}};
  h.set("a\"b\n", false, "\xff\r\n\"}");
  EXPECT_TRUE(parse_json(h.readyz().body).has_value()) << h.readyz().body;
}

TEST(health, may_be_used_from_many_threads) {
  health h{{"store"}};
  h.enter(health_state::serving);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&h, t] {
      for (int i = 0; i < 2000; ++i) {
        h.set("store", i % 2 == 0, "flapping");
        h.set(fmt::format("own{}", t), true);
        EXPECT_TRUE(parse_json(h.readyz().body).has_value());
      }
    });
  for (auto& each : threads)
    each.join();
  h.set("store", true);
  EXPECT_TRUE(h.ready());
  EXPECT_EQ(body_of(h.readyz()).at("checks").as_array().size(), 5u);
}

} // namespace
} // namespace callboard
