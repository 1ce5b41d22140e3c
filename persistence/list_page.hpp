#pragma once

#include "protocol/queries.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Pages of lists: where they begin, what is on them. The same for every engine, so that a cursor means the same.
namespace callboard {

problem bad_cursor();
problem no_such_ticket();

/// Where a page of tickets ended.
struct list_position {
  std::int64_t key = 0; ///< unused when sorted by id
  ticket_id id;
  auto operator<=>(const list_position&) const = default;
};

/// What `page::next` says of a list of tickets, and back. Nothing when the text is not of that shape.
std::string encode_position(ticket_sort, const list_position&);
std::optional<list_position> decode_position(ticket_sort, std::string_view);

/// Of lists by version, oldest first: the version above which the page begins.
std::optional<std::int64_t> parse_version(std::string_view);

/// Of lists by id, newest first: the last id of the page before, below which this one begins; the first page below all.
std::optional<uuid_bytes> parse_upper_id(std::string_view);

inline std::int64_t offset_of(const page_request& p) { return p.after.empty() ? p.offset : 0; }

/// A stored view as somebody may see it. Staff see the stored bytes; for others what is only staff's is cut out.
std::string view_for(const scope&, std::string_view view, int schema);

/// Collects the rows of one page. One row beyond the page tells that there is a next one.
class page_builder {
public:
  explicit page_builder(int limit, std::int64_t skip = 0)
      : limit_(static_cast<std::size_t>(std::max(limit, 1))), skip_(skip) {}

  /// For lists that leave rows out after reading them.
  bool skipped() { return skip_ > 0 && skip_-- > 0; }
  bool full() const { return page_.items.size() == limit_; }
  /// `position` says where the next page would begin; only the last item of a page is asked.
  template <std::invocable Position>
  void add(std::string item, Position position) {
    page_.items.push_back(std::move(item));
    if (full())
      last_ = position();
  }
  void there_is_more() { page_.next = last_; }
  page take() { return std::move(page_); }

private:
  std::size_t limit_;
  std::int64_t skip_;
  std::string last_;
  page page_;
};

} // namespace callboard
