// What the estate file and the control channel say to the pusher.
#include "tests/sim/webhook-in/pusher.hpp"
#include "tests/sim/webhook-in/pusher_table.hpp"

#include "tests/sim/estate_node.hpp"

#include <functional>

namespace gatehouse::sim::webhook_in {
namespace {

using Setter = std::function<void(const toml::node&, PusherConfig&)>;

void set_templates(const toml::node& node, PusherConfig& pusher)
{
    const auto* table = node.as_table();
    if (table == nullptr) fail(node, "templates is a table: pass = '{...}'");
    for (const auto& [word, body] : *table)
        pusher.templates[std::string(word.str())] = text_of(body);
}

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& p) { p.id = text_of(n); }},
        {"push", [](const auto& n, auto& p) { p.push = text_of(n); }},
        {"auth",
         [](const auto& n, auto& p) {
             p.auth = text_of(n);
             if (p.auth != "hmac" && p.auth != "bearer" && p.auth != "url" && p.auth != "none")
                 fail(n, "auth is hmac, bearer, url or none");
         }},
        {"secret", [](const auto& n, auto& p) { p.secret = text_of(n); }},
        {"signature_header", [](const auto& n, auto& p) { p.signature_header = text_of(n); }},
        {"timestamp_header", [](const auto& n, auto& p) { p.timestamp_header = text_of(n); }},
        {"content_type", [](const auto& n, auto& p) { p.content_type = text_of(n); }},
        {"heartbeat", [](const auto& n, auto& p) { p.heartbeat = span_of(n); }},
        {"heartbeat_path", [](const auto& n, auto& p) { p.heartbeat_path = text_of(n); }},
        {"heartbeat_body", [](const auto& n, auto& p) { p.heartbeat_body = text_of(n); }},
        {"path", [](const auto& n, auto& p) { p.path = text_of(n); }},
        {"ack", [](const auto& n, auto& p) { p.ack = text_of(n); }},
        {"retry", [](const auto& n, auto& p) { p.retry = span_of(n); }},
        {"batch", [](const auto& n, auto& p) { p.batch = number_of(n); }},
        {"body", [](const auto& n, auto& p) { p.body = text_of(n); }},
        {"picture", [](const auto& n, auto& p) { p.picture = text_of(n); }},
        {"templates", &set_templates},
        {"rate", [](const auto& n, auto& p) { p.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& p) { p.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& p) { p.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& p) { p.start = span_of(n); }},
        {"texts", [](const auto& n, auto& p) { p.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

void add_pushers(const toml::table& table, std::vector<MakeMachine>& machines)
{
    PusherConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of a webhook-in pusher is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        PusherConfig pusher = model;
        pusher.id = replaced(model.id, "{n}", std::to_string(n));
        pusher.push = replaced(replaced(model.push, "{id}", pusher.id), "{n}", std::to_string(n));
        pusher.seed = model.seed + n - 1;
        machines.push_back([pusher](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Pusher>(ground, pusher);
        });
    }
}

std::string Pusher::obey(const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "set" && !arguments.empty()) {
        const auto word = arguments[0];
        arguments.erase(arguments.begin());
        return obey(word, std::move(arguments));
    }
    const std::string value = arguments.empty() ? "" : arguments[0];
    if (verb == "emit") return emit_words(arguments);
    if (verb == "command") return not_of_this_make("it takes no orders");
    if (verb == "lock_after") return not_of_this_make("it lets nobody in");
    if (auto answer = set_mood(moods_, verb, arguments)) return *answer;
    if (verb == "reset_serials") {
        serial_ = 0;
        return "ok";
    }
    if (verb == "password") { // what it proves itself with
        config_.secret = value;
        return "ok";
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(value);
        if (!span) return "error: reboot DEVICE SPAN";
        reboot(*span);
        return "ok";
    }
    const auto flag = parse_flag(value);
    if (!flag || (verb != "gb18030" && verb != "picture")) return "error: unknown command or switch";
    (verb == "gb18030" ? gb18030_ : pictures_) = *flag;
    return "ok";
}

std::string Pusher::emit_words(const std::vector<std::string>& words)
{
    const auto emission = parse_emission(words);
    if (!emission) return "error: emit DEVICE pass|alarm|WORD OF A TEMPLATE [TEXT] [count=N]";
    const auto text = emission->text.empty() ? std::string("10001") : emission->text;
    for (std::size_t n = 0; n < emission->count; ++n)
        if (!happen(emission->type, text)) return "error: no template is called " + emission->type;
    return "ok";
}

} // namespace gatehouse::sim::webhook_in
