#include "gateway/app/device_languages.hpp"

#include "gateway/app/samples.hpp"
#include "gateway/config/quoted.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

// Its own check says which kinds a language takes, so that no second list can disagree with it.
bool takes(const Registry& registry, std::string_view protocol, const char* kind)
{
    api::ProbeOrder order;
    order.protocol = protocol;
    order.kind = kind;
    config::Issues issues;
    (void)site_of(order, registry, issues); // only what it says of the kind matters here
    return std::none_of(issues.begin(), issues.end(), [](const config::Issue& issue) {
        return issue.path == "device[0].kind" && !issue.warning;
    });
}

} // namespace

std::vector<api::ProtocolView> protocol_views(const Registry& registry)
{
    std::vector<api::ProtocolView> views;
    for (const auto& protocol : registry.devices) {
        api::ProtocolView view;
        view.name = protocol.name;
        view.sample = sample_of(protocol.name);
        for (const auto* kind : {"plate", "face", "barrier", "camera", "controller"})
            if (takes(registry, protocol.name, kind)) view.kinds.emplace_back(kind);
        views.push_back(std::move(view));
    }
    return views;
}

config::SiteConfig site_of(const api::ProbeOrder& order, const Registry& registry, config::Issues& issues)
{
    std::string text = "[site]\nid = \"probe\"\n[[device]]\nid = \"probe\"\n";
    const auto add = [&text](const char* key, const std::string& value) {
        if (!value.empty()) text += key + (" = " + config::quoted(value)) + "\n";
    };
    add("protocol", order.protocol);
    add("kind", order.kind);
    add("address", order.address);
    add("username", order.username);
    add("password", order.password);
    text += order.keys + "\n";
    return config::read_site(text, "device", registry.vocabulary(), issues);
}

} // namespace gatehouse::app
