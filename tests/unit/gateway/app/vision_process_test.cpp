#include "gateway/app/vision_process.hpp"

#include "gateway/base/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace gatehouse::app {
namespace {

using testing::HasSubstr;

class VisionProcess : public testing::Test {
protected:
    // A shell in place of the worker; descriptor 3 is its end of the line.
    std::unique_ptr<vision::WorkerProcess> start(const std::string& script)
    {
        auto child = spawn_vision(io.get_executor(), {"/bin/sh", "-c", script});
        EXPECT_TRUE(child);
        return child ? std::move(*child) : nullptr;
    }
    std::string hear_all(base::ByteStream& stream)
    {
        std::string heard;
        asio::co_spawn(io, read(stream, heard), [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
        io.restart();
        io.run();
        return heard;
    }
    static asio::awaitable<void> read(base::ByteStream& stream, std::string& into)
    {
        std::array<std::byte, 256> room{};
        for (;;) {
            const auto size = co_await stream.read_some(room);
            if (!size) co_return;
            into.append(reinterpret_cast<const char*>(room.data()), *size);
        }
    }
    static std::string await_end(vision::WorkerProcess& child)
    {
        for (;;) {
            if (auto how = child.ended()) return *how;
            std::this_thread::yield();
        }
    }
    asio::io_context io;
};

TEST_F(VisionProcess, SpeaksOverDescriptorThreeAndHasNoOther)
{
    const auto child = start("ls /proc/self/fd | tr '\\n' ' ' >&3");
    ASSERT_TRUE(child);
    // 4 is the folder that ls itself reads.
    EXPECT_EQ(hear_all(child->stream()), "0 1 2 3 4 ");
}

TEST_F(VisionProcess, HasNothingOfOurEnvironment)
{
    ::setenv("GATEHOUSE_TEST_SECRET", "1042", 1);
    const auto child = start("echo secret=$GATEHOUSE_TEST_SECRET threads=$OPENBLAS_NUM_THREADS >&3");
    ASSERT_TRUE(child);
    EXPECT_EQ(hear_all(child->stream()), "secret= threads=1\n");
}

TEST_F(VisionProcess, TellsHowItEnded)
{
    const auto exits = start("exit 7");
    ASSERT_TRUE(exits);
    EXPECT_EQ(await_end(*exits), "it ended with exit status 7");
    EXPECT_EQ(exits->ended(), "it ended with exit status 7");
    const auto waits = start("read word <&3");
    ASSERT_TRUE(waits);
    EXPECT_FALSE(waits->ended());
    EXPECT_GT(waits->resident_bytes(), 0U);
    waits->kill();
    EXPECT_EQ(await_end(*waits), "it was ended by signal 9");
}

TEST_F(VisionProcess, SeesOurEndWhenItIsClosed)
{
    const auto child = start("cat <&3 >/dev/null");
    ASSERT_TRUE(child);
    child->stream().close();
    EXPECT_EQ(await_end(*child), "it ended with exit status 0");
}

TEST_F(VisionProcess, IgnoresNoSignalThatWeIgnore)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto child = start("kill -PIPE $$; echo alive >&3");
    ASSERT_TRUE(child);
    EXPECT_EQ(hear_all(child->stream()), "");
    EXPECT_EQ(await_end(*child), "it was ended by signal 13");
    std::signal(SIGPIPE, SIG_DFL);
}

TEST_F(VisionProcess, AProgramThatIsNotThereIsAnError)
{
    EXPECT_EQ(spawn_vision(io.get_executor(), {"/nowhere/gatehouse-vision"}).error(),
              boost::system::errc::no_such_file_or_directory);
}

TEST(VisionCommand, IsWhatTheConfigurationSaysElseWhatLiesBesideUs)
{
    config::VisionConfig vision;
    const auto usual = vision_command(vision);
    EXPECT_THAT(usual[0], HasSubstr("/gatehouse-vision"));
    EXPECT_THAT(usual[2], HasSubstr("/share/gatehouse/models"));
    vision.worker = "/opt/worker";
    vision.models = "/opt/models";
    const std::vector<std::string> wanted{"/opt/worker", "--models", "/opt/models", "--memory-max",
                                          "671088640"};
    EXPECT_EQ(vision_command(vision), wanted);
}

} // namespace
} // namespace gatehouse::app
