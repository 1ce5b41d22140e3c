#pragma once

#include "base/json_read.hpp"
#include "config/settings.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The real edge on loopback over a house of stand-in actors that keep tickets in memory by the real rules.
namespace callboard::test {

class edge_fixture {
public:
  explicit edge_fixture(const std::function<void(config::settings&)>& adjust = {});
  ~edge_fixture();

  int port() const;
  int operations_port() const;

  /// The router keeps commands unanswered until they are released.
  void hold_commands();
  void release_commands();
  /// Waits until so many are held.
  bool held(std::size_t count, std::chrono::milliseconds patience = std::chrono::seconds{10});

  /// The reader hangs in its next list until it is released.
  void hold_reads();
  void release_reads();

  /// As many changes wait for the store as may, until they are let go.
  std::vector<std::shared_ptr<void>> fill_writes();

  /// Commands that changed something.
  int effects() const;
  /// Commands and questions that reached the router.
  int asked() const;

  /// The classification of every pending ticket ends now.
  void classify_all();
  void end_waits(); ///< for a classification, without one

  /// The switch alone: nobody is told.
  void set_ai_enabled(bool enabled);

  void remove_router();
  /// It is dead, and its handle still there.
  void end_router();
  bool drain(std::chrono::milliseconds within);
  /// Begins a drain on a thread of its own; `drain_finished` waits for it.
  void begin_drain(std::chrono::milliseconds within);
  bool drain_finished();
  void enter_draining();

  std::string metrics_text();

private:
  struct inner;
  std::unique_ptr<inner> inner_;
};

/// An answer as it came over the wire.
struct wire_answer {
  int status = 0;
  std::string head; ///< with its last empty line
  std::string body;

  std::string field(std::string_view name) const; ///< empty when absent
};

/// A blocking client that sends what it is given.
class wire_client {
public:
  explicit wire_client(int port, std::chrono::milliseconds patience = std::chrono::seconds{10});
  ~wire_client();
  wire_client(const wire_client&) = delete;
  wire_client& operator=(const wire_client&) = delete;

  void send(std::string_view bytes);
  void shutdown_send();
  /// Goes without a word, as if the machine had.
  void reset();
  /// One answer; status 0 when the connection ended or nothing came in time.
  wire_answer read_answer(bool to_head = false);
  /// Everything until the peer closes.
  std::string read_all();
  /// Whether the peer has closed and nothing was left to read.
  bool is_closed();
  int last_error() const { return error_; }

private:
  bool receive();

  int socket_ = -1;
  int error_ = 0;
  std::string buffer_;
  std::chrono::milliseconds patience_;
};

/// One request on a connection of its own.
wire_answer ask(int port, std::string_view method, std::string_view path, std::string_view body = {},
                const std::vector<std::string>& fields = {});

/// A request's bytes.
std::string request_text(std::string_view method, std::string_view path, std::string_view body = {},
                         const std::vector<std::string>& fields = {});

// --- what a test says and looks for ---

inline const std::string good_body = R"({"title":"Charged twice","description":"My card was charged twice."})";

inline boost::json::object json_of(const wire_answer& answer) {
  auto value = parse_json(answer.body);
  return value && value->is_object() ? value->get_object() : boost::json::object{};
}

inline std::string text_at(const boost::json::object& object, std::string_view name) {
  auto found = object.if_contains(name);
  return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

/// `pointer code` of each mistake.
inline std::vector<std::string> mistakes_of(const wire_answer& answer) {
  std::vector<std::string> out;
  auto object = json_of(answer);
  if (auto errors = object.if_contains("errors"))
    for (const auto& e : errors->as_array())
      out.push_back(text_at(e.as_object(), "pointer") + " " + text_at(e.as_object(), "code"));
  return out;
}

} // namespace callboard::test
