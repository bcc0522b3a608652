#include "tests/unit/vision/worker/in_child.hpp"
#include "vision/worker/limits.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatehouse::vision {
namespace {

// More than a sanitizer maps for itself.
constexpr Limits ample{.memory_max = std::uint64_t{1} << 50};

// Whether the child can apply the limits and finds what it looks for then.
int limited(const std::function<bool()>& look, const Limits& limits = ample)
{
    return in_child([&] {
        if (!apply_limits(limits)) return 2;
        return look() ? 0 : 1;
    });
}

TEST(Limits, StandBackForWhateverElseTheMachineDoes)
{
    EXPECT_EQ(limited([] { return getpriority(PRIO_PROCESS, 0) == 10; }), 0);
    constexpr int idle = 3 << 13;
    EXPECT_EQ(limited([] { return syscall(SYS_ioprio_get, 1, 0) == idle; }), 0);
}

TEST(Limits, OfferTheWorkerFirstWhenMemoryIsShort)
{
    EXPECT_EQ(limited([] {
                  std::ifstream file("/proc/self/oom_score_adj");
                  int score = 0;
                  return (file >> score) && score == 800;
              }),
              0);
}

TEST(Limits, LeaveNoCoreFileAndNoWayBack)
{
    EXPECT_EQ(limited([] {
                  rlimit core{};
                  getrlimit(RLIMIT_CORE, &core);
                  return core.rlim_max == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
              }),
              0);
}

TEST(Limits, EndTheWorkerWithItsParent)
{
    EXPECT_EQ(limited([] {
                  int number = 0;
                  prctl(PR_GET_PDEATHSIG, &number);
                  return number == SIGKILL;
              }),
              0);
}

TEST(Limits, LeaveRoomForAThreadOfEveryCamera)
{
    EXPECT_EQ(limited([] {
                  pthread_attr_t usual;
                  std::size_t stack = 0;
                  return pthread_getattr_default_np(&usual) == 0 &&
                         pthread_attr_getstacksize(&usual, &stack) == 0 && stack == 2U << 20U;
              }),
              0);
}

TEST(Limits, HoldTheOthersWhenOneIsRefused)
{
    EXPECT_EQ(in_child([] {
                  const rlimit few{64, 64};
                  setrlimit(RLIMIT_NOFILE, &few);
                  constexpr uid_t nobody = 65'534; // may raise no limit
                  if (getuid() == 0 && setresuid(nobody, nobody, nobody) != 0) return 2;
                  const bool all = apply_limits(ample).has_value();
                  rlimit core{1, 1};
                  getrlimit(RLIMIT_CORE, &core);
                  const bool others = core.rlim_max == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
                  return !all && others ? 0 : 1;
              }),
              0);
}

TEST(Limits, RefuseMoreFilesAndMoreMemoryThanAllowed)
{
    EXPECT_EQ(limited([] {
                  int last = 0;
                  while (last >= 0 && last < 1'000)
                      last = dup(STDERR_FILENO);
                  return last < 0 && errno == EMFILE;
              }),
              0);
    constexpr Limits little{.memory_max = std::uint64_t{4} << 30};
    const auto take_more = [] {
        const auto* memory = mmap(nullptr, little.memory_max + 4'096, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return memory == MAP_FAILED && errno == ENOMEM;
    };
    EXPECT_EQ(limited(take_more, little), 0);
}

} // namespace
} // namespace gatehouse::vision
