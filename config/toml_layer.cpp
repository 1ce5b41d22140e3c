#include "config/check_value.hpp"
#include "config/layers.hpp"
#include "config/nearest_name.hpp"

// Faults are values here, and this is the only place that compiles the library.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace callboard::config {
namespace {

std::string place(const std::string& name, const toml::source_position& at) {
  return fmt::format("{}:{}:{}", name, at.line, at.column);
}

bool is_bare(std::string_view key) {
  return !key.empty()
         && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
              == std::string_view::npos;
}

/// TOML's values as JSON, and the place of each item inside.
class value_taker {
public:
  value_taker(const std::string& name, assignment& into) : name_(name), into_(into) {}

  boost::json::value take(const toml::node& node, const std::string& inside, int depth = 0) {
    if (!inside.empty())
      into_.where_inside[inside] = place(name_, node.source().begin);
    if (auto text = node.as_string())
      return boost::json::value(std::string_view{text->get()});
    if (auto whole = node.as_integer())
      return whole->get();
    if (auto number = node.as_floating_point())
      return number->get();
    if (auto flag = node.as_boolean())
      return flag->get();
    if (auto items = node.as_array())
      return take_items(*items, inside, depth);
    if (auto cells = node.as_table())
      return take_cells(*cells, inside, depth);
    return boost::json::value(nullptr); // dates and times, which no setting is
  }

private:
  // No setting is deeper than a list of tables of lists. Whatever is deeper is refused as the table it is.
  static constexpr int depth_max = 4;

  boost::json::value take_items(const toml::array& items, const std::string& inside, int depth) {
    boost::json::array out;
    if (depth < depth_max)
      for (std::size_t i = 0; i < items.size(); ++i)
        out.push_back(take(items[i], fmt::format("{}[{}]", inside, i), depth + 1));
    return out;
  }

  boost::json::value take_cells(const toml::table& cells, const std::string& inside, int depth) {
    boost::json::object out;
    if (depth < depth_max)
      for (const auto& [key, cell] : cells)
        out[key.str()] = take(cell, fmt::format("{}.{}", inside, shown_name(key.str())), depth + 1);
    return out;
  }

  const std::string& name_;
  assignment& into_;
};

class file_walk {
public:
  file_walk(const std::string& name, const option_table& table, layer_reading& out)
      : name_(name), table_(table), out_(out) {}

  void take(const toml::table& cells, const std::string& prefix) {
    for (auto [key, node] : in_order(cells))
      take_key(*key, *node, prefix);
  }

private:
  using entry = std::pair<const toml::key*, const toml::node*>;

  /// As written, so that faults come in the order of the file: a TOML table sorts its keys.
  static std::vector<entry> in_order(const toml::table& cells) {
    std::vector<entry> entries;
    for (const auto& [key, node] : cells)
      entries.emplace_back(&key, &node);
    auto at = [](const entry& e) {
      const auto& begin = e.first->source().begin;
      return std::tuple{begin.line, begin.column};
    };
    std::stable_sort(entries.begin(), entries.end(), [&](const entry& a, const entry& b) { return at(a) < at(b); });
    return entries;
  }

  void take_key(const toml::key& key, const toml::node& node, const std::string& prefix) {
    auto path = prefix + std::string{key.str()};
    auto at = place(name_, key.source().begin);
    // A quoted key with a dot in it is one name, not a path.
    auto found = is_bare(key.str()) ? find_setting(table_, path) : named_setting{};
    if (found.setting) {
      assignment made{
        found.setting, found.is_secret_file, {}, {setting_layer::file, place(name_, node.source().begin)}};
      made.value = value_taker{name_, made}.take(node, "");
      out_.assignments.push_back(std::move(made));
    } else if (is_bare(key.str()) && table_.find_group(path)) {
      if (auto cells = node.as_table())
        take(*cells, path + ".");
      else
        out_.refuse(at, path, "is a group of settings: write [" + path + "] and its keys below");
    } else {
      auto what = node.is_table() ? "unknown group" : "unknown setting";
      out_.refuse(at, prefix + shown_name(key.str()), what + did_you_mean(path, known_paths(table_)));
    }
  }

  const std::string& name_;
  const option_table& table_;
  layer_reading& out_;
};

} // namespace

void read_toml(std::string_view text, const std::string& name, const option_table& table, layer_reading& out) {
  auto parsed = toml::parse(text, std::string_view{name});
  if (!parsed) {
    const auto& error = parsed.error();
    return out.refuse(place(name, error.source().begin), "", "is not valid TOML: " + std::string{error.description()});
  }
  file_walk{name, table, out}.take(parsed.table(), "");
}

} // namespace callboard::config
