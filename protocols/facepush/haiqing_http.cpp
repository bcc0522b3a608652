#include "protocols/facepush/haiqing_http.hpp"

#include "protocols/facepush/explain.hpp"
#include "protocols/facepush/people.hpp"
#include "protocols/facepush/refusals.hpp"
#include "protocols/net/push_source.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <fmt/format.h>

namespace gatehouse::facepush {

using namespace std::chrono_literals;
using device::HeldEntry;
using device::ListResult;
using device::TestStep;
using model::LinkState;
using model::ListEntry;
using model::Status;

namespace {

constexpr std::size_t posted_picture_max = 1U << 20;

net::HttpClientOptions options_with_password(const Config& config)
{
    auto options = client_options(config);
    options.username = config.username.empty() ? "admin" : config.username;
    options.password = config.password;
    options.allow_basic = true; // it knows nothing else
    return options;
}

device::PushReply json_reply(unsigned status, std::string body)
{
    device::PushReply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    return reply;
}

} // namespace

// ---- messages ----

std::string open_door_body(const std::string& serial)
{
    return R"({"operator":"OpenDoor","info":{"DeviceID":)" + quoted(serial) +
           R"(,"Chn":0,"status":0,"msg":""}})";
}

std::string person_body(std::string_view word, const std::string& serial, const ListEntry& entry)
{
    std::string body = "{\"operator\":" + quoted(word) + R"(,"info":{"DeviceID":)" + quoted(serial) +
                       R"(,"PersonType":)" + (entry.keep_out ? "1" : "0") + R"(,"IdType":0,"CustomizeID":)" +
                       quoted(entry.value) + R"(,"PersonUUID":)" + quoted(entry.value) + R"(,"Name":)" +
                       quoted(entry.name) +
                       R"(,"CardType":0,"IdCard":"","Tempvalid":0,"isCheckSimilarity":0})";
    if (!entry.picture.empty())
        body += R"(,"picinfo":"data:image/jpeg;base64,)" + wire::to_base64(entry.picture) + '"';
    return body + '}';
}

std::string delete_person_body(const std::string& serial, const std::string& person)
{
    return R"({"operator":"DeletePerson","info":{"DeviceID":)" + quoted(serial) +
           R"(,"TotalNum":1,"IdType":0,"CustomizeID":[)" + quoted(person) + "]}}";
}

bool is_haiqing_heartbeat(const Fields& fields)
{
    return fields.text("operator").starts_with("Heart");
}

Read read_haiqing_push(const Fields& fields, std::chrono::minutes offset)
{
    if (fields.text("operator").empty()) return unread(Unread::not_a_record, "the push names no operator");
    const auto time = fields.any({"info.CreateTime", "info.time"});
    Reading reading;
    reading.time = time_of(time, offset);
    if (!reading.time) return unread(Unread::incomplete, "the record has no time");
    reading.sender = fields.any({"info.DeviceID", "info.facesluiceId"});
    const auto person = fields.any({"info.CustomizeID", "info.CustomizeId", "info.PersonUUID"});
    if (!is_stranger(person) && person != "0") reading.person = person;
    const auto verdict = fields.text("info.VerifyStatus");
    reading.granted = verdict.empty() ? !reading.person.empty() : verdict == "1";
    if (!reading.granted) reading.reason = verdict == "2" ? "no_permission" : "not_recognised";
    if (fields.text("info.PersonType") == "1") reading.user_type = "block_list";
    if (!reading.granted && reading.user_type == "block_list") reading.reason = "block_list";
    reading.record = fields.any({"info.RecordID", "info.SnapID"});
    reading.key = fmt::format("verify/{}/{}/{}", time, reading.person, reading.record);
    reading.later = fields.text("info.PushType") == "2" || fields.text("info.Sendintime") == "0";
    reading.picture_base64 = fields.any({"SanpPic", "SnapPic", "info.pic"}); // the first as devices write it
    Read read;
    read.reading = std::move(reading);
    return read;
}

// ---- driver ----

bool HaiqingHttpDriver::Reply::never_sent() const
{
    return error == base::Errc::unreachable || error == base::Errc::not_found ||
           error == base::Errc::unauthorised || error == base::Errc::locked_out ||
           error == asio::error::connection_refused || error == asio::error::host_unreachable ||
           error == asio::error::network_unreachable;
}

std::string HaiqingHttpDriver::Reply::why() const
{
    if (error == base::Errc::unauthorised)
        return wire::in_both_languages({"the camera refuses the user name or password; correct them",
                                        "设备拒绝用户名或密码；请核对用户名和密码"});
    if (error == base::Errc::locked_out)
        return "silent after a refused password, so that the camera does not lock us out";
    if (error == base::Errc::timed_out) return "the camera did not answer in time";
    if (error) return "the camera cannot be reached: " + error.message();
    return wire::in_both_languages(unknown_refusal, code);
}

HaiqingHttpDriver::HaiqingHttpDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)),
      http_(session_.context.connector, session_.context.clock, session_.context.random,
            options_with_password(session_.config))
{
    session_.fact("family", "Haiqing over HTTP");
}

asio::awaitable<void> HaiqingHttpDriver::run()
{
    session_.start();
    co_await session_.run_until_stopped(follow_pushes());
}

asio::awaitable<void> HaiqingHttpDriver::follow_pushes()
{
    const auto silence_max = 3 * session_.config.heartbeat_every;
    const auto begun = session_.context.clock.now();
    for (;;) {
        const auto now = session_.context.clock.now();
        const auto until = last_push_.value_or(begun) + silence_max;
        if (last_push_ && now <= until)
            co_await session_.set_link(LinkState::up, "");
        else if (now > until)
            co_await session_.set_link(LinkState::down,
                                       "the camera has not posted for three heartbeats: enter our address on "
                                       "it");
        const auto next = now > until ? now + silence_max : until + 1ms;
        co_await session_.context.clock.wait(session_.changed, next);
    }
}

asio::awaitable<device::PushReply> HaiqingHttpDriver::on_push(device::PushRequest request)
{
    if (!session_.running()) co_return json_reply(503, R"({"code":503,"desc":"later"})");
    const auto& config = session_.config;
    auto& refused =
        session_.counter("gatehouse_facepush_pushes_refused_total", "Pushes that were not taken", "foreign");
    const auto fields = Fields::of_request(request.target, request.body);
    const auto sender = fields ? fields->any({"info.DeviceID", "info.facesluiceId"}) : std::string_view();
    const bool ours =
        net::is_push_source(request.remote, config.target.host, http_.peer(), config.push_from) &&
        (sender.empty() || config.serial.empty() || sender == config.serial);
    if (!ours) refused.add();
    if (!ours) co_return json_reply(403, R"({"code":403,"desc":"not ours"})");
    const auto good = [] { return json_reply(200, R"({"code":200,"desc":"OK"})"); };
    session_.heard();
    last_push_ = session_.context.clock.now();
    session_.changed.notify();
    // What cannot be read comes again for ever unless it is acknowledged.
    if (!fields) {
        session_.count_unread(unread(Unread::incomplete, "the push is no JSON"));
        co_return good();
    }
    session_.recorder.take(request.target, *fields);
    if (is_haiqing_heartbeat(*fields)) {
        const auto shown = time_of(fields->any({"info.Time", "info.time"}), session_.context.utc_offset);
        if (shown && session_.measured(*shown, session_.context.clock.wall()))
            co_await session_.report_clock(false);
        co_return good();
    }
    const auto read = read_haiqing_push(*fields, session_.context.utc_offset);
    if (!read.reading) {
        session_.count_unread(read);
        co_return good();
    }
    auto event = session_.live_event(*read.reading);
    session_.attach(event, *read.reading);
    const auto kept = co_await session_.delivery.offer(std::move(event));
    if (kept || kept.error() == base::Errc::bad_input) co_return good();
    co_return json_reply(503, R"({"code":503,"desc":"later"})");
}

asio::awaitable<HaiqingHttpDriver::Reply> HaiqingHttpDriver::ask(std::string word, std::string body)
{
    net::HttpRequest request;
    request.method = "POST";
    request.target = "/action/" + word;
    request.content_type = "application/json";
    request.body = std::move(body);
    const auto response = co_await http_.request(std::move(request));
    Reply reply;
    if (!response) {
        reply.error = response.error();
        co_return reply;
    }
    session_.heard();
    const auto fields = Fields::of_json(response->body);
    reply.code = fields ? std::string(fields->text("code")) : fmt::to_string(response->status);
    const auto result = fields ? fields->text("info.Result") : std::string_view();
    reply.done = fields && reply.code == "200" && (result.empty() || result == "Ok" || result == "ok");
    co_return reply;
}

asio::awaitable<model::Outcome> HaiqingHttpDriver::execute(model::Command command)
{
    using model::Action;
    if (command.action != Action::door_open && command.action != Action::barrier_open)
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    if (command.output != 1)
        co_return session_.outcome(Status::rejected, "no_such_output", "a camera has one door: output 1");
    const auto begun = session_.context.clock.now();
    auto body = open_door_body(session_.config.serial);
    const auto reply = co_await ask("OpenDoor", std::move(body));
    if (reply.ok()) {
        if (session_.context.taken) session_.context.taken(command.id);
        co_return session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
    }
    if (reply.never_sent()) co_return session_.outcome(Status::failed, "unreachable", reply.why(), begun);
    if (reply.error)
        co_return session_.outcome(Status::unknown, "no_answer",
                                   "the order was sent but no answer came; it is not repeated", begun);
    co_return session_.outcome(Status::failed, "device_refused", reply.why(), begun);
}

asio::awaitable<std::vector<TestStep>> HaiqingHttpDriver::self_test()
{
    TestStep step;
    step.name = "camera posts to us";
    step.passed = session_.status.link == LinkState::up;
    step.detail = step.passed ? "it does" : session_.status.why;
    if (!step.passed) step.remedy = "enter our address on the camera as the one it reports to";
    std::vector<TestStep> steps;
    steps.push_back(std::move(step));
    co_return steps;
}

std::vector<std::string> HaiqingHttpDriver::replay(std::string_view bytes)
{
    std::vector<std::string> lines;
    const auto offset = session_.context.utc_offset;
    for (const auto& message : read_recording(bytes))
        lines.push_back(is_haiqing_heartbeat(message.fields)
                            ? std::string("heartbeat")
                            : line_of(read_haiqing_push(message.fields, offset), offset));
    return lines;
}

asio::awaitable<base::Result<std::string>> HaiqingHttpDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

// ---- persons ----

bool HaiqingHttpDriver::takes(ListEntry::Type type) const
{
    return type == ListEntry::Type::person;
}

HeldEntry HaiqingHttpDriver::as_held(const ListEntry& entry) const
{
    constexpr std::size_t id_max = 48;
    constexpr std::size_t name_max = 32;
    HeldEntry held;
    held.why_not = unfit(entry, false, true, id_max);
    if (!held.why_not.empty()) return held;
    held.entry = entry;
    held.entry->name = wire::cut(held.entry->name, name_max);
    held.entry->outputs.clear();
    held.entry->picture.clear();
    return held;
}

// The sheet knows SearchPerson and not what is answered.
asio::awaitable<base::Result<std::vector<ListEntry>>> HaiqingHttpDriver::read(ListEntry::Type)
{
    co_return base::Errc::unsupported;
}

asio::awaitable<ListResult> HaiqingHttpDriver::told(std::string what, Reply reply)
{
    ListResult result;
    result.done = reply.ok();
    result.again = static_cast<bool>(reply.error);
    result.code = reply.code;
    if (!result.done) result.reason = reply.why();
    std::string text = result.done ? std::string("ok") : result.reason;
    co_await session_.audit(std::move(what), "one person", std::move(text));
    co_return result;
}

asio::awaitable<std::vector<ListResult>> HaiqingHttpDriver::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto held = as_held(entry);
        ListResult result;
        result.reason = held.why_not;
        if (held.entry && entry.picture.size() > posted_picture_max) {
            result.reason = "the picture is larger than 1 MB";
        } else if (held.entry) {
            held.entry->picture = std::move(entry.picture);
            auto body = person_body("AddPerson", session_.config.serial, *held.entry);
            auto reply = co_await ask("AddPerson", std::move(body));
            // Known already, perhaps: then it is changed.
            if (!reply.error && !reply.done) {
                body = person_body("EditPerson", session_.config.serial, *held.entry);
                reply = co_await ask("EditPerson", std::move(body));
            }
            result = co_await told("person", std::move(reply));
        }
        results.push_back(std::move(result));
    }
    co_return results;
}

asio::awaitable<std::vector<ListResult>> HaiqingHttpDriver::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        ListResult result;
        result.reason = "the camera keeps persons only";
        if (takes(entry.type) && !is_stranger(entry.value)) {
            auto body = delete_person_body(session_.config.serial, entry.value);
            auto reply = co_await ask("DeletePerson", std::move(body));
            result = co_await told("person removed", std::move(reply));
        }
        results.push_back(std::move(result));
    }
    co_return results;
}

} // namespace gatehouse::facepush
