#include "tests/process/gateway.hpp"

#include <boost/json/parse.hpp>
#include <csignal>
#include <fmt/format.h>

namespace gatehouse::proof {
namespace {

boost::json::value parse(const std::string& text)
{
    boost::system::error_code failure;
    auto value = boost::json::parse(text, failure);
    return failure ? boost::json::value() : value;
}

} // namespace

Gateway::Gateway(const Scratch& scratch, std::uint16_t listener, std::uint16_t broker)
    : data_dir(scratch.file("data")), api_(free_port()), listener_(listener), broker_(broker),
      config_file_(scratch.file("gatehouse.toml")), log_(scratch.file("gateway.log")),
      socket_(scratch.file("control.sock"))
{
}

void Gateway::configure(const std::vector<DevicePlan>& plans, const Estate& estate)
{
    std::string devices;
    for (const auto& plan : plans) {
        const bool plain = plan.kind == "plain";
        devices +=
            fmt::format("[[device]]\nid = \"{0}\"\nname = \"{0}\"\nprotocol = \"{1}\"\nkind = \"{2}\"\n"
                        "address = \"{3}://127.0.0.1:{4}{5}\"\n",
                        plan.id, plain ? "rtsp" : "isapi", plain ? "camera" : plan.kind,
                        plain ? "rtsp" : "http", estate.port(plan.id), plain ? "/main" : "");
        if (plain)
            devices += fmt::format("snapshot = \"http://127.0.0.1:{}/snapshot.jpg\"\n", estate.port(plan.id));
        else
            devices += fmt::format("mode = \"{}\"\nbackfill_every = \"5s\"\n", plan.push ? "push" : "stream");
        devices += plan.keys + "\n";
    }
    configure(devices);
}

void Gateway::configure(const std::string& devices)
{
    std::filesystem::create_directories(data_dir);
    std::filesystem::permissions(data_dir, std::filesystem::perms::owner_all);
    std::string text = fmt::format(
        "[site]\nid = \"proof\"\nname = \"proof\"\n\n[gateway]\nid = \"gw1\"\ndata_dir = \"{}\"\n"
        "control_socket = \"{}\"\n\n[api]\nlisten = \"127.0.0.1:{}\"\n\n[listener]\nlisten = "
        "\"127.0.0.1:{}\"\n\n"
        "[[upstream]]\nname = \"centre\"\nprotocol = \"mqtt\"\nurl = \"mqtt://127.0.0.1:{}\"\n{}\n{}\n",
        data_dir, socket_, api_, listener_, broker_, upstream_keys, more);
    text += devices;
    config_text_ = text;
    write_config(text);
}

void Gateway::launch()
{
    child_ = Child({program("gatehouse"), "run", "--config", config_file_}, log_, environment);
}

void Gateway::kill()
{
    child_.end(SIGKILL);
}

Finished Gateway::cli(std::vector<std::string> words) const
{
    words.insert(words.begin(), program("gatehouse"));
    words.insert(words.end(), {"--socket", socket_});
    return run_to_end(words);
}

boost::json::value Gateway::status() const
{
    return parse(cli({"status", "--json"}).output);
}

boost::json::value Gateway::api(const std::string& path) const
{
    return parse(http_get(socket_, path).body);
}

std::string device_link(const boost::json::value& status, const std::string& device)
{
    if (!status.is_object() || !status.as_object().contains("devices")) return "";
    for (const auto& entry : status.at("devices").as_array())
        if (entry.at("id").as_string() == device) return std::string(entry.at("link").as_string());
    return "";
}

std::string upstream_link(const boost::json::value& status)
{
    if (!status.is_object() || !status.as_object().contains("upstreams")) return "";
    return std::string(status.at("upstreams").at(0).at("link").as_string());
}

std::int64_t backlog(const boost::json::value& status)
{
    if (!status.is_object() || !status.as_object().contains("upstreams")) return -1;
    return status.at("upstreams").at(0).at("backlog").to_number<std::int64_t>();
}

} // namespace gatehouse::proof
