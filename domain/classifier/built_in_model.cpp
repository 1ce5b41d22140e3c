#include "domain/classifier/model_format.hpp"

// The assembler copies the trained model into this object: no generated source of several megabytes to compile.
// CALLBOARD_CLASSIFIER_MODEL is the quoted path of the file, set by CMake.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    ".local callboard_classifier_model_begin\n"
    "callboard_classifier_model_begin:\n"
    ".incbin " CALLBOARD_CLASSIFIER_MODEL "\n"
    ".local callboard_classifier_model_end\n"
    "callboard_classifier_model_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte callboard_classifier_model_begin[];
extern const std::byte callboard_classifier_model_end[];
}

namespace callboard {

std::span<const std::byte> built_in_model() {
  return {callboard_classifier_model_begin, callboard_classifier_model_end};
}

} // namespace callboard
