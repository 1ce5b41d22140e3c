#include "domain/classifier/text_features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "base/utf8.hpp"
#include "domain/classifier/latin_folding.hpp"
#include "domain/classifier/word_families.hpp"

namespace callboard {
namespace {

constexpr float title_factor = 2.0F;
constexpr std::size_t fragment_length_min = 3;
constexpr std::size_t fragment_length_max = 5;
/// A family counts as two words, since it stands for many.
constexpr float family_factor = 2.0F;
constexpr std::size_t stem_length = 5;
constexpr std::size_t shouted_letters_min = 4;

/// What kind of observation a key stands for, mixed into the hash so that kinds do not meet.
enum class kind : std::uint64_t {
  word = 1,
  pair,
  stem,
  stem_pair,
  family,
  fragment,
  sign,
  letter
};

/// Finaliser of SplitMix64 (Steele, Lea, Flood, 2014): every input bit moves every output bit.
constexpr std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

constexpr std::uint32_t key_of(kind k, std::uint64_t value) {
  const auto hash = mixed(value + static_cast<std::uint64_t>(k) * 0x9e3779b97f4a7c15ULL);
  const auto key = static_cast<std::uint32_t>(hash >> 32U);
  return key == 0 ? 1 : key;
}

/// FNV-1a over the letters of a word.
constexpr std::uint64_t word_hash(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : word)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

enum class sign : std::uint64_t {
  question = 1,
  exclamation,
  many_exclamations,
  currency,
  percent,
  shouting,
  emoji,
  code,
  no_capitals,
  ellipsis,
  length_class = 100, ///< plus the number of binary digits of the word count
};

constexpr std::string_view code_letters = "{}[]<>=_\\`|;#@";

/// Reads one part of a ticket (title or description) and collects what it sees.
class observer {
public:
  observer(text_features& out, float factor) : out_(out), factor_(factor) {}

  void read(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const auto step = utf8_next(text, at);
      at += step.size;
      take(step.valid ? step.code_point : U' ');
    }
    end_word();
    end_text();
  }

private:
  void add(kind k, std::uint64_t value, feature_group group, float times = 1.0F) {
    out_.features.push_back({key_of(k, value), factor_ * times, group});
  }

  void add(sign s) { add(kind::sign, static_cast<std::uint64_t>(s), feature_group::words); }

  void take(char32_t c) {
    if (is_ignorable(c))
      return;
    if (const auto letters = folded_letters(c); !letters.empty()) {
      take_letter(c, letters);
    } else if (c >= U'0' && c <= U'9') {
      word_.push_back(static_cast<char>(c));
      has_digits_ = true;
    } else {
      end_word();
      take_separator(c);
    }
  }

  void take_letter(char32_t c, std::string_view letters) {
    word_ += letters;
    ++out_.latin_letters;
    if (c >= U'A' && c <= U'Z')
      ++capitals_;
    if (c >= 0x80)
      add(kind::letter, c < 0x100 && c < 0xDF ? c + 0x20 : c, feature_group::fragments);
  }

  void take_separator(char32_t c) {
    if (is_foreign_letter(c))
      ++out_.foreign_letters;
    else if (c == U'?' || c == 0xBF)
      questions_ += 1;
    else if (c == U'!' || c == 0xA1)
      exclamations_ += 1;
    else if (c == U'$' || c == 0x20AC || c == 0xA3)
      has_currency_ = true;
    else if (c == U'%')
      has_percent_ = true;
    else if (is_emoji(c))
      has_emoji_ = true;
    else if (c < 0x80 && code_letters.find(static_cast<char>(c)) != std::string_view::npos)
      ++code_;
  }

  void end_word() {
    if (!word_.empty())
      has_digits_ ? add_number() : add_word();
    any_capitals_ |= capitals_ > 0;
    shouted_ += capitals_ >= shouted_letters_min && capitals_ == word_.size() ? 1 : 0;
    word_.clear();
    capitals_ = 0;
    has_digits_ = false;
  }

  void add_word() {
    const auto hash = word_hash(word_);
    add(kind::word, hash, feature_group::words);
    out_.word_keys.push_back(out_.features.back().key);
    add_pair(hash);
    add_stem();
    if (const auto family = word_family(word_))
      add(kind::family, static_cast<std::uint64_t>(family), feature_group::words, family_factor);
    add_fragments();
    ++words_;
  }

  /// Numbers tell by their shape; short codes such as 404 or 2fa also by themselves.
  void add_number() {
    if (word_.size() <= 4)
      add(kind::word, word_hash(word_), feature_group::words);
    std::replace_if(
      word_.begin(), word_.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
    const auto hash = word_hash(word_);
    add(kind::word, hash, feature_group::words);
    add_pair(hash);
    previous_stem_ = 0;
  }

  void add_pair(std::uint64_t hash) {
    if (previous_ != 0)
      add(kind::pair, previous_ * 31 + hash, feature_group::words);
    previous_ = hash;
  }

  /// The first letters of a word: a crude stem, which serves all three languages.
  void add_stem() {
    const auto hash = word_hash(std::string_view(word_).substr(0, stem_length));
    if (word_.size() >= stem_length)
      add(kind::stem, hash, feature_group::words);
    if (previous_stem_ != 0)
      add(kind::stem_pair, previous_stem_ * 31 + hash, feature_group::words);
    previous_stem_ = hash;
  }

  void add_fragments() {
    marked_ = '_';
    marked_ += word_;
    marked_ += '_';
    for (std::size_t from = 0; from < marked_.size(); ++from) {
      std::uint64_t packed = 0;
      const auto longest = std::min(fragment_length_max, marked_.size() - from);
      for (std::size_t length = 1; length <= longest; ++length) {
        packed = packed << 8U | static_cast<unsigned char>(marked_[from + length - 1]);
        if (length >= fragment_length_min)
          add(kind::fragment, packed, feature_group::fragments);
      }
    }
  }

  void end_text() {
    if (questions_ > 0)
      add(sign::question);
    if (exclamations_ > 0)
      add(sign::exclamation);
    if (exclamations_ > 1)
      add(sign::many_exclamations);
    if (has_currency_)
      add(sign::currency);
    if (has_percent_)
      add(sign::percent);
    if (shouted_ > 0)
      add(sign::shouting);
    if (has_emoji_)
      add(sign::emoji);
    if (code_ > 2)
      add(sign::code);
    if (words_ > 3 && !any_capitals_)
      add(sign::no_capitals);
    add(kind::sign, static_cast<std::uint64_t>(sign::length_class) + std::bit_width(words_), feature_group::words);
  }

  text_features& out_;
  float factor_;
  std::string word_;
  std::string marked_;
  std::uint64_t previous_ = 0;
  std::uint64_t previous_stem_ = 0;
  std::size_t words_ = 0;
  std::size_t capitals_ = 0;
  std::size_t shouted_ = 0;
  std::size_t questions_ = 0;
  std::size_t exclamations_ = 0;
  std::size_t code_ = 0;
  bool has_digits_ = false;
  bool has_currency_ = false;
  bool has_percent_ = false;
  bool has_emoji_ = false;
  bool any_capitals_ = false;
};

/// Adds up the counts of equal keys.
void merge_equal(std::vector<feature>& features) {
  std::sort(features.begin(), features.end(), [](const feature& a, const feature& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (kept > 0 && features[kept - 1].key == features[i].key)
      features[kept - 1].count += features[i].count;
    else
      features[kept++] = features[i];
  }
  features.resize(kept);
}

} // namespace

text_features observe_text(std::string_view title, std::string_view description) {
  text_features result;
  const auto first = title.substr(0, text_bytes_max);
  const auto second = description.substr(0, text_bytes_max);
  result.features.reserve((first.size() + second.size()) * 4);
  observer(result, title_factor).read(first);
  observer(result, 1.0F).read(second);
  merge_equal(result.features);
  return result;
}

float damped_count(float count) { return std::sqrt(count); }

} // namespace callboard
