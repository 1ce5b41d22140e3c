#pragma once

#ifndef NDEBUG
#error "Beast ends the process on hostile input unless NDEBUG is set (cmake/callboard_rooms.cmake does)"
#endif

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

// GCC 12 takes Asio's own pair of allocation functions for coroutine frames for a mismatch once both are inlined.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// One io_context per thread and nobody else runs it, so its executor is the only strand that is needed. Naming the
// executor's type spares a type erasure in each operation.
namespace callboard::http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using net_error = boost::system::error_code;

using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;

template <class T = void>
using task = asio::awaitable<T, executor>;

/// Completes a coroutine with the plain result, or with the error code beside it.
inline constexpr asio::use_awaitable_t<executor> use_task{};
inline constexpr auto use_tuple = asio::as_tuple(use_task);

using steady_time = std::chrono::steady_clock::time_point;

} // namespace callboard::http
