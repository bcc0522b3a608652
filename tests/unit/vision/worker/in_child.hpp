#pragma once
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::vision {

// What `work` returns in a process of its own, which may bound itself without bounding the tests; 128 + the
// signal when it was killed.
inline int in_child(const std::function<int()>& work)
{
    const pid_t child = fork();
    if (child == 0) _exit(work());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace gatehouse::vision
