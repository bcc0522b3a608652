#include "protocols/facepush/push_desk.hpp"

#include "protocols/net/push_source.hpp"

namespace gatehouse::facepush {

namespace {

constexpr int refusals_max = 3; // then success, or the terminal repeats it for ever
constexpr auto json_type = "application/json";

} // namespace

device::PushReply PushDesk::success() const
{
    device::PushReply reply;
    reply.content_type = json_type;
    reply.body = session_.config.tdx_reply ? R"({"result":1,"code":"000","success":"true"})"
                                           : R"({"result":1,"success":true})";
    return reply;
}

device::PushReply PushDesk::refuse(unsigned status, const std::string& reason, const std::string& why)
{
    session_.counter("gatehouse_facepush_pushes_refused_total", "Pushes that were not taken", reason).add();
    session_.tell_once("push", "push of a terminal refused", why);
    refusals_ = why == last_refusal_ ? refusals_ + 1 : 1;
    last_refusal_ = why;
    if (status == 400 && refusals_ > refusals_max) return success();
    device::PushReply reply;
    reply.status = status;
    reply.content_type = json_type;
    reply.body = R"({"result":0,"success":false})";
    return reply;
}

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!from_terminal(request.remote))
        co_return refuse(403, "foreign", "it came from another address: " + request.remote);
    const auto fields = Fields::of_request(request.target, request.body);
    if (!fields || fields->empty()) co_return refuse(400, "unreadable", "neither a form nor JSON");
    session_.recorder.take(request.target, *fields);
    const auto callback = callback_of(request.target, request.method, *fields);
    if (!is_ours(callback.device_key))
        co_return refuse(403, "other_device", "it is from another terminal than the one configured");
    session_.heard();
    last_push = session_.context.clock.now();
    session_.changed.notify();
    using Kind = Callback::Kind;
    switch (callback.kind) {
    case Kind::identify: co_return co_await identify(*fields);
    case Kind::heartbeat: co_await heartbeat(*fields); break;
    case Kind::task_request: {
        device::PushReply reply;
        reply.content_type = json_type;
        reply.body = terminal_.next_task();
        co_return reply;
    }
    case Kind::task_result:
        if (!terminal_.task_done(*fields))
            session_.counter("gatehouse_facepush_tasks_late_total", "Results nobody waits for").add();
        break;
    case Kind::face_enrolled:
        session_.counter("gatehouse_facepush_enrolled_total", "Faces that a terminal took at its own screen")
            .add();
        break;
    case Kind::unknown: co_return refuse(400, "unknown", "a push of a kind that is not known here");
    }
    co_return success();
}

asio::awaitable<device::PushReply> PushDesk::identify(Fields fields)
{
    auto read = read_identify(fields, session_.context.utc_offset);
    if (!read.reading) {
        session_.count_unread(read);
        co_return success(); // it would come again and be no better
    }
    auto event = session_.live_event(*read.reading);
    auto key = event.device_key;
    co_await add_pictures(event, std::move(*read.reading));
    const auto kept = co_await session_.delivery.offer(std::move(event));
    if (!kept && kept.error() != base::Errc::bad_input) {
        device::PushReply later;
        later.status = 503;
        later.content_type = json_type;
        later.body = R"({"result":0,"success":false})";
        co_return later;
    }
    session_.note_live(key);
    last_record = session_.context.clock.now();
    refusals_ = 0;
    co_return success();
}

// The event waits for its picture, not the gate: that was told before.
asio::awaitable<void> PushDesk::add_pictures(model::Event& event, Reading reading)
{
    session_.attach(event, reading);
    const bool wanted = session_.config.pictures && event.pictures.empty() && !reading.picture_url.empty();
    if (!wanted || session_.config.reverse || event.history) co_return;
    if (terminal_.path_on_terminal(reading.picture_url).empty()) {
        session_.counter("gatehouse_facepush_pictures_foreign_total", "Pictures that are not on the terminal")
            .add();
        co_return;
    }
    auto bytes = co_await terminal_.picture(std::move(reading.picture_url));
    if (bytes.empty()) {
        session_.counter("gatehouse_facepush_pictures_missed_total", "Snapshots that could not be fetched")
            .add();
        co_return;
    }
    model::Picture picture;
    picture.kind = "face";
    picture.bytes = std::make_shared<const std::string>(std::move(bytes));
    event.pictures.push_back(std::move(picture));
}

asio::awaitable<void> PushDesk::heartbeat(Fields fields)
{
    last_heartbeat = session_.context.clock.now();
    const auto persons = fields.text("personCount"), faces = fields.text("faceCount");
    if (!persons.empty()) session_.fact("persons", std::string(persons));
    if (!faces.empty()) session_.fact("faces", std::string(faces));
    if (const auto version = fields.text("version"); !version.empty()) session_.status.firmware = version;
    const auto now = session_.context.clock.wall();
    const auto shown = time_of(fields.text("time"), session_.context.utc_offset);
    if (shown && session_.measured(*shown, now)) co_await session_.report_clock(false);
}

bool PushDesk::from_terminal(const std::string& remote) const
{
    const auto& config = session_.config;
    return net::is_push_source(remote, config.target.host, terminal_.peer(), config.push_from);
}

// A terminal that names nobody is taken at its address' word; one without a serial here is learned.
bool PushDesk::is_ours(const std::string& device_key)
{
    if (device_key.empty()) return true;
    if (session_.status.serial.empty()) session_.status.serial = device_key;
    return session_.status.serial == device_key;
}

} // namespace gatehouse::facepush
