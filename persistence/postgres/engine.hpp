#pragma once

#include "persistence/copy/copy_ports.hpp"
#include "persistence/open_store.hpp"

namespace callboard::postgres {

std::unique_ptr<store_engine> open_engine(const config::store_settings&, const open_options&);

migration_report migrate_database(const config::store_settings&, const open_options&);

/// A database with this binary's schema, held to be copied into.
std::unique_ptr<copy_target> open_target(const config::store_settings&, const open_options&);

} // namespace callboard::postgres
