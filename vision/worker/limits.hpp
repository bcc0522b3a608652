#pragma once
#include "gateway/base/errc.hpp"

#include <cstdint>

namespace gatehouse::vision {

struct Limits {
    std::uint64_t memory_max = std::uint64_t{512}
                               << 20; // of the data this process may have: heap, stacks, mapped
};

// What this process may take from the machine, so that pictures never cost a gate its time: the end of its
// parent is its own (PR_SET_PDEATHSIG), nice 10, disk only when idle, the first to go when memory is short,
// bounded data, stacks and open files, no core file (it would hold passwords and pictures), and no way back
// (no_new_privs). Lowering always works; the first that the system refuses
// is the error, and the others hold all the same.
[[nodiscard]] base::Result<void> apply_limits(const Limits& limits);

} // namespace gatehouse::vision
