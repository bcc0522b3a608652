#include "vision/worker/limits.hpp"

#include <cerrno>
#include <csignal>
#include <string_view>

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatehouse::vision {
namespace {

constexpr rlim_t open_files_max = 256; // ten cameras take thirty
constexpr int niceness = 10;
constexpr std::size_t thread_stack = 2U << 20U;
constexpr int io_who_process = 1; // linux/ioprio.h, which Debian's linux-libc-dev has only in part
constexpr int io_class_idle = 3 << 13;
constexpr std::string_view oom_score = "800"; // of 1000

base::error_code last_error()
{
    return {errno, boost::system::system_category()};
}

bool limit(__rlimit_resource what, rlim_t value)
{
    const rlimit both{value, value};
    return setrlimit(what, &both) == 0;
}

bool prefer_for_oom()
{
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool written =
        write(file, oom_score.data(), oom_score.size()) == static_cast<ssize_t>(oom_score.size());
    close(file);
    return written;
}

// RLIMIT_DATA counts whole stacks: of 64 cameras' threads, those of 8 MiB that are usual would be all of it.
bool small_stacks()
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    const bool set = pthread_attr_setstacksize(&attributes, thread_stack) == 0 &&
                     pthread_setattr_default_np(&attributes) == 0;
    pthread_attr_destroy(&attributes);
    return set;
}

} // namespace

base::Result<void> apply_limits(const Limits& limits)
{
    base::Result<void> applied;
    // One that is refused must not cost the others.
    const auto apply = [&](bool done) {
        if (!done && applied) applied = last_error();
    };
    apply(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    apply(setpriority(PRIO_PROCESS, 0, niceness) == 0);
    apply(syscall(SYS_ioprio_set, io_who_process, 0, io_class_idle) == 0);
    apply(prefer_for_oom());
    apply(small_stacks());
    apply(limit(RLIMIT_DATA, limits.memory_max));
    apply(limit(RLIMIT_NOFILE, open_files_max));
    apply(limit(RLIMIT_CORE, 0));
    apply(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    return applied;
}

} // namespace gatehouse::vision
