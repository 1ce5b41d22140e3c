#pragma once

#include "persistence/open_store.hpp"

namespace callboard::postgres {

std::unique_ptr<store_engine> open_engine(const config::store_settings&, const open_options&);

migration_report migrate_database(const config::store_settings&, const open_options&);

} // namespace callboard::postgres
