#include <algorithm>

#include <openssl/evp.h>

#include "base/digest.hpp"
#include "http/cursor.hpp"
#include "http/live/live_event.hpp"
#include "tests/fuzz/target.hpp"

// Cursors of lists and of the feed. Nothing but what we signed is taken, and only for what it was signed for; what is
// taken gives back what went in. The input is a text that may be a cursor, a binding and a payload, parted by NUL.
namespace callboard::fuzz {
namespace {

using namespace http;

const std::string key = "0123456789abcdef0123456789abcdef";
const std::string other_key = "0123456789abcdef0123456789abcdeg";
const std::string seed_binding = "list_tickets open";
constexpr std::size_t cursor_size_max = 1'024;

struct parts {
  std::string_view text, binding, payload;
};

parts parts_of(std::string_view input) {
  auto next = [&] {
    auto end = std::min(input.find('\0'), input.size());
    auto part = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return part;
  };
  auto text = next();
  auto binding = next();
  return {text, binding, input};
}

/// base64url by the library that has base64: other letters, and padding.
std::string library_encoded(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                              reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  out.resize(std::min(out.find('='), out.size()));
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

/// The only bytes of which the text is the spelling.
std::optional<std::string> library_decoded(std::string_view text) {
  if (text.size() % 4 == 1)
    return {};
  std::string padded{text};
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - text.size() % 4) % 4, '=');
  std::string out(padded.size() / 4 * 3 + 1, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()))
      < 0)
    return {};
  out.resize(text.size() * 3 / 4);
  return library_encoded(out) == text ? std::optional{out} : std::nullopt;
}

void check_encoding(std::string_view text) {
  FUZZ_REQUIRE(from_base64url(text) == library_decoded(text), "both read the same bytes or none");
  FUZZ_REQUIRE(to_base64url(text) == library_encoded(text), "both write the same letters");
}

/// Who made a text shows when it is made again: one value under one key has one spelling.
void check_text(std::string_view text, std::string_view binding) {
  auto next = read_list_cursor(key, binding, text);
  auto place = read_feed_cursor(key, text);
  FUZZ_REQUIRE(!next || make_list_cursor(key, binding, *next) == text, "a list's cursor is the one we make");
  FUZZ_REQUIRE(!place || make_feed_cursor(key, *place) == text, "a feed's cursor is the one we make");
  FUZZ_REQUIRE(!next || !place, "no cursor is of both kinds");
  FUZZ_REQUIRE(!read_list_cursor(other_key, binding, text) && !read_feed_cursor(other_key, text),
               "nobody else's key makes a cursor of it");
}

/// One change to the letters: another, one more, one less, two in the other order, or an end cut off.
std::string changed(std::string text, input_dice& dice) {
  auto at = dice.up_to(text.size() - 1);
  auto byte = static_cast<char>(dice.up_to(255));
  switch (dice.up_to(5)) {
    case 0: text[at] = byte; break;
    case 1: text[at] = to_base64url(std::string(1, byte))[0]; break;
    case 2: text.insert(at, 1, byte); break;
    case 3: text.erase(at, 1); break;
    case 4: std::swap(text[at], text[dice.up_to(text.size() - 1)]); break;
    default: text.resize(at); break;
  }
  return text;
}

/// One bit of the signature or of what is signed, spelt as it should be.
std::string with_a_bit_flipped(std::string_view text, input_dice& dice) {
  auto bytes = from_base64url(text).value();
  auto& byte = bytes[dice.up_to(bytes.size() - 1)];
  byte = static_cast<char>(byte ^ 1 << dice.up_to(7));
  return to_base64url(bytes);
}

template <class Read>
void check_changes(const std::string& made, input_dice& dice, const Read& is_taken) {
  for (int i = 0; i < 3; ++i) {
    auto text = changed(made, dice);
    FUZZ_REQUIRE(text == made || !is_taken(text), "a change is noticed");
  }
  FUZZ_REQUIRE(!is_taken(with_a_bit_flipped(made, dice)), "a changed bit is noticed");
}

void check_list(std::string_view binding, std::string_view payload, input_dice& dice) {
  auto made = make_list_cursor(key, binding, payload);
  auto read = read_list_cursor(key, binding, made);
  if (made.size() > cursor_size_max) {
    FUZZ_REQUIRE(!read, "what is too long is refused");
    return;
  }
  FUZZ_REQUIRE(read == payload, "a list's cursor gives back what the reader said");
  FUZZ_REQUIRE(!read_feed_cursor(key, made), "it is no place in the feed");
  FUZZ_REQUIRE(!read_list_cursor(other_key, binding, made), "it is of one store");
  auto other_binding = changed(std::string{binding} + '.', dice);
  FUZZ_REQUIRE(other_binding == binding || !read_list_cursor(key, other_binding, made), "it is of one list");
  check_changes(made, dice, [&](const std::string& text) { return read_list_cursor(key, binding, text).has_value(); });
}

/// Of a payload whose cursor is about as long as cursors may be.
std::size_t size_near_limit(input_dice& dice) {
  constexpr std::size_t mac_size = 16;
  return cursor_size_max / 4 * 3 - mac_size - 8 + dice.up_to(16);
}

std::string repeated(std::string_view part, std::size_t size) {
  std::string text(size, '.');
  for (std::size_t at = 0; at < size && !part.empty(); ++at)
    text[at] = part[at % part.size()];
  return text;
}

std::int64_t int64_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char c : bytes.substr(0, 8))
    number = number << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(number);
}

void check_feed(feed_position place, input_dice& dice) {
  auto made = make_feed_cursor(key, place);
  FUZZ_REQUIRE(read_feed_cursor(key, made) == place, "a feed's cursor gives back its place");
  FUZZ_REQUIRE(!read_list_cursor(key, "", made), "it continues no list");
  check_changes(made, dice, [&](const std::string& text) { return read_feed_cursor(key, text).has_value(); });

  cursor_maker maker{{key, place.epoch, 0}}, restored{{key, place.epoch ^ 1, 0}}, other{{other_key, place.epoch, 0}};
  FUZZ_REQUIRE(maker.read(made) == std::max(place.feed_id, cursor_maker::expired), "a negative id is no place");
  FUZZ_REQUIRE(restored.read(made) == cursor_maker::expired, "another epoch's ids may mean other events");
  FUZZ_REQUIRE(!other.read(made), "it is of one store");
  if (place.feed_id < 0)
    return;
  FUZZ_REQUIRE(maker.at(place.feed_id) == made && maker.at(place.feed_id) == made, "both make the same cursor");
  FUZZ_REQUIRE(maker.read(maker.at(place.feed_id ^ 1)) == (place.feed_id ^ 1), "the last one is not kept too long");
}

} // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  return {
    make_list_cursor(key, seed_binding, "2026-11-20T09:30:00Z|018f3c4e") + '\0' + seed_binding + "\0next"s,
    make_list_cursor(key, "", ""),
    make_list_cursor(key, "", std::string(16, 'x')),
    make_feed_cursor(key, {1, 123'456'789}) + '\0' + seed_binding + "\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\7"s,
    make_feed_cursor(key, {-1, -2}) + "\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s,
    make_list_cursor("", seed_binding, "x") + '\0' + seed_binding + "\0x"s,
    "AAAAAAAAAAAAAAAAAAAAAB\0\0"s,
    "+/==\0a\0b"s,
  };
}

} // namespace callboard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callboard::fuzz;
  auto input = view_of(data, size);
  auto [text, binding, payload] = parts_of(input);
  input_dice dice{input};
  check_encoding(text);
  check_text(text, binding);
  // Signing is what takes the time: one kind of cursor each.
  switch (dice.up_to(31)) {
    case 0: check_list(binding, repeated(payload, size_near_limit(dice)), dice); break;
    case 1: check_encoding(payload); break;
    default:
      if (dice.up_to(1) == 0)
        check_list(binding, payload, dice);
      else
        check_feed({int64_of(payload), int64_of(payload.substr(std::min<std::size_t>(8, payload.size())))}, dice);
  }
  return 0;
}
