#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Digests and encodings by OpenSSL; nothing here is our own cryptography.
namespace callboard {

using sha256_digest = std::array<std::uint8_t, 32>;

sha256_digest sha256(std::string_view data);
sha256_digest hmac_sha256(std::string_view key, std::string_view data);

/// Compares in constant time; false when the lengths differ.
bool equal_constant_time(std::string_view a, std::string_view b);

std::string to_hex(std::string_view bytes);
inline std::string_view bytes_of(const sha256_digest& d) { return {reinterpret_cast<const char*>(d.data()), d.size()}; }

/// base64url without padding (RFC 4648, 5).
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

/// `count` bytes from the system's generator.
std::string random_bytes(std::size_t count);

} // namespace callboard
