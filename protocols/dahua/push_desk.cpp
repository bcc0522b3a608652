#include "protocols/dahua/push_desk.hpp"

#include "gateway/base/timeout.hpp"
#include "protocols/dahua/event_stream.hpp"
#include "protocols/dahua/parts.hpp"
#include "protocols/net/push_source.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::dahua {

using base::Errc;

namespace {

constexpr int refusals_max = 3; // then 200, or the device repeats it for ever
constexpr std::size_t parts_max = 32;

device::PushReply reply(unsigned status)
{
    device::PushReply out;
    out.status = status;
    return out;
}

device::PushReply json_reply(const json::object& body, unsigned status = 200)
{
    device::PushReply out;
    out.status = status;
    out.content_type = "application/json";
    out.body = json::serialize(body);
    return out;
}

void add_picture(Mapped& mapped, const json::object& picture, std::string_view name, std::string_view kind)
{
    const auto text = text_at(picture, std::string(name) + ".Content");
    if (text.empty()) return;
    auto bytes = wire::from_base64(text);
    if (!bytes || bytes->empty()) return;
    model::Picture added;
    added.kind = std::string(kind);
    added.bytes = std::make_shared<const std::string>(std::move(*bytes));
    mapped.event.pictures.push_back(std::move(added));
}

void add_pictures(Mapped& mapped, const json::object& body)
{
    const auto* picture = find(body, "Picture");
    if (picture == nullptr || !picture->is_object()) return;
    add_picture(mapped, picture->get_object(), "NormalPic", "scene");
    add_picture(mapped, picture->get_object(), "CutoutPic", "plate");
    add_picture(mapped, picture->get_object(), "VehiclePic", "vehicle");
}

bool is_granted(const Mapped& mapped)
{
    const auto* attempt = std::get_if<model::AccessAttempt>(&mapped.event.body);
    return attempt != nullptr && attempt->granted;
}

// A question that the device has asked, for as long as it waits.
class Asking {
public:
    explicit Asking(Session& session) : question(session.context.executor), session_(session)
    {
        // One at a time: the second car of two waits for a command of its own.
        mine_ = session.config.verdict_wait.count() > 0 && session.question == nullptr;
        if (mine_) session.question = &question;
    }
    ~Asking()
    {
        if (mine_) session_.question = nullptr;
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    // Whether our own decision was to open.
    asio::awaitable<bool> answer()
    {
        auto decided = wait();
        (void)co_await base::with_timeout(session_.context.clock, session_.config.verdict_wait,
                                          std::move(decided));
        co_return question.open;
    }

    Session::Question question;

private:
    asio::awaitable<base::Result<void>> wait()
    {
        while (mine_ && !question.open)
            co_await question.changed.wait();
        co_return base::Result<void>();
    }

    Session& session_;
    bool mine_ = false;
};

} // namespace

std::string_view itsapi_name(std::string_view target)
{
    constexpr std::string_view mark = "/NotificationInfo/";
    const auto at = target.find(mark);
    if (at == std::string_view::npos) return {};
    const auto name = target.substr(at + mark.size());
    return name.substr(0, name.find_first_of("?/"));
}

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!session_.config.accept) {
        session_.counter("gatehouse_dahua_pushes_unwanted_total", "Posts of a device whose push is off")
            .add();
        co_return reply(200);
    }
    if (!net::is_push_source(request.remote, session_.config.target.host, session_.http.peer(),
                             session_.config.push_from)) {
        session_.tell_once("foreign", "post in a device's name from another address refused", request.remote);
        session_
            .counter("gatehouse_dahua_pushes_foreign_total", "Posts in a device's name from another address")
            .add();
        co_return reply(403);
    }
    session_.heard();
    last_ = session_.context.clock.now();
    session_.recorder.take(request.body);
    const auto name = itsapi_name(request.target);
    if (!name.empty()) co_return co_await take_itsapi(name, request.body);
    co_return co_await take_upload(request);
}

// ---- PictureHttpUpload ----

// Multipart, or the JSON alone. A picture belongs to the events before it.
PushDesk::Found PushDesk::read(const device::PushRequest& request)
{
    Found found;
    if (wire::ascii::trim(request.body).starts_with('{')) {
        read_text(request.body, found);
        return found;
    }
    PartScanner scanner(request.content_type);
    scanner.feed(request.body);
    scanner.finish();
    for (std::size_t count = 0; count < parts_max; ++count) {
        const auto part = scanner.next();
        if (!part) break;
        if (part->kind == Part::Kind::text) {
            read_text(part->text(), found);
            continue;
        }
        for (auto& mapped : found.news)
            if (mapped.event.pictures.empty()) mapped.event.pictures = cut_pictures(part->body, mapped.cuts);
    }
    return found;
}

void PushDesk::read_text(std::string_view text, Found& found)
{
    auto notices = read_notices(text);
    if (!notices.flaw.empty()) {
        found.why = std::move(notices.flaw);
        return;
    }
    found.understood = true;
    for (auto& mapped : session_.translate(text))
        found.news.push_back(std::move(mapped));
}

asio::awaitable<device::PushReply> PushDesk::take_upload(const device::PushRequest& request)
{
    Asking asking(session_); // before the event is announced: the decision may come at once
    auto found = read(request);
    if (!found.understood) co_return refuse(found.why);
    refusals_ = 0;
    auto news = std::move(found.news);
    const bool asks = std::any_of(news.begin(), news.end(), [](const Mapped& mapped) { return mapped.asks; });
    // What the terminal let in itself is let in; anything else opens only by our own decision.
    bool open = std::any_of(news.begin(), news.end(), is_granted);
    const auto kept = co_await settle(std::move(news));
    if (!kept) co_return reply(503);
    if (asks) open = co_await asking.answer();
    json::object verdict; // all of them texts (sheet §6a)
    verdict["message"] = "";
    verdict["code"] = "200";
    verdict["auth"] = open ? "true" : "false";
    co_return json_reply(verdict);
}

// Every event of the post is tried; one that was not kept makes the device send all of it again, and the
// journal recognises the others.
asio::awaitable<base::Result<void>> PushDesk::settle(std::vector<Mapped> news)
{
    base::Result<void> outcome;
    for (auto& mapped : news) {
        auto one = std::move(mapped);
        const auto kept = co_await session_.offer(std::move(one));
        if (!kept && kept.error() != Errc::bad_input) outcome = kept.error();
    }
    co_return outcome;
}

// ---- ITSAPI ----

asio::awaitable<device::PushReply> PushDesk::take_itsapi(std::string_view name, const std::string& text)
{
    const auto body = read_json(text);
    if (!body) co_return refuse("the post is no JSON");
    refusals_ = 0;
    json::object answer;
    if (name == "KeepAlive") {
        answer["Active"] = true;
        answer["DeviceID"] = text_at(*body, "DeviceID");
        co_return json_reply(answer);
    }
    if (name == "TollgateInfo") co_return co_await take_passage(*body);
    if (name == "DeviceInfo") {
        if (session_.status.model.empty()) session_.status.model = text_at(*body, "DeviceModel");
        session_.fact("posts as", text_at(*body, "DeviceID"));
    } else if (name == "AlarmInfo") {
        auto mapped = map_alarm(*body, session_.map_context());
        std::vector<Mapped> news;
        if (session_.is_news(mapped)) news.push_back(std::move(mapped));
        const auto kept = co_await settle(std::move(news));
        if (!kept) co_return reply(503);
        const auto local = std::chrono::floor<std::chrono::seconds>(session_.context.clock.wall() +
                                                                    session_.context.utc_offset);
        answer["RspTime"] =
            fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(local)));
    } else {
        session_
            .counter("gatehouse_dahua_unwanted_total",
                     "Events of a device that are understood and not wanted", "routine")
            .add();
    }
    answer["Result"] = true;
    answer["Message"] = "Success";
    co_return json_reply(answer);
}

// OpenStrobe opens the gate, so it is true only where our own decision came in time.
asio::awaitable<device::PushReply> PushDesk::take_passage(const json::object& body)
{
    Asking asking(session_);
    auto mapped = map_tollgate(body, session_.map_context());
    const bool refused = mapped.outcome == Mapped::Outcome::refused;
    const auto* inside = find(body, "Picture.SnapInfo");
    const std::string at = inside != nullptr ? "Picture." : "";
    const auto plate = text_at(body, at + "Plate.PlateNumber");
    add_pictures(mapped, body);
    std::vector<Mapped> news;
    if (session_.is_news(mapped)) news.push_back(std::move(mapped));
    const auto kept = co_await settle(std::move(news));
    if (!kept) co_return reply(503);
    bool open = false;
    if (!refused) open = co_await asking.answer();
    json::object answer;
    answer["Result"] = true;
    answer["DeviceID"] = text_at(body, at + "SnapInfo.DeviceID");
    answer["PlateNumber"] = plate;
    answer["AllowUser"] = open;
    answer["BlockUser"] = false;
    answer["OpenStrobe"] = open;
    co_return json_reply(answer);
}

device::PushReply PushDesk::refuse(const std::string& why)
{
    session_.counter("gatehouse_dahua_pushes_refused_total", "Posts of a device that can never be taken")
        .add();
    session_.tell_once("push", "post of a device refused", why);
    refusals_ = why == last_refusal_ ? refusals_ + 1 : 1;
    last_refusal_ = why;
    return reply(refusals_ > refusals_max ? 200 : 400);
}

} // namespace gatehouse::dahua
