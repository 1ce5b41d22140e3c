#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Every cause for which a request is refused before anybody looks at what it asks: name, HTTP status, sentence.
/// The connection closes after each of them, because where the next request begins is no longer certain.
#define CALLBOARD_FRAMING_ERRORS(X)                                                                                    \
  X(bare_line_feed, 400, "A line feed stands without a carriage return before it")                                     \
  X(bare_carriage_return, 400, "A carriage return stands without a line feed after it")                                \
  X(nul_byte, 400, "A NUL byte is not allowed")                                                                        \
  X(control_byte, 400, "A control byte is not allowed")                                                                \
  X(empty_lines_repeated, 400, "Only one empty line may stand before a request")                                       \
  X(request_line_malformed, 400, "The request line must be method, target and version with one space between each")    \
  X(method_invalid, 400, "The method must be a token")                                                                 \
  X(method_not_implemented, 501, "The method is not implemented")                                                      \
  X(connect_refused, 501, "CONNECT is not implemented: this server is no proxy")                                       \
  X(version_malformed, 400, "The version must be written as HTTP/1.1 or HTTP/1.0")                                     \
  X(version_not_supported, 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here")                                          \
  X(target_too_long, 414, "The request target is too long")                                                            \
  X(target_form_invalid, 400, "The target must be a path, an absolute http or https URL, or * for OPTIONS")            \
  X(target_byte_invalid, 400, "The target holds a byte that must be percent-encoded")                                  \
  X(target_percent_invalid, 400, "A percent sign in the target must be followed by two hexadecimal digits")            \
  X(target_fragment, 400, "A fragment must not be sent in the target")                                                 \
  X(target_authority_invalid, 400, "The authority in the target must be a host and optionally a port")                 \
  X(target_authority_foreign, 400, "The authority in the target differs from the Host field")                          \
  X(asterisk_without_options, 400, "The target * is for OPTIONS only")                                                 \
  X(head_too_large, 431, "The request head is too large")                                                              \
  X(too_many_fields, 431, "The request head has too many fields")                                                      \
  X(line_folded, 400, "A line must not begin with white space")                                                        \
  X(field_without_colon, 400, "A field must have a name, a colon and a value")                                         \
  X(field_name_empty, 400, "A field name must not be empty")                                                           \
  X(field_name_invalid, 400, "A field name must be a token")                                                           \
  X(field_name_followed_by_space, 400, "No white space may stand between a field name and its colon")                  \
  X(host_missing, 400, "An HTTP/1.1 request needs a Host field")                                                       \
  X(host_repeated, 400, "The Host field may be sent once only")                                                        \
  X(host_invalid, 400, "The Host field must be a host and optionally a port")                                          \
  X(content_length_repeated, 400, "Content-Length may be sent once only")                                              \
  X(content_length_invalid, 400, "Content-Length must be one decimal number")                                          \
  X(content_length_overflow, 400, "Content-Length is larger than any number we can hold")                              \
  X(transfer_encoding_repeated, 400, "Transfer-Encoding may be sent once only")                                        \
  X(transfer_encoding_in_http_1_0, 400, "HTTP/1.0 has no Transfer-Encoding")                                           \
  X(transfer_encoding_with_length, 400, "Transfer-Encoding and Content-Length exclude each other")                     \
  X(transfer_encoding_not_chunked, 400, "Transfer-Encoding must be exactly chunked")                                   \
  X(transfer_coding_unknown, 501, "No transfer coding but chunked is implemented")                                     \
  X(connection_invalid, 400, "The Connection field must be a list of tokens")                                          \
  X(expectation_unknown, 417, "The only expectation that can be met is 100-continue")                                  \
  X(body_not_allowed, 400, "GET, HEAD and DELETE take no body here")                                                   \
  X(upgrade_with_body, 400, "A request for a WebSocket takes no body")                                                 \
  X(body_too_large, 413, "The request body is too large")                                                              \
  X(chunk_size_invalid, 400, "A chunk must begin with its size in hexadecimal digits")                                 \
  X(chunk_size_too_long, 400, "A chunk size has too many digits")                                                      \
  X(chunk_extension_invalid, 400, "A chunk extension must be ;name or ;name=value without white space")                \
  X(chunk_extensions_too_long, 400, "The chunk extensions are too long")                                               \
  X(chunk_not_terminated, 400, "A chunk must end with a line break where its size says")                               \
  X(trailer_field_forbidden, 400, "A field that frames, routes or authenticates must not come as a trailer")           \
  X(trailers_too_large, 431, "The trailers are too large or too many")

namespace callboard::http {

enum class framing_error : std::uint8_t {
#define CALLBOARD_FRAMING_ERROR_NAME(name, status, sentence) name,
  CALLBOARD_FRAMING_ERRORS(CALLBOARD_FRAMING_ERROR_NAME)
#undef CALLBOARD_FRAMING_ERROR_NAME
};

/// All of them, in their order.
inline constexpr std::array framing_errors{
#define CALLBOARD_FRAMING_ERROR_VALUE(name, status, sentence) framing_error::name,
  CALLBOARD_FRAMING_ERRORS(CALLBOARD_FRAMING_ERROR_VALUE)
#undef CALLBOARD_FRAMING_ERROR_VALUE
};

std::string_view name_of(framing_error which);
int status_of(framing_error which);

/// What is wrong, as one sentence without its full stop; never quotes the request.
std::string_view sentence_of(framing_error which);

/// Why a request is refused, and where: bytes from the beginning of what the reader was given (head or body).
struct framing_refusal {
  framing_error which{};
  std::size_t at = 0;

  int status() const { return status_of(which); }

  /// "Content-Length must be one decimal number (at byte 57)."
  std::string describe() const;

  friend bool operator==(const framing_refusal&, const framing_refusal&) = default;
};

/// What a check answers: nothing when all is well.
using framing_verdict = std::optional<framing_refusal>;

} // namespace callboard::http
