// Devices without a driver: a body as JSON or as a form, and the mapping of the configuration (sample.toml).
#include "protocols/webhook-in/config.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace gatehouse::bench {
namespace {

constexpr auto rules = R"(
body = { events = "/list" }
[[event]]
name = "passed"
becomes = "access"
when = { path = "/type", is = ["pass", "refuse"] }
key = ["/id", "/at"]
pictures = [{ kind = "face", path = "/photo" }]
[event.fields]
time = "/at"
record = "/id"
person = "/user"
granted = { path = "/result", values = { ok = "true" }, other = "false" }
direction = { path = "/dir", values = { "1" = "in", "2" = "out" }, missing = "unknown" }
credential = { value = "face" }
)";

std::shared_ptr<const webhook_in::Mapping> mapping()
{
    config::Issues issues;
    auto table = config::Table::parse(rules, "bench.toml", issues);
    auto read = std::make_shared<const webhook_in::Mapping>(
        webhook_in::read_mapping(table, std::chrono::minutes(480)));
    if (config::has_errors(issues)) throw std::runtime_error("the mapping of the bench has errors");
    return read;
}

std::string event(std::size_t picture)
{
    return fmt::format(
        R"({{"serial":"ND-2041-0007","list":[{{"id":20417,"type":"pass","at":"2026-11-26 08:15:02",)"
        R"("user":"1001","name":"王小明","result":"ok","dir":"1","score":97.2,"door":1,"photo":"{}"}}]}})",
        picture > 0 ? base64_jpeg(picture) : "");
}

Codec posts(std::string name, const std::vector<std::string>& messages, const char* type)
{
    const auto how = mapping();
    return one_by_one(std::move(name), messages, [how, type](std::string_view bytes) {
        auto body = webhook_in::read_body(bytes, type, webhook_in::Format::automatic);
        if (!body.value) return false;
        const webhook_in::Post post{"", std::move(body.value)};
        const auto found = webhook_in::map(*how, post);
        return found.size() == 1 && found[0].outcome == webhook_in::Mapped::Outcome::event;
    });
}

Codec json_posts(std::string name, std::size_t count, std::size_t picture)
{
    const std::vector<std::string> messages(count, event(picture));
    auto codec = posts(std::move(name), messages, "application/json");
    against_json(codec, messages);
    return codec;
}

} // namespace

std::vector<Codec> webhook_in_codecs()
{
    const std::string form =
        "type=pass&id=20417&at=2026-11-26+08%3A15%3A02&user=1001&name=%E7%8E%8B%E5%B0%8F%E6%98%8E&"
        "result=ok&dir=1&score=97.2&door=1&photo=";
    return {
        json_posts("webhook-in, JSON", 20, 0),
        posts("webhook-in, form", std::vector<std::string>(20, form), "application/x-www-form-urlencoded"),
        json_posts("webhook-in, JSON, 60 kB picture", 5, picture_size)};
}

} // namespace gatehouse::bench
