#pragma once

#include <span>
#include <string_view>

// What the demo plays with. Invented people and companies; addresses at example.com only.
namespace callboard::app {

struct demo_ticket {
  std::string_view title;
  std::string_view description;
  std::string_view customer;
  std::string_view email;
};

struct demo_person {
  std::string_view name;
  std::string_view email;
  std::string_view department;
};

std::span<const demo_ticket> demo_tickets();      ///< at least 200, different from each other
std::span<const demo_person> demo_people();       ///< support staff
std::span<const std::string_view> demo_replies(); ///< what agents answer
std::span<const std::string_view> demo_notes();   ///< what agents note for each other

} // namespace callboard::app
