#include "actors/errand.hpp"

namespace callboard {

bool errand::has_expired(std::chrono::steady_clock::time_point now) const {
  return std::visit(
    [&]<class T>(const T& it) {
      if constexpr (std::same_as<T, ticket_command>)
        return it.meta.deadline.passed(now);
      else
        return it.deadline.passed(now);
    },
    what);
}

void errand::expire() {
  auto command = std::get_if<ticket_command>(&what);
  bool begun = command && command->tries > 0;
  if (begun)
    refuse({error_code::store_in_doubt,
            "The deadline passed while the request was tried again; it is not known whether it was stored."});
  else
    refuse({error_code::deadline_exceeded, "The deadline passed before the work began; nothing was changed."});
}

void errand::refuse(const problem& p) {
  if (auto command = std::get_if<ticket_command>(&what)) {
    caller.deliver(reply_of(p, command->meta));
  } else {
    const auto& question = std::get<read_ticket>(what);
    caller.deliver(reply_of(p, question.request_id, question.instance));
  }
}

} // namespace callboard
