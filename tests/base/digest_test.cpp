#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

namespace callboard {
namespace {

std::string sha256_hex(std::string_view data) { return to_hex(bytes_of(sha256(data))); }
std::string hmac_hex(std::string_view key, std::string_view data) { return to_hex(bytes_of(hmac_sha256(key, data))); }

struct known {
  std::string data;
  std::string_view digest;
};

TEST(sha256, agrees_with_the_vectors_of_nist) {
  const std::array vectors{
    known{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    known{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    known{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    known{
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    known{std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    known{"\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    known{std::string("\xc9\x8c\x8e\x55"), "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
    known{std::string(55, '\0'), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    known{std::string(64, '\0'), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
  };
  for (const auto& v : vectors)
    EXPECT_EQ(sha256_hex(v.data), v.digest) << v.data.size() << " bytes";
}

TEST(hmac_sha256, agrees_with_the_vectors_of_rfc_4231) {
  EXPECT_EQ(hmac_hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_hex(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(hmac_sha256, takes_an_empty_key_and_an_empty_text_however_they_are_empty) {
  constexpr std::string_view expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  EXPECT_EQ(hmac_hex("", ""), expected);
  EXPECT_EQ(hmac_hex({}, {}), expected);
}

TEST(equal_constant_time, compares_bytes_and_lengths) {
  EXPECT_TRUE(equal_constant_time("", {}));
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("Secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secrets"));
  EXPECT_FALSE(equal_constant_time("", "x"));
  EXPECT_FALSE(equal_constant_time(std::string_view{"a\0b", 3}, std::string_view{"a\0c", 3}));
}

TEST(to_hex, spells_every_byte_with_two_digits) {
  EXPECT_EQ(to_hex(std::string_view{"\x00\x0f\xf0\xff", 4}), "000ff0ff");
  EXPECT_EQ(to_hex(""), "");
}

TEST(base64url, agrees_with_the_vectors_of_rfc_4648) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> vectors{{
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "-__-"},
    {"\xff\xff", "__8"},
  }};
  for (auto [bytes, text] : vectors) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(base64url, refuses_padding_the_other_alphabet_space_and_impossible_lengths) {
  for (std::string_view text :
       {"Zg==", "Zm8=", "+_8A", "/_8A", "Zm 9v", "Zm9v\n", "Z", "Zm9vY", "Zm9\xc3\xa9", "=", "Zm.v"})
    EXPECT_FALSE(from_base64url(text)) << text;
  EXPECT_FALSE(from_base64url(std::string_view{"Zm\0v", 4}));
}

TEST(base64url, gives_each_value_one_spelling) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int accepted = 0;
  for (char a : alphabet)
    for (char b : alphabet) {
      std::string text{a, b};
      if (auto bytes = from_base64url(text)) {
        ++accepted;
        ASSERT_EQ(to_base64url(*bytes), text);
      }
    }
  EXPECT_EQ(accepted, 256);
  EXPECT_FALSE(from_base64url("Zm9"));
  EXPECT_FALSE(from_base64url("Zh"));
}

TEST(base64url, reads_back_bytes_of_any_length) {
  std::mt19937 dice{4648};
  for (std::size_t length = 0; length < 300; ++length) {
    std::string bytes(length, '\0');
    for (auto& b : bytes)
      b = static_cast<char>(dice());
    ASSERT_EQ(from_base64url(to_base64url(bytes)), bytes) << length;
  }
}

TEST(random_bytes, has_the_wanted_length_and_never_repeats) {
  EXPECT_EQ(random_bytes(0), "");
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    auto bytes = random_bytes(16);
    ASSERT_EQ(bytes.size(), 16u);
    ASSERT_TRUE(seen.insert(bytes).second);
  }
}

} // namespace
} // namespace callboard
