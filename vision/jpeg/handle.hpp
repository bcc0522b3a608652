#pragma once
#include <turbojpeg.h>

#include <memory>

namespace gatehouse::vision::jpeg {

struct HandleEnd {
    void operator()(void* handle) const { tjDestroy(handle); }
};

// owns: one compressor or decompressor of TurboJPEG. Only this room's sources include this.
using Handle = std::unique_ptr<void, HandleEnd>;

} // namespace gatehouse::vision::jpeg
