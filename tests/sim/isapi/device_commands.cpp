#include "tests/sim/isapi/device.hpp"
#include "tests/sim/text.hpp"

#include <cstdlib>

namespace gatehouse::sim::isapi {

std::string Device::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "emit") return emit_words(arguments);
    if (verb == "reset_serials") {
        reset_serials();
        return "ok";
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    // "set DEVICE NAME VALUE", or the name itself as the verb: "mute DEVICE on".
    if (verb != "set") arguments.insert(arguments.begin(), verb);
    if (arguments.empty() || !is_switch(arguments[0])) return "error: unknown command or switch";
    const auto why = set_switch(switches, arguments[0], arguments.size() > 1 ? arguments[1] : "");
    return why ? "error: " + *why : "ok";
}

std::string Device::emit_words(const std::vector<std::string>& words)
{
    if (words.empty()) return "error: emit DEVICE TYPE [TEXT] [port=N] [lasts=SPAN] [inactive]";
    const auto type = parse_type(words[0]);
    if (!type) return "error: unknown type " + words[0];
    Happening what;
    what.type = *type;
    Span lasts{0};
    for (std::size_t n = 1; n < words.size(); ++n) {
        const std::string& word = words[n];
        if (word.starts_with("port="))
            what.port = std::atoi(word.c_str() + 5);
        else if (word.starts_with("lasts="))
            lasts = parse_span(word.substr(6)).value_or(Span(0));
        else if (word == "inactive")
            what.active = false;
        else
            what.text = word;
    }
    if (lasts.count() > 0)
        emit_lasting(std::move(what), lasts);
    else
        emit(std::move(what));
    return "ok";
}

} // namespace gatehouse::sim::isapi
