#include "gateway/api/event_feed.hpp"

#include "gateway/api/views.hpp"

namespace gatehouse::api {

EventFeed::EventFeed(asio::any_io_executor executor, base::Clock& clock, const Services& services)
    : clock_(clock), services_(services), fresh_(executor)
{
}

asio::awaitable<void> EventFeed::run(store::Store& store)
{
    for (auto told = store.last_seq();;) {
        while (store.last_seq() == told)
            co_await store.appended().wait();
        told = store.last_seq();
        wake();
        co_await clock_.sleep_for(beat);
    }
}

EventFeed::Text EventFeed::text_of(const model::Entry& entry, bool hide_persons)
{
    auto& slots = texts_[hide_persons ? 1 : 0];
    auto& slot = slots[static_cast<std::size_t>(entry.seq) % slots.size()];
    if (slot.seq == entry.seq) return slot.text;
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("kind", "event").key("event");
    write_event(json, services_, entry, hide_persons);
    json.end_object();
    slot = {entry.seq, std::make_shared<const std::string>(std::move(text))};
    return slot.text;
}

} // namespace gatehouse::api
