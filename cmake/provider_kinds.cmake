# A kind of AI provider is one file, actors/ai/KIND_provider.cpp. From their names comes what the rest has to know:
# config/provider_kinds.hpp (the values of the setting `kind`) and actors/ai/provider_kinds.cpp (who spawns which).

# callboard_provider_kinds(root out): writes both below OUT, where they are left alone while nothing changes.
function(callboard_provider_kinds root out)
  if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(watched CONFIGURE_DEPENDS)
  endif()
  file(GLOB files ${watched} ${root}/actors/ai/*_provider.cpp)
  set(kinds "")
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "_provider\\.cpp$" "" kind ${name})
    if(NOT kind MATCHES "^[a-z][a-z0-9_]*$")
      message(FATAL_ERROR "${file}: a kind of provider is named like a C++ variable, in small letters")
    endif()
    list(APPEND kinds ${kind})
    string(APPEND declarations "make_provider spawn_${kind}_provider;\n")
    string(APPEND entries "    {config::provider_kind::${kind}, &spawn_${kind}_provider},\n")
  endforeach()
  list(JOIN kinds ", " kinds)
  file(CONFIGURE OUTPUT ${out}/config/provider_kinds.hpp CONTENT
"#pragma once

// Written by cmake/provider_kinds.cmake.
#define CALLBOARD_PROVIDER_KINDS @kinds@
" @ONLY)
  file(CONFIGURE OUTPUT ${out}/actors/ai/provider_kinds.cpp CONTENT
"// Written by cmake/provider_kinds.cmake.
#include \"actors/ai/provider.hpp\"

namespace callboard {

@declarations@
const std::vector<provider_kind_entry>& provider_kinds() {
  static const std::vector<provider_kind_entry> kinds{
@entries@  };
  return kinds;
}

} // namespace callboard
" @ONLY)
endfunction()
