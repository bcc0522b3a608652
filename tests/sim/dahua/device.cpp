#include "tests/sim/dahua/device.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::sim::dahua {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto answer_max = 5s;
// Begins and ends as a JPEG does.
constexpr std::string_view small_picture("\xFF\xD8\xFF\xE0 picture \xFF\xD9", 15);
constexpr auto small_picture_base64 = "/9j/4CBwaWN0dXJlIP/Z";

isapi::Switches login_habits()
{
    isapi::Switches habits;
    habits.auth = "md5";
    return habits;
}

} // namespace

Device::Device(const Ground& ground, DeviceConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      login_(login_habits()),
      guard_(clock_, random_, login_, config_.username, config_.password, "Login to " + config_.serial),
      group_(ground.executor),
      server_(group_, config_.id, [this](Connection connection) { return serve(std::move(connection)); }),
      wakeup_(ground.executor)
{
}

void Device::start()
{
    server_.open(config_.host, config_.port);
    if (!config_.push.empty()) group_.spawn("posts " + config_.id, post_all());
}

void Device::cancel()
{
    ending_ = true;
    server_.close();
    group_.cancel();
}

std::int64_t Device::seconds_of(base::WallTime time) const
{
    const auto shown = time + moods_.clock_skew;
    return std::chrono::floor<std::chrono::seconds>(shown.time_since_epoch()).count();
}

std::int64_t Device::now() const
{
    return seconds_of(clock_.wall());
}

// As a reset to its factory settings: the log is empty then, and nobody passes in the second that it takes.
void Device::begin_anew()
{
    number_ = 0;
    log_.clear();
    anew_at_ = clock_.wall();
}

std::string Device::local_now() const
{
    const auto local = now() + std::chrono::duration_cast<std::chrono::seconds>(config_.zone).count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(local)));
}

// What it is known by: live events and rows of the log share these.
void Device::happen(std::string code, std::string text, bool granted)
{
    Record record;
    record.number = ++number_;
    record.time = seconds_of(std::max(clock_.wall(), anew_at_ + 1s));
    record.code = std::move(code);
    record.text = std::move(text);
    record.granted = granted;
    ++seen_.created;
    oracle_.created(config_.id, std::to_string(record.number), record.code, true);
    if (record.code == "AccessControl") log_.push_back(record);
    if (log_.size() > config_.log_size) log_.pop_front();
    if (moods_.mute) return;
    tell(record);
    if (config_.push.empty()) return;
    pending_.push_back(std::move(record));
    wakeup_.notify();
}

void Device::tell(const Record& record)
{
    const int members = config_.group && record.code == "TrafficJunction" ? 3 : 1;
    for (auto& listener : listeners_) {
        for (int member = 1; member <= members; ++member) {
            auto message = listener.pictures ? part("text/plain", snap_text(record, member))
                                             : part("text/plain", event_text(record));
            if (listener.pictures && pictures_)
                message += part("image/jpeg", std::string(small_picture) + std::string(small_picture));
            listener.waiting.push_back(std::move(message));
        }
        listener.changed.notify();
    }
}

void Device::tell_text(const std::string& text)
{
    for (auto& listener : listeners_) {
        if (moods_.mute || listener.pictures) continue;
        listener.waiting.push_back(part("text/plain", text));
        listener.changed.notify();
    }
}

bool Device::emit_random()
{
    const auto drawn =
        config_.texts.empty() ? std::string() : config_.texts[random_.next() % config_.texts.size()];
    const bool granted = random_.next() % 10 != 0;
    if (config_.kind == Kind::plate)
        happen("TrafficJunction", drawn.empty() ? fmt::format("沪A{:05}", random_.next() % 100'000) : drawn,
               true);
    else if (config_.kind == Kind::face)
        happen("AccessControl",
               granted ? (drawn.empty() ? std::to_string(10'000 + random_.next() % 500) : drawn) : "",
               granted);
    else
        happen("CrossLineDetection", "", true);
    return true;
}

Counts Device::counts() const
{
    auto counts = seen_;
    counts.pending = pending_.size();
    counts.streams = listeners_.size();
    return counts;
}

// ---- what it says ----

std::string Device::named(const std::string& text) const
{
    return gb18030_ ? to_gb2312(text) : text;
}

std::string Device::part(const std::string& type, const std::string& body) const
{
    auto head = "--myboundary\r\nContent-Type: " + type + "\r\n";
    const auto length = body.size() + (config_.wrong_length && type != "image/jpeg" ? 10 : 0);
    if (!config_.no_length || type == "image/jpeg") head += fmt::format("Content-Length:{}\r\n", length);
    return head + "\r\n" + body + "\r\n";
}

// Dotted names and values as snapManager writes them; eventManager tells the same as JSON.
std::vector<std::pair<std::string, std::string>> Device::fields_of(const Record& record) const
{
    std::vector<std::pair<std::string, std::string>> fields;
    const auto zone = std::chrono::duration_cast<std::chrono::seconds>(config_.zone).count();
    const auto utc = std::to_string(config_.utc_local ? record.time + zone : record.time);
    if (config_.utc_local) fields.emplace_back("RealUTC", std::to_string(record.time));
    if (record.code == "TrafficJunction") {
        fields.emplace_back("Lane", "0");
        fields.emplace_back("TrafficCar.PlateColor", "Blue");
        fields.emplace_back("TrafficCar.PlateNumber", named(record.text));
        fields.emplace_back("TrafficCar.RecNo", std::to_string(record.number));
    } else if (record.code == "AccessControl") {
        fields.emplace_back("CardName", named("测试"));
        fields.emplace_back("CardNo", "");
        if (!config_.utc_local) fields.emplace_back("CreateTime", std::to_string(record.time));
        fields.emplace_back("Door", "0");
        fields.emplace_back("ErrorCode", "0");
        fields.emplace_back("Method", "15");
        fields.emplace_back("ReaderID", "1");
        fields.emplace_back("RecNo", std::to_string(record.number));
        fields.emplace_back("Status", record.granted ? "1" : "0");
        fields.emplace_back("Type", "Entry");
        fields.emplace_back("UserID", record.text);
    }
    fields.emplace_back("UTC", utc);
    return fields;
}

std::string Device::data_json(const Record& record) const
{
    std::string plain;
    std::string car;
    for (const auto& [name, value] : fields_of(record)) {
        const bool inside = name.starts_with("TrafficCar.");
        auto& into = inside ? car : plain;
        const bool number = name != "UserID" && name != "CardNo" && name != "TrafficCar.PlateNumber" &&
                            !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
        into += fmt::format("{}\n   \"{}\" : {}", into.empty() ? "" : ",", inside ? name.substr(11) : name,
                            number ? value : '"' + json_escaped(value) + '"');
    }
    if (!car.empty()) plain += ",\n   \"TrafficCar\" : {" + car + "\n   }";
    return "{" + plain + "\n}\n";
}

std::string Device::event_text(const Record& record) const
{
    return fmt::format("Code={};action=Pulse;index=0;data=", record.code) + data_json(record);
}

std::string Device::snap_text(const Record& record, int member) const
{
    auto text = fmt::format("Events[0].EventBaseInfo.Action=Pulse\r\nEvents[0].EventBaseInfo.Code={}\r\n"
                            "Events[0].EventBaseInfo.Index=0\r\n",
                            record.code);
    if (config_.group && record.code == "TrafficJunction")
        text +=
            fmt::format("Events[0].CountInGroup=3\r\nEvents[0].GroupID={}\r\nEvents[0].IndexInGroup={}\r\n",
                        record.number, member);
    const auto shift = config_.wrong_offsets ? 3U : 0U;
    for (int i = 0; i < 2 && pictures_; ++i)
        text += fmt::format("Events[0].ImageInfo[{0}].Length={1}\r\nEvents[0].ImageInfo[{0}].Offset={2}\r\n"
                            "Events[0].ImageInfo[{0}].Type={3}\r\n",
                            i, small_picture.size(), static_cast<unsigned>(i) * small_picture.size() + shift,
                            1 - i);
    for (const auto& [name, value] : fields_of(record))
        text += fmt::format("Events[0].{}={}\r\n", name, value);
    return text;
}

// ---- posts ----

std::string Device::post_request(const Record& record) const
{
    const auto from = config_.push.starts_with("http://") ? std::size_t{7} : std::size_t{0};
    const auto slash = std::min(config_.push.find('/', from), config_.push.size());
    auto target = config_.push.substr(slash);
    std::string type = "application/json";
    std::string body;
    if (config_.style == "itsapi") {
        target += "/NotificationInfo/TollgateInfo";
        body = fmt::format(
            R"({{"Picture":{{"NormalPic":{{"PicName":"a.jpg","Content":"{}"}},"Plate":{{"IsExist":true,)"
            R"("PlateNumber":"{}","PlateColor":"Blue","Confidence":200}},"SnapInfo":{{"AccurateTime":"{}.000",)"
            R"("TimeZone":13,"LanNo":1,"DeviceID":"{}"}}}}}})",
            pictures_ ? small_picture_base64 : "", json_escaped(named(record.text)),
            fmt::format("{:%Y-%m-%d %H:%M:%S}",
                        fmt::gmtime(static_cast<std::time_t>(record.time + 8 * 3600))),
            config_.id);
    } else {
        type = "multipart/form-data; boundary=myboundary";
        body = "\r\n--myboundary\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; "
               "name=\"info\"\r\n\r\n{\"Events\":[{\"Action\":\"Pulse\",\"Code\":\"" +
               record.code + "\",\"Data\":" + data_json(record) + ",\"Index\":0}],\"Channel\":0}\r\n";
        if (pictures_)
            body += "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Disposition: form-data; "
                    "name=\"file\"\r\n\r\n" +
                    std::string(small_picture) + "\r\n";
        body += "--myboundary--\r\n";
    }
    return fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
                       target, config_.push.substr(from, slash - from), type, body.size()) +
           body;
}

asio::awaitable<bool> Device::post(const Record& record)
{
    const auto from = config_.push.starts_with("http://") ? std::size_t{7} : std::size_t{0};
    const auto authority =
        config_.push.substr(from, std::min(config_.push.find('/', from), config_.push.size()) - from);
    const auto colon = std::min(authority.find(':'), authority.size());
    std::uint16_t port = 80;
    std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), port);
    boost::system::error_code failure;
    const auto host = asio::ip::make_address(authority.substr(0, colon), failure);
    if (failure) co_return false;
    Tcp::socket socket(group_.executor());
    const Tcp::endpoint endpoint(host, port);
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return false;
    const bool cut = moods_.truncate;
    const bool twice = std::exchange(moods_.duplicate, false); // on connections of their own
    const auto pieces = mangled(moods_, post_request(record));
    moods_.duplicate = twice;
    for (const auto& piece : pieces)
        co_await asio::async_write(socket, asio::buffer(piece),
                                   asio::redirect_error(asio::use_awaitable, failure));
    if (failure || cut) co_return false;
    std::string reply;
    std::array<char, 2048> chunk{};
    const auto buffer = asio::buffer(chunk);
    while (reply.find('}') == std::string::npos && reply.size() < 8192) {
        const auto got =
            co_await (socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure)) ||
                      pause(answer_max));
        if (got.index() == 1 || failure) break;
        reply.append(chunk.data(), std::get<0>(got));
    }
    const bool opens = reply.find("\"OpenStrobe\":true") != std::string::npos;
    if (opens) (void)move("barrier/1", "open", "OpenStrobe", authority);
    co_return reply.starts_with("HTTP/1.1 200");
}

// Each record until it is acknowledged, in order.
asio::awaitable<void> Device::post_all()
{
    for (;;) {
        while (pending_.empty())
            co_await wakeup_.wait();
        const auto record = pending_.front();
        bool acknowledged = false;
        const bool reachable = !down_ && !moods_.cut && !moods_.half_open && !moods_.mute;
        const int times = moods_.duplicate ? 2 : 1;
        for (int n = 0; n < times && reachable; ++n)
            acknowledged = co_await post(record);
        if (acknowledged) {
            ++seen_.acked;
            oracle_.acked(config_.id, std::to_string(record.number));
            if (!pending_.empty()) pending_.pop_front();
            continue;
        }
        if (reachable) ++seen_.retried;
        co_await pause(config_.retry);
    }
}

// ---- network ----

// A blocked port refuses others and keeps its stream (fact sheet §4).
void Device::follow_network()
{
    const bool off = down_ || moods_.cut;
    const bool open = !off && !(config_.blocks_port && !listeners_.empty());
    if (off)
        server_.close();
    else if (!open)
        server_.close_port();
    else if (!server_.is_open())
        server_.open_again();
}

void Device::reboot(Span down)
{
    down_ = true;
    guard_.reset();
    follow_network();
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> Device::restart(Span down)
{
    const int which = ++reboots_;
    co_await pause(down);
    if (which != reboots_) co_return;
    down_ = false;
    follow_network();
}

} // namespace gatehouse::sim::dahua
