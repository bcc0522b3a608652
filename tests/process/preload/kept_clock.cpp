// Loaded into the gateway before the C library: the kernel says that a time service keeps the clock. On a
// machine without one (a container) no order could be proved to be carried out at most once, since none would
// be young enough.
#include <sys/timex.h>

extern "C" int adjtimex(struct timex* state) noexcept
{
    *state = {};
    return TIME_OK;
}
