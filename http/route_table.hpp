#pragma once

#include "base/error.hpp"
#include "base/json_schema.hpp"
#include "http/asio_types.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The one table of operations. Dispatch, validation, permits and the OpenAPI document are made from its rows, which stand
// in `routes.cpp`.
namespace callboard::http {

class exchange;

/// What an id in a path may be.
BOOST_DEFINE_ENUM_CLASS(id_kind, none, ticket, user, department, job)

/// What an operation takes before it is answered.
BOOST_DEFINE_ENUM_CLASS(admission, free, ///< answered on the I/O thread alone, or from a published snapshot
                        read,            ///< takes one of the readers' permits itself, when it asks
                        command,         ///< a permit, from when the body is read until the answer is written
                        write)           ///< the same, and it is not begun while `limits.writes_max` wait for the store

/// Where a path is reachable.
BOOST_DEFINE_ENUM_CLASS(route_place, api, ///< below /api/v1; without it too under `compat.unprefixed`
                        root,             ///< from the root only
                        both,             ///< from the root and below /api/v1
                        admin)            ///< on the operations listener

BOOST_DEFINE_ENUM_CLASS(stream_kind, live, events)

/// A body as the document shows it.
struct body_shape {
  boost::json::object (*schema)(schema_set&) = nullptr; ///< nothing: no body, or a text that is not JSON
  std::string (*example)() = nullptr;                   ///< JSON, made from the same types that are sent
  std::string_view media_type = "application/json";
};

struct response_row {
  int status = 200;
  std::string_view description;
  body_shape body = {};
  bool etag = false;
  bool location = false;
  bool link_next = false;
};

/// The header fields that an operation reads beyond those that all read.
struct fields_used {
  bool if_match = false;
  bool if_none_match = false;
  bool idempotency_key = false;
  bool prefer_wait = false;
  bool last_event_id = false;
};

struct route {
  std::string_view method;
  std::string_view path; ///< a template: `/tickets/{id}/messages`
  std::string_view operation;
  std::string_view tag;
  std::string_view summary;
  std::string_view description = {};
  route_place place = route_place::api;
  std::array<id_kind, 2> ids = {};
  admission takes = admission::free;
  fields_used fields = {};
  body_shape request = {};
  bool request_optional = false;
  boost::json::array (*query)(schema_set&) = nullptr; ///< the parameters, as the document lists them
  std::vector<response_row> responses = {};
  std::vector<error_code> errors = {}; ///< beside those that `errors_of` adds
  std::string_view produces = "application/json";
  std::optional<stream_kind> stream = {};
  bool documented = true;

  bool (*now)(exchange&) = nullptr;     ///< answers without waiting, or says false
  task<> (*later)(exchange&) = nullptr; ///< asked when there is no `now` or it said false

  bool has_request() const { return request.schema != nullptr; }
};

/// All rows.
const std::vector<route>& route_table();

/// The frames of the WebSocket, which no operation's body is: `x-client-frames` and `x-server-frames` of its operation.
void add_frames(boost::json::object& operation, schema_set& schemas);

/// The codes that an operation may answer with: its own, and those that follow from what it reads.
std::vector<error_code> errors_of(const route&);

/// A request's path against the table.
struct route_match {
  const route* found = nullptr;
  std::array<std::string_view, 2> ids = {};
  std::string allowed; ///< for `Allow`, when the path is known and the method is not; empty when there is no such path
};

class route_index {
public:
  /// The rows of one listener. `unprefixed`: the API's also without /api/v1.
  route_index(const std::vector<route>& rows, bool admin, bool unprefixed);

  /// `path` is decoded, and the views of the answer point into it. HEAD is answered by GET's row, but for streams.
  route_match match(std::string_view method, std::string_view path) const;

  /// The methods of a path, for OPTIONS and 405; empty when there is no such path.
  std::string methods_of(std::string_view path) const;

private:
  struct entry {
    const route* row;
    std::vector<std::string_view> segments;
    bool from_root;
    bool below_prefix;
  };
  struct segments {
    static constexpr std::size_t most = 8;
    std::array<std::string_view, most> at;
    std::size_t count = 0;
    bool prefixed = false;
  };

  static bool split(std::string_view path, segments& out);
  static bool fits(const entry& e, const segments& path, route_match& match);

  std::array<std::vector<entry>, segments::most + 1> by_count_;
};

} // namespace callboard::http
