#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/store/passage_rows.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace gatehouse::store {

class PassageTables;

// The passages of the journal as people look for them: one row for one movement, by plate, person, lane and
// time, and how many went through in each hour. All of it comes from the journal, so it has a file of its own
// that no event waits for: a file that is damaged or gone is begun anew, and whoever fills it (passage/
// register.hpp) reads the journal again. All calls on the io thread; the work runs on a thread of its own.
class PassageIndex {
public:
    PassageIndex(asio::any_io_executor io, std::filesystem::path file, std::chrono::minutes utc_offset);
    ~PassageIndex();
    PassageIndex(const PassageIndex&) = delete;
    PassageIndex& operator=(const PassageIndex&) = delete;

    // Errors of all: damaged (it is empty now, from position 0), disk_full, failed.
    asio::awaitable<base::Result<PassagePosition>> position();
    asio::awaitable<base::Result<void>> apply(PassageBatch batch);
    asio::awaitable<base::Result<PassagePage>> select(PassageQuery query);
    asio::awaitable<base::Result<std::vector<TrafficRow>>> traffic(base::WallTime from, base::WallTime to);
    asio::awaitable<base::Result<PassageCounts>> count(base::WallTime from, base::WallTime to);
    asio::awaitable<base::Result<void>> forget(PassageCutoffs cutoffs);
    asio::awaitable<base::Result<void>> clear();

private:
    template <class T>
    asio::awaitable<base::Result<T>> ask_tables(std::function<T(PassageTables&)> work);
    asio::awaitable<base::Result<void>> tell_tables(std::function<void(PassageTables&)> work);
    void remove_file() const;

    asio::any_io_executor io_;
    std::filesystem::path file_;
    std::chrono::minutes utc_offset_;
    std::unique_ptr<PassageTables> tables_; // of the thread; opened by the first who asks
    asio::thread_pool pool_{1};
};

} // namespace gatehouse::store
