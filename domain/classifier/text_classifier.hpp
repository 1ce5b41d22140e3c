#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "domain/classifier/model_format.hpp"
#include "domain/values.hpp"

namespace callboard {

struct text_class {
  std::string category;
  ticket_priority priority = ticket_priority::medium; ///< never urgent
  double confidence = 0;                              ///< probability that the category is right, calibrated
  sentiment mood = sentiment::neutral;
  std::string language; ///< BCP 47: en, de, es, or und where the text gives no ground to choose
};

/// Reads a ticket's text and says what it is about, by logistic regression over words and fragments of words
/// (docs/classifier.md). No clock, no dice, no state: equal texts give equal answers. All members are safe to call
/// from any thread. Any bytes are accepted; only the first 20,000 bytes of title and of description are read.
class text_classifier {
public:
  /// `model` must outlive the classifier; throws invariant_broken when it is not a model of this version.
  explicit text_classifier(std::span<const std::byte> model);

  /// The model that was trained when this program was built. Nothing is copied or decoded at first use.
  static const text_classifier& built_in();

  /// Chooses among the categories that are both configured and known to the model (billing, technical, general).
  /// - Where the best of them is improbable, it is still given, with its low probability as confidence.
  /// - Where the text is not understood (empty, no known words, another language) or none is known: `general` if it is
  ///   configured, else the first configured one, with a confidence below 0.5. No category configured: `general`.
  /// - `general` is what remains; configured categories that the model does not know share in its confidence.
  text_class classify(std::string_view title, std::string_view description,
                      std::span<const std::string> categories) const;

  /// Changes whenever the training tickets or the method change, as in "builtin-1.0123456789abcdef".
  std::string_view version() const { return version_; }

private:
  model_view model_;
  std::string version_;
};

} // namespace callboard
