#include "tests/unit/vision/worker/in_child.hpp"
#include "vision/worker/limits.hpp"
#include "vision/worker/sandbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace gatehouse::vision {
namespace {

// A folder of its own for each test, with one file in it.
struct SandboxTest : testing::Test {
    SandboxTest()
    {
        std::string pattern = testing::TempDir() + "sandboxXXXXXX";
        folder = mkdtemp(pattern.data());
        std::ofstream(folder + "/model") << "weights";
    }
    ~SandboxTest() override
    {
        unlink((folder + "/model").c_str());
        rmdir(folder.c_str());
    }
    std::string folder;
};

bool no_way_back()
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool can_open(const std::string& path, int flags)
{
    const int file = open(path.c_str(), flags, 0600);
    if (file >= 0) close(file);
    return file >= 0;
}

TEST_F(SandboxTest, ReadsWhatItWasGivenAndNothingElse)
{
    const int outcome = in_child([&] {
        no_way_back();
        if (!allow_reading_only({folder})) return 77;
        const bool own = can_open(folder + "/model", O_RDONLY);
        const bool others = can_open("/etc/passwd", O_RDONLY) || can_open("/proc/1/environ", O_RDONLY);
        const bool writes =
            can_open(folder + "/model", O_WRONLY) || can_open(folder + "/new", O_WRONLY | O_CREAT);
        return own && !others && !writes && unlink((folder + "/model").c_str()) != 0 ? 0 : 1;
    });
    if (outcome == 77) GTEST_SKIP() << "this kernel has no Landlock";
    EXPECT_EQ(outcome, 0);
}

TEST_F(SandboxTest, FindsNamesOfHostsThroughTheSystemsFiles)
{
    const int outcome = in_child([&] {
        no_way_back();
        if (!allow_reading_only(system_paths())) return 77;
        addrinfo* found = nullptr;
        return getaddrinfo("localhost", "554", nullptr, &found) == 0 ? 0 : 1;
    });
    if (outcome == 77) GTEST_SKIP() << "this kernel has no Landlock";
    EXPECT_EQ(outcome, 0);
}

// Whether the call fails with EPERM in a process that may make no forbidden calls.
int refused(const std::function<bool()>& call)
{
    return in_child([&] {
        no_way_back();
        if (!forbid_calls()) return 77;
        errno = 0;
        return !call() && errno == EPERM ? 0 : 1;
    });
}

bool supported()
{
    return in_child([] { return no_way_back() && forbid_calls() ? 0 : 1; }) == 0;
}

TEST_F(SandboxTest, StartsNoProgramAndNoProcess)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    EXPECT_EQ(refused([] {
                  char name[] = "/bin/true";
                  char* words[] = {name, nullptr};
                  return execv(name, words) == 0;
              }),
              0);
    EXPECT_EQ(refused([] { return fork() >= 0; }), 0);
    EXPECT_EQ(refused([] { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0; }), 0);
}

TEST_F(SandboxTest, StillStartsThreads)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    EXPECT_EQ(in_child([] {
                  no_way_back();
                  if (!forbid_calls()) return 77;
                  std::atomic<bool> ran{false};
                  std::thread([&] { ran = true; }).join();
                  return ran ? 0 : 1;
              }),
              0);
}

TEST_F(SandboxTest, BindsAllThreadsThatThereAreAlready)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    EXPECT_EQ(in_child([] {
                  no_way_back();
                  std::atomic<bool> locked{false};
                  std::atomic<bool> forked{true};
                  std::thread before([&] {
                      while (!locked)
                          std::this_thread::yield();
                      forked = fork() >= 0;
                  });
                  if (!forbid_calls()) return 77;
                  locked = true;
                  before.join();
                  return forked ? 1 : 0;
              }),
              0);
}

TEST_F(SandboxTest, LooksIntoNoOtherProcessAndChangesNoMount)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    EXPECT_EQ(refused([] { return ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) == 0; }), 0);
    EXPECT_EQ(refused([] { return kill(getppid(), 0) == 0; }), 0);
    EXPECT_EQ(refused([] { return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0; }), 0);
    EXPECT_EQ(refused([] {
                  const rlimit none{};
                  return prlimit(getppid(), RLIMIT_CORE, &none, nullptr) == 0;
              }),
              0);
    EXPECT_EQ(refused([] { return setpriority(PRIO_PROCESS, static_cast<id_t>(getppid()), 19) == 0; }), 0);
    EXPECT_EQ(refused([] { return mount("none", "/", "tmpfs", 0, nullptr) == 0; }), 0);
}

TEST_F(SandboxTest, ListensNowhereAndOpensNoSocketButOfTheInternetsKinds)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    const auto tcp = [] { return socket(AF_INET, SOCK_STREAM, 0); };
    EXPECT_EQ(refused([&] {
                  sockaddr_in any{};
                  any.sin_family = AF_INET;
                  return bind(tcp(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
              }),
              0);
    EXPECT_EQ(refused([&] { return listen(tcp(), 1) == 0; }), 0);
    EXPECT_EQ(refused([&] { return accept(tcp(), nullptr, nullptr) >= 0; }), 0);
    for (const int family : {AF_UNIX, AF_PACKET, AF_ALG, AF_VSOCK})
        EXPECT_EQ(refused([&] { return socket(family, SOCK_STREAM, 0) >= 0; }), 0) << family;
    EXPECT_EQ(refused([] { return socket(AF_INET, SOCK_RAW, IPPROTO_TCP) >= 0; }), 0);
    EXPECT_EQ(in_child([&] {
                  no_way_back();
                  if (!forbid_calls()) return 77;
                  const bool all = tcp() >= 0 && socket(AF_INET6, SOCK_STREAM, 0) >= 0 &&
                                   socket(AF_INET, SOCK_DGRAM, 0) >= 0 &&
                                   socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
                  return all ? 0 : 1;
              }),
              0);
}

TEST_F(SandboxTest, WritesNoFileEvenWhereLandlockIsMissing)
{
    if (!supported()) GTEST_SKIP() << "this kernel has no seccomp";
    for (const int flags :
         {O_WRONLY, O_RDWR, O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC, O_WRONLY | O_CREAT | O_TRUNC})
        EXPECT_EQ(refused([&] { return can_open(folder + "/model", flags); }), 0) << flags;
    EXPECT_EQ(refused([&] { return unlink((folder + "/model").c_str()) == 0; }), 0);
    EXPECT_EQ(refused([&] { return rename((folder + "/model").c_str(), (folder + "/x").c_str()) == 0; }), 0);
}

} // namespace
} // namespace gatehouse::vision
