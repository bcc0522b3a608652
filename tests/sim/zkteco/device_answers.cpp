// What a simulated device is told, and what it does then.
#include "tests/sim/zkteco/device.hpp"

#include "tests/sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace gatehouse::sim::zkteco {
namespace {

using namespace std::chrono_literals;

int told_number(const std::string& text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::map<std::string, std::string> fields_of(const std::string& text)
{
    std::map<std::string, std::string> fields;
    std::istringstream in(text);
    for (std::string one; std::getline(in, one, '\t');)
        if (const auto equals = one.find('='); equals != std::string::npos)
            fields[one.substr(0, equals)] = one.substr(equals + 1);
    return fields;
}

// The fields after the command's words: "DATA UPDATE user " and the like.
std::string after_words(const std::string& text, int words)
{
    std::size_t at = 0;
    for (int n = 0; n < words && at != std::string::npos; ++n)
        at = text.find(' ', at + (n > 0 ? 1 : 0));
    return at == std::string::npos ? std::string() : text.substr(at + 1);
}

} // namespace

void Device::take_options(const std::string& body)
{
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);)
        if (const auto equals = line.find('='); equals != std::string::npos)
            options_[line.substr(0, equals)] = line.substr(equals + 1);
    if (options_.contains("RegistryCode")) registry_code_ = options_["RegistryCode"];
    if (options_.contains("SessionID")) session_ = options_["SessionID"];
    for (const auto* name : {"Delay", "RequestDelay"})
        if (const int delay = told_number(options_[name]); delay > 0)
            poll_every_ = std::chrono::seconds(delay);
    // The trap (fact sheet §6): what it is told it believes, in the unit that its firmware has.
    if (const auto zone = options_.find("TimeZone"); zone != options_.end() && !zone->second.empty()) {
        const std::chrono::minutes told(told_number(zone->second) * (config_.zone_form == "hours" ? 60 : 1));
        zone_shift_ = std::clamp<std::chrono::minutes>(told, -12h, 14h) - 8h;
    }
}

void Device::take_time(const std::string& body)
{
    // Whatever form it has: from now on its clock is as right as its time zone.
    if (body.find("Time=") != std::string::npos) moods_.clock_skew = Span(0);
}

std::vector<Device::Post> Device::take_commands(const std::string& body)
{
    std::vector<Post> posts;
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("C:")) continue;
        const auto end = line.find(':', 2);
        if (end == std::string::npos) continue;
        const auto id = line.substr(2, end - 2);
        const auto text = line.substr(end + 1);
        const int result = carry_out(id, text, posts);
        const bool metal = text.starts_with("CONTROL DEVICE 01") || text.starts_with("AC_UNLOCK");
        if (metal && moods_.command == CommandMood::silent) continue;
        Post post;
        post.path = "devicecmd";
        post.body = fmt::format("ID={}&Return={}&CMD={}\n", id, result, text.substr(0, text.find(' ')));
        post.late = metal && moods_.command == CommandMood::late;
        posts.push_back(std::move(post));
    }
    return posts;
}

// "CONTROL DEVICE AABBCCDD": AA 01, BB door, CC 01, DD seconds, FF hold, 00 restore.
int Device::move(const std::string& text)
{
    int door = 1;
    std::string action = "open";
    if (config_.access) {
        const auto code = text.substr(std::string_view("CONTROL DEVICE ").size());
        if (code.size() < 8) return -11;
        std::from_chars(code.data() + 2, code.data() + 4, door, 16);
        action = code.substr(6, 2) == "FF" ? "hold" : code.substr(6, 2) == "00" ? "close" : "open";
    }
    const bool refused = moods_.command == CommandMood::refuse || door < 1 || door > config_.doors;
    Oracle::Command told;
    told.device = config_.id;
    told.output = "door/" + std::to_string(door);
    told.action = action;
    told.moved = !refused;
    told.path = text;
    oracle_.command(told);
    if (refused) return moods_.command == CommandMood::refuse ? -8 : -11;
    ++seen_.moves;
    if (config_.access)
        access_event(action == "hold" ? 205 : action == "close" ? 9 : 8, door, "", "", action);
    return 0;
}

int Device::carry_out(const std::string& id, const std::string& text, std::vector<Post>& posts)
{
    const bool old_unlock = text == "AC_UNLOCK" && !config_.access;
    if (old_unlock || (config_.access && text.starts_with("CONTROL DEVICE 01"))) return move(text);
    if (text.starts_with("DATA UPDATE userauthorize ")) {
        auto fields = fields_of(after_words(text, 3));
        rights_[fields["Pin"]] = fields["AuthorizeDoorId"];
        return 0;
    }
    if (text.starts_with("DATA UPDATE user ") || text.starts_with("DATA UPDATE USERINFO ")) {
        update_user(after_words(text, 3));
        return 0;
    }
    if (text.starts_with("DATA DELETE userauthorize ")) {
        rights_.erase(text.substr(text.rfind('=') + 1));
        return 0;
    }
    if (text.starts_with("DATA DELETE ")) {
        users_.erase(text.substr(text.rfind('=') + 1));
        return 0;
    }
    if (text.starts_with("DATA QUERY ATTLOG")) {
        const auto from = between(text + "\t", "StartTime=", "\t");
        const auto until = between(text + "\t", "EndTime=", "\t");
        Post post{"cdata", "table=ATTLOG&Stamp=9999", "", false};
        for (const auto& line : log_) {
            const auto time = between(line, "\t", "\t");
            if (time >= from && time <= until) post.body += line + "\n";
        }
        if (!post.body.empty()) posts.push_back(std::move(post));
        return 0;
    }
    if (text.starts_with("DATA QUERY USERINFO")) {
        tell_users(posts);
        return 0;
    }
    if (text.starts_with("DATA QUERY tablename=")) {
        const auto table = between(text, "tablename=", ",");
        tell_rows(id, table, posts);
        return static_cast<int>(table == "user" ? users_.size() : rights_.size());
    }
    if (text.starts_with("GET OPTIONS ")) {
        posts.push_back(Post{"querydata", "type=options&cmdid=" + id + "&count=1&packcnt=1&packidx=1",
                             "~SerialNumber=" + config_.serial + ",FirmVer=Sim1", false});
        return 0;
    }
    if (text.starts_with("SET OPTIONS DateTime=")) {
        moods_.clock_skew = Span(0);
        return 0;
    }
    return text == "INFO" || text == "CHECK" ? 0 : -13;
}

void Device::update_user(const std::string& text)
{
    auto told = fields_of(text);
    const auto pin = told.contains("PIN") ? told["PIN"] : told["Pin"];
    for (const auto& [name, value] : told)
        users_[pin][name] = value;
}

// With their templates, as real terminals do.
void Device::tell_users(std::vector<Post>& posts) const
{
    std::string body;
    for (const auto& [pin, user] : users_) {
        body += "USER ";
        for (const auto& [name, value] : user)
            body += name + "=" + (gb18030_ && name == "Name" ? to_gb2312(value) : value) + "\t";
        body += "\nFP PIN=" + pin + "\tFID=0\tSize=4\tValid=1\tTMP=AAAA\n";
    }
    if (!body.empty()) posts.push_back(Post{"cdata", "table=OPERLOG&Stamp=9999", std::move(body), false});
}

void Device::tell_rows(const std::string& id, const std::string& table, std::vector<Post>& posts) const
{
    std::string body;
    std::size_t count = 0;
    if (table == "user") {
        for (const auto& [pin, user] : users_) {
            body += "user uid=" + std::to_string(++count);
            for (const auto& [name, value] : user)
                body += "\t" + lower(name) + "=" + (gb18030_ && name == "Name" ? to_gb2312(value) : value);
            body += "\r\n";
        }
    } else {
        for (const auto& [pin, mask] : rights_) {
            ++count;
            body += "userauthorize pin=" + pin + "\tauthorizetimezoneid=1\tauthorizedoorid=" + mask + "\r\n";
        }
    }
    if (count == 0) return;
    posts.push_back(Post{
        "querydata",
        fmt::format("type=tabledata&cmdid={}&tablename={}&count={}&packcnt=1&packidx=1", id, table, count),
        std::move(body), false});
}

} // namespace gatehouse::sim::zkteco
