#pragma once

#include "persistence/open_store.hpp"
#include "persistence/postgres/connection.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace callboard::postgres {

inline constexpr std::string_view deposed = "another process has taken the store; this one must stop";

/// What a store is taken for.
enum class taken_for {
  serving, ///< the jobs of a predecessor are given back; a store that is copied in part only is refused
  copying  ///< nothing in it is touched
};

/// The right to write a store, held by a node: one start of one process (reliability C-1, with a single shard).
///
/// What makes writes safe is the epoch: every writing statement reads the shard's row FOR SHARE and finds it gone when
/// another node has raised the epoch. The beat only decides how long a starting process waits. It is the last activity of
/// the holder's own session, which the server knows by itself: nothing is written for it, so no transaction of ours ever
/// holds up the feed's horizon. A holder whose session is gone is gone (kill -9 included), unless all sessions ended
/// together (`server_settles`). One whose beat stands still for `beat_max` is frozen: its sessions are ended first, since
/// one that is inside a transaction would block the takeover, and then the epoch is raised.
///
/// A node that was deposed never takes the store back: its actors hold what is no longer true. It is told, and has to be
/// started again.
class ownership {
public:
  static constexpr duration_ms beat_every{1'000};
  static constexpr duration_ms beat_max{5'000};
  /// All sessions have ended at once (a restart of the server, however long ago it let anybody in again, or a failover): a
  /// living holder gets this long to come back, from when a starting process first looks, or as long as that waits at all.
  static constexpr duration_ms server_settles{3'000};

  /// Takes the store, waiting as `open_store` says. Throws `store_open_error` naming a holder that lives.
  ownership(const connection_settings&, std::string_view store, const open_options&,
            taken_for what = taken_for::serving);
  /// Lets the store go, so that the next one need not wait.
  ~ownership();
  ownership(const ownership&) = delete;
  ownership& operator=(const ownership&) = delete;

  std::int64_t epoch() const { return epoch_; }
  const std::string& node() const { return settings_.node; }

  /// The newest place in the feed that somebody was told of. It outlives a writer.
  std::atomic<std::int64_t> acknowledged{0};

  /// Tells `open_options::on_lost` that the store is no longer what this process knows. From any thread.
  void lose(std::string_view why);

private:
  /// True when nobody holds the store any more; otherwise `holder_` says who does. From `settled` on also where a holder
  /// without a session may be on its way back.
  bool is_free(std::chrono::steady_clock::time_point settled);
  bool take(std::string_view store, taken_for what);
  void refuse_part_of_copy(std::string_view store);
  void run();
  void beat();
  void let_go();

  connection_settings settings_;
  std::function<void(std::string_view)> on_lost_;
  std::atomic<bool> lost_ = false;
  connection db_;
  std::string holder_;  ///< for people
  std::string deposed_; ///< node whose store this takes; empty: nobody's
  std::int64_t epoch_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

/// Ends the sessions of a node and waits until they are gone.
void end_sessions(connection&, const std::string& node);

} // namespace callboard::postgres
