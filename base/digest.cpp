#include "base/digest.hpp"

#include "base/check.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace callboard {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

constexpr auto make_reverse() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}
constexpr auto reverse = make_reverse();

} // namespace

sha256_digest sha256(std::string_view data) {
  sha256_digest out;
  unsigned size = 0;
  auto ok = EVP_Digest(data.data(), data.size(), out.data(), &size, EVP_sha256(), nullptr);
  CALLBOARD_CHECK(ok == 1 && size == out.size(), "SHA-256 is available");
  return out;
}

sha256_digest hmac_sha256(std::string_view key, std::string_view data) {
  sha256_digest out;
  unsigned size = 0;
  // OpenSSL takes a null pointer for "the key of last time", not for an empty key.
  auto made = HMAC(EVP_sha256(), key.empty() ? "" : key.data(), static_cast<int>(key.size()), raw(data), data.size(),
                   out.data(), &size);
  CALLBOARD_CHECK(made && size == out.size(), "HMAC-SHA-256 is available");
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char c : bytes) {
    bits = bits << 8 | c;
    for (held += 8; held >= 6; held -= 6)
      out += alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0)
    out += alphabet[bits << (6 - held) & 63];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1)
    return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char c : text) {
    if (reverse[c] < 0)
      return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(reverse[c]);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 255);
    }
  }
  // Bits that are left over must be zero, so that one value has one spelling.
  if ((bits & ((1u << held) - 1)) != 0)
    return std::nullopt;
  return out;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  auto ok = RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count));
  CALLBOARD_CHECK(ok == 1, "the system has random numbers");
  return out;
}

} // namespace callboard
