#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdlib>
#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "base/utf8.hpp"
#include "domain/ticket_commands.hpp"
#include "tests/fuzz/target.hpp"

// JSON in, both halves of it. Text to value: what is accepted is what Boost's own reader accepts within our stated limits,
// with an equal value, and reads the same when it is written again. Value to struct: what was read is the same when
// written and read again, and what is refused has every mistake at once, each at a pointer that leads to it.
namespace callboard::fuzz {
namespace {

using boost::json::value;

/// A member of every kind that the reader knows and the requests do not have.
struct mixture {
  bool flag = false;
  std::uint8_t small = 0;
  std::optional<std::int64_t> wide;
  double number = 0;
  timestamp time;
  duration_ms span{0};
  std::map<std::string, std::vector<int>> lists;
  raw_json raw;
  std::vector<add_message> rows;
};
BOOST_DESCRIBE_STRUCT(mixture, (), (flag, small, wide, number, time, span, lists, raw, rows))

} // namespace
} // namespace callboard::fuzz

template <>
inline constexpr callboard::field_marks callboard::marks_of<&callboard::fuzz::mixture::wide>{.minimum = -5,
                                                                                             .maximum = 1'000};

namespace callboard::fuzz {
namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t token_max = 64;

/// What can be counted in a text that is known to be JSON, without reading it: everything outside its strings.
struct text_facts {
  std::size_t depth = 0;
  std::size_t members = 0;
  std::vector<double> numbers; ///< in order, by the C library

  bool is_finite() const {
    return std::all_of(numbers.begin(), numbers.end(), [](double each) { return std::isfinite(each); });
  }
};

text_facts facts_of(std::string_view text) {
  text_facts facts;
  std::size_t open = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (quoted && c == '\\')
      ++at;
    else if (c == '"')
      quoted = !quoted;
    else if (quoted)
      continue;
    else if (c == '[' || c == '{')
      facts.depth = std::max(facts.depth, ++open);
    else if (c == ']' || c == '}')
      --open;
    else if (c == ':')
      ++facts.members;
    else if (c == '-' || (c >= '0' && c <= '9')) {
      auto end = std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
      facts.numbers.push_back(std::strtod(std::string{text.substr(at, end - at)}.c_str(), nullptr));
      at = end - 1;
    }
  }
  return facts;
}

/// The same counted in a tree.
struct tree_facts {
  std::size_t members = 0;
  std::size_t longest_name = 0;
  std::vector<double> numbers;

  explicit tree_facts(const value& tree) { add(tree); }

private:
  void add(const value& tree) {
    if (auto items = tree.if_array())
      for (const auto& item : *items)
        add(item);
    else if (auto object = tree.if_object())
      for (const auto& member : *object) {
        ++members;
        longest_name = std::max(longest_name, member.key().size());
        FUZZ_REQUIRE(is_utf8(member.key()), "every name is UTF-8");
        add(member.value());
      }
    else if (auto text = tree.if_string())
      FUZZ_REQUIRE(is_utf8(*text), "every text is UTF-8");
    else if (tree.is_number())
      numbers.push_back(tree.to_number<double>());
  }
};

/// Equal, but for the digits of doubles: those are compared with the text, as Boost is off in the last place.
bool same_shape(const value& ours, const value& theirs) {
  if (ours.kind() != theirs.kind())
    return false;
  if (auto items = ours.if_array())
    return std::equal(items->begin(), items->end(), theirs.get_array().begin(), theirs.get_array().end(), same_shape);
  if (auto object = ours.if_object())
    return std::equal(
      object->begin(), object->end(), theirs.get_object().begin(), theirs.get_object().end(),
      [](const auto& a, const auto& b) { return a.key() == b.key() && same_shape(a.value(), b.value()); });
  return ours.is_double() || ours == theirs;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < pointer.size(); ++at)
    if (pointer[at] == '/')
      tokens.emplace_back();
    else if (pointer[at] == '~')
      tokens.back() += pointer[++at] == '0' ? '~' : '/';
    else
      tokens.back() += pointer[at];
  return tokens;
}

/// RFC 6901: section 3 says what a pointer is made of.
void require_pointer(std::string_view pointer) {
  FUZZ_REQUIRE(pointer.empty() || pointer.front() == '/', "a pointer is empty or begins with a slash");
  for (auto at = pointer.find('~'); at != std::string_view::npos; at = pointer.find('~', at + 1))
    FUZZ_REQUIRE(pointer.substr(at + 1, 1) == "0" || pointer.substr(at + 1, 1) == "1", "a tilde is an escape");
  FUZZ_REQUIRE(is_utf8(pointer), "a pointer is made of characters");
  for (const auto& token : tokens_of(pointer))
    FUZZ_REQUIRE(token.size() <= token_max, "foreign names are cut");
}

void require_mistakes(const std::vector<field_error>& errors) {
  FUZZ_REQUIRE(!errors.empty(), "what is refused has a mistake");
  FUZZ_REQUIRE(errors.size() <= json_reader::errors_max, "the mistakes are bounded");
  for (const auto& error : errors) {
    require_pointer(error.pointer);
    FUZZ_REQUIRE(!error.code.empty() && !error.detail.empty(), "a mistake says what it is");
  }
}

/// The place in `not JSON` is one of the text, or its end.
void require_place(const problem& why, std::size_t size) {
  constexpr std::string_view begin = "At byte ";
  FUZZ_REQUIRE(why.code == error_code::malformed_json && why.errors.empty(), "what is not JSON is called so");
  FUZZ_REQUIRE(why.detail.starts_with(begin), "it says where");
  FUZZ_REQUIRE(std::strtoull(why.detail.c_str() + begin.size(), nullptr, 10) <= size, "the place is in the text");
}

void check_written_again(const value& read, const text_facts& facts) {
  auto again = parse_json(boost::json::serialize(read));
  FUZZ_REQUIRE(again && *again == read, "what was read and written reads the same");
  if (facts.depth == 0)
    return;
  FUZZ_REQUIRE(parse_json(boost::json::serialize(read), facts.depth), "as deep as allowed is accepted");
  auto deeper = parse_json(boost::json::serialize(read), facts.depth - 1);
  FUZZ_REQUIRE(!deeper && deeper.error().code == error_code::malformed_json, "one deeper is refused");
}

/// Text to value.
std::optional<value> check_parse(std::string_view text) {
  auto ours = parse_json(text);
  boost::json::parse_options options;
  options.max_depth = text.size() + 1;
  boost::json::error_code fault;
  auto theirs = boost::json::parse(text, fault, {}, options);
  auto facts = fault ? text_facts{} : facts_of(text);
  if (fault || facts.depth > depth_max || !facts.is_finite()) {
    FUZZ_REQUIRE(!ours, "what is not JSON within the limits is refused");
    require_place(ours.error(), text.size());
    return {};
  }
  // Boost keeps the last of two members of one name.
  if (tree_facts{theirs}.members != facts.members) {
    FUZZ_REQUIRE(!ours && ours.error().code == error_code::invalid_request, "a member that appears twice is refused");
    require_mistakes(ours.error().errors);
    for (const auto& error : ours.error().errors)
      FUZZ_REQUIRE(error.code == "duplicate_member", "nothing else is wrong with it");
    return {};
  }
  FUZZ_REQUIRE(ours, "what is JSON within the limits is accepted");
  FUZZ_REQUIRE(same_shape(*ours, theirs), "both see the same value");
  FUZZ_REQUIRE(tree_facts{*ours}.numbers == facts.numbers, "each number is the nearest to its digits");
  check_written_again(*ours, facts);
  return std::move(*ours);
}

template <class T>
void check_equal(const T& a, const T& b, const char* what) {
  FUZZ_REQUIRE(to_json(a) == to_json(b), what);
  if constexpr (std::equality_comparable<T>)
    FUZZ_REQUIRE(a == b, what);
}

/// As it is written, without the members that were not given: null and absent are not always the same.
template <class T>
std::string written_like(const T& read, const value& given) {
  auto written = parse_json(to_json(read));
  FUZZ_REQUIRE(written, "what is written is JSON");
  boost::json::object kept;
  for (const auto& member : written->as_object())
    if (given.as_object().contains(member.key()))
      kept.insert(member);
  return boost::json::serialize(kept);
}

template <class T>
void check_read(const T& read, const value& given) {
  auto loose = from_json<T>(given, read_as::stored);
  FUZZ_REQUIRE(loose, "what is taken from a request is taken from the store");
  check_equal(read, *loose, "both readers see the same");
  auto again = from_json_text<T>(written_like(read, given), read_as::request);
  FUZZ_REQUIRE(again, "what was read and written is read again");
  // Times are written in milliseconds.
  FUZZ_REQUIRE(to_json(*again) == to_json(read), "what was read again is the same");
  if constexpr (std::equality_comparable<T>)
    FUZZ_REQUIRE(*again == read, "what was read again is equal");
  auto more = given;
  more.as_object().emplace("~/?", 1);
  auto refused = from_json<T>(more, read_as::request);
  FUZZ_REQUIRE(!refused && refused.error().errors.size() == 1, "an unknown member is one mistake");
  FUZZ_REQUIRE(refused.error().errors[0].pointer == "/~0~1?", "it is where it says");
  auto ignored = from_json<T>(more, read_as::stored);
  FUZZ_REQUIRE(ignored, "or none");
  check_equal(read, *ignored, "an unknown member changes nothing");
}

/// `missing` leads to where it would be, everything else to what is there.
void require_leads(const value& given, const field_error& error) {
  auto missing = error.code == "missing";
  auto parent = error.pointer.substr(0, missing ? error.pointer.rfind('/') : error.pointer.size());
  boost::json::error_code fault;
  auto found = given.find_pointer(parent, fault);
  FUZZ_REQUIRE(found && !fault, "a pointer leads to its mistake");
  if (missing)
    FUZZ_REQUIRE(found->is_object() && !given.find_pointer(error.pointer, fault), "what is missing is not there");
}

template <class T>
void check_refused(const problem& why, const value& given, read_as how) {
  FUZZ_REQUIRE(why.code == error_code::invalid_request, "mistakes are the caller's");
  require_mistakes(why.errors);
  // A name that was cut leads nowhere, and may look like another.
  if (tree_facts{given}.longest_name <= token_max) {
    std::set<std::string> pointers;
    for (const auto& error : why.errors) {
      require_leads(given, error);
      FUZZ_REQUIRE(pointers.insert(error.pointer).second, "one place has one mistake");
    }
  }
  if (!given.is_object()) {
    FUZZ_REQUIRE(why.errors.size() == 1 && why.errors[0].pointer.empty(), "the whole is one mistake");
    return;
  }
  if (why.errors.size() == json_reader::errors_max)
    return;
  auto rest = given;
  for (const auto& error : why.errors)
    rest.as_object().erase(tokens_of(error.pointer).at(0));
  // What was taken out may be missing, and a name that was cut could not be taken out.
  if (auto left = from_json<T>(rest, how); !left)
    for (const auto& error : left.error().errors)
      FUZZ_REQUIRE(error.code == "missing" || error.code == "unknown_member", "all mistakes come at once");
}

/// The mistakes that only a request can have: limits, and members nobody knows.
bool is_forgiven(std::string_view code) {
  static const std::set<std::string_view> codes{"unknown_member", "too_short",        "too_long", "too_many_items",
                                                "too_small",      "too_large",        "blank",    "null",
                                                "invalid_email",  "invalid_character"};
  return codes.contains(code);
}

/// Value to struct.
template <class T>
void check_struct(const value& given) {
  auto strict = from_json<T>(given, read_as::request);
  if (strict)
    return check_read(*strict, given);
  check_refused<T>(strict.error(), given, read_as::request);
  auto loose = from_json<T>(given, read_as::stored);
  if (!loose)
    return check_refused<T>(loose.error(), given, read_as::stored);
  for (const auto& error : strict.error().errors)
    FUZZ_REQUIRE(is_forgiven(error.code), "what is stored is forgiven only these");
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0)
    text += part;
  return text;
}

} // namespace

std::vector<std::string> seeds() {
  return {
    R"({"title":"Printer","description":"On fire.\n\u00e9 \ud83d\ude00","priority":"urgent","category":"billing",)"
    R"("tags":["a","b"],"department":"018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e","assignee_id":null,)"
    R"("requester":{"name":"Ann","email":"ann@example.com"},"created_by":null})",
    R"({"title":"","description":7,"tags":["",1,"x"],"requester":{"email":"?","name":[]},"titel":1})",
    R"({"title":"a","status":"waiting","priority":null,"category":"x","tags":[],"requester":{}})",
    R"({"title":null,"status":null,"department":"x","assignee_id":{}})",
    R"({"kind":"note","body":"x"})",
    R"({"input_hash":"00","answer":{"category":"billing","priority":"low","confidence":0.5,"sentiment":"positive",)"
    R"("language":"de"},"provider":"builtin","model":"m","prompt_version":"1"})",
    R"({"flag":true,"small":255,"wide":-5,"number":1.5e-7,"time":"2026-11-20T09:30:00.123456+02:00","span":"8s",)"
    R"("lists":{"a":[1],"~/":[]},"raw":{"x":[null,1E2]},"rows":[{"kind":"reply","body":"y"}]})",
    R"({"flag":1,"small":256,"wide":1e3,"number":"1","time":"x","span":8,"lists":{"a":[1.5]},"rows":[{},[]]})",
    R"({"a":1,"b":[0,{"c":1,"c":2}],"a":{"x":1},"a/~":{"d":1,"\u0064":2}})",
    R"([0.1,-0,-0.0,5e-324,1e-400,1.7976931348623157e308,9007199254740993.0,18446744073709551615,-9223372036854775808])",
    R"([18446744073709551616,-9223372036854775809,1e400,2.2250738585072011e-308])",
    R"("\u0000\u001f\b\f\n\r\t\"\\\/\ud800")",
    "\"\xc3\xa9\xf0\x9f\x98\x80\" ",
    "\"\xed\xa0\x80\"",
    " [ true , false , null ] x",
    repeated("[", depth_max) + repeated("]", depth_max),
    repeated("{\"a\":", depth_max) + "[]" + repeated("}", depth_max),
    "{" + repeated("\"a\":0,", 150) + "\"b\":1}",
    "{\"" + repeated("x", token_max) + "y\":1,\"" + repeated("\xc3\xa9", token_max) + "\":1}",
    "{\"rows\":[" + repeated("0,", 150) + "0]}",
  };
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard;
  if (auto read = fuzz::check_parse(fuzz::view_of(data, size))) {
    fuzz::check_struct<create_ticket>(*read);
    fuzz::check_struct<change_ticket>(*read);
    fuzz::check_struct<record_ai_result>(*read);
    fuzz::check_struct<fuzz::mixture>(*read);
  }
  return 0;
}
