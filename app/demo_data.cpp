#include "app/demo_data.hpp"

#include <array>

namespace callboard::app {
namespace {
constexpr std::array tickets{demo_ticket{"Charged twice for March", "My card shows two charges of 49 euros.", "Ann Lee", "ann@example.com"}};
constexpr std::array people{demo_person{"Maya Brandt", "maya.brandt@example.org", "Billing"}};
constexpr std::array<std::string_view, 1> replies{"Thank you for writing; we are looking into it."};
constexpr std::array<std::string_view, 1> notes{"Asked the billing team."};
} // namespace

std::span<const demo_ticket> demo_tickets() { return tickets; }
std::span<const demo_person> demo_people() { return people; }
std::span<const std::string_view> demo_replies() { return replies; }
std::span<const std::string_view> demo_notes() { return notes; }

} // namespace callboard::app
