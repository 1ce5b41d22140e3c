#include "domain/classifier/train_command.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "domain/classifier/model_training.hpp"
#include "domain/classifier/softmax.hpp"

namespace callboard {
namespace {

constexpr std::string_view usage = "usage: train_classifier MODEL|--report FOREIGN_TEXTS TICKETS...";
constexpr std::string_view report_flag = "--report";

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw corpus_error(fmt::format("{}: cannot be opened", path));
  return {std::istreambuf_iterator<char>(in), {}};
}

/// FNV-1a, carried on over several files.
std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

struct corpus {
  std::vector<example> examples;
  std::uint64_t hash = 0xcbf29ce484222325ULL;
};

corpus read_corpus(const std::string& foreign_path, std::span<const std::string> ticket_paths) {
  corpus result;
  std::vector<std::vector<labelled_ticket>> files;
  for (const auto& path : ticket_paths) {
    std::istringstream in(content_of(path));
    result.hash = hash_on(result.hash, in.view());
    files.push_back(read_tickets(in, path));
  }
  std::istringstream in(content_of(foreign_path));
  result.hash = hash_on(result.hash, in.view());
  result.examples = examples_of(files, read_foreign_texts(in, foreign_path));
  return result;
}

struct head_measure {
  std::size_t right = 0;
  std::size_t count = 0;
};

void report_head(std::string_view name, head h, std::span<const example> examples,
                 std::span<const left_out_result> left_out, std::ostream& out) {
  const auto index = static_cast<std::size_t>(h);
  std::map<std::string, head_measure> by_language;
  head_measure all;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (!examples[i].is_ticket && h != head::language)
      continue;
    const auto& scores = left_out[i].scores[index];
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    const std::size_t right = best == examples[i].labels[index] ? 1 : 0;
    for (auto* measure : {&all, &by_language[examples[i].is_ticket ? examples[i].language : "other"]}) {
      measure->right += right;
      ++measure->count;
    }
  }
  const auto share = [](const head_measure& m) { return static_cast<double>(m.right) / static_cast<double>(m.count); };
  fmt::print(out, "{:9} accuracy {:.3f}, temperature {:.2f}", name, share(all),
             calibrated_temperature(examples, left_out, h));
  for (const auto& [language, measure] : by_language)
    fmt::print(out, ", {} {:.3f} of {}", language, share(measure), measure.count);
  fmt::print(out, "\n");
}

void report(const corpus& texts, std::ostream& out) {
  const auto left_out = cross_validate(texts.examples);
  fmt::print(out, "{} texts, {} folds\n", texts.examples.size(), folds);
  report_head("category", head::category, texts.examples, left_out, out);
  report_head("priority", head::priority, texts.examples, left_out, out);
  report_head("sentiment", head::mood, texts.examples, left_out, out);
  report_head("language", head::language, texts.examples, left_out, out);
}

void write_model(const corpus& texts, const std::string& path, std::ostream& out) {
  std::vector<std::size_t> all(texts.examples.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = i;
  const vocabulary words(texts.examples, all);
  const auto model = train_model(texts.examples, words, cross_validate(texts.examples));
  const auto bytes = packed_model(model, words, texts.hash);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    throw corpus_error(fmt::format("{}: cannot be written", path));
  fmt::print(out, "{}: {} features of {} texts, {} bytes\n", path, words.size(), texts.examples.size(), bytes.size());
}

} // namespace

int train_command(std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  if (arguments.size() < 3) {
    fmt::print(err, "{}\n", usage);
    return 1;
  }
  try {
    const auto texts = read_corpus(arguments[1], arguments.subspan(2));
    if (arguments[0] == report_flag)
      report(texts, out);
    else
      write_model(texts, arguments[0], out);
    return 0;
  } catch (const corpus_error& e) {
    fmt::print(err, "{}\n", e.what());
    return 1;
  }
}

} // namespace callboard
