#pragma once
#include "vision/link/messages.hpp"

#include <functional>

namespace gatehouse::vision {

// Reads what the daemon says until it is gone, or says what is no frame of ours: either way there is nobody
// left to work for. Blocks; `take` is called for each message. A frame that holds no message of ours is
// counted by the log and passed over: a newer daemon may say more.
void read_inbox(int socket, const std::function<void(ToWorker)>& take);

} // namespace gatehouse::vision
