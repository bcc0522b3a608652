#include "gateway/app/backup_copy.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;

class BackupCopy : public testing::Test {
protected:
    BackupCopy()
    {
        std::string name = (fs::temp_directory_path() / "gatehouse-copy-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        open();
    }
    ~BackupCopy() override
    {
        opened.store.reset();
        fs::remove_all(folder);
    }
    void open()
    {
        opened.store.reset();
        store::StoreOptions options;
        options.directory = folder;
        opened = store::open_store(io.get_executor(), clock, metrics, std::move(options), {});
    }
    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr failure, T value) {
            if (failure) std::rethrow_exception(failure);
            answer.emplace(std::move(value));
        });
        io.restart();
        io.run();
        return std::move(*answer);
    }
    base::Result<api::LongBody> copy(std::int64_t reserve = 0)
    {
        return run(backup_copy(*opened.store, target(), reserve, io.get_executor()));
    }
    [[nodiscard]] fs::path target() const { return folder / (std::string(store::backup_prefix) + "1"); }
    [[nodiscard]] bool is_clean() const
    {
        const auto unfinished = [](const fs::directory_entry& entry) {
            return entry.path().filename().string().starts_with(store::backup_prefix);
        };
        return std::none_of(fs::directory_iterator(folder), fs::directory_iterator(), unfinished);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fs::path folder;
    store::OpenedStore opened;
};

TEST_F(BackupCopy, IsAWholeDatabaseInPiecesAndLeavesNothingBehind)
{
    auto body = copy();
    ASSERT_TRUE(body);
    EXPECT_TRUE(is_clean());
    std::string bytes;
    while (bytes.size() < body->size) {
        const auto piece = run(body->next());
        ASSERT_TRUE(piece);
        bytes += *piece;
    }
    EXPECT_EQ(bytes.size(), body->size);
    EXPECT_TRUE(bytes.starts_with("SQLite format 3"));
}

TEST_F(BackupCopy, IsNotMadeWhereItWouldTakeTheGatewaysReserve)
{
    EXPECT_EQ(copy(std::numeric_limits<std::int64_t>::max() / 2).error(), base::Errc::disk_full);
    EXPECT_TRUE(is_clean());
}

TEST_F(BackupCopy, IsClearedAwayByTheNextStartAfterACrash)
{
    std::ofstream(target()) << "half";
    std::ofstream(target().string() + ".part") << "half";
    open();
    EXPECT_TRUE(is_clean());
}

} // namespace
} // namespace gatehouse::app
