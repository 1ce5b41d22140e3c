#pragma once

#include <string_view>

// Words of English, German and Spanish that mean about the same, so that what the classifier learns about "refund" it
// also knows about "Erstattung" and "reembolso". The families carry no labels: what one is worth is learnt from the
// training tickets. They were chosen from the words that are frequent there.
namespace callboard {

/// The number of the family that a folded word belongs to, from 1, or 0. German compounds count by their first part
/// that is known. A word is expected to be of bounded length: the time is linear in it.
int word_family(std::string_view word);

} // namespace callboard
