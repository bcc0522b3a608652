#include "tests/sim/isapi/device.hpp"
#include "tests/sim/text.hpp"

#include <cstdlib>

namespace gatehouse::sim::isapi {

std::string Device::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) { // "set DEVICE NAME VALUE", or the name itself as the verb
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
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
    if (auto answer = obey_common(verb, arguments)) return *answer;
    if (!is_switch(verb)) return "error: unknown command or switch";
    const auto why = set_switch(switches, verb, arguments.empty() ? "" : arguments[0]);
    return why ? "error: " + *why : "ok";
}

// The words of all makes that are no switch here, or are one by another name.
std::optional<std::string> Device::obey_common(const std::string& word,
                                               const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "password") {
        if (value.empty()) return "error: password DEVICE TEXT";
        guard.set_password(value);
        return "ok";
    }
    if (word == "lists") return lists.counts();
    if (word == "lists_full") {
        lists.full = parse_flag(value).value_or(true);
        return "ok";
    }
    if (word == "gb18030") return obey("gb2312", values);
    if (word == "picture") {
        constexpr std::size_t usual = 20'000;
        switches.picture_bytes = parse_flag(value).value_or(false) ? usual : 0;
        return "ok";
    }
    // With a value it is the lasting switch, without one it spoils the next message.
    const bool lasting = is_switch(word) && !(word == "truncate" && values.empty());
    if (lasting) return std::nullopt;
    auto answer = set_mood(moods, word, values);
    if (answer) follow_network();
    return answer;
}

// Among the words: what this kind of device exists for, and its alarm.
std::optional<Type> Device::type_of(const std::string& word) const
{
    if (word == "alarm") return config.kind == Kind::barrier ? Type::io : Type::tamper;
    if (word != "pass") return parse_type(word);
    switch (config.kind) {
    case Kind::plate: return Type::plate;
    case Kind::face: return Type::face;
    case Kind::camera: return Type::intrusion;
    case Kind::barrier: break;
    }
    return Type::io;
}

std::string Device::emit_words(const std::vector<std::string>& words)
{
    if (words.empty())
        return "error: emit DEVICE TYPE [TEXT] [port=N] [count=N] [lasts=SPAN] [believe=N,N..] [inactive]";
    const auto type = type_of(words[0]);
    if (!type) return "error: unknown type " + words[0];
    Happening what;
    what.type = *type;
    Span lasts{0};
    int count = 1;
    for (std::size_t n = 1; n < words.size(); ++n) {
        const std::string& word = words[n];
        if (word.starts_with("port="))
            what.port = std::atoi(word.c_str() + 5);
        else if (word.starts_with("count="))
            count = std::atoi(word.c_str() + 6);
        else if (word.starts_with("believe="))
            what.believe = word.substr(8);
        else if (word.starts_with("lasts="))
            lasts = parse_span(word.substr(6)).value_or(Span(0));
        else if (word == "inactive")
            what.active = false;
        else
            what.text = word;
    }
    for (int n = 0; n < count; ++n) {
        // No camera reads one plate twice in a second: behind the first come other cars.
        if (n > 0 && what.type == Type::plate) what.text.clear();
        if (lasts.count() > 0)
            emit_lasting(what, lasts);
        else
            emit(what);
    }
    return "ok";
}

} // namespace gatehouse::sim::isapi
