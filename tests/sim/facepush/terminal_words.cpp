// What the estate file and the control channel say to the terminal.
#include "tests/sim/facepush/terminal.hpp"
#include "tests/sim/facepush/terminal_table.hpp"

#include "tests/sim/estate_node.hpp"

#include <fmt/format.h>

namespace gatehouse::sim::facepush {
namespace {

using Setter = std::function<void(const toml::node&, TerminalConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& t) { t.id = text_of(n); }},
        {"listen",
         [](const auto& n, auto& t) {
             const auto listen = listen_of(n);
             t.host = listen.host;
             t.port = listen.port;
         }},
        {"serial", [](const auto& n, auto& t) { t.device_key = text_of(n); }},
        {"password", [](const auto& n, auto& t) { t.password = text_of(n); }},
        {"push", [](const auto& n, auto& t) { t.push = text_of(n); }},
        {"heartbeat", [](const auto& n, auto& t) { t.heartbeat = span_of(n); }},
        {"retry", [](const auto& n, auto& t) { t.retry = span_of(n); }},
        {"style",
         [](const auto& n, auto& t) {
             t.style = text_of(n);
             if (t.style != "form" && t.style != "json" && t.style != "query")
                 fail(n, "the style is form, json or query");
         }},
        {"log_size", [](const auto& n, auto& t) { t.log_size = number_of(n); }},
        {"zone", [](const auto& n, auto& t) { t.zone = span_of(n); }},
        {"rate", [](const auto& n, auto& t) { t.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& t) { t.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& t) { t.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& t) { t.start = span_of(n); }},
        {"texts", [](const auto& n, auto& t) { t.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

void add_terminals(const toml::table& table, std::vector<MakeMachine>& machines)
{
    TerminalConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of a facepush terminal is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        TerminalConfig terminal = model;
        terminal.id = replaced(model.id, "{n}", std::to_string(n));
        terminal.push = replaced(replaced(model.push, "{id}", terminal.id), "{n}", std::to_string(n));
        terminal.device_key = replaced(model.device_key, "{n}", std::to_string(n));
        terminal.seed = model.seed + n - 1;
        if (model.port != 0) terminal.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([terminal](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Terminal>(ground, terminal);
        });
    }
}

std::string Terminal::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
    if (auto answer = set_mood(moods_, verb, arguments)) {
        follow_network();
        return *answer;
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    if (verb == "lists") return fmt::format("persons {} faces {}", persons_.size(), faces_.size());
    if (verb == "reset_serials") return not_of_this_make("its records are known by their time");
    if (verb == "lock_after") return not_of_this_make("nothing is known of a lock");
    return own_word(verb, arguments);
}

// What this make alone knows: gb18030, picture, double_name, slow_picture, password, turn_away.
std::string Terminal::own_word(const std::string& word, const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "password") {
        config_.password = value;
        return "ok";
    }
    if (word == "turn_away") { // these persons are not taken; none: all are
        turned_away_ = {values.begin(), values.end()};
        return "ok";
    }
    if (word == "slow_picture") {
        const auto span = parse_span(value);
        if (!span) return "error: slow_picture DEVICE SPAN";
        slow_picture_ = *span;
        return "ok";
    }
    const auto flag = parse_flag(value);
    if (!flag) return "error: unknown command or switch";
    if (word == "gb18030")
        gb18030_ = *flag;
    else if (word == "picture")
        pictures_ = *flag;
    else if (word == "double_name")
        double_name_ = *flag;
    else
        return "error: unknown command or switch";
    return "ok";
}

std::string Terminal::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE pass|denied|stranger|card|button [PERSON] [count=N]";
    if (emission->type == "alarm") return not_of_this_make("it has no alarm callback that is known");
    auto person = emission->text.empty() ? std::string("10001") : emission->text;
    std::string type;
    if (emission->type == "pass") {
        type = "face_0";
    } else if (emission->type == "denied") {
        type = "face_1";
    } else if (emission->type == "stranger") {
        type = "face_2";
        person = "STRANGERBABY";
    } else if (emission->type == "card") {
        type = "card_0";
    } else if (emission->type == "button") {
        type = "open_1";
        person.clear();
    } else {
        return "error: unknown type " + emission->type;
    }
    for (std::size_t n = 0; n < emission->count; ++n)
        happen(type, person);
    return "ok";
}

} // namespace gatehouse::sim::facepush
