#pragma once
#include "gateway/base/errc.hpp"

#include <string>
#include <vector>

namespace gatehouse::vision {

// From now on this thread and those it starts read files only below these paths, and write, make or remove
// none (Landlock). Paths that do not exist are passed over. Errors: unsupported (a kernel before 5.13, or
// built without).
[[nodiscard]] base::Result<void> allow_reading_only(const std::vector<std::string>& paths);

// What name resolution, the dynamic linker, TLS, time zones and fonts need.
[[nodiscard]] std::vector<std::string> system_paths();

// From now on all threads of this process may start no program and no process, listen nowhere, open no socket
// but of the Internet's kinds, look into no other process, signal none, change no mount, and open no file for
// writing: such a call fails with EPERM (seccomp). It cannot look at addresses, which lie behind a pointer:
// that is the Door's part. Errors: failed (no seccomp in this kernel).
[[nodiscard]] base::Result<void> forbid_calls();

} // namespace gatehouse::vision
