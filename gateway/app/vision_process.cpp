#include "gateway/app/vision_process.hpp"

#include "gateway/base/read_file.hpp"
#include "protocols/net/socket_stream.hpp"

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::app {
namespace {

using Socket = asio::local::stream_protocol::socket;
using Stream = net::SocketStream<Socket>;

constexpr int child_socket = 3;

base::error_code system_error(int number)
{
    return {number, boost::system::system_category()};
}

std::string ending(int status)
{
    if (WIFSIGNALED(status)) return "it was ended by signal " + std::to_string(WTERMSIG(status));
    return "it ended with exit status " + std::to_string(WEXITSTATUS(status));
}

// What the child gets: numbers of descriptors, signals as they are by default.
class SpawnPlan {
public:
    explicit SpawnPlan(int socket)
    {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, child_socket);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, child_socket + 1);
        ::posix_spawnattr_init(&attributes_);
        sigset_t all;
        sigset_t none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        // Ctrl-C in our terminal is for us.
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan()
    {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    base::Result<int> carry_out(const std::vector<std::string>& arguments)
    {
        std::vector<char*> argv;
        for (const auto& argument : arguments)
            argv.push_back(const_cast<char*>(argument.c_str())); // NOLINT: as posix_spawn wants it
        argv.push_back(nullptr);
        // It starts a spinning thread for each core unless told not to before it is loaded (vision/worker).
        std::string one_thread = "OPENBLAS_NUM_THREADS=1";
        std::array<char*, 2> environment{one_thread.data(), nullptr};
        pid_t pid = 0;
        const int failure =
            ::posix_spawn(&pid, argv.front(), &actions_, &attributes_, argv.data(), environment.data());
        if (failure != 0) return system_error(failure);
        return static_cast<int>(pid);
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

class Child final : public vision::WorkerProcess {
public:
    Child(Socket socket, int pid) : stream_(std::move(socket)), pid_(pid) {}
    ~Child() override
    {
        kill();
        (void)ended();
    }

    [[nodiscard]] base::ByteStream& stream() override { return stream_; }
    [[nodiscard]] int pid() const override { return pid_; }

    // The second number of statm: pages that are in memory (proc(5)).
    [[nodiscard]] std::uint64_t resident_bytes() const override
    {
        const auto text = base::read_file("/proc/" + std::to_string(pid_) + "/statm");
        unsigned long long pages = 0;
        if (!text || std::sscanf(text->c_str(), "%*u %llu", &pages) != 1) return 0;
        return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }

    void kill() noexcept override
    {
        if (!ended_) ::kill(pid_, SIGKILL);
    }

    [[nodiscard]] std::optional<std::string> ended() override
    {
        int status = 0;
        if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) ended_ = ending(status);
        return ended_;
    }

private:
    Stream stream_;
    int pid_;
    std::optional<std::string> ended_;
};

} // namespace

base::Result<std::unique_ptr<vision::WorkerProcess>> spawn_vision(asio::any_io_executor executor,
                                                                  const std::vector<std::string>& arguments)
{
    Socket ours(executor);
    Socket theirs(executor);
    base::error_code failure;
    asio::local::connect_pair(ours, theirs, failure);
    if (failure) return failure;
    const auto pid = SpawnPlan(theirs.native_handle()).carry_out(arguments);
    if (!pid) return pid.error();
    std::unique_ptr<vision::WorkerProcess> child = std::make_unique<Child>(std::move(ours), *pid);
    return child;
}

std::vector<std::string> vision_command(const config::VisionConfig& vision)
{
    std::error_code unknown; // where we are: then what is looked for is not found, and that is told
    const auto us = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
    return {vision.worker.empty() ? (us / "gatehouse-vision").string() : vision.worker, "--models",
            vision.models.empty() ? (us.parent_path() / "share/gatehouse/models").string() : vision.models,
            "--memory-max", std::to_string(vision.memory_max_bytes)};
}

} // namespace gatehouse::app
