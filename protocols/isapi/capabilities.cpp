#include "protocols/isapi/capabilities.hpp"

#include "protocols/isapi/document.hpp"

#include <fmt/format.h>

namespace gatehouse::isapi {

namespace {

constexpr const char* capabilities_key = "device/capabilities";
constexpr std::size_t kept_max = 16U << 10;

// The next line of what was remembered.
std::string take_line(std::string& text)
{
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.erase(0, end + 1);
    return line;
}

std::string word(const std::string& document, std::string_view element)
{
    const auto said = truth(element_text(document, element));
    return !said ? "not said" : *said ? "yes" : "no";
}

} // namespace

// Remembered as three parts: firmware, summary, and the doors' own document.
Capabilities::Capabilities(Session& session) : session_(session)
{
    auto remembered = session.context.memory.find(capabilities_key).value_or("");
    learnt_for_ = take_line(remembered);
    summary_ = take_line(remembered);
    doors_document_ = std::move(remembered);
    if (auto parsed = parse_door_capabilities(doors_document_)) doors_ = std::move(*parsed);
}

asio::awaitable<void> Capabilities::learn()
{
    if (learnt_for_ == firmware()) {
        show();
        co_return;
    }
    doors_.reset();
    doors_document_.clear();
    const auto system = co_await session_.get("/ISAPI/System/capabilities");
    if (system.error) co_return; // asked again in the next conversation
    summary_ = system.ok()
                   ? fmt::format("posting to us: {}", word(system.body, "isSupportHTTPHostNotification"))
                   : "the device does not say";
    if (session_.config.has_doors()) {
        const auto access = co_await session_.get("/ISAPI/AccessControl/capabilities");
        if (access.error) co_return;
        summary_ += "; remote door control: " + word(access.body, "isSupportRemoteControlDoor");
        const auto asked = co_await ask_doors();
        if (!asked && asked.error() != base::Errc::unsupported) co_return;
    }
    learnt_for_ = firmware();
    show();
    std::string kept = learnt_for_ + "\n" + summary_ + "\n" + doors_document_;
    const auto saved = co_await session_.context.memory.put(capabilities_key, std::move(kept));
    if (!saved) session_.tell_once("capabilities", "capabilities not saved", saved.error().message());
}

asio::awaitable<base::Result<DoorCapabilities>> Capabilities::doors()
{
    if (doors_) co_return *doors_;
    co_return co_await ask_doors();
}

asio::awaitable<base::Result<DoorCapabilities>> Capabilities::ask_doors()
{
    const auto answer = co_await session_.get("/ISAPI/AccessControl/RemoteControl/door/capabilities");
    if (answer.error) co_return answer.error;
    if (!answer.ok()) co_return base::Errc::unsupported;
    auto parsed = parse_door_capabilities(answer.body);
    if (!parsed || answer.body.size() > kept_max) co_return base::Errc::unsupported;
    doors_ = *parsed;
    doors_document_ = answer.body;
    co_return parsed;
}

void Capabilities::show() const
{
    session_.fact("capabilities", summary_);
    if (!doors_) return;
    session_.fact("doors", fmt::format("{} to {}: {}", doors_->doors_min, doors_->doors_max,
                                       doors_->commands.empty()
                                           ? std::string("commands not said")
                                           : fmt::format("{}", fmt::join(doors_->commands, ", "))));
}

} // namespace gatehouse::isapi
