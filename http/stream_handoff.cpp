#include "http/stream_handoff.hpp"

#include "base/check.hpp"
#include "http/framing/head_reader.hpp"

namespace callboard::http {

std::unique_ptr<const request_copy> request_copy::make(std::string_view bytes) {
  std::unique_ptr<request_copy> copy{new request_copy{bytes}};
  framing_limits widest;
  widest.head_bytes_max = bytes.size();
  widest.target_bytes_max = bytes.size();
  auto read = read_head(copy->bytes_, widest);
  auto* head = std::get_if<request_head>(&read);
  CALLBOARD_CHECK(head, "a head that was read reads the same again");
  copy->head_ = *head;
  return copy;
}

} // namespace callboard::http
