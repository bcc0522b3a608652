#include "gateway/api/masking.hpp"

#include "gateway/model/plate_grammar.hpp"
#include "gateway/notify/mask.hpp"

namespace gatehouse::api {
namespace {

constexpr std::string_view hidden = "•••";

std::string hide(const std::string& text)
{
    return text.empty() ? text : std::string(hidden);
}

void hide(model::Plate& plate)
{
    plate.text = masked_plate(plate.text);
    plate.characters.clear();
}

// Each kind of body that says who somebody is, or has a sentence that a person or a device has put together.
struct Hide {
    void operator()(model::VehiclePassage& body) const { hide(body.plate); }
    void operator()(model::AccessAttempt& body) const
    {
        body.person = hide(body.person);
        body.card = hide(body.card);
    }
    void operator()(model::Duress& body) const { body.person = hide(body.person); }
    void operator()(model::Passage& body) const
    {
        hide(body.plate);
        body.person = hide(body.person);
        for (auto& part : body.parts)
            hide(part.plate);
    }
    void operator()(model::DeviceHealth& body) const { body.detail = notify::masked(body.detail); }
    void operator()(model::SystemNotice& body) const { body.detail = notify::masked(body.detail); }
    void operator()(model::CommandDone& body) const
    {
        body.command = masked(std::move(body.command));
        body.outcome.text = notify::masked(body.outcome.text);
    }
    void operator()(model::AlertChanged& body) const
    {
        body.alert = masked(std::move(body.alert));
        body.step = masked(std::move(body.step));
    }
    template <class Other>
    void operator()(Other&) const
    {
    }
};

} // namespace

bool sees_persons(const Request& request)
{
    return request.who.may(account::Permission::person_read);
}

std::string masked_plate(std::string_view text)
{
    const auto characters = model::characters_of(text);
    std::string shown;
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const bool end = i < 2 || i + 2 >= characters.size();
        if (end) shown += characters[i];
        if (i == 2) shown += hidden;
    }
    return shown;
}

model::Event masked(model::Event event)
{
    std::visit(Hide(), event.body);
    if (!event.decision) return event;
    for (auto& reason : event.decision->reasons)
        reason = notify::masked(reason);
    event.decision->instruction = notify::masked(event.decision->instruction);
    return event;
}

model::Alert masked(model::Alert alert)
{
    alert.text = notify::masked(alert.text);
    alert.note = notify::masked(alert.note);
    return alert;
}

model::AlertStep masked(model::AlertStep step)
{
    step.note = notify::masked(step.note);
    return step;
}

// What comes with an order may be a list with everybody on it.
model::Command masked(model::Command command)
{
    command.reason = notify::masked(command.reason);
    for (auto& [name, value] : command.args)
        value = hide(value);
    return command;
}

store::Credential masked(store::Credential credential)
{
    const bool plate = credential.type == store::Credential::Type::plate;
    credential.value = plate ? masked_plate(credential.value) : hide(credential.value);
    credential.name = hide(credential.name);
    credential.note = hide(credential.note);
    return credential;
}

} // namespace gatehouse::api
