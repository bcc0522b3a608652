// links: gatehouse_onvif
#include "protocols/onvif/conditions.hpp"
#include "protocols/onvif/event_map.hpp"
#include "protocols/onvif/messages.hpp"
#include "protocols/onvif/recorder.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::onvif;

// Whatever a device answers goes through every reader that could meet it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Reply reply;
    reply.load(text);
    if (reply.fault) (void)explain(*reply.fault);
    const auto body = reply.body;
    (void)read_time(body);
    (void)read_information(body);
    (void)read_services(body);
    (void)read_tokens(body, "Profiles");
    (void)read_relays(body);
    (void)read_uri(body);
    Names names;
    names.doors = read_doors(body);
    names.access_points = read_access_points(body);
    (void)read_door(body);
    (void)read_next(body);
    if (const auto subscription = read_subscription(body); subscription && !subscription->reference.empty()) {
        Message message;
        message.to = subscription->address;
        message.reference = subscription->reference;
        Reply again;
        again.load(envelope(message, std::nullopt));
        // A reference may hold what makes no XML of its own, but then nothing is asked of it either.
        (void)again.readable();
    }
    Conditions conditions;
    for (const auto& notification : read_notifications(reply.document.tree).messages) {
        const auto mapped = map(notification, names);
        if (mapped.refusal == Refusal::none) (void)conditions.is_news(mapped);
    }
    Conditions later;
    later.load(conditions.save());
    (void)explain_recording(text);
    Recorder recorder;
    recorder.begin();
    recorder.take(reply.body);
    (void)explain_recording(recorder.end());
    return 0;
}
