#include <gtest/gtest.h>

#include "http/framing/authority.hpp"

namespace callboard::http {
namespace {

TEST(authority, knows_ipv6_addresses) {
  for (auto good : {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8",
                    "abcd:EF::", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5::1.2.3.4"})
    EXPECT_TRUE(is_ipv6_address(good)) << good;
  for (auto bad : {"",
                   ":",
                   ":::",
                   "1",
                   "1:",
                   ":1",
                   "1:2:3:4:5:6:7",
                   "1:2:3:4:5:6:7:",
                   ":2:3:4:5:6:7:8",
                   "1:2:3:4:5:6:7:8::",
                   "1::2::3",
                   "::g",
                   "::12345",
                   "::1.2.3",
                   "::1.2.3.4.5",
                   "::01.2.3.4",
                   "::1.2.3.4:5",
                   "1.2.3.4",
                   "1:2:3:4:5:6:7:1.2.3.4",
                   "1:2:3:4:5:6::1.2.3.4",
                   "::1.2.3.400",
                   "1 ::",
                   "::%1"})
    EXPECT_FALSE(is_ipv6_address(bad)) << bad;
}

} // namespace
} // namespace callboard::http
