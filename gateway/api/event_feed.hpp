#pragma once
#include "gateway/api/services.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/store/store.hpp"

#include <array>
#include <memory>
#include <string>

namespace gatehouse::api {

// What the streams of events share: one beat at which all of them look for new entries, and the text of each
// entry, written once however many browsers it goes to. io thread only.
class EventFeed {
public:
    using Text = std::shared_ptr<const std::string>;
    // A burst of entries wakes the streams so often at most; nobody sees the difference.
    static constexpr std::chrono::milliseconds beat{50};

    // `services` outlive it.
    EventFeed(asio::any_io_executor executor, base::Clock& clock, const Services& services);

    // Tells the streams of entries that were appended. Ends only by cancellation.
    asio::awaitable<void> run(store::Store& store);
    // Until there may be something new, `when` at the latest.
    asio::awaitable<void> wait_until(base::MonoTime when) { return clock_.wait(fresh_, when); }
    // Lets every stream look round.
    void wake() { fresh_.notify(); }

    // {"kind":"event","event":{...}}
    [[nodiscard]] Text text_of(const model::Entry& entry, bool hide_persons);

private:
    struct Slot {
        std::int64_t seq = 0;
        Text text;
    };

    base::Clock& clock_;
    const Services& services_;
    base::Wakeup fresh_;
    using Slots = std::array<Slot, 256>;
    std::array<Slots, 2> texts_; // as they are and with persons hidden; each by seq modulo their number:
                                 // browsers that keep up are within the same few
};

} // namespace gatehouse::api
