#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace callboard {

/// The trainer's command line without the program's name:
///   MODEL FOREIGN TICKETS...        trains and writes the model file
///   --report FOREIGN TICKETS...     prints what the cross-validation measures, writes nothing
/// TICKETS are files of labelled tickets, FOREIGN is one of texts in other languages. Returns the exit code: 0, or 1
/// after one line on `err` that says what is wrong and where.
int train_command(std::span<const std::string> arguments, std::ostream& out, std::ostream& err);

} // namespace callboard
