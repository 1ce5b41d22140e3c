#pragma once

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

// Clients as others would write them: they know the contract and nothing of our code. Each operation has a deadline.
namespace callboard::http::test {

namespace beast = boost::beast;

inline constexpr std::chrono::seconds patience{30};

class client_base {
protected:
  /// Runs an operation to its end; what takes too long is a failure of the test, not a wait for ever.
  template <class Start>
  boost::system::error_code run(Start start) {
    std::optional<boost::system::error_code> outcome;
    start([&outcome](boost::system::error_code failed, auto...) { outcome = failed; });
    io_.restart();
    for (auto until = std::chrono::steady_clock::now() + patience; !outcome;)
      if (io_.run_one_until(until) == 0)
        throw std::runtime_error("the server did not answer in time");
    return *outcome;
  }

  boost::asio::io_context io_;
};

/// One message, or how the connection ended.
struct ws_heard {
  boost::json::object frame;
  std::optional<unsigned> close_code;
  std::string close_reason;
  bool is_cut = false; ///< ended without a closing frame

  std::string type() const { return text("type"); }
  std::string text(const char* name) const {
    auto found = frame.if_contains(name);
    return found && found->is_string() ? std::string{found->get_string()} : std::string{};
  }
  /// The number that the fixture put into an event's data.
  std::int64_t number() const { return frame.at("event").at("data").at("number").as_int64(); }
};

class ws_client : public client_base {
public:
  using fields = std::map<std::string, std::string>;

  /// The status of the answer: 101 when the socket is open.
  int open(unsigned short port, const fields& with = {}, int receive_buffer = 0,
           const std::string& target = "/api/v1/live") {
    auto& socket = ws_.next_layer().socket();
    socket.open(boost::asio::ip::tcp::v4());
    if (receive_buffer > 0)
      socket.set_option(boost::asio::socket_base::receive_buffer_size{receive_buffer});
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    ws_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      for (const auto& [name, value] : with)
        request.set(name, value);
    }));
    ws_.control_callback([this](beast::websocket::frame_type kind, beast::string_view) {
      pings += kind == beast::websocket::frame_type::ping ? 1 : 0;
    });
    run([&](auto done) { ws_.async_handshake(answer, "desk.example", target, done); });
    return answer.result_int();
  }

  void send(const std::string& text) {
    ws_.text(true);
    run([&](auto done) { ws_.async_write(boost::asio::buffer(text), done); });
  }
  void send_binary(const std::string& bytes) {
    ws_.binary(true);
    run([&](auto done) { ws_.async_write(boost::asio::buffer(bytes), done); });
  }

  void subscribe(const std::string& id, const std::string& topic, const std::string& cursor = {},
                 const std::string& filter = {}) {
    boost::json::object command{{"type", "subscribe"}, {"id", id}, {"topic", topic}};
    if (!cursor.empty())
      command["cursor"] = cursor;
    if (!filter.empty())
      command["filter"] = boost::json::parse(filter);
    send(boost::json::serialize(command));
  }

  ws_heard hear() {
    beast::flat_buffer buffer;
    ws_heard heard;
    auto failed = run([&](auto done) { ws_.async_read(buffer, done); });
    if (!failed) {
      heard.frame = boost::json::parse(beast::buffers_to_string(buffer.data())).as_object();
      return heard;
    }
    heard.is_cut = failed != beast::websocket::error::closed;
    heard.close_code = ws_.reason().code;
    heard.close_reason = std::string{ws_.reason().reason.c_str()};
    return heard;
  }

  /// The next frame that is not a heartbeat.
  ws_heard hear_news() {
    for (;;)
      if (auto heard = hear(); heard.type() != "heartbeat")
        return heard;
  }

  void close() {
    run([&](auto done) { ws_.async_close(beast::websocket::close_code::normal, done); });
  }
  /// Goes without a word.
  void cut() { ws_.next_layer().close(); }

  beast::websocket::response_type answer;
  int pings = 0;

private:
  beast::websocket::stream<beast::tcp_stream> ws_{io_};
};

struct sse_event {
  std::string id, event, data;
  bool is_comment = false;
  bool is_end = false; ///< the stream ended
};

/// Server-sent events over HTTP/1.1, read byte by byte as the standards say.
class sse_client : public client_base {
public:
  /// The status of the answer.
  int open(unsigned short port, const std::string& target, const std::string& fields = {},
           const std::string& version = "1.1", int receive_buffer = 0) {
    socket_.open(boost::asio::ip::tcp::v4());
    if (receive_buffer > 0)
      socket_.set_option(boost::asio::socket_base::receive_buffer_size{receive_buffer});
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    auto request = "GET " + target + " HTTP/" + version + "\r\nHost: desk.example\r\n" + fields + "\r\n";
    boost::asio::write(socket_, boost::asio::buffer(request));
    if (!fill("\r\n\r\n"))
      throw std::runtime_error("no answer");
    auto end = bytes_.find("\r\n\r\n") + 4;
    head = bytes_.substr(0, end);
    bytes_.erase(0, end);
    is_chunked_ = head.find("Transfer-Encoding: chunked\r\n") != std::string::npos;
    return std::stoi(head.substr(9, 3));
  }

  /// A body that has an end.
  std::string body() {
    while (read_more())
      ;
    return bytes_;
  }

  sse_event hear() {
    sse_event event;
    for (;;) {
      auto line = read_line();
      if (!line) {
        event.is_end = true;
        return event;
      }
      if (line->empty()) {
        if (event.is_comment || !event.data.empty())
          return event;
        event = {};
      } else if (line->front() == ':') {
        event.is_comment = true;
      } else if (line->starts_with("id: ")) {
        event.id = line->substr(4);
      } else if (line->starts_with("event: ")) {
        event.event = line->substr(7);
      } else if (line->starts_with("data: ")) {
        event.data = line->substr(6);
      } else if (line->starts_with("retry: ")) {
        retry = line->substr(7);
      } else {
        throw std::runtime_error("an unknown field: " + *line);
      }
    }
  }
  sse_event hear_news() {
    for (;;)
      if (auto heard = hear(); !heard.is_comment)
        return heard;
  }

  void cut() { socket_.close(); }

  std::string head;
  std::string retry;
  bool has_last_chunk = false;

private:
  bool read_more() {
    std::array<char, 8192> piece;
    std::size_t size = 0;
    auto failed = run([&](auto done) {
      socket_.async_read_some(boost::asio::buffer(piece), [&size, done](boost::system::error_code e, std::size_t n) {
        size = n;
        done(e);
      });
    });
    bytes_.append(piece.data(), size);
    return !failed;
  }
  bool fill(std::string_view until) {
    while (bytes_.find(until) == std::string::npos)
      if (!read_more())
        return false;
    return true;
  }
  bool fill(std::size_t size) {
    while (bytes_.size() < size)
      if (!read_more())
        return false;
    return true;
  }

  bool read_chunk() {
    if (!fill("\r\n"))
      return false;
    auto end = bytes_.find("\r\n");
    auto size = std::stoul(bytes_.substr(0, end), nullptr, 16);
    if (!fill(end + 2 + size + 2))
      return false;
    content_ += bytes_.substr(end + 2, size);
    bytes_.erase(0, end + 2 + size + 2);
    has_last_chunk = size == 0;
    return size > 0;
  }

  std::optional<std::string> read_line() {
    while (content_.find('\n') == std::string::npos) {
      if (is_chunked_ && !read_chunk())
        return std::nullopt;
      if (!is_chunked_) {
        bool more = read_more();
        content_ += std::exchange(bytes_, {});
        if (!more && content_.empty())
          return std::nullopt;
      }
    }
    auto end = content_.find('\n');
    auto line = content_.substr(0, end);
    content_.erase(0, end + 1);
    return line;
  }

  boost::asio::ip::tcp::socket socket_{io_};
  std::string bytes_;
  std::string content_;
  bool is_chunked_ = false;
};

} // namespace callboard::http::test
