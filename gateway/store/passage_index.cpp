#include "gateway/store/passage_index.hpp"

#include "gateway/base/log.hpp"
#include "gateway/store/ask.hpp"
#include "gateway/store/passage_tables.hpp"

namespace gatehouse::store {

using base::Errc;
using base::Result;

PassageIndex::PassageIndex(asio::any_io_executor io, std::filesystem::path file,
                           std::chrono::minutes utc_offset)
    : io_(std::move(io)), file_(std::move(file)), utc_offset_(utc_offset)
{
}

PassageIndex::~PassageIndex()
{
    pool_.join();
}

void PassageIndex::remove_file() const
{
    std::error_code ignored; // what cannot be removed cannot be opened either, and that is told
    for (const auto& part : {file_, log_of(file_), log_index_of(file_)})
        std::filesystem::remove(part, ignored);
}

template <class T>
asio::awaitable<Result<T>> PassageIndex::ask_tables(std::function<T(PassageTables&)> work)
{
    std::function<Result<T>()> guarded = [this, work = std::move(work)]() -> Result<T> {
        try {
            if (!tables_) tables_ = std::make_unique<PassageTables>(file_, utc_offset_);
            return work(*tables_);
        } catch (const SQLite::Exception& failure) {
            const auto reason = errc_of(failure);
            if (reason != Errc::damaged) return reason;
            base::log::warn("the index of passages is damaged and is made anew from the journal");
            tables_.reset();
            remove_file();
            return reason;
        } catch (const std::exception&) {
            return Errc::failed;
        }
    };
    co_return co_await ask<T>(io_, pool_, std::move(guarded));
}

asio::awaitable<Result<void>> PassageIndex::tell_tables(std::function<void(PassageTables&)> work)
{
    std::function<Progress(PassageTables&)> told = [work = std::move(work)](PassageTables& tables) {
        work(tables);
        return Progress::done;
    };
    const auto done = co_await ask_tables(std::move(told));
    if (!done) co_return done.error();
    co_return Result<void>();
}

asio::awaitable<Result<PassagePosition>> PassageIndex::position()
{
    std::function<PassagePosition(PassageTables&)> work = [](PassageTables& tables) {
        return tables.position();
    };
    co_return co_await ask_tables(std::move(work));
}

asio::awaitable<Result<void>> PassageIndex::apply(PassageBatch batch)
{
    std::function<void(PassageTables&)> work = [batch = std::move(batch)](PassageTables& tables) {
        tables.apply(batch);
    };
    co_return co_await tell_tables(std::move(work));
}

asio::awaitable<Result<PassagePage>> PassageIndex::select(PassageQuery query)
{
    std::function<PassagePage(PassageTables&)> work = [query = std::move(query)](PassageTables& tables) {
        return tables.select(query);
    };
    co_return co_await ask_tables(std::move(work));
}

asio::awaitable<Result<std::vector<TrafficRow>>> PassageIndex::traffic(base::WallTime from, base::WallTime to)
{
    std::function<std::vector<TrafficRow>(PassageTables&)> work = [from, to](PassageTables& tables) {
        return tables.traffic(from, to);
    };
    co_return co_await ask_tables(std::move(work));
}

asio::awaitable<Result<PassageCounts>> PassageIndex::count(base::WallTime from, base::WallTime to)
{
    std::function<PassageCounts(PassageTables&)> work = [from, to](PassageTables& tables) {
        return tables.count(from, to);
    };
    co_return co_await ask_tables(std::move(work));
}

asio::awaitable<Result<void>> PassageIndex::forget(PassageCutoffs cutoffs)
{
    for (bool more = true; more;) {
        std::function<bool(PassageTables&)> work = [cutoffs](PassageTables& tables) {
            return tables.forget(cutoffs);
        };
        const auto page = co_await ask_tables(std::move(work));
        if (!page) co_return page.error();
        more = *page;
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> PassageIndex::clear()
{
    std::function<void(PassageTables&)> work = [](PassageTables& tables) { tables.clear(); };
    co_return co_await tell_tables(std::move(work));
}

} // namespace gatehouse::store
