#include "http/answer.hpp"

#include "base/time.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace callboard::http {
namespace {

struct status_row {
  int status;
  std::string_view line;
};

constexpr std::array status_lines{
  status_row{200, "HTTP/1.1 200 OK\r\n"},
  status_row{201, "HTTP/1.1 201 Created\r\n"},
  status_row{202, "HTTP/1.1 202 Accepted\r\n"},
  status_row{204, "HTTP/1.1 204 No Content\r\n"},
  status_row{302, "HTTP/1.1 302 Found\r\n"},
  status_row{304, "HTTP/1.1 304 Not Modified\r\n"},
  status_row{400, "HTTP/1.1 400 Bad Request\r\n"},
  status_row{403, "HTTP/1.1 403 Forbidden\r\n"},
  status_row{404, "HTTP/1.1 404 Not Found\r\n"},
  status_row{405, "HTTP/1.1 405 Method Not Allowed\r\n"},
  status_row{406, "HTTP/1.1 406 Not Acceptable\r\n"},
  status_row{408, "HTTP/1.1 408 Request Timeout\r\n"},
  status_row{409, "HTTP/1.1 409 Conflict\r\n"},
  status_row{410, "HTTP/1.1 410 Gone\r\n"},
  status_row{412, "HTTP/1.1 412 Precondition Failed\r\n"},
  status_row{413, "HTTP/1.1 413 Content Too Large\r\n"},
  status_row{414, "HTTP/1.1 414 URI Too Long\r\n"},
  status_row{415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
  status_row{417, "HTTP/1.1 417 Expectation Failed\r\n"},
  status_row{422, "HTTP/1.1 422 Unprocessable Content\r\n"},
  status_row{423, "HTTP/1.1 423 Locked\r\n"},
  status_row{426, "HTTP/1.1 426 Upgrade Required\r\n"},
  status_row{429, "HTTP/1.1 429 Too Many Requests\r\n"},
  status_row{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
  status_row{500, "HTTP/1.1 500 Internal Server Error\r\n"},
  status_row{501, "HTTP/1.1 501 Not Implemented\r\n"},
  status_row{503, "HTTP/1.1 503 Service Unavailable\r\n"},
  status_row{505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
};

std::string_view line_of(int status) {
  for (const auto& row : status_lines)
    if (row.status == status)
      return row.line;
  return "HTTP/1.1 500 Internal Server Error\r\n";
}

// A page may run our own scripts and Redoc's search worker; styles are made by the scripts themselves.
constexpr std::string_view page_fields =
  "X-Content-Type-Options: nosniff\r\n"
  "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
  "data:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
  "frame-ancestors 'none'\r\n"
  "Referrer-Policy: no-referrer\r\n";
constexpr std::string_view api_fields = "X-Content-Type-Options: nosniff\r\n"
                                        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                                        "Referrer-Policy: no-referrer\r\n";
constexpr std::string_view cors_fields =
  "\r\nVary: Origin\r\n"
  "Access-Control-Expose-Headers: ETag, Link, Location, Idempotency-Replayed, Preference-Applied, Retry-After, "
  "X-Request-Id\r\n";

void append_number(std::string& out, std::size_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

} // namespace

void answer::clear() {
  status = 200;
  content_type = json_type;
  body.clear();
  shared = {};
  keep.reset();
  etag.clear();
  fields.clear();
  page = close = false;
}

void answer::add_field(std::string_view name, std::string_view value) {
  fields.append(name).append(": ").append(value).append("\r\n");
}

void answer::set_problem(const problem& p, std::string_view request_id, std::string_view instance) {
  bool closing = close;
  clear();
  close = closing;
  status = row_of(p.code).status;
  content_type = problem_type;
  body = encode_problem(p, request_id, instance);
  if (p.code == error_code::websocket_version) {
    // RFC 6455, 4.4, and RFC 9110, 15.5.22.
    add_field("Upgrade", "websocket");
    add_field("Connection", "Upgrade");
    add_field("Sec-WebSocket-Version", "13");
  }
  if (p.retry_after_s)
    add_field("Retry-After", std::to_string(*p.retry_after_s));
}

void append_common_fields(std::string& out, std::string_view request_id, std::string_view cors_origin, bool page) {
  out += page ? page_fields : api_fields;
  out += "X-Request-Id: ";
  out += request_id;
  out += "\r\n";
  if (!cors_origin.empty()) {
    out += "Access-Control-Allow-Origin: ";
    out += cors_origin;
    out += cors_fields;
  }
}

void append_head(std::string& out, const answer& a, const answer_frame& frame) {
  out += line_of(a.status);
  out += frame.date_line;
  bool has_content = a.status != 204 && a.status != 304;
  if (has_content) {
    out += "Content-Type: ";
    out += a.content_type;
    out += "\r\nContent-Length: ";
    append_number(out, a.content().size());
    out += "\r\n";
  }
  if (!a.etag.empty()) {
    out += "ETag: ";
    out += a.etag;
    out += "\r\nCache-Control: private, no-cache\r\n";
  } else {
    out += "Cache-Control: no-store\r\n";
  }
  append_common_fields(out, frame.request_id, frame.cors_origin, a.page);
  out += a.fields;
  if (!frame.keep_alive)
    out += "Connection: close\r\n";
  else if (frame.http_1_0)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string date_line_of(std::int64_t unix_seconds) {
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  sys_seconds time{seconds{unix_seconds}};
  auto midnight = floor<std::chrono::days>(time);
  year_month_day date{midnight};
  hh_mm_ss clock{time - midnight};
  return fmt::format("Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n", days[weekday{midnight}.c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::string_view reason_of(int status) {
  auto line = line_of(status);
  return line.substr(13, line.size() - 15);
}

std::string refusal_bytes(const problem& p, std::string_view request_id, std::string_view instance,
                          std::string_view cors_origin) {
  answer a;
  a.set_problem(p, request_id, instance);
  auto date = date_line_of(std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count());
  std::string out;
  append_head(out, a, {date, request_id, cors_origin, false, false});
  out += a.body;
  return out;
}

} // namespace callboard::http
