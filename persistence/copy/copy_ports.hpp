#pragma once

#include "config/settings.hpp"
#include "persistence/copy/copied_row.hpp"
#include "persistence/copy/copied_tables.hpp"
#include "persistence/open_store.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>

// What an engine offers to be copied from, and to be copied into. Both hold their store, as a server would, until they
// are gone, and throw `store_failure` when it fails.
namespace callboard {

using take_row = std::function<void(const copied_row&)>;

/// Which store it is, and whether it is still as it was: who has served it meanwhile has raised `reign`.
struct source_stamp {
  std::string shown; ///< for people
  std::string store; ///< a digest of its secret
  std::int64_t reign = 0;
};

class copy_source {
public:
  virtual ~copy_source() = default;
  virtual source_stamp stamp() = 0;
  virtual std::int64_t count(copied_table) = 0;
  /// The rows in an order that stays the same as long as the stamp does, from the nth (counted from 0) on.
  virtual void read(copied_table, std::int64_t from, const take_row&) = 0;
  /// Ends the cursors of this store's feed, if that is still of this epoch: what it will tell from now on is not what the
  /// copy will tell.
  virtual void end_cursors(std::int64_t feed_epoch) = 0;
};

enum class copy_begin {
  fresh,     ///< the target was empty
  resumed,   ///< it holds a part of this source
  restarted, ///< it held a part of this source, which has been served since: the part is gone
  complete   ///< it is the finished copy of this source
};

class copy_target {
public:
  virtual ~copy_target() = default;
  virtual std::string shown() const = 0;
  /// Throws `store_open_error` when the target holds something else.
  virtual copy_begin begin(const source_stamp&) = 0;
  /// How many rows of a table are there.
  virtual std::int64_t copied(copied_table) = 0;
  /// Stores rows, and with them, in one transaction, how many are there then.
  virtual void write(copied_table, std::span<const copied_row>, std::int64_t copied_then) = 0;
  /// Reads what is stored, in any order.
  virtual void read(copied_table, const take_row&) = 0;
  /// After it is found equal: may be served from here on.
  virtual void complete() = 0;
  virtual std::int64_t feed_epoch() = 0;
};

} // namespace callboard
