#include "gateway/base/read_file.hpp"
#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <fstream>

namespace gatehouse::cli {
namespace {

// Empty, after saying why, when there is none.
std::string first_device(const Console& console)
{
    const auto reply = console.fetch("/api/v1/devices");
    if (!reply) return {};
    const auto devices = items_of(*reply, "devices");
    if (devices.empty()) return console.err << "gatehouse: no device is configured\n", std::string();
    return text_of(devices.front(), "id");
}

// A search asks only networks that somebody has named.
void name_interfaces(const Console& console)
{
    console.err << "gatehouse: name the network of the devices with --interface";
    const auto reply = console.fetch("/api/v1/interfaces");
    const char* separator = ": ";
    if (reply)
        for (const auto& each : items_of(*reply, "interfaces")) {
            console.err << separator << text_of(each, "name") << " (" << text_of(each, "address") << ")";
            separator = ", ";
        }
    console.err << "\n";
}

std::string state_of(const boost::json::value& device)
{
    if (text_of(device, "activated") == "false") return "needs a first password";
    const auto id = text_of(device, "configured");
    return id == "-" ? "new" : "configured as " + id;
}

void print_found(const Console& console, const boost::json::array& devices)
{
    TextTable table({"ADDRESS", "MAKE", "MODEL", "SERIAL", "FIRMWARE", "MAC", "SPEAKS", "STATE"});
    for (const auto& device : devices)
        table.add({text_of(device, "host"), text_of(device, "make"), text_of(device, "model"),
                   text_of(device, "serial"), text_of(device, "firmware"), text_of(device, "mac"),
                   text_of(device, "protocol"), state_of(device)});
    table.print(console.out);
    for (const auto& device : devices)
        if (const auto clash = text_of(device, "clash"); clash != "-") console.out << "\n" << clash << "\n";
    for (const auto& device : devices)
        if (const auto block = text_of(device, "block"); block != "-") console.out << "\n" << block;
}

} // namespace

int device_list(const Console& console)
{
    const auto reply = console.fetch("/api/v1/devices");
    if (!reply) return 1;
    TextTable table({"DEVICE", "NAME", "PROTOCOL", "KIND", "LINK", "MODEL", "LAST EVENT", "WHY"});
    for (const auto& device : items_of(*reply, "devices")) {
        if (console.json) {
            console.print(device);
            continue;
        }
        table.add({text_of(device, "id"), text_of(device, "name"), text_of(device, "protocol"),
                   text_of(device, "kind"), text_of(device, "link"), text_of(device, "model"),
                   text_of(device, "last_event"), text_of(device, "why")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int device_show(const Console& console, const std::string& id)
{
    const auto device = console.fetch("/api/v1/devices/" + encoded(id));
    if (!device) return 1;
    if (console.json) {
        console.print(*device);
    } else if (device->is_object()) {
        for (const auto& member : device->as_object())
            console.out << member.key() << ": " << text_of(*device, member.key()) << "\n";
    }
    return 0;
}

int device_test(const Console& console, const std::string& id)
{
    const auto reply =
        console.send({.target = "/api/v1/devices/" + encoded(id) + "/test", .patience = long_patience});
    if (!reply) return 1;
    bool passed = true;
    for (const auto& step : items_of(*reply, "steps")) {
        const bool ok = text_of(step, "passed") == "true";
        passed = passed && ok;
        if (console.json) {
            console.print(step);
            continue;
        }
        console.out << (ok ? "ok    " : "FAIL  ") << text_of(step, "name") << ": " << text_of(step, "detail")
                    << "\n";
        if (!ok) console.out << "      " << text_of(step, "remedy") << "\n";
    }
    return passed ? 0 : 1;
}

int device_relearn(const Console& console, const std::string& id, const std::string& operator_name,
                   const std::string& reason)
{
    const boost::json::object body{{"reason", reason}};
    const auto reply = console.send(
        {.target = "/api/v1/devices/" + encoded(id) + "/health/relearn?operator=" + encoded(operator_name),
         .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json)
        console.print(*reply);
    else
        console.out << id << " learns anew what it should see; that takes ten minutes of the same view\n";
    return 0;
}

int device_replace(const Console& console, const std::string& id, const std::string& operator_name)
{
    const auto reply = console.send(
        {.target = "/api/v1/devices/" + encoded(id) + "/replace?operator=" + encoded(operator_name)});
    if (!reply) return 1;
    if (console.json)
        console.print(*reply);
    else
        console.out << id << " is the device with serial number " << text_of(*reply, "serial")
                    << " from now on\n";
    return 0;
}

int device_find(const Console& console, const std::vector<std::string>& interfaces, int seconds)
{
    if (interfaces.empty()) return name_interfaces(console), 1;
    boost::json::object order{{"seconds", seconds}};
    order["interfaces"] = boost::json::value_from(interfaces);
    const auto reply = console.send({.target = "/api/v1/devices/find",
                                     .body = boost::json::serialize(order),
                                     .patience = long_patience + std::chrono::seconds(seconds)});
    if (!reply) return 1;
    const auto devices = items_of(*reply, "devices");
    for (const auto& flaw : texts_of(*reply, "flaws"))
        console.err << "not searched: " << flaw << "\n";
    if (console.json) {
        for (const auto& device : devices)
            console.print(device);
        return 0;
    }
    print_found(console, devices);
    return 0;
}

int device_capture(const Console& console, const std::string& id, int seconds, const std::string& file)
{
    const auto reply = console.client().post({.target = "/api/v1/devices/" + encoded(id) + "/capture",
                                              .body = "{\"seconds\":" + std::to_string(seconds) + "}",
                                              .patience = long_patience + std::chrono::seconds(seconds)});
    if (!reply) return console.unreachable(reply.error()), 1;
    if (!reply->ok()) return console.refused(*reply), 1;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << reply->body;
    out.close();
    if (!out) return console.err << "gatehouse: cannot write " << file << "\n", 1;
    if (console.json)
        console.print(boost::json::object{{"file", file}, {"bytes", reply->body.size()}});
    else
        console.out << reply->body.size() << " bytes in " << file << "\n";
    return 0;
}

int device_replay(const Console& console, const std::string& wanted, const std::string& file)
{
    const auto id = wanted.empty() ? first_device(console) : wanted;
    if (id.empty()) return 1;
    auto bytes = base::read_file(file);
    if (!bytes) return console.cannot_read(file, bytes.error()), 1;
    const auto reply = console.send({.target = "/api/v1/devices/" + encoded(id) + "/replay",
                                     .body = std::move(*bytes),
                                     .type = "application/octet-stream",
                                     .patience = long_patience});
    if (!reply) return 1;
    for (const auto& line : items_of(*reply, "parts")) {
        if (console.json)
            console.print(line);
        else
            console.out << (line.is_string() ? std::string(line.as_string()) : std::string()) << "\n";
    }
    return 0;
}

} // namespace gatehouse::cli
