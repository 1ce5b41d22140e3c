#pragma once

#include "persistence/copy/copy_ports.hpp"
#include "persistence/open_store.hpp"

#include <filesystem>

namespace callboard::sqlite {

std::unique_ptr<store_engine> open_engine(const std::filesystem::path& file, const config::store_settings&,
                                          const open_options&);

migration_report migrate_file(const std::filesystem::path& file, const open_options&);

/// A store that is there, brought to this binary's schema and held.
std::unique_ptr<copy_source> open_source(const std::filesystem::path& file, const config::store_settings&,
                                         const open_options&);

} // namespace callboard::sqlite
