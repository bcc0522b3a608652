#pragma once

namespace gatehouse::vision {

// One thread for OpenCV (the analysis has the only one: more of them disturb the gateway and gain nothing),
// and no line of libav in the log: it prints URLs with passwords in them.
void tame_libraries();

} // namespace gatehouse::vision
