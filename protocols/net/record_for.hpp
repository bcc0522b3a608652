#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <chrono>
#include <string>

namespace gatehouse::net {

// What the device sends during `span`, kept by a driver's recorder (on(), begin(), end()): the whole of
// device::Driver::capture(). Errors: busy (somebody records already).
template <class Recorder>
asio::awaitable<base::Result<std::string>> record_for(Recorder& recorder, base::Clock& clock,
                                                      std::chrono::seconds span)
{
    if (recorder.on()) co_return base::Errc::busy;
    struct Off {
        Recorder& recorder;
        ~Off() { (void)recorder.end(); } // cancelled: nobody wants it any more
    };
    recorder.begin();
    const Off off{recorder};
    co_await clock.sleep_for(span);
    co_return recorder.end();
}

} // namespace gatehouse::net
