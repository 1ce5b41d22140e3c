#pragma once

#include "protocol/queries.hpp"

// How committed events leave the actors.
namespace callboard {

/// Committed events in feed order, without gaps between one batch and the next.
struct feed_batch {
  std::vector<std::shared_ptr<const feed_event>> events;
  std::int64_t head = 0; ///< everything up to here has been published with this batch
};

/// Port: an I/O thread's hub of subscribers. `publish` is called by the feed tail, returns at once (it posts to the
/// thread) and is called again only after `done` was called: a batch at a time bounds what can pile up.
class live_sink {
public:
  virtual ~live_sink() = default;
  virtual void publish(std::shared_ptr<const feed_batch> batch, std::function<void()> done) = 0;
  /// AI was switched off: whoever waits for a classification on the thread need not wait any more. Returns at once.
  virtual void end_classification_waits() = 0;
};

} // namespace callboard
