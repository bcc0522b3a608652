#include "tests/unit/vision/worker/daemon_end.hpp"
#include "tests/unit/vision/worker/simulated_camera.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <csignal>
#include <fstream>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace gatehouse::vision {
namespace {

// gatehouse-vision itself, started as the daemon does it: with its limits, its sandbox and its socket.
class ProgramTest : public testing::Test {
public:
    ProgramTest()
    {
        std::string pattern = testing::TempDir() + "modelsXXXXXX";
        models = mkdtemp(pattern.data());
    }
    ~ProgramTest() override
    {
        if (child_ > 0) {
            kill(child_, SIGKILL);
            waitpid(child_, nullptr, 0);
        }
        std::filesystem::remove_all(models);
    }

    void start() { child_ = spawn(); }
    // The exit code, or 128 + the signal.
    int wait()
    {
        int status = 0;
        waitpid(std::exchange(child_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::vector<ModelState> states_of(const std::string& name)
    {
        auto ready = daemon.hear<Ready>();
        std::erase_if(ready.models, [&](const ModelState& state) { return !state.name.starts_with(name); });
        return ready.models;
    }

    DaemonEnd daemon;
    std::string models;

protected:
    pid_t spawn()
    {
        const pid_t child = fork();
        if (child == 0) {
            dup2(daemon.theirs(), 3);
            // More than AddressSanitizer maps for itself.
            execl(GATEHOUSE_VISION, "gatehouse-vision", "--models", models.c_str(), "--memory-max",
                  "99999999999999", nullptr);
            _exit(127);
        }
        return child;
    }
    pid_t child_ = -1;
};

TEST_F(ProgramTest, IsReadyWithoutAnyModelAndSaysWhatIsMissing)
{
    start();
    daemon.close_theirs();
    const auto plates = states_of("plate_");
    ASSERT_FALSE(plates.empty());
    for (const auto& state : plates) {
        EXPECT_FALSE(state.ready);
        EXPECT_FALSE(state.why.empty());
    }
    daemon.say(Ping{.id = 5});
    EXPECT_EQ(daemon.hear<Pong>().id, 5U);
}

TEST_F(ProgramTest, LeavesOutADamagedModelAndGoesOn)
{
    std::ofstream(models + "/plate_reader.onnx") << "not what was trained";
    start();
    daemon.close_theirs();
    const auto reader = states_of("plate_reader");
    ASSERT_EQ(reader.size(), 1U);
    EXPECT_FALSE(reader.front().ready);
    EXPECT_NE(reader.front().why.find("plate_reader.onnx"), std::string::npos);
    daemon.say(Ping{.id = 5});
    EXPECT_EQ(daemon.hear<Pong>().id, 5U);
}

TEST_F(ProgramTest, WatchesACameraFromInsideItsSandbox)
{
    const SimulatedCamera camera;
    start();
    daemon.close_theirs();
    Watch watch;
    watch.camera = "c";
    watch.sources = {{"main", camera.url("/main")}, {"snapshot", camera.url("/snapshot.jpg", "http")}};
    watch.username = "viewer";
    watch.password = base::Secret("p@ss:w");
    daemon.say(watch);
    EXPECT_EQ(daemon.hear<Stream>().state, model::LinkState::up);
    watch.sources.erase(watch.sources.begin());
    daemon.say(watch);
    EXPECT_EQ(daemon.hear<Stream>().source, "snapshot");
}

TEST_F(ProgramTest, EndsWithItsSocket)
{
    start();
    daemon.close_theirs();
    (void)daemon.hear<Ready>();
    daemon.hang_up();
    EXPECT_EQ(wait(), 0);
}

TEST_F(ProgramTest, EndsWhenItHearsNoFrames)
{
    start();
    daemon.close_theirs();
    daemon.say_bytes(std::string(64, 'x'));
    EXPECT_EQ(wait(), 0);
}

TEST_F(ProgramTest, DiesWithItsParent)
{
    const pid_t parent = fork();
    if (parent == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // when a test fails
        spawn();
        pause();
        _exit(0);
    }
    (void)daemon.hear<Ready>();
    daemon.close_theirs();
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    EXPECT_TRUE(daemon.ends()); // its end of the socket was the last that was open
}

} // namespace
} // namespace gatehouse::vision
