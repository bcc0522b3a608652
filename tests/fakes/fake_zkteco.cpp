#include "tests/fakes/fake_zkteco.hpp"

#include "tests/fakes/text.hpp"

#include <cstdio>
#include <ctime>
#include <sstream>

namespace gatehouse::fakes {

using device::PushRequest;

namespace {

std::map<std::string, std::string> fields_of(const std::string& text)
{
    std::map<std::string, std::string> fields;
    std::istringstream in(text);
    for (std::string one; std::getline(in, one, '\t');)
        if (const auto equals = one.find('='); equals != std::string::npos)
            fields[one.substr(0, equals)] = one.substr(equals + 1);
    return fields;
}

bool begins(const std::string& text, const std::string& with)
{
    return text.rfind(with, 0) == 0;
}

} // namespace

PushRequest FakeZkteco::get(const std::string& path, const std::string& query) const
{
    PushRequest request;
    request.method = "GET";
    request.target = "/iclock/" + path + "?SN=" + serial + (query.empty() ? "" : "&" + query);
    request.remote = remote;
    if (access && md5 && !session_id.empty())
        request.headers.emplace_back("Cookie", "token=" + md5(registry_code + serial + session_id));
    return request;
}

PushRequest FakeZkteco::post(const std::string& path, const std::string& query, std::string body) const
{
    auto request = get(path, query);
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

PushRequest FakeZkteco::hello() const
{
    if (access) return get("cdata", "pushver=3.0.1&options=all&DeviceType=acc");
    return get("cdata", "options=all&language=69&pushver=2.4.0&DeviceType=middle%20east&PushOptionsFlag=1");
}

PushRequest FakeZkteco::registration() const
{
    return post("registry", "",
                "DeviceType=acc,~DeviceName=ProFaceX,FirmVer=ZAM180-NF-Ver1.2.3,LockCount=2,ReaderCount=4");
}

PushRequest FakeZkteco::poll(bool with_info) const
{
    if (!with_info) return get("getrequest");
    return get("getrequest", "INFO=Ver%206.8.0(build640)," + std::to_string(users.size()) + ",0," +
                                 std::to_string(log.size()) + ",192.168.1.201,10,-1,-12,101");
}

std::string FakeZkteco::now_text(std::chrono::milliseconds later) const
{
    const auto local = clock.wall() + skew + later + std::chrono::hours(8);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(local).time_since_epoch().count();
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    return std::string(text.data(), size);
}

PushRequest FakeZkteco::punch(const std::string& pin, int status, int verify)
{
    log.push_back(pin + "\t" + now_text() + "\t" + std::to_string(status) + "\t" + std::to_string(verify) +
                  "\t\t0\t0\t");
    return post("cdata", "table=ATTLOG&Stamp=9999", log.back() + "\n");
}

std::string FakeZkteco::row(int code, std::int64_t index, const std::string& more) const
{
    std::string text = "time=" + now_text();
    text += more.empty() ? "\tpin=0\tcardno=0\teventaddr=1" : more;
    text +=
        "\tevent=" + std::to_string(code) + "\tinoutstatus=0\tverifytype=4\tindex=" + std::to_string(index);
    return text + "\r\n";
}

PushRequest FakeZkteco::event(int code, const std::string& more)
{
    return post("cdata", "table=rtlog", row(code, next_index++, more));
}

PushRequest FakeZkteco::state(const std::string& sensor, const std::string& relay) const
{
    return post("cdata", "table=rtstate",
                "time=" + now_text() + "\tsensor=" + sensor + "\trelay=" + relay +
                    "\talarm=0000000000000000");
}

void FakeZkteco::take_options(const std::string& body)
{
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);)
        if (const auto equals = line.find('='); equals != std::string::npos)
            options[line.substr(0, equals)] = line.substr(equals + 1);
    if (options.contains("RegistryCode")) registry_code = options["RegistryCode"];
    if (options.contains("SessionID")) session_id = options["SessionID"];
}

void FakeZkteco::take_commands(const std::string& body)
{
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) {
        if (!begins(line, "C:")) continue;
        const auto end = line.find(':', 2);
        carry_out(line.substr(2, end - 2), line.substr(end + 1));
    }
}

void FakeZkteco::carry_out(const std::string& id, const std::string& text)
{
    commands.push_back(text);
    int result = 0;
    bool refused = false;
    for (const auto& [beginning, code] : refuses)
        if (begins(text, beginning)) {
            result = code;
            refused = true;
        }
    if (!refused) result = act(id, text);
    const auto word = text.substr(0, text.find(' '));
    if (!silent)
        due.push_back(
            post("devicecmd", "", "ID=" + id + "&Return=" + std::to_string(result) + "&CMD=" + word + "\n"));
}

int FakeZkteco::act(const std::string& id, const std::string& text)
{
    if (begins(text, "CONTROL DEVICE 01")) {
        if (text.size() != 23) return -11;
        const auto time = text.substr(21, 2);
        door_open = time != "00";
        due.push_back(event(time == "00" ? 9 : time == "FF" ? 205 : 8));
    } else if (text == "AC_UNLOCK") {
        door_open = true;
    } else if (begins(text, "DATA QUERY ATTLOG")) {
        std::string body;
        for (const auto& line : log)
            body += line + "\n";
        if (!body.empty()) due.push_back(post("cdata", "table=ATTLOG&Stamp=9999", std::move(body)));
    } else if (begins(text, "DATA UPDATE USERINFO ") || begins(text, "DATA UPDATE user ")) {
        update_user(text.substr(text.find(' ', 12) + 1));
    } else if (begins(text, "DATA UPDATE userauthorize ")) {
        auto fields = fields_of(text.substr(26));
        rights[fields["Pin"]] = fields["AuthorizeDoorId"];
    } else if (begins(text, "DATA DELETE userauthorize ")) {
        rights.erase(between(text, "Pin=", "\t"));
    } else if (begins(text, "DATA DELETE ")) {
        users.erase(text.substr(text.rfind('=') + 1));
    } else if (begins(text, "DATA QUERY USERINFO")) {
        std::string body;
        for (const auto& [pin, user] : users) {
            body += "USER ";
            for (const auto& [name, value] : user)
                body.append(name).append("=").append(value).append("\t");
            body += "\nFP PIN=" + pin + "\tFID=0\tSize=4\tValid=1\tTMP=AAAA\n";
        }
        due.push_back(post("cdata", "table=OPERLOG&Stamp=9999", std::move(body)));
    } else if (begins(text, "DATA QUERY tablename=")) {
        const auto table = between(text, "tablename=", ",");
        send_rows(id, table);
        return static_cast<int>(table == "user" ? users.size() : rights.size());
    } else if (begins(text, "GET OPTIONS ")) {
        due.push_back(post("querydata", "type=options&cmdid=" + id + "&count=1&packcnt=1&packidx=1",
                           "~SerialNumber=" + serial + ",FirmVer=1,LockCount=2"));
    } else if (begins(text, "SET OPTIONS DateTime=")) {
        skew = std::chrono::milliseconds(0);
        due.push_back(state("00"));
    }
    return 0;
}

void FakeZkteco::update_user(const std::string& fields)
{
    auto told = fields_of(fields);
    const auto pin = told.contains("PIN") ? told["PIN"] : told["Pin"];
    for (const auto& [name, value] : told)
        users[pin][name] = value;
}

// Two packets, however few rows there are.
void FakeZkteco::send_rows(const std::string& id, const std::string& table)
{
    std::vector<std::string> rows;
    if (table == "user")
        for (const auto& [pin, user] : users) {
            std::string row = "user uid=1";
            for (const auto& [name, value] : user)
                row.append("\t").append(name).append("=").append(value);
            rows.push_back(std::move(row));
        }
    else
        for (const auto& [pin, mask] : rights)
            rows.push_back(std::string("userauthorize ")
                               .append("pin=")
                               .append(pin)
                               .append("\tauthorizetimezoneid=1\tauthorizedoorid=")
                               .append(mask));
    if (rows.empty()) return;
    std::array<std::string, 2> bodies;
    for (std::size_t i = 0; i < rows.size(); ++i)
        bodies.at(i % 2) += rows[i] + "\r\n";
    for (int packet = 1; packet <= 2; ++packet)
        due.push_back(post("querydata",
                           "type=tabledata&cmdid=" + id + "&tablename=" + table + "&count=" +
                               std::to_string(rows.size()) + "&packcnt=2&packidx=" + std::to_string(packet),
                           bodies.at(static_cast<std::size_t>(packet) - 1)));
}

} // namespace gatehouse::fakes
