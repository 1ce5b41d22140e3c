#include "config/example.hpp"

#include "config/check_value.hpp"

namespace callboard::config {
namespace {

constexpr std::string_view introduction =
  R"(# Callboard's settings, each with its default. Keep only what you change.
# A later source wins: this file, a .env file in the working folder, the environment, --set path=value.
# Generated; renew with: callboard config example > docs/configuration.example.toml
)";

std::string_view parent_of(std::string_view path) {
  auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view name_of(std::string_view path) {
  auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

class example_writer {
public:
  explicit example_writer(const option_table& table) : table_(table), out_(introduction) {}

  std::string take() && { return std::move(out_); }

  void write_group(std::string_view path, std::string_view help) {
    bool open = path.empty();
    for (const auto& each : table_.options)
      if (parent_of(each.path) == path && each.kind != value_kind::tables) {
        if (!open)
          out_ += fmt::format("\n# {}\n[{}]\n", help, path);
        else
          out_ += '\n';
        open = true;
        write_setting(each, name_of(each.path));
      }
    for (const auto& each : table_.options)
      if (parent_of(each.path) == path && each.kind == value_kind::tables)
        write_tables(each);
  }

private:
  void write_setting(const option& each, std::string_view name) {
    out_ += fmt::format("# {}\n", each.marks.help);
    out_ += fmt::format("# {}; {}\n", allowed_values(each), environment_name(each.path));
    if (each.marks.secret && each.marks.url)
      out_ += fmt::format("# or {}{} = \"/path/of/a/file\" that holds it\n", name, secret_file_suffix);
    if (!each.marks.secret || each.marks.url)
      out_ += fmt::format("{} = {}\n", name, toml_text(each.standard));
    else
      out_ += fmt::format("# {0} = \"...\", or {0}{1} = \"/path/of/a/file\" that holds it\n", name, secret_file_suffix);
  }

  /// The default's rows; without any, one in comments that shows the columns.
  void write_tables(const option& each) {
    out_ += fmt::format("\n# {}\n# {}; {} as a JSON array\n", each.marks.help, allowed_values(each),
                        environment_name(each.path));
    for (const auto& column : each.columns)
      out_ += fmt::format("#   {}: {} {}\n", column.path, column.marks.help, allowed_values(column));
    const auto& rows = each.standard.as_array();
    for (const auto& row : rows)
      write_row(each, row.as_object());
    if (rows.empty())
      out_ += fmt::format("# [[{}]]\n", each.path);
  }

  void write_row(const option& each, const boost::json::object& row) {
    out_ += fmt::format("[[{}]]\n", each.path);
    for (const auto& column : each.columns)
      if (!column.marks.secret)
        out_ += fmt::format("{} = {}\n", column.path, toml_text(row.at(column.path)));
  }

  const option_table& table_;
  std::string out_;
};

} // namespace

std::string example_of(const option_table& table) {
  example_writer writer{table};
  writer.write_group("", "");
  for (const auto& group : table.groups)
    writer.write_group(group.path, group.help);
  return std::move(writer).take();
}

std::string config_example() { return example_of(option_table_of<settings>()); }

std::string config_show(const loaded_settings& all) { return show_settings(all); }

} // namespace callboard::config
