#pragma once

#include <string_view>

namespace callboard::postgres {

/// A store that is copied from another one says so here. Until the copy is complete nobody serves it.
inline constexpr std::string_view store_copy = R"sql(

CREATE TABLE store_copy (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  source text NOT NULL,                       -- for people
  source_store text COLLATE "C" NOT NULL,     -- a digest of its secret
  source_reign bigint NOT NULL,               -- how often it had been taken: served since means another number
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  completed_at timestamptz
);

-- How many rows of each table are there: where the copy goes on.
CREATE TABLE store_copy_table (
  name text COLLATE "C" PRIMARY KEY,
  copied bigint NOT NULL
);

)sql";

} // namespace callboard::postgres
