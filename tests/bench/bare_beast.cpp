// The limit: what Beast alone answers with a fixed body, one thread, no validation, no actor, no store.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

asio::awaitable<void> answer_all(asio::ip::tcp::socket socket) {
  beast::tcp_stream stream{std::move(socket)};
  beast::flat_buffer buffer;
  for (;;) {
    http::request<http::string_body> request;
    auto [fault, size] = co_await http::async_read(stream, buffer, request, asio::as_tuple(asio::use_awaitable));
    if (fault)
      co_return;
    http::response<http::string_body> response{http::status::ok, request.version()};
    response.set(http::field::content_type, "application/json");
    response.body() = std::string(600, 'x');
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    auto [broken, sent] = co_await http::async_write(stream, response, asio::as_tuple(asio::use_awaitable));
    if (broken || !request.keep_alive())
      co_return;
  }
}

asio::awaitable<void> accept_all(asio::ip::tcp::acceptor acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay(true));
    auto executor = socket.get_executor();
    asio::co_spawn(executor, answer_all(std::move(socket)), asio::detached);
  }
}

} // namespace

int main(int argc, char** argv) {
  auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8205);
  asio::io_context io{1};
  asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), port}};
  asio::co_spawn(io, accept_all(std::move(acceptor)), asio::detached);
  io.run();
}
