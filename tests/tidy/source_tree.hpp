#pragma once
// What the tidy rules look at: the files of the tree, C++ ones split into code, comments and literals.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callboard::tidy {

/// A string literal: where it stands (from its opening quote to behind its closing one) and what it says.
struct literal {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// One C++ file three times, at equal positions: `code` has blanks for comments and for what literals say, `comments`
/// has blanks for all else.
struct source {
  std::string text;
  std::string code;
  std::string comments;
  std::vector<literal> literals;
};

inline bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
inline bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// Splits a C++ text. Knows comments, escapes, raw literals and digit separators; macros are plain code.
class cpp_scanner {
public:
  explicit cpp_scanner(std::string text) {
    out_.code = text;
    out_.comments.assign(text.size(), ' ');
    out_.text = std::move(text);
  }

  source run() {
    while (at_ < size()) {
      if (looking_at("//"))
        comment(out_.text.find('\n', at_));
      else if (looking_at("/*"))
        comment(past("*/", at_ + 2));
      else if (out_.text[at_] == '"')
        literal_of('"');
      else if (out_.text[at_] == '\'' && !in_number())
        literal_of('\'');
      else
        ++at_;
    }
    return std::move(out_);
  }

private:
  std::size_t size() const { return out_.text.size(); }
  bool looking_at(std::string_view what) const { return std::string_view{out_.text}.substr(at_).starts_with(what); }

  std::size_t past(std::string_view what, std::size_t from) const {
    auto found = out_.text.find(what, from);
    return found == std::string::npos ? size() : found + what.size();
  }

  /// The word that ends where we stand.
  std::string_view word_before() const {
    auto from = at_;
    while (from > 0 && (is_word_char(out_.text[from - 1]) || out_.text[from - 1] == '\''))
      --from;
    return std::string_view{out_.text}.substr(from, at_ - from);
  }

  bool in_number() const {
    auto word = word_before();
    return !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0;
  }

  void blank(std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i)
      if (out_.code[i] != '\n')
        out_.code[i] = ' ';
  }

  void comment(std::size_t end) {
    end = std::min(end, size());
    std::copy(out_.text.begin() + static_cast<std::ptrdiff_t>(at_),
              out_.text.begin() + static_cast<std::ptrdiff_t>(end),
              out_.comments.begin() + static_cast<std::ptrdiff_t>(at_));
    blank(at_, end);
    at_ = end;
  }

  void literal_of(char quote) {
    auto begin = at_;
    auto prefix = word_before();
    auto raw = quote == '"' && (prefix == "R" || prefix == "u8R" || prefix == "LR" || prefix == "uR" || prefix == "UR");
    auto [from, to] = raw ? raw_bounds() : plain_bounds(quote);
    if (quote == '"')
      out_.literals.push_back({begin, at_, out_.text.substr(from, to - from)});
    blank(begin + 1, at_ > begin + 1 ? at_ - 1 : at_);
  }

  /// Both return the bounds of the content, and leave us behind the closing quote.
  std::pair<std::size_t, std::size_t> plain_bounds(char quote) {
    auto from = ++at_;
    while (at_ < size() && out_.text[at_] != quote && out_.text[at_] != '\n')
      at_ += out_.text[at_] == '\\' ? 2 : 1;
    auto to = std::min(at_, size());
    at_ = std::min(at_ + 1, size());
    return {from, to};
  }
  std::pair<std::size_t, std::size_t> raw_bounds() {
    auto open = std::min(out_.text.find('(', at_), size() - 1);
    auto closing = ")" + out_.text.substr(at_ + 1, open - at_ - 1) + "\"";
    at_ = past(closing, open + 1);
    return {open + 1, std::max(open + 1, at_ - closing.size())};
  }

  source out_;
  std::size_t at_ = 0;
};

inline source scan_cpp(std::string text) { return cpp_scanner{std::move(text)}.run(); }

/// The tree by path from its root, `/` between folders. Files that are not text are there with an empty text.
struct tree {
  std::map<std::string, std::string> texts;
  std::map<std::string, source> sources;

  tree() = default;
  explicit tree(std::map<std::string, std::string> files) : texts(std::move(files)) {
    for (const auto& [path, text] : texts)
      if (path.ends_with(".cpp") || path.ends_with(".hpp"))
        sources.emplace(path, scan_cpp(text));
  }
};

inline std::string name_of(const std::string& path) { return std::filesystem::path{path}.filename().string(); }
inline std::string folder_of(const std::string& path) { return std::filesystem::path{path}.parent_path().string(); }
inline std::string extension_of(const std::string& path) { return std::filesystem::path{path}.extension().string(); }

inline bool is_left_out(const std::filesystem::path& folder) {
  auto name = folder.filename().string();
  return name == ".git" || name == "build" || name == "var" || name == "node_modules" || name == "__pycache__";
}

inline bool is_text(const std::string& path) {
  static constexpr std::string_view kinds[] = {".cpp", ".hpp",  ".md", ".txt",  ".cmake", ".json",    ".yaml",
                                               ".yml", ".toml", ".js", ".mjs",  ".ts",    ".tsx",     ".py",
                                               ".lua", ".sql",  ".sh", ".html", ".css",   ".example", ""};
  return std::find(std::begin(kinds), std::end(kinds), extension_of(path)) != std::end(kinds);
}

inline tree read_tree(const std::filesystem::path& root) {
  std::map<std::string, std::string> files;
  auto entries = std::filesystem::recursive_directory_iterator{root};
  for (auto entry = begin(entries); entry != end(entries); ++entry) {
    if (entry->is_directory() && is_left_out(entry->path()))
      entry.disable_recursion_pending();
    if (!entry->is_regular_file())
      continue;
    auto path = entry->path().lexically_relative(root).generic_string();
    std::string text;
    if (is_text(path)) {
      std::ifstream in{entry->path(), std::ios::binary};
      text.assign(std::istreambuf_iterator<char>{in}, {});
    }
    files.emplace(std::move(path), std::move(text));
  }
  return tree{std::move(files)};
}

} // namespace callboard::tidy
