#pragma once

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <optional>
#include <utility>

// JSON in: into described structs, with every mistake at once, each at its JSON pointer.
namespace callboard {

/// Who wrote the JSON decides how strictly it is read. Types, ids, times and enumerators must fit either way, and what is
/// required must be there: all members but optionals, lists, maps and changes.
enum class read_as {
  request, ///< limits hold, and a member nobody knows is a mistake: a misspelt one must not be lost in silence
  /// Ours, perhaps by another version: it was within the limits of its day, and members of later ones are passed over.
  /// One that came later, and so is missing in older JSON, is marked `added_later` and reads as its default.
  stored,
};

inline constexpr std::size_t json_depth_max = 64;

/// Parses a whole text: at most `depth_max` nested, no trailing bytes. What is not JSON is `malformed_json` and says at
/// which byte; a member that appears twice in one object is a mistake like those of `from_json`, all of them at once.
/// All parts of the value lie in `storage`.
result<boost::json::value> parse_json(std::string_view text, std::size_t depth_max = json_depth_max,
                                      boost::json::storage_ptr storage = {});

/// Appends `/name` to a JSON pointer (RFC 6901: `~` and `/` inside a name are escaped). Names come from the caller, so
/// what is longer than 64 bytes is cut, before the character that does not fit.
void append_pointer_token(std::string& pointer, std::string_view name);

/// Collects mistakes while a value is read; knows where we are, and spells it as a pointer for a mistake alone.
class json_reader {
public:
  static constexpr std::size_t errors_max = 100;

  explicit json_reader(read_as how) : how_(how) {}

  template <class T>
  void read(const boost::json::value& from, T& into, const field_marks& marks = {});

  const std::vector<field_error>& errors() const { return errors_; }
  std::vector<field_error> take_errors() { return std::move(errors_); }

private:
  /// From a value to one within it: a member by its name, or an item by its index.
  class step {
  public:
    step(json_reader& reader, std::string_view name) : step(reader, name, std::nullopt) {}
    step(json_reader& reader, std::size_t index) : step(reader, {}, index) {}
    ~step() { reader_.here_ = from_; }
    step(const step&) = delete;
    step& operator=(const step&) = delete;

    void append_to(std::string& pointer) const;

  private:
    step(json_reader& reader, std::string_view name, std::optional<std::size_t> index)
        : reader_(reader), from_(std::exchange(reader.here_, this)), name_(name), index_(index) {}

    json_reader& reader_;
    const step* from_;
    std::string_view name_;
    std::optional<std::size_t> index_;
  };

  void fail(std::string_view code, std::string detail);
  void wrong_type(std::string_view expected, const boost::json::value& got);
  void read_text(const boost::json::value& from, std::string& into, const field_marks& marks);
  void read_integer(const boost::json::value& from, std::int64_t& into, const field_marks& marks);
  void check_number(double value, const field_marks& marks);
  void refuse_unknown(const boost::json::object& object, bool (*known)(std::string_view));

  template <described_struct T>
  void read_struct(const boost::json::value& from, T& into);

  read_as how_;
  const step* here_ = nullptr; ///< none: the whole value
  std::vector<field_error> errors_;
};

/// A whole value, or `invalid_request` with all its mistakes.
template <class T>
result<T> from_json(const boost::json::value& value, read_as how) {
  json_reader reader{how};
  T out{};
  reader.read(value, out);
  if (reader.errors().empty())
    return out;
  problem p{error_code::invalid_request, "The body has mistakes; see `errors`."};
  p.errors = reader.take_errors();
  return tl::unexpected(std::move(p));
}

template <class T>
result<T> from_json_text(std::string_view text, read_as how) {
  // Read once and forgotten: a ticket's tree fits into the first piece, what is larger takes more, and all of it ends
  // here. Nothing is given back before: not for texts of strangers.
  std::array<unsigned char, 4096> first;
  boost::json::monotonic_resource storage{first.data(), first.size()};
  auto value = parse_json(text, json_depth_max, &storage);
  if (!value)
    return tl::unexpected(std::move(value.error()));
  return from_json<T>(*value, how);
}

/// The marks that a text breaks, as one sentence, or nothing. Also used for query parameters and settings.
std::optional<field_error> check_text(std::string_view text, const field_marks& marks);

// ---------------------------------------------------------------------------------------------------------------

template <class T>
void json_reader::read(const boost::json::value& from, T& into, const field_marks& marks) {
  if constexpr (is_patch_field<T>) {
    into.present = true;
    if (from.is_null())
      into.value.reset();
    else
      read(from, into.value.emplace(), marks);
  } else if constexpr (is_optional<T>) {
    if (from.is_null()) {
      if (marks.not_null)
        fail("null", "must not be null; leave it out to keep it as it is");
      into.reset();
    } else {
      read(from, into.emplace(), marks);
    }
  } else if constexpr (std::same_as<T, bool>) {
    if (auto flag = from.if_bool())
      into = *flag;
    else
      wrong_type("a boolean", from);
  } else if constexpr (std::integral<T>) {
    std::int64_t wide = 0;
    auto faults = errors_.size();
    read_integer(from, wide, marks);
    if (errors_.size() != faults)
      return;
    if (!std::in_range<T>(wide))
      fail("out_of_range", "is out of range");
    else
      into = static_cast<T>(wide);
  } else if constexpr (std::floating_point<T>) {
    if (!from.is_number())
      return wrong_type("a number", from);
    into = from.to_number<T>() + T{0}; // JSON has a -0, which nobody means
    check_number(into, marks);
  } else if constexpr (std::same_as<T, std::string>) {
    read_text(from, into, marks);
  } else if constexpr (std::same_as<T, timestamp>) {
    auto text = from.if_string();
    auto time = text ? from_rfc3339(*text) : std::nullopt;
    if (time)
      into = *time;
    else
      fail("invalid_time", "must be an RFC 3339 time, such as 2026-11-20T09:30:00Z");
  } else if constexpr (std::same_as<T, duration_ms>) {
    auto text = from.if_string();
    auto span = text ? parse_duration(*text) : std::nullopt;
    if (span)
      into = *span;
    else
      fail("invalid_duration", "must be a duration with a unit, such as \"500ms\", \"8s\", \"5m\", \"2h\", \"30d\"");
  } else if constexpr (is_strong_id<T>) {
    auto text = from.if_string();
    auto id = text ? T::parse(*text) : std::nullopt;
    if (id)
      into = *id;
    else
      fail("invalid_id", "must be a UUID, such as 018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e");
  } else if constexpr (described_enum<T>) {
    auto text = from.if_string();
    auto value = text ? enum_from_name<T>(*text) : std::nullopt;
    if (value) {
      into = *value;
    } else {
      std::string choices;
      for (auto name : enum_names<T>())
        choices.append(choices.empty() ? "" : ", ").append(name);
      fail("invalid_choice", "must be one of: " + choices);
    }
  } else if constexpr (is_vector<T>) {
    auto array = from.if_array();
    if (!array)
      return wrong_type("an array", from);
    if (marks.items_max != 0 && array->size() > marks.items_max)
      return fail("too_many_items", "must have at most " + std::to_string(marks.items_max) + " items");
    field_marks item_marks = marks;
    item_marks.length_min = marks.item_length_max != 0 ? 1 : 0;
    item_marks.length_max = marks.item_length_max;
    into.clear();
    into.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      step here{*this, i};
      read((*array)[i], into.emplace_back(), item_marks);
    }
  } else if constexpr (is_string_map<T>) {
    auto object = from.if_object();
    if (!object)
      return wrong_type("an object", from);
    into.clear();
    for (const auto& [key, item] : *object) {
      step here{*this, std::string_view{key}};
      read(item, into[std::string{key}], {});
    }
  } else if constexpr (std::same_as<T, raw_json>) {
    into.text = boost::json::serialize(from);
  } else {
    read_struct(from, into);
  }
}

template <described_struct T>
void json_reader::read_struct(const boost::json::value& from, T& into) {
  auto object = from.if_object();
  if (!object)
    return wrong_type("an object", from);
  for_each_member<T>([&](auto d) {
    using member = std::remove_cvref_t<decltype(into.*d.pointer)>;
    const auto& marks = marks_of<d.pointer>;
    step here{*this, std::string_view{d.name}};
    if (auto found = object->if_contains(d.name))
      read(*found, into.*d.pointer, how_ == read_as::stored ? field_marks{} : marks);
    else if (!may_be_absent<member> && !(how_ == read_as::stored && marks.added_later))
      fail("missing", "is required");
  });
  if (how_ == read_as::request)
    refuse_unknown(*object, [](std::string_view name) {
      bool known = false;
      for_each_member<T>([&](auto d) { known = known || name == d.name; });
      return known;
    });
}

} // namespace callboard
