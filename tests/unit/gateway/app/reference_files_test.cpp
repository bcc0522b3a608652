#include "gateway/app/reference_files.hpp"

#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdlib>

namespace gatehouse::app {
namespace {

class ReferenceFilesTest : public testing::Test {
protected:
    ReferenceFilesTest() : folder(fresh_folder()), files(io.get_executor(), folder / "vision") {}
    ~ReferenceFilesTest() override { std::filesystem::remove_all(folder); }

    void run(asio::awaitable<void> work)
    {
        base::TaskGroup group(io.get_executor());
        group.spawn("work", std::move(work));
        io.restart();
        io.run();
    }
    static std::string fresh_folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "gatehouse-references-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        return name;
    }
    std::string recall(const std::string& camera)
    {
        std::string found;
        run(hold(camera, found));
        return found;
    }
    asio::awaitable<void> hold(std::string camera, std::string& found)
    {
        found = co_await files.recall(std::move(camera));
    }

    std::filesystem::path folder;
    asio::io_context io;
    ReferenceFiles files;
};

TEST_F(ReferenceFilesTest, KeepsWhatWasLearntOfEachCameraUntilItIsDropped)
{
    run(files.keep("yard", "a yard"));
    run(files.keep("gate", "a gate"));
    EXPECT_EQ(recall("yard"), "a yard");
    run(files.drop("yard"));
    EXPECT_EQ(recall("yard"), "");
    EXPECT_EQ(recall("gate"), "a gate");
}

TEST_F(ReferenceFilesTest, ThatThereIsNothingToDropIsNoError)
{
    run(files.drop("yard"));
    EXPECT_EQ(recall("yard"), "");
}

} // namespace
} // namespace gatehouse::app
