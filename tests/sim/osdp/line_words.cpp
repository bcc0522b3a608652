// What the estate and the control channel say to the line, and how the estate file describes one.
#include "tests/sim/estate_node.hpp"
#include "tests/sim/osdp/reader_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace gatehouse::sim::osdp {
namespace {

constexpr int card = 0x50;
constexpr int keypad = 0x53;
constexpr int local_status = 0x48;
constexpr int input_status = 0x49;

using Setter = std::function<void(const toml::node&, LineConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& l) { l.id = text_of(n); }},
        {"listen",
         [](const auto& n, auto& l) {
             const auto listen = listen_of(n);
             l.host = listen.host;
             l.port = listen.port;
         }},
        {"addresses",
         [](const auto& n, auto& l) {
             l.addresses.clear();
             for (const auto& text : texts_of(n))
                 l.addresses.push_back(std::atoi(text.c_str()) & 0x7f);
         }},
        {"key",
         [](const auto& n, auto& l) {
             const auto key = key_of(text_of(n));
             if (!key) fail(n, "a key is 32 hexadecimal digits");
             l.key = *key;
         }},
        {"strict", [](const auto& n, auto& l) { l.strict = flag_of(n); }},
        {"channels", [](const auto& n, auto& l) { l.channels = number_of(n); }},
        {"rate", [](const auto& n, auto& l) { l.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& l) { l.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& l) { l.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& l) { l.start = span_of(n); }},
        {"texts", [](const auto& n, auto& l) { l.texts = texts_of(n); }},
    };
    return keys;
}

std::string card_data(const std::string& text)
{
    const auto number = static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
    return std::string("\0\1\x1a\0", 4) + wiegand26(number);
}

std::string key_data(const std::string& text)
{
    std::string data(1, '\0');
    data += static_cast<char>(text.size());
    for (const char c : text)
        data += c == '*' ? '\x7f' : c == '#' ? '\r' : c;
    return data;
}

} // namespace

std::string ReaderLine::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    if (verb == "emit") return emit_words(arguments);
    if (verb == "clock_skew") return not_of_this_make("readers have no clock");
    if (verb == "reset_serials") return not_of_this_make("readers number nothing");
    if (verb == "lock_after") return not_of_this_make("a wrong key locks nobody out");
    if (verb == "gb18030") return not_of_this_make("OSDP carries no names");
    if (verb == "picture") return not_of_this_make("readers have no camera");
    if (auto done = set_mood(moods_, verb, arguments)) {
        follow_network();
        return *done;
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    return trouble(verb, arguments);
}

Reader* ReaderLine::reader(int number)
{
    const auto at = static_cast<std::size_t>(number) - 1;
    return at < readers_.size() ? &readers_[at] : nullptr;
}

void ReaderLine::tell(Reader& reader, std::string_view type, int code, std::string data)
{
    Happening happening;
    happening.record = fmt::format("{}-{}", type, ++records_); // the wire carries no number
    happening.code = code;
    happening.data = std::move(data);
    ++seen_.created;
    oracle_.created(config_.id, happening.record, type, false);
    reader.tell(std::move(happening));
}

std::string ReaderLine::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE TYPE [TEXT] [count=N] [reader=N] [lasts=SPAN]";
    auto* target = reader(emission->number("reader", 1));
    if (target == nullptr) return "error: the line has no such reader";
    const auto wish = emission->options.find("lasts");
    const auto lasts =
        wish == emission->options.end() ? Span(1000) : parse_span(wish->second).value_or(Span(0));
    const auto& type = emission->type;
    for (std::size_t n = 0; n < emission->count; ++n) {
        if (type == "pass" || type == "card") {
            auto text = emission->text;
            if (text.empty() && !config_.texts.empty())
                text = config_.texts[random_.next() % config_.texts.size()];
            if (text.empty()) text = std::to_string(random_.next() % 0x1000000);
            tell(*target, type, card, card_data(text));
        } else if (type == "keys") {
            tell(*target, type, keypad, key_data(emission->text.empty() ? "1234#" : emission->text));
        } else if (type == "alarm" || type == "power") {
            target->set_local(type == "alarm", type == "power");
            tell(*target, type, local_status, target->local());
            group_.spawn("end of alarm", end_later(*target, type, lasts));
        } else if (type == "door") {
            target->set_input(0, true);
            tell(*target, type, input_status, target->inputs());
            group_.spawn("door closes", end_later(*target, type, lasts));
        } else {
            return "error: unknown type " + type;
        }
    }
    return "ok";
}

asio::awaitable<void> ReaderLine::end_later(Reader& reader, std::string type, Span lasts)
{
    co_await pause(lasts);
    if (type == "door") {
        reader.set_input(0, false);
        tell(reader, "door over", input_status, reader.inputs());
        co_return;
    }
    reader.set_local(false, false);
    tell(reader, type + " over", local_status, reader.local());
}

bool ReaderLine::emit_random()
{
    const auto number = random_.next() % readers_.size() + 1;
    return emit_words({"pass", fmt::format("reader={}", number)}) == "ok";
}

// What this make alone gets wrong: "busy DEVICE 3 reader=2".
std::string ReaderLine::trouble(const std::string& word, const std::vector<std::string>& values)
{
    auto all = values;
    all.insert(all.begin(), word);
    const auto parsed = parse_emission(all);
    auto* target = parsed ? reader(parsed->number("reader", 1)) : nullptr;
    if (target == nullptr) return "error: the line has no such reader";
    if (word == "absent") {
        const auto on = parse_flag(parsed->text);
        if (!on) return "error: absent DEVICE on|off [reader=N]";
        target->faults.absent = *on;
        return "ok";
    }
    if (word == "password") { // what a reader has instead
        const auto key = parsed->text == "public" ? std::optional<std::string>("") : key_of(parsed->text);
        if (!key) return "error: password DEVICE 32 hexadecimal digits, or public";
        target->set_key(*key);
        return "ok";
    }
    constexpr std::array<std::pair<std::string_view, int Faults::*>, 7> numbers{
        {{"busy", &Faults::busy},
         {"nak", &Faults::nak},
         {"lost", &Faults::lost},
         {"late", &Faults::late},
         {"mac", &Faults::mac},
         {"plain", &Faults::plain},
         {"length", &Faults::length}}};
    const auto* row =
        std::find_if(numbers.begin(), numbers.end(), [&](const auto& one) { return one.first == word; });
    if (row == numbers.end()) return "error: unknown command or switch";
    target->faults.*(row->second) = parsed->text.empty() ? 1 : std::atoi(parsed->text.c_str());
    return "ok";
}

void add_lines(const toml::table& table, std::vector<MakeMachine>& machines)
{
    LineConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of an OSDP line is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    if (model.addresses.empty()) fail(table, "a line has a reader");
    for (std::uint64_t n = 1; n <= count; ++n) {
        LineConfig line = model;
        line.id = replaced(model.id, "{n}", std::to_string(n));
        line.seed = model.seed + n - 1;
        if (model.port != 0) line.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([line](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<ReaderLine>(ground, line);
        });
    }
}

} // namespace gatehouse::sim::osdp
