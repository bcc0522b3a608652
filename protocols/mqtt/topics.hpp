#pragma once
#include "gateway/model/envelope.hpp"

#include <string>
#include <string_view>

namespace gatehouse::mqtt {

// The gateway's branch of the topic tree (protocols/mqtt-upstream.md §1). Event and alert topics come from
// model::topic_of().
class Topics {
public:
    explicit Topics(const model::Names& names) : prefix_("gh/v1/" + names.site + "/" + names.gateway + "/") {}

    [[nodiscard]] std::string state() const { return prefix_ + "state"; }
    [[nodiscard]] std::string stat(std::string_view name) const
    {
        return prefix_ + "stat/" + std::string(name);
    }
    [[nodiscard]] std::string info() const { return prefix_ + "info"; }
    [[nodiscard]] std::string device_state(std::string_view device) const
    {
        return prefix_ + "dev/" + std::string(device) + "/state";
    }
    // What the gateway subscribes: never anything above its own cmd level (§8).
    [[nodiscard]] std::string commands() const { return prefix_ + "cmd/+"; }
    // The {name} of …/cmd/{name}; empty for any other topic.
    [[nodiscard]] std::string_view command_of(std::string_view topic) const;
    // Whether it is …/reply/<client> of this gateway. Anything else would let a caller make us publish
    // anywhere (§5).
    [[nodiscard]] bool is_reply(std::string_view topic) const;

private:
    std::string prefix_;
};

// One level of a topic: [a-z0-9_-]{1,32}.
[[nodiscard]] bool is_segment(std::string_view text);

} // namespace gatehouse::mqtt
