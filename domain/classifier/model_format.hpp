#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// The bytes that the trainer writes and the classifier reads in place: one header, then an open hash table from
// feature key to weights. Written and read on the same machine type, so numbers are in its own byte order.
namespace callboard {

/// The four questions, in the order of their columns.
enum class head : std::uint8_t {
  category,
  priority,
  mood,
  language
};
inline constexpr std::size_t heads = 4;
/// Answers per head. The last language is "some other one".
inline constexpr std::array<std::size_t, heads> head_classes{3, 3, 3, 4};
inline constexpr std::size_t head_classes_max = 4;
/// Softmax only sees differences, so the last answer of each head is fixed at 0 and has no column.
inline constexpr std::array<std::size_t, heads> head_columns_begin{0, 2, 4, 6};
inline constexpr std::size_t weight_columns = 9;

inline constexpr std::uint32_t model_magic = 0x4d434243; // "CBCM"
inline constexpr std::uint32_t model_format_version = 1;

struct model_header {
  std::uint32_t magic = model_magic;
  std::uint32_t format = model_format_version;
  std::uint64_t corpus_hash = 0;           ///< FNV-1a over all training lines
  std::uint32_t slots = 0;                 ///< a power of two
  std::uint32_t features = 0;              ///< how many slots are in use
  float rarity_step = 0;                   ///< rarity of a feature is its byte times this
  float words_known_min = 0;               ///< below this share of known words a text is not understood
  std::array<float, heads> weight_steps{}; ///< weight is its byte times this
  std::array<float, weight_columns> biases{};
  std::uint32_t padding = 0;
};
static_assert(sizeof(model_header) == 88);

/// Four fit into a cache line. A key of 0 marks an empty slot.
struct model_slot {
  std::uint32_t key = 0;
  std::array<std::int8_t, weight_columns> weights{};
  std::uint8_t rarity = 0;
  std::array<std::uint8_t, 2> padding{};
};
static_assert(sizeof(model_slot) == 16);

/// Where a key is looked for first; then slot after slot. Keys are hashes already.
constexpr std::size_t home_slot(std::uint32_t key, std::size_t slots) { return key & (slots - 1); }

/// A model that lies somewhere in memory. Cheap to copy; the bytes must outlive it.
class model_view {
public:
  /// Checks magic, format and size; throws invariant_broken when the bytes are no model of this version.
  /// `bytes` must be aligned to 8.
  explicit model_view(std::span<const std::byte> bytes);

  const model_header& header() const { return *header_; }

  /// The slot of a feature, or null when the model does not know it.
  const model_slot* find(std::uint32_t key) const;

private:
  const model_header* header_;
  std::span<const model_slot> slots_;
};

/// The model that was trained when this program was built.
std::span<const std::byte> built_in_model();

} // namespace callboard
