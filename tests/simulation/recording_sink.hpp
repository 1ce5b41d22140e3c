#pragma once

#include "protocol/live.hpp"

namespace callboard::simulation {

/// A hub of subscribers that takes its time to take a batch.
class recording_sink final : public live_sink {
public:
  explicit recording_sink(std::function<void(const feed_batch&)> took) : took_(std::move(took)) {}

  void publish(std::shared_ptr<const feed_batch> batch, std::function<void()> done) override {
    took_(*batch);
    owed_.push_back(std::move(done));
  }
  void end_classification_waits() override {}

  bool owes() const { return !owed_.empty(); }
  void pay() {
    for (auto& done : std::exchange(owed_, {}))
      done();
  }
  /// The process ended.
  void forget() { owed_.clear(); }

private:
  std::function<void(const feed_batch&)> took_;
  std::vector<std::function<void()>> owed_;
};

} // namespace callboard::simulation
