#include <iostream>
#include <string>
#include <vector>

#include "domain/classifier/train_command.hpp"

// Runs while Callboard is being built; see CMakeLists.txt beside it.
int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return callboard::train_command(arguments, std::cout, std::cerr);
}
