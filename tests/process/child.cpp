#include "tests/process/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace gatehouse::proof {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (const auto& text : texts)
        out.push_back(const_cast<char*>(text.c_str()));
    return out;
}

pid_t start(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            posix_spawn_file_actions_t& actions)
{
    auto arguments = pointers(command);
    arguments.push_back(nullptr);
    auto variables = pointers(environment);
    for (char** variable = environ; *variable != nullptr; ++variable)
        variables.push_back(*variable);
    variables.push_back(nullptr);
    pid_t pid = -1;
    const int failure =
        ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), variables.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("cannot start " + command[0]);
    return pid;
}

} // namespace

Child::Child(const std::vector<std::string>& command, const std::string& log,
             const std::vector<std::string>& environment)
{
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_ = start(command, environment, actions);
}

Child::~Child()
{
    end(SIGKILL);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), code_(other.code_) {}

Child& Child::operator=(Child&& other) noexcept
{
    if (this != &other) {
        end(SIGKILL);
        pid_ = std::exchange(other.pid_, -1);
        code_ = other.code_;
    }
    return *this;
}

void Child::signal(int number) const
{
    if (pid_ > 0 && !code_) ::kill(pid_, number);
}

bool Child::reap(bool block)
{
    if (pid_ <= 0 || code_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, block ? 0 : WNOHANG) != pid_) return false;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

std::optional<int> Child::wait(Milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!reap(false)) {
        if (std::chrono::steady_clock::now() > end) return std::nullopt;
        std::this_thread::sleep_for(1ms);
    }
    return code_;
}

void Child::end(int number)
{
    if (pid_ <= 0 || code_) return;
    signal(SIGCONT);
    signal(number);
    reap(true);
}

bool Child::running()
{
    return pid_ > 0 && !reap(false);
}

std::string program(const std::string& name)
{
    const char* folder = std::getenv("GATEHOUSE_BIN");
    return std::string(folder != nullptr ? folder : GATEHOUSE_BIN_DIR) + "/" + name;
}

Finished run_to_end(const std::vector<std::string>& command)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    const pid_t pid = start(command, {}, actions);
    ::close(ends[1]);
    Finished finished;
    char chunk[4096];
    constexpr int patience_ms = 20'000;
    for (;;) {
        pollfd readable{ends[0], POLLIN, 0};
        if (::poll(&readable, 1, patience_ms) <= 0) break;
        const auto size = ::read(ends[0], chunk, sizeof chunk);
        if (size <= 0) break;
        finished.output.append(chunk, static_cast<std::size_t>(size));
    }
    ::close(ends[0]);
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) != pid) {
        // The pipe is closed a moment before the process is gone; a stuck one has had its time.
        std::this_thread::sleep_for(50ms);
        if (::waitpid(pid, &status, WNOHANG) != pid) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
        }
    }
    finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return finished;
}

} // namespace gatehouse::proof
