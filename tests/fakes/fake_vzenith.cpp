#include "tests/fakes/fake_vzenith.hpp"

#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace gatehouse::fakes {

namespace {

// The value behind "key": in a flat piece of JSON; texts without their quotes.
std::string field(std::string_view json, std::string_view key)
{
    const auto quoted = "\"" + std::string(key) + "\"";
    auto at = json.find(quoted);
    for (;; at = json.find(quoted, at)) { // the same word may be a value
        if (at == std::string_view::npos) return {};
        at = json.find_first_not_of(" \t\r\n", at + quoted.size());
        if (at == std::string_view::npos) return {};
        if (json[at] == ':') break;
    }
    at = json.find_first_not_of(" \t\r\n", at + 1);
    if (at == std::string_view::npos) return {};
    if (json[at] != '"') return std::string(json.substr(at, json.find_first_of(",}] \r\n", at) - at));
    return std::string(json.substr(at + 1, json.find('"', at + 1) - at - 1));
}

int number(std::string_view json, std::string_view key)
{
    return std::atoi(field(json, key).c_str());
}

} // namespace

FakeVzenith::FakeVzenith(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(executor)
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeVzenith::connect(base::Target target)
{
    targets.push_back(std::move(target));
    if (!present) co_return asio::error::connection_refused;
    ++connections;
    results_on_ = false;
    auto [ours, theirs] = connected(executor_, "192.0.2.41");
    const StreamPtr stream(std::move(theirs));
    connections_.push_back(stream);
    last_ = stream;
    tasks_.spawn("camera", serve(stream));
    co_return std::move(ours);
}

void FakeVzenith::cut()
{
    for (const auto& weak : connections_)
        if (const auto stream = weak.lock()) stream->close();
    connections_.clear();
}

void FakeVzenith::stop()
{
    cut();
    tasks_.cancel();
}

int FakeVzenith::count(std::string_view cmd) const
{
    return static_cast<int>(std::count_if(asked.begin(), asked.end(),
                                          [&](const auto& body) { return field(body, "cmd") == cmd; }));
}

std::string FakeVzenith::frame(int kind, int sequence, const std::string& body)
{
    std::string out = "VZ";
    out += static_cast<char>(kind);
    out += static_cast<char>(sequence);
    const auto size = body.size();
    out += static_cast<char>(size / 16777216);
    out += static_cast<char>(size / 65536 % 256);
    out += static_cast<char>(size / 256 % 256);
    out += static_cast<char>(size % 256);
    return out + body;
}

std::string FakeVzenith::result(std::string_view license, std::int64_t sec, int usec, int trigger)
{
    return fmt::format(
        R"({{"bright":0,"carBright":0,"carColor":0,"colorType":1,"confidence":99,"direction":0,)"
        R"("license":"{}","location":{{"RECT":{{"bottom":392,"left":690,"right":834,"top":350}}}},)"
        R"("timeStamp":{{"Timeval":{{"sec":{},"usec":{}}}}},"triggerType":{},"type":1}})",
        license, sec, usec, trigger);
}

asio::awaitable<void> FakeVzenith::serve(StreamPtr stream)
{
    std::string bytes;
    std::array<std::byte, 256> chunk{};
    for (;;) {
        const auto got = co_await stream->read_some(chunk);
        if (!got) co_return;
        bytes.append(reinterpret_cast<const char*>(chunk.data()), *got);
        while (bytes.size() >= 8) {
            if (!bytes.starts_with("VZ")) co_return; // it would hang up
            const auto size = byte_at(bytes, 4) * 16777216U + byte_at(bytes, 5) * 65536U +
                              byte_at(bytes, 6) * 256U + byte_at(bytes, 7);
            if (bytes.size() < 8 + size) break;
            const auto kind = byte_at(bytes, 2);
            const auto sequence = byte_at(bytes, 3);
            auto body = bytes.substr(8, size);
            bytes.erase(0, 8 + size);
            if (kind == 1) {
                ++heartbeats;
                auto beat = frame(1, 0, "");
                if (beats && !mute) co_await write(stream, std::move(beat));
            } else {
                co_await answer(stream, sequence, std::move(body));
            }
        }
    }
}

asio::awaitable<void> FakeVzenith::answer(StreamPtr stream, int sequence, std::string body)
{
    asked.push_back(body);
    if (mute) co_return;
    const auto cmd = field(body, "cmd");
    const auto code = codes.find(cmd);
    const auto text = code == codes.end()
                          ? answer_to(cmd, body)
                          : fmt::format(R"({{"cmd":"{}","state_code":{}}})", cmd, code->second);
    if (!text.empty()) co_await write(stream, frame(0, says_sequence ? sequence : 0, text));
}

asio::awaitable<void> FakeVzenith::write(StreamPtr stream, std::string bytes)
{
    const auto view = std::as_bytes(std::span(bytes));
    (void)co_await stream->write(view);
}

std::string FakeVzenith::answer_to(const std::string& cmd, const std::string& body)
{
    if (cmd == "getsn")
        return fmt::format(
            R"({{"cmd": "getsn", "error_msg": "Sucess", "id": "999999", "state_code": 200, "value": "{}"}})",
            serial);
    if (cmd == "get_device_timestamp") {
        const auto now = std::chrono::floor<std::chrono::seconds>(clock_.wall() + skew);
        return fmt::format(R"({{"cmd":"get_device_timestamp","timestamp":{}}})",
                           now.time_since_epoch().count());
    }
    if (cmd == "set_time") {
        skew = std::chrono::seconds(0);
        return R"({"cmd":"set_time","state_code":200})";
    }
    if (cmd == "ivsresult") {
        results_on_ = field(body, "enable") == "true";
        return R"({"cmd":"ivsresult","state_code":200})";
    }
    if (cmd == "get_max_rec_id") return fmt::format(R"({{"cmd":"get_max_rec_id","max_id":{}}})", newest_);
    if (cmd == "get_record") {
        const auto found = records_.find(number(body, "id"));
        if (found == records_.end()) return R"({"cmd":"get_record","state_code":404})";
        return fmt::format(R"({{"PlateResult":{},"active_id":0,"cmd":"get_record","id":{}}})", found->second,
                           found->first);
    }
    if (cmd == "ioctl") {
        const int relay = number(body, "io");
        if (ioctl_answers.value_or(200) == 200) pulse(relay);
        return ioctl_answers ? fmt::format(R"({{"cmd":"ioctl","state_code":{}}})", *ioctl_answers) : "";
    }
    if (cmd == "get_gpio_value")
        return fmt::format(R"({{"cmd":"get_gpio_value","gpio":{},"value":{}}})", number(body, "gpio"),
                           gpio[number(body, "gpio")]);
    if (cmd == "ttransmission") {
        if (field(body, "subcmd") == "init")
            return R"({"cmd":"ttransmission","subcmd":"init","response":"ok"})";
        board.push_back(from_base64(field(body, "data")));
        return {};
    }
    if (cmd == "reg_offline_check") return R"({"cmd":"offline","response":"ok"})";
    if (cmd == "get_ems")
        return fmt::format(R"({{"active_id":{},"cmd":"get_ems","state_code":200}})", encrypted);
    if (cmd == "white_list_operator") return list_answer(body);
    if (cmd == "trigger" || cmd == "response_online") return {};
    return fmt::format(R"({{"cmd":"{}","state_code":405}})", cmd);
}

std::string FakeVzenith::list_answer(const std::string& body)
{
    const auto operation = field(body, "operator_type");
    const auto plate = field(body, "plate");
    if (operation == "update_or_add") {
        const auto from = body.find('{', 1);
        list[plate] = body.substr(from, body.find('}', from) - from + 1);
    }
    if (operation == "delete" && plate.empty()) list.clear(); // sheet §8
    if (operation == "delete") list.erase(plate);
    std::string records;
    if (operation == "select" && list.contains(plate)) records = list[plate];
    if (operation == "select")
        return R"({"cmd":"white_list_operator","dldb_rec":[)" + records +
               R"(],"operator_type":"select","state":"succeed"})";
    return R"({"cmd":"white_list_operator","operator_type":")" + operation + R"(","state":"succeed"})";
}

void FakeVzenith::pulse(int relay)
{
    if (relay == 1) ++closed;
    if (relay != 0) return;
    ++opened;
    if (boom_input) gpio[*boom_input] = 1;
}

void FakeVzenith::send(const std::string& bytes)
{
    if (const auto stream = last_.lock()) tasks_.spawn("send", write(stream, bytes));
}

void FakeVzenith::report(const std::string& json, const std::string& scene, const std::string& crop)
{
    if (!results_on_) return;
    auto body = fmt::format(
        R"({{"PlateResult":{},"active_id":{},"clipImgSize":{},"cmd":"ivs_result","fullImgSize":{},)"
        R"("id":0,"imageformat":"jpg","timeString":"2016-03-25 13:03:54"}})",
        json, encrypted, crop.size(), scene.size());
    body += "\n";
    body += '\0';
    send(frame(0, 0, body + scene + crop));
}

int FakeVzenith::store(const std::string& json)
{
    records_[++newest_] = json;
    return newest_;
}

void FakeVzenith::forget_records(int first, int last)
{
    for (int id = first; id <= last; ++id)
        records_.erase(id);
}

void FakeVzenith::restart_numbers()
{
    records_.clear();
    newest_ = 0;
}

void FakeVzenith::hear(std::string_view reply)
{
    if (field(reply, "info") == "ok") pulse(number(reply, "channelNum"));
    if (reply.find("serialData") != std::string_view::npos)
        board.push_back(from_base64(field(reply, "data")));
}

} // namespace gatehouse::fakes
