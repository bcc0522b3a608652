#include "protocols/onvif/session.hpp"

#include "gateway/base/log.hpp"
#include "protocols/net/username_token.hpp"
#include "protocols/wire/base64.hpp"

#include <boost/asio/error.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace gatehouse::onvif {

using namespace std::chrono_literals;
using base::Errc;
using base::kv;
using model::LinkState;

namespace {

constexpr auto first_silence = 60s; // after a refused password; then 15 and 30 minutes (net::AuthGuard)
constexpr auto longest_silence = 30min;
constexpr auto live_max = 30s;   // an older message does not tell of now
constexpr auto worth_a_try = 1s; // a clock that moved by less did not make a token wrong
constexpr auto conditions_key = "conditions";
constexpr auto epoch_key = "clock/epoch";
constexpr auto offset_key = "clock/offset";
constexpr auto form_key = "login/form";
constexpr std::size_t unknown_max = 16;

std::string_view word(Form form)
{
    if (form == Form::token) return "token";
    return form == Form::digest ? "digest" : "both";
}

Form form_of(std::string_view text, Form fallback)
{
    for (const auto form : {Form::token, Form::digest, Form::both})
        if (text == word(form)) return form;
    return fallback;
}

} // namespace

// ---- Answer ----

bool Answer::refused() const
{
    if (error) return error == Errc::unauthorised;
    if (reply && reply->fault) return is_refused_login(*reply->fault);
    // Some refuse without a word.
    return (status == 400 || status == 401 || status == 403) && (!reply || !reply->readable());
}

bool Answer::not_sent() const
{
    for (const base::error_code reason :
         {base::error_code(Errc::unreachable), base::error_code(Errc::untrusted),
          base::error_code(Errc::locked_out), base::error_code(asio::error::connection_refused),
          base::error_code(asio::error::host_unreachable), base::error_code(asio::error::network_unreachable),
          base::error_code(asio::error::host_not_found)})
        if (error == reason) return true;
    return false;
}

std::string Answer::why() const
{
    if (error == Errc::unauthorised)
        return "the device refuses the user name or password; ONVIF users are often separate from those of "
               "the web page / 设备拒绝用户名或密码；ONVIF 用户常与网页用户分开，请核对";
    if (error == Errc::locked_out)
        return "silent after a refused password, so that the device does not lock us out";
    if (error == Errc::untrusted)
        return "the device's certificate is not trusted: install its authority on the box, or set tls_verify "
               "= false";
    if (error == Errc::timed_out) return "the device did not answer in time";
    if (error) return "the device cannot be reached: " + error.message();
    if (reply && reply->fault) return explain(*reply->fault);
    if (status == 404)
        return "nothing speaks ONVIF at this address: switch it on in the device's network settings, or "
               "check the path / 此地址没有 ONVIF 服务；请在设备网络设置中启用 ONVIF，或核对路径";
    if (refused())
        return "the device refuses the request without a reason; check user name and password / "
               "设备拒绝请求且未说明原因；请核对用户名和密码";
    return fmt::format("the device answered {0} without anything readable; check address and port / 设备返回 "
                       "{0} 且内容无法识别；请核对地址和端口",
                       status);
}

// ---- Session ----

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)), web(config, context),
      clock(config.clock_offset_max), moved(context.executor), guard_(first_silence, longest_silence),
      form_(config.form)
{
    if (const auto kept = context.memory.find(conditions_key)) conditions_.load(*kept);
    if (const auto kept = context.memory.find(epoch_key))
        std::from_chars(kept->data(), kept->data() + kept->size(), epoch_);
    const auto form = context.memory.find(form_key);
    if (form && config.find_form) form_ = form_of(*form, form_);
}

std::string Session::new_id()
{
    const auto high = context.random.next();
    const auto low = context.random.next();
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32U, high >> 16U & 0xffffU,
                       high & 0xfffU, low >> 52U, low & 0xffffffffffffU);
}

Session::Login Session::login_of(Form form)
{
    if (form == Form::token) return Login::token;
    return form == Form::digest ? Login::digest : Login::both;
}

Place Session::place_of_service(std::string_view service) const
{
    const auto found = services.find(service);
    if (found != services.end() && service != ns::tds) return web.place_of(found->second);
    Place place;
    place.port = config.target.port;
    place.tls = config.target.tls;
    place.path = config.path;
    return place;
}

// Signed with the device's own time: after a power cut it refuses the right password for ours (pains 15).
Token Session::make_token()
{
    std::array<std::uint64_t, 2> random{context.random.next(), context.random.next()};
    const std::string_view nonce(reinterpret_cast<const char*>(random.data()), sizeof random);
    Token token;
    token.username = config.username;
    token.created =
        fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                    std::chrono::floor<std::chrono::seconds>(clock.device_now(context.clock.wall())));
    token.nonce = wire::to_base64(nonce);
    token.digest = net::password_digest(nonce, token.created, config.password.expose());
    return token;
}

// ---- asking the device ----

asio::awaitable<Answer> Session::ask(std::string_view service, Message message)
{
    return call(place_of_service(service), std::move(message), false, true);
}

asio::awaitable<Answer> Session::order(std::string_view service, Message message)
{
    return call(place_of_service(service), std::move(message), false, false);
}

asio::awaitable<Answer> Session::ask_at(Place place, Message message, bool patient)
{
    return call(std::move(place), std::move(message), patient, true);
}

asio::awaitable<Answer> Session::call(Place place, Message message, bool patient, bool question)
{
    if (config.username.empty()) {
        auto answer = co_await exchange(place, message, Login::none, patient);
        co_return answer;
    }
    if (!guard_.may_try(context.clock.now())) {
        Answer silent;
        silent.error = Errc::locked_out;
        co_return silent;
    }
    if (guard_.rejected()) guard_.trial(context.clock.now());
    auto answer = co_await exchange(place, message, login_of(form_), patient);
    if (question && answer.error == Errc::closed)
        answer = co_await exchange(place, message, login_of(form_), patient);
    const bool signed_by_time = form_ != Form::digest;
    if (answer.refused() && signed_by_time) {
        const bool again = co_await clock_has_moved();
        if (again) answer = co_await exchange(place, message, login_of(form_), patient);
    }
    if (answer.refused() && !guard_.proven() && config.find_form && !tried_forms_)
        answer = co_await try_other_forms(std::move(place), std::move(message), std::move(answer));
    if (answer.ok()) co_await accepted();
    if (!answer.refused()) co_return answer;
    // Once after it was accepted: our user may lack the right for this request alone.
    const bool once = guard_.proven();
    guard_.failed();
    if (!once) guard_.refused(context.clock.now());
    counter("gatehouse_onvif_refused_logins_total", "Requests whose log-in the device refused").add();
    co_return answer;
}

asio::awaitable<void> Session::accepted()
{
    const bool first = !guard_.proven();
    guard_.accepted();
    tried_forms_ = false;
    if (!first) co_return;
    fact("login", std::string(word(form_)));
    std::string form(word(form_));
    if (context.memory.find(form_key) == form) co_return;
    (void)co_await context.memory.put(form_key, std::move(form)); // found out again, should it be lost
}

// The device may want its log-in otherwise. At most one of these tries shows it a wrong password: without a
// challenge the digest sends none.
asio::awaitable<Answer> Session::try_other_forms(Place place, Message message, Answer refused)
{
    tried_forms_ = true;
    const auto began = form_;
    bool challenged = false; // the device asked for a digest
    bool passed = false;     // and took it
    for (const auto form : {Form::token, Form::digest, Form::both}) {
        if (form == began || (form == Form::both && !passed)) continue;
        form_ = form;
        auto answer = co_await exchange(place, message, login_of(form), false);
        if (!answer.refused()) co_return answer;
        if (form != Form::digest) continue;
        const auto& client = web.client(place, true, false);
        passed = client.proven();
        challenged = passed || client.rejected();
    }
    form_ = challenged ? Form::digest : began;
    co_return refused;
}

asio::awaitable<Answer> Session::exchange(Place place, Message message, Login login, bool patient)
{
    std::optional<Token> token;
    if (login == Login::token || login == Login::both) token = make_token();
    net::HttpRequest request;
    request.method = "POST";
    request.target = place.path;
    request.content_type = "application/soap+xml; charset=utf-8; action=\"" + message.action + "\"";
    if (config.soap_action) request.headers.add("SOAPAction", '"' + message.action + '"');
    request.body = envelope(message, token);
    auto& client = web.client(place, login == Login::digest || login == Login::both, patient);
    auto got = co_await client.request(std::move(request));
    Answer answer;
    if (!got) {
        answer.error = got.error();
        const bool word_came = answer.error == Errc::unauthorised || answer.error == Errc::locked_out;
        unreachable_ = word_came ? std::string() : answer.why();
        co_return answer;
    }
    unreachable_.clear();
    status.last_heard = context.clock.wall();
    answer.status = got->status;
    answer.reply = std::make_shared<Reply>();
    answer.reply->load(got->body);
    if (answer.reply->document.flaw != Flaw::none && !got->body.empty())
        counter("gatehouse_onvif_flaws_total", "Answers of a device that cannot be read",
                std::string(to_string(answer.reply->document.flaw)))
            .add();
    co_return answer;
}

// ---- the device's clock ----

asio::awaitable<std::optional<DeviceTime>> Session::measure_clock()
{
    const auto place = place_of_service(ns::tds);
    const auto question = request(ns::tds, "GetSystemDateAndTime");
    auto sent = context.clock.wall();
    auto answer = co_await exchange(place, question, Login::none, false);
    // Against the standard some want a log-in for this too.
    if (answer.refused() && guard_.proven()) {
        sent = context.clock.wall();
        answer = co_await exchange(place, question, login_of(form_), false);
    }
    const auto time = read_time(answer.body());
    if (answer.ok() && time) co_await note_clock(*time, sent, context.clock.wall());
    co_return time;
}

asio::awaitable<void> Session::note_clock(DeviceTime time, base::WallTime sent, base::WallTime answered)
{
    const auto measured = clock.measured(time.utc, sent, answered);
    status.clock_offset_ms = clock.offset()->count();
    status.clock_trusted = clock.trusted();
    const bool jumped = measured.jumped || jumped_since_last_run();
    if (jumped) {
        ++epoch_;
        auto epoch = std::to_string(epoch_);
        (void)co_await context.memory.put(epoch_key, std::move(epoch)); // lost: repeats are told again
    }
    if (jumped || !offset_kept_) {
        auto offset = std::to_string(clock.offset()->count());
        offset_kept_ = true;
        (void)co_await context.memory.put(offset_key, std::move(offset)); // the same
    }
    if (measured.trust_changed) co_await report_clock(false);
}

// At the first look, against the last one before we were restarted.
bool Session::jumped_since_last_run() const
{
    const auto kept = context.memory.find(offset_key);
    if (offset_kept_ || !kept) return false;
    std::int64_t before = 0;
    std::from_chars(kept->data(), kept->data() + kept->size(), before);
    return std::chrono::abs(*clock.offset() - milliseconds(before)) > DeviceClock::jump;
}

asio::awaitable<bool> Session::clock_has_moved()
{
    const auto before = clock.offset();
    co_await measure_clock();
    const auto after = clock.offset();
    co_return after && (!before || std::chrono::abs(*after - *before) >= worth_a_try);
}

asio::awaitable<void> Session::report_clock(bool corrected)
{
    model::DeviceClock body;
    body.offset_ms = clock.offset().value_or(0ms).count();
    body.trusted = clock.trusted();
    body.corrected = corrected;
    co_await report(std::move(body));
}

// ---- what the device says ----

asio::awaitable<Session::Brought> Session::bring(pugi::xml_node body)
{
    const auto found = read_notifications(body);
    Brought brought;
    brought.messages = found.messages.size();
    if (found.flawed + found.beyond > 0)
        counter("gatehouse_onvif_refused_total", "Messages of a device that are no event", "flawed")
            .add(found.flawed + found.beyond);
    for (const auto& notification : found.messages) {
        if (notification.operation == Operation::initialized) ++brought.states;
        auto mapped = map(notification, names);
        observe(mapped);
        if (mapped.refusal != Refusal::none) {
            note_refusal(notification, mapped);
            continue;
        }
        if (!conditions_.is_news(mapped)) {
            counter("gatehouse_onvif_refused_total", "Messages of a device that are no event", "no_news")
                .add();
            continue;
        }
        co_await deliver(std::move(mapped));
    }
    if (conditions_.take_changed()) {
        auto kept = conditions_.save();
        (void)co_await context.memory.put(conditions_key, std::move(kept)); // lost: told once more
    }
    co_return brought;
}

asio::awaitable<void> Session::deliver(Mapped mapped)
{
    auto event = std::move(mapped.event);
    stamp(event, mapped.operation == Operation::initialized);
    status.last_event = event.received_at;
    if (!event.device_key.empty()) event.device_key = fmt::format("c{}/{}", epoch_, event.device_key);
    const bool person = std::holds_alternative<model::AccessAttempt>(event.body);
    if (person && !event.history && context.early) context.early(event);
    co_await delivery.hand_over(std::move(event));
}

void Session::stamp(model::Event& event, bool found_so)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.time_trusted = !found_so; // since when it has been so, nobody knows
    if (!event.device_time || found_so) return;
    const auto stamped = clock.stamp(*event.device_time, event.received_at);
    event.occurred_at = stamped.occurred_at;
    event.time_trusted = stamped.trusted;
    event.history = event.received_at - stamped.occurred_at > live_max;
}

void Session::observe(const Mapped& mapped)
{
    if (mapped.operation == Operation::initialized) return;
    if (mapped.refusal == Refusal::relay && mapped.relay_active && relay_seen.size() < list_max)
        relay_seen[mapped.relay] = context.clock.now();
    if (const auto* door = std::get_if<model::DoorState>(&mapped.event.body)) {
        const bool open = door->position == model::DoorPosition::opened ||
                          door->position == model::DoorPosition::unlocked ||
                          door->position == model::DoorPosition::remain_open;
        if (open && mapped.refusal == Refusal::none) door_seen[door->door] = context.clock.now();
    }
    moved.notify();
}

void Session::note_refusal(const Notification& notification, const Mapped& mapped)
{
    counter("gatehouse_onvif_refused_total", "Messages of a device that are no event",
            std::string(to_string(mapped.refusal)))
        .add();
    if (mapped.refusal != Refusal::unknown_topic && mapped.refusal != Refusal::no_value) return;
    std::string what = notification.topic + " (";
    for (const auto& item : notification.data)
        what += (what.ends_with('(') ? "" : ", ") + item.name;
    what += ')';
    if (unknown_.size() >= unknown_max && !unknown_.contains(what)) return;
    ++unknown_[what];
    std::string text;
    for (const auto& [topic, count] : unknown_)
        text += fmt::format("{}{} x{}", text.empty() ? "" : "; ", topic, count);
    fact("topics that are not known", std::move(text));
    base::log::debug("device message not known", kv("device", config.id), kv("topic", what));
}

asio::awaitable<void> Session::forget()
{
    conditions_.forget();
    ++epoch_;
    auto epoch = std::to_string(epoch_);
    (void)co_await context.memory.put(epoch_key, std::move(epoch)); // lost: repeats are told again
}

// ---- what we observe ourselves ----

} // namespace gatehouse::onvif
