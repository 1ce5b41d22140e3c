# libpqxx and the libpq beneath it, of which the options of a connection are asked. Gives the target PQXX::pqxx.
find_path(PQXX_INCLUDE_DIR pqxx/pqxx)
find_library(PQXX_LIBRARY pqxx)
find_path(PQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(PQ_LIBRARY pq)
if(PQXX_INCLUDE_DIR AND EXISTS ${PQXX_INCLUDE_DIR}/pqxx/version.hxx)
  file(STRINGS ${PQXX_INCLUDE_DIR}/pqxx/version.hxx version_line REGEX "#define PQXX_VERSION \"")
  string(REGEX MATCH "[0-9.]+" PQXX_VERSION "${version_line}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PQXX REQUIRED_VARS PQXX_LIBRARY PQXX_INCLUDE_DIR PQ_LIBRARY PQ_INCLUDE_DIR
                                  VERSION_VAR PQXX_VERSION REASON_FAILURE_MESSAGE "install libpqxx-dev (6.4)")
if(PQXX_FOUND AND NOT TARGET PQXX::pqxx)
  add_library(PQXX::pqxx UNKNOWN IMPORTED)
  set_target_properties(PQXX::pqxx PROPERTIES IMPORTED_LOCATION ${PQXX_LIBRARY}
                                              INTERFACE_INCLUDE_DIRECTORIES "${PQXX_INCLUDE_DIR};${PQ_INCLUDE_DIR}"
                                              INTERFACE_LINK_LIBRARIES ${PQ_LIBRARY})
endif()
mark_as_advanced(PQXX_INCLUDE_DIR PQXX_LIBRARY PQ_INCLUDE_DIR PQ_LIBRARY)
