#pragma once

#include "protocol/house.hpp"

namespace callboard {

/// Asks, and says in the question until when: the reader leaves out what nobody waits for any more.
template <class Self, class Question>
auto ask_reader(Self self, const reader_actor& reader, caf::timespan patience, Question question) {
  question.until = deadline::at(self->clock().now() + patience);
  return self->request(reader, patience, std::move(question));
}

} // namespace callboard
