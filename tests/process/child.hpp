#pragma once
#include "tests/process/scratch.hpp"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace gatehouse::proof {

// One process of ours; killed and reaped at the end, whatever happens.
class Child {
public:
    Child() = default;
    // Both outputs are appended to `log`. `environment` is added to ours. Throws when it cannot be started.
    Child(const std::vector<std::string>& command, const std::string& log,
          const std::vector<std::string>& environment = {});
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;

    void signal(int number) const;
    // The exit code (128 + signal when killed), or nothing when it still runs after `limit`.
    std::optional<int> wait(Milliseconds limit);
    // Ends it with the signal and reaps it.
    void end(int number);
    [[nodiscard]] bool running();
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    bool reap(bool block);

    pid_t pid_ = -1;
    std::optional<int> code_;
};

// The path of one of our programs: from the build, or from GATEHOUSE_BIN (an installed package, a copy that
// no other build replaces meanwhile).
[[nodiscard]] std::string program(const std::string& name);

struct Finished {
    int code = -1;
    std::string output;
};

// Runs to the end (20 s at most) and reads what it printed on both outputs.
[[nodiscard]] Finished run_to_end(const std::vector<std::string>& command);

} // namespace gatehouse::proof
