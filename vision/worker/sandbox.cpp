#include "vision/worker/sandbox.hpp"

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatehouse::vision {
namespace {

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// All that the first version of Landlock can refuse; later ones are refused what they add by forbid_calls().
constexpr std::uint64_t handled = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor()
    {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

bool allow_below(const Descriptor& rules, const std::string& path)
{
    const Descriptor place(open(path.c_str(), O_PATH | O_CLOEXEC));
    if (place.number() < 0) return true;
    struct stat about {};
    if (fstat(place.number(), &about) != 0) return true;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(about.st_mode) ? reading : LANDLOCK_ACCESS_FS_READ_FILE;
    rule.parent_fd = place.number();
    return syscall(SYS_landlock_add_rule, rules.number(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

// Calls that nothing in here needs and that a hostile picture would.
constexpr const char* forbidden[] = {
    "execve",
    "execveat",
    "fork",
    "vfork",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "kill",
    "tkill",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "pidfd_open",
    "pidfd_send_signal",
    "pidfd_getfd",
    "bind",
    "listen",
    "accept",
    "accept4",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "fsopen",
    "fsmount",
    "fsconfig",
    "open_tree",
    "move_mount",
    "mount_setattr",
    "setns",
    "unshare",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "io_uring_setup",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "syslog",
    "acct",
    "quotactl",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "clock_adjtime",
    "sethostname",
    "setdomainname",
    "personality",
    "creat",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "mkdir",
    "mkdirat",
    "rmdir",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mknod",
    "mknodat",
    "truncate",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "utimensat",
    "memfd_create",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setparam",
    "sched_setattr",
    "setpriority",
    "ioprio_set",
    "open_by_handle_at",
};

class Filter {
public:
    explicit Filter() : context_(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release) {}

    // A call that this architecture does not have is not there to be forbidden.
    template <class... Conditions>
    void refuse(const char* call, Conditions... conditions)
    {
        const int number = seccomp_syscall_resolve_name(call);
        if (number != __NR_SCMP_ERROR && number >= 0)
            good_ = seccomp_rule_add(context_.get(), refusal, number, sizeof...(conditions), conditions...) ==
                        0 &&
                    good_;
    }
    // As if the kernel were older: the C library then asks in the way that can be looked at.
    void deny_existence(const char* call)
    {
        const int number = seccomp_syscall_resolve_name(call);
        if (number != __NR_SCMP_ERROR && number >= 0)
            good_ = seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(ENOSYS), number, 0) == 0 && good_;
    }
    bool load()
    {
        // As a tree: every call passes the filter, and a hundred comparisons in a row would be felt.
        constexpr std::uint32_t as_tree = 2;
        return context_ && good_ &&
               seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, as_tree) == 0 &&
               seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
               seccomp_load(context_.get()) == 0;
    }

private:
    static constexpr std::uint32_t refusal = SCMP_ACT_ERRNO(EPERM);
    std::unique_ptr<void, decltype(&seccomp_release)> context_;
    bool good_ = true;
};

void refuse_writing(Filter& filter)
{
    for (const auto mode : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC}) {
        const auto bits = static_cast<scmp_datum_t>(mode);
        filter.refuse("open", SCMP_A1(SCMP_CMP_MASKED_EQ, bits, bits));
        filter.refuse("openat", SCMP_A2(SCMP_CMP_MASKED_EQ, bits, bits));
    }
    filter.deny_existence("openat2");
}

// TCP for the cameras, UDP for names, netlink for the C library to learn which addresses we have ourselves.
void refuse_other_sockets(Filter& filter)
{
    constexpr int kind_bits = 0xf;
    filter.refuse("socket", SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
    for (scmp_datum_t family = 0; family < AF_NETLINK; ++family)
        if (family == AF_INET || family == AF_INET6)
            filter.refuse("socket", SCMP_A0(SCMP_CMP_EQ, family),
                          SCMP_A1(SCMP_CMP_MASKED_EQ, kind_bits, SOCK_RAW));
        else
            filter.refuse("socket", SCMP_A0(SCMP_CMP_EQ, family));
}

} // namespace

base::Result<void> allow_reading_only(const std::vector<std::string>& paths)
{
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handled;
    const Descriptor rules(
        static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
    if (rules.number() < 0) return base::Errc::unsupported;
    for (const auto& path : paths)
        if (!allow_below(rules, path)) return base::Errc::failed;
    if (syscall(SYS_landlock_restrict_self, rules.number(), 0) != 0) return base::Errc::failed;
    return {};
}

std::vector<std::string> system_paths()
{
    return {"/lib",
            "/lib64",
            "/usr/lib",
            "/usr/lib64",
            "/etc/ld.so.cache",
            "/etc/resolv.conf",
            "/etc/hosts",
            "/etc/nsswitch.conf",
            "/etc/host.conf",
            "/etc/gai.conf",
            "/etc/services",
            "/run/systemd/resolve",
            "/etc/ssl",
            "/usr/share/ca-certificates",
            "/etc/localtime",
            "/usr/share/zoneinfo",
            "/usr/share/fonts",
            "/usr/share/opencv4",
            "/dev/urandom",
            "/sys/devices/system/cpu",
            "/proc/self"};
}

base::Result<void> forbid_calls()
{
    Filter filter;
    for (const auto* call : forbidden)
        filter.refuse(call);
    // Threads are made by clone too; without this bit it would be a process.
    filter.refuse("clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    filter.deny_existence("clone3");
    // To itself they are what abort() and the C library's threads need.
    filter.refuse("tgkill", SCMP_A0(SCMP_CMP_NE, static_cast<scmp_datum_t>(getpid())));
    filter.refuse("prlimit64", SCMP_A0(SCMP_CMP_NE, 0));
    refuse_writing(filter);
    refuse_other_sockets(filter);
    if (!filter.load()) return base::Errc::failed;
    return {};
}

} // namespace gatehouse::vision
