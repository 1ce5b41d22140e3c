#include "http/live/live_service.hpp"

#include "http/live/hub.hpp"
#include "http/live/serve.hpp"

namespace callboard::http {
namespace {

class live_service final : public stream_service {
public:
  explicit live_service(std::shared_ptr<live_hub> hub) : hub_(std::move(hub)) {}
  ~live_service() override { hub_->close(); }
  live_service(const live_service&) = delete;
  live_service& operator=(const live_service&) = delete;

  void serve(stream_handoff given) override {
    if (hub_->is_draining())
      return refuse_stream(hub_, std::move(given), {error_code::draining, "The server is stopping."});
    if (given.kind == stream_kind::live)
      serve_websocket(hub_, std::move(given));
    else
      serve_event_stream(hub_, std::move(given));
  }
  void drain(std::chrono::milliseconds over) override { hub_->drain(over); }
  std::size_t open() const override { return hub_->open(); }
  std::shared_ptr<void> wait_for_classification(const ticket_id& ticket, steady_time until,
                                                std::function<void()> done) override {
    return hub_->waits().add(ticket, until, std::move(done));
  }

private:
  std::shared_ptr<live_hub> hub_;
};

} // namespace

std::unique_ptr<stream_service> make_live_service(server_context& context, boost::asio::io_context& io,
                                                  const live_timings& timings) {
  return std::make_unique<live_service>(live_hub::make(context, io, timings));
}

stream_service_factory make_live_service() {
  return [](server_context& context, boost::asio::io_context& io) { return make_live_service(context, io, {}); };
}

} // namespace callboard::http
