#include "gateway/base/log.hpp"
#include "gateway/base/version.hpp"
#include "vision/worker/arguments.hpp"
#include "vision/worker/inbox.hpp"
#include "vision/worker/libraries.hpp"
#include "vision/worker/limits.hpp"
#include "vision/worker/sandbox.hpp"
#include "vision/worker/worker.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

namespace {

using namespace gatehouse;
using namespace gatehouse::vision;

constexpr int daemon_socket = 3;

// Pictures come and go in megabytes. All threads share one heap instead of having one each, of which every
// one would keep its largest picture; decoders, one at a time, find there what the one before has left, where
// new pages from the system would cost a quarter of the time. It is given back when there is more of it than
// that.
void keep_memory_small()
{
    mallopt(M_MMAP_THRESHOLD, 16 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    mallopt(M_ARENA_MAX, 1);
}

// OpenCV brings a linear algebra library that starts a thread for each core when it is loaded, and those
// spin: here they took an eighth of a core without ever being used. It listens to its environment alone.
void start_again_with_one_thread(char** argv)
{
    constexpr const char* name = "OPENBLAS_NUM_THREADS";
    if (std::getenv(name)) return;
    setenv(name, "1", 1);
    execv(std::filesystem::read_symlink("/proc/self/exe").c_str(), argv);
}

// Before the first byte from outside is read, the model files included.
void lock_up(const Arguments& arguments)
{
    if (const auto done = apply_limits({.memory_max = arguments.memory_max}); !done)
        base::log::warn("a limit of this process could not be set", base::kv("why", done.error()));
    auto readable = system_paths();
    readable.push_back(arguments.models);
    if (const auto done = allow_reading_only(readable); !done)
        base::log::warn("this kernel does not bound which files are read", base::kv("why", done.error()));
    if (const auto done = forbid_calls(); !done)
        base::log::warn("this kernel does not bound which calls are made", base::kv("why", done.error()));
}

int work(const Arguments& arguments)
{
    keep_memory_small();
    tame_libraries();
    lock_up(arguments);
    base::SystemClock clock;
    Outbox outbox(daemon_socket);
    Worker worker(clock, load_abilities(arguments.models), outbox);
    const std::thread writes([&] {
        outbox.run();
        std::_Exit(EXIT_FAILURE); // nobody would hear us any more
    });
    const std::thread looks([&] { worker.run(); });
    read_inbox(daemon_socket, [&](ToWorker message) { worker.take(std::move(message)); });
    // Nobody is left to work for, and nothing is kept: the threads need not be waited for.
    std::_Exit(EXIT_SUCCESS);
}

} // namespace

int main(int argc, char** argv)
try {
    const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
    const auto arguments = parse_arguments(words.subspan(std::min<std::size_t>(1, words.size())));
    if (!arguments) {
        std::cerr << "usage: gatehouse-vision --models DIR [--memory-max BYTES] | --version\n"
                     "The gateway starts it with its socket as file descriptor 3.\n";
        return 64;
    }
    if (arguments->version) {
        std::cout << "gatehouse-vision " << base::version() << " (" << base::commit() << ")\n";
        return 0;
    }
    start_again_with_one_thread(argv);
    return work(*arguments);
} catch (const std::exception& failure) {
    std::cerr << "gatehouse-vision: cannot go on: " << failure.what() << "\n";
    return 1;
}
