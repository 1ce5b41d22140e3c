#include "tests/http/edge_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace callboard::test {

wire_client::wire_client(int port, std::chrono::milliseconds patience)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)), patience_(patience) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    error_ = errno;
}

wire_client::~wire_client() { ::close(socket_); }

void wire_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      error_ = errno;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void wire_client::shutdown_send() { ::shutdown(socket_, SHUT_WR); }

void wire_client::reset() {
  linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

bool wire_client::receive() {
  pollfd wanted{socket_, POLLIN, 0};
  if (::poll(&wanted, 1, static_cast<int>(patience_.count())) <= 0) {
    error_ = ETIMEDOUT;
    return false;
  }
  char bytes[65536];
  auto got = ::recv(socket_, bytes, sizeof bytes, 0);
  if (got < 0)
    error_ = errno;
  if (got <= 0)
    return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

wire_answer wire_client::read_answer(bool to_head) {
  wire_answer out;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!receive())
      return out;
  out.head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  auto length = out.field("Content-Length");
  std::size_t size = length.empty() || to_head ? 0 : std::stoul(length);
  while (buffer_.size() < size)
    if (!receive())
      return out;
  out.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  out.status = std::stoi(out.head.substr(9, 3));
  return out;
}

std::string wire_client::read_all() {
  while (receive())
    ;
  return std::exchange(buffer_, {});
}

bool wire_client::is_closed() { return buffer_.empty() && !receive() && error_ == 0; }

std::string wire_answer::field(std::string_view name) const {
  auto lower = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  auto found = lower(head).find("\r\n" + lower(std::string{name}) + ": ");
  if (found == std::string::npos)
    return {};
  found += name.size() + 4;
  return head.substr(found, head.find("\r\n", found) - found);
}

std::string request_text(std::string_view method, std::string_view path, std::string_view body,
                         const std::vector<std::string>& fields) {
  std::string out{method};
  out.append(" ").append(path).append(" HTTP/1.1\r\nHost: desk.example\r\n");
  if (!body.empty())
    out.append("Content-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  for (const auto& field : fields)
    out.append(field).append("\r\n");
  return out.append("\r\n").append(body);
}

wire_answer ask(int port, std::string_view method, std::string_view path, std::string_view body,
                const std::vector<std::string>& fields) {
  wire_client client{port};
  client.send(request_text(method, path, body, fields));
  return client.read_answer(method == "HEAD");
}

} // namespace callboard::test
