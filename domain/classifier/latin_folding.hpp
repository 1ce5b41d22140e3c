#pragma once

#include <string_view>

// Latin letters reduced to lower-case a–z, so that "FACTURACIÓN", "facturación" and "facturacion"
// are one word to the classifier.
namespace callboard {

/// The letters a–z that stand for a Latin letter up to U+017F: "a" for À, "ss" for ß, "ae" for Æ. Empty for all else.
std::string_view folded_letters(char32_t code_point);

/// A letter of a script that is not Latin (Greek, Cyrillic, Arabic, Han, ...), judged by block.
bool is_foreign_letter(char32_t code_point);

/// Marks that neither end a word nor belong to it: combining accents, soft hyphen, zero-width joiners, apostrophes.
bool is_ignorable(char32_t code_point);

/// Pictographs, as people put them into messages.
bool is_emoji(char32_t code_point);

} // namespace callboard
