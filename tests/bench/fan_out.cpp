// Holds many event streams open and counts what arrives: the live fan-out as its subscribers see it.
//   fan_out PORT STREAMS SECONDS      prints: streams deliveries seconds
#include <boost/asio.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

struct totals {
  long open = 0;
  long deliveries = 0;
};

asio::awaitable<void> subscribe(tcp::endpoint where, totals& all) {
  tcp::socket socket{co_await asio::this_coro::executor};
  co_await socket.async_connect(where, asio::use_awaitable);
  const std::string request = "GET /api/v1/events?topic=tickets HTTP/1.1\r\nHost: localhost\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
  ++all.open;
  std::array<char, 65536> bytes;
  // An event begins with its `id:` line; the mark may be cut by the end of a read.
  const std::string mark = "\nevent: ticket";
  std::size_t matched = 0;
  for (;;) {
    auto [fault, size] = co_await socket.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    if (fault)
      co_return;
    for (std::size_t i = 0; i < size; ++i) {
      matched = bytes[i] == mark[matched] ? matched + 1 : (bytes[i] == mark[0] ? 1 : 0);
      if (matched == mark.size()) {
        ++all.deliveries;
        matched = 0;
      }
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: fan_out PORT STREAMS SECONDS\n";
    return 64;
  }
  asio::io_context io{1};
  totals all;
  tcp::endpoint where{asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::atoi(argv[1]))};
  for (int i = 0; i < std::atoi(argv[2]); ++i)
    asio::co_spawn(io, subscribe(where, all), asio::detached);
  asio::steady_timer end{io, std::chrono::seconds{std::atoi(argv[3])}};
  end.async_wait([&](auto) { io.stop(); });
  io.run();
  std::cout << all.open << ' ' << all.deliveries << ' ' << argv[3] << '\n';
}
