#pragma once

#include "tests/simulation/process.hpp"
#include "tests/simulation/record.hpp"

namespace callboard::simulation {

/// People at their browsers, and the edge between them and the house: what is asked when, and with which key, is the
/// dice's; what is answered goes to the record and to `told`.
class clients {
public:
  struct options {
    dice& chance;
    record& kept;
    std::function<void(const callboard::simulation::attempt&)> told;
    std::function<void(const ticket_id&, std::int64_t seen_before, const reply&)> shown; ///< a read
    /// A whole history: as many events as the ticket's version.
    std::function<void(const ticket_id&, std::int64_t seen_before, std::int64_t events)> listed;
    std::function<void(std::string_view)> note;
  };
  explicit clients(options given) : o_(std::move(given)) {}

  /// One request, new or sent again, or a read.
  void act(process&);
  /// What was under way when the process ended will not be answered.
  void lose_all();
  /// Of this process, and so still to be answered.
  bool is_waiting(process&) const;

private:
  void create(process&);
  void change(process&);
  void change_directory(process&);
  void send_again(process&);
  void read(process&);
  void list(process&);
  void switch_ai(process&);

  ticket_request any_ticket_request(int nth);
  directory_request any_directory_request(int nth);
  std::optional<user_id> any_user();
  std::optional<department_id> any_department();
  std::int64_t seen(const ticket_id& id) const;
  command_meta meta(int nth);
  void begin(process&, request made);
  void send(process&, std::size_t nth);
  template <class Handle>
  void look_then_send(process&, std::size_t attempt_nth, const Handle& whom, any_command command);
  void end(std::size_t attempt_nth, fate how, reply answer);
  std::uint64_t holder_of(process&, const request& r) const;

  options o_;
  std::vector<user_id> users_;
  std::vector<department_id> departments_;
  std::map<std::uint64_t, std::uint64_t> reads_; ///< not answered yet, by their number: the router's life
  std::uint64_t read_nth_ = 0;
  std::uint64_t process_nth_ = 0;
  int names_ = 0;
};

} // namespace callboard::simulation
