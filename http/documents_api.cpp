#include "base/digest.hpp"
#include "http/docs_ui/assets.hpp"
#include "http/handlers.hpp"
#include "http/openapi.hpp"

#include <map>

namespace callboard::http {
namespace {

constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view script_type = "text/javascript; charset=utf-8";

// Addresses are relative, so that a page works below any prefix it is reached under.
constexpr std::string_view swagger_page = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Callboard API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/init.js"></script>
</body>
</html>
)";
constexpr std::string_view swagger_init = R"(SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  validatorUrl: null,
});
)";
constexpr std::string_view redoc_page = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Callboard API</title>
</head>
<body>
<div id="ui"></div>
<script src="redoc/redoc.standalone.js"></script>
<script src="redoc/init.js"></script>
</body>
</html>
)";
constexpr std::string_view redoc_init = R"(Redoc.init('openapi.json', {}, document.getElementById('ui'));
)";
constexpr std::string_view plain_page = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Callboard API</title>
</head>
<body>
<h1>Callboard API</h1>
<p>This program was built without the document viewers. The document itself: <a href="openapi.json">openapi.json</a>.</p>
</body>
</html>
)";

std::string tag_of(std::string_view text) {
  auto digest = sha256(text);
  return '"' + to_hex(bytes_of(digest)).substr(0, 16) + '"';
}

void send(exchange& ex, std::string_view type, std::string_view text, std::string etag) {
  ex.out.content_type = type;
  ex.out.shared = text;
  ex.out.etag = std::move(etag);
}

void send_page(exchange& ex, std::string_view text) {
  if (ex.refuse_mistakes())
    return;
  ex.out.page = true;
  send(ex, html_type, text, tag_of(text));
}

/// The tags of files never change, so they are made once.
std::string etag_of_asset(const docs_asset& asset) {
  static const std::map<std::string_view, std::string> tags = [] {
    std::map<std::string_view, std::string> all;
    for (const auto& each : swagger_assets())
      all.emplace(each.name, tag_of(each.content));
    for (const auto& each : redoc_assets())
      all.emplace(each.name, tag_of(each.content));
    return all;
  }();
  return tags.at(asset.name);
}

void send_file(exchange& ex, std::span<const docs_asset> assets, std::string_view init) {
  if (ex.refuse_mistakes())
    return;
  ex.out.page = true;
  if (ex.ids[0] == "init.js" && !assets.empty())
    return send(ex, script_type, init, tag_of(init));
  for (const auto& asset : assets)
    if (asset.name == ex.ids[0])
      return send(ex, asset.media_type, asset.content, etag_of_asset(asset));
  ex.refuse(error_code::not_found, "There is no such file.");
}

} // namespace

void openapi_handler(exchange& ex) {
  if (ex.refuse_mistakes())
    return;
  static const std::string etag = tag_of(openapi_json());
  send(ex, json_type, openapi_json(), etag);
}

/// Who opens the address that the banner prints wants to see something.
void welcome_handler(exchange& ex) {
  if (ex.refuse_mistakes())
    return;
  ex.out.status = 302;
  ex.out.add_field("Location", "/docs");
}

void swagger_page_handler(exchange& ex) { send_page(ex, swagger_assets().empty() ? plain_page : swagger_page); }
void redoc_page_handler(exchange& ex) { send_page(ex, redoc_assets().empty() ? plain_page : redoc_page); }
void swagger_file_handler(exchange& ex) { send_file(ex, swagger_assets(), swagger_init); }
void redoc_file_handler(exchange& ex) { send_file(ex, redoc_assets(), redoc_init); }

} // namespace callboard::http
