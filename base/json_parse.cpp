#include "base/json_read.hpp"
#include "base/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace callboard {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::string;
using boost::json::value;
using part = boost::json::string_view;
using fault_code = boost::json::error_code;

// A `value` is made with round brackets throughout: curly ones would make it an array of one item.

/// Builds the tree from what the parser meets. Boost's own builder keeps the last of two members of one name in
/// silence, and two readers of one text may then disagree about what it says; this one notes every repeat.
class tree_builder {
public:
  static constexpr std::size_t max_object_size = object::max_size();
  static constexpr std::size_t max_array_size = array::max_size();
  static constexpr std::size_t max_key_size = string::max_size();
  static constexpr std::size_t max_string_size = string::max_size();

  explicit tree_builder(boost::json::storage_ptr storage) : storage_(std::move(storage)), root_(storage_) {}

  value take_tree() { return std::move(root_); }
  std::vector<field_error> take_repeats() { return std::move(repeats_); }

  bool on_document_begin(fault_code&) { return true; }
  bool on_document_end(fault_code&) { return true; }
  bool on_object_begin(fault_code&) { return open(value(boost::json::object_kind, storage_)); }
  bool on_object_end(std::size_t, fault_code&) { return close(); }
  bool on_array_begin(fault_code&) { return open(value(boost::json::array_kind, storage_)); }
  bool on_array_end(std::size_t, fault_code&) { return close(); }
  bool on_key_part(part text, std::size_t, fault_code&) { return gather(text); }
  bool on_key(part text, std::size_t, fault_code&) {
    gather(text);
    open_.back().name.swap(text_);
    text_.clear();
    return true;
  }
  bool on_string_part(part text, std::size_t, fault_code&) { return gather(text); }
  bool on_string(part text, std::size_t, fault_code&) {
    if (text_.empty())
      return place(value(text, storage_));
    gather(text);
    place(value(part(text_), storage_));
    text_.clear();
    return true;
  }
  bool on_number_part(part text, fault_code&) { return gather(text); }
  bool on_int64(std::int64_t number, part, fault_code&) {
    text_.clear();
    return place(value(number, storage_));
  }
  bool on_uint64(std::uint64_t number, part, fault_code&) {
    text_.clear();
    return place(value(number, storage_));
  }
  bool on_double(double number, part text, fault_code& fault) {
    gather(text);
    // Boost is off by one in the last place of every fifth number; what we wrote must read back as it was.
    double exact = 0;
    auto end = text_.data() + text_.size();
    auto [rest, outcome] = std::from_chars(text_.data(), end, exact);
    number = outcome == std::errc{} && rest == end ? exact : number;
    text_.clear();
    // 1e400 arrives as an endless number, which has no JSON to be written in again.
    if (std::isfinite(number))
      return place(value(number, storage_));
    fault = boost::json::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool flag, fault_code&) { return place(value(flag, storage_)); }
  bool on_null(fault_code&) { return place(value(storage_)); }
  bool on_comment_part(part, fault_code&) { return true; }
  bool on_comment(part, fault_code&) { return true; }

private:
  struct level {
    value container;
    std::string name; ///< of the member being read, when the container is an object
  };

  bool gather(part text) {
    text_.append(text.data(), text.size());
    return true;
  }

  bool open(value container) {
    open_.push_back({std::move(container), {}});
    return true;
  }

  bool close() {
    auto complete = std::move(open_.back().container);
    open_.pop_back();
    return place(std::move(complete));
  }

  bool place(value item) {
    if (open_.empty()) {
      root_ = std::move(item);
      return true;
    }
    auto& into = open_.back();
    if (auto items = into.container.if_array())
      items->push_back(std::move(item));
    else if (!into.container.get_object().emplace(into.name, std::move(item)).second)
      note_repeat();
    return true;
  }

  void note_repeat() {
    if (repeats_.size() == json_reader::errors_max)
      return;
    std::string pointer;
    for (const auto& l : open_) {
      auto items = l.container.if_array();
      append_pointer_token(pointer, items ? std::to_string(items->size()) : l.name);
    }
    repeats_.push_back({std::move(pointer), "duplicate_member", "appears more than once in this object"});
  }

  boost::json::storage_ptr storage_;
  value root_;
  std::vector<level> open_;
  std::string text_;
  std::vector<field_error> repeats_;
};

} // namespace

result<value> parse_json(std::string_view text, std::size_t depth_max, boost::json::storage_ptr storage) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<tree_builder> parser{options, std::move(storage)};
  fault_code fault;
  auto read = parser.write_some(false, text.data(), text.size(), fault);
  if (!fault && read < text.size())
    fault = boost::json::error::extra_data;
  // To Boost such bytes are a syntax error like any other.
  if (fault && !utf8_next(text, read).valid)
    return refuse(error_code::malformed_json, fmt::format("At byte {}: not UTF-8.", read));
  if (fault)
    return refuse(error_code::malformed_json, fmt::format("At byte {}: {}.", read, fault.message()));
  auto repeats = parser.handler().take_repeats();
  if (repeats.empty())
    return parser.handler().take_tree();
  return tl::unexpected(
    problem{error_code::invalid_request, "The body has mistakes; see `errors`.", std::move(repeats)});
}

} // namespace callboard
