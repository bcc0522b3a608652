#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace gatehouse::cli {
namespace {

void add_links(std::vector<Finding>& findings, const boost::json::value& status)
{
    for (const auto& device : items_of(status, "devices")) {
        if (text_of(device, "enabled") == "false") continue; // it is meant to have no link
        const auto link = text_of(device, "link");
        const std::string id = text_of(device, "id");
        findings.push_back({"device " + id, link == "up",
                            link == "up" ? "link up" : "link " + link + ": " + text_of(device, "why"),
                            "run: gatehouse device test " + id});
    }
    for (const auto& upstream : items_of(status, "upstreams")) {
        const auto link = text_of(upstream, "link");
        findings.push_back({"upstream " + text_of(upstream, "name"), link == "up",
                            link == "up" ? "link up" : "link " + link + ": " + text_of(upstream, "why"),
                            "check the network, the broker's address and the credentials of this upstream"});
    }
    for (const auto& channel : items_of(status, "channels")) {
        const auto why = text_of(channel, "why");
        const bool well = why == "-"; // there is none
        findings.push_back({"staff channel " + text_of(channel, "name"), well,
                            text_of(channel, "state") + (well ? "" : ": " + why),
                            "put right what it says, then run: systemctl reload gatehouse"});
    }
}

void print(const Console& console, const Finding& finding)
{
    if (console.json) {
        console.print(boost::json::object{{"what", finding.what},
                                          {"ok", finding.ok},
                                          {"warns", finding.warns},
                                          {"detail", finding.detail},
                                          {"remedy", finding.ok && !finding.warns ? "" : finding.remedy}});
        return;
    }
    console.out << (!finding.ok     ? "FAIL  "
                    : finding.warns ? "warn  "
                                    : "ok    ")
                << finding.what << ": " << finding.detail << "\n";
    if (!finding.ok || finding.warns) console.out << "      " << finding.remedy << "\n";
}

} // namespace

bool daemon_runs(const Console& console)
{
    const auto reply = console.client().get("/healthz");
    return reply.has_value();
}

int doctor(const Console& console, std::vector<Finding> findings, bool offline)
{
    if (!offline) {
        const auto reply = console.client().get("/api/v1/status");
        if (reply && reply->ok())
            add_links(findings, reply->json());
        else
            findings.push_back(
                {"daemon", false, "does not answer on " + console.socket, "run: systemctl status gatehouse"});
    }
    bool well = true;
    for (const auto& finding : findings) {
        well = well && finding.ok;
        print(console, finding);
    }
    return well ? 0 : 1;
}

} // namespace gatehouse::cli
