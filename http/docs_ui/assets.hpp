#pragma once

#include <span>
#include <string_view>

// The files of Swagger UI and Redoc, from their npm packages, inside the program.
namespace callboard::http {

struct docs_asset {
  std::string_view name;
  std::string_view media_type;
  std::string_view content;
};

/// Empty when the packages were not there at build time: the pages then show a link to the document.
std::span<const docs_asset> swagger_assets();
std::span<const docs_asset> redoc_assets();

} // namespace callboard::http
